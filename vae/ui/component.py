"""The component that draws a live page, and the view that it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from vae.sentences import languages, translated
from vae.ui import modules
from vae.ui.language import spoken
from vae.ui.view import clean

# In this order: where two rules are equal, the later one holds.
SHEETS = (
    "tokens", "controls", "map", "explore", "compare", "slide", "certificate", "race", "handles", "floor", "create", "cells",
    "ground", "words", "selection", "own", "train", "pictures", "first", "tour", "questions", "narrow",
)  # fmt: skip

# The real code and style sheets lie behind our static route; this only fetches them: what stands here goes to the browser
# again at every run. Streamlit calls the function again at every change of data or theme and keeps the last function it
# returned for the unmount.
# The address is relative to the page, as Streamlit's own are, so that it holds below a base path and behind a proxy that
# takes a path off. Whoever comes through a proxy that lets the page pass but not this is told so.
LOADER = """
export default function (component) {
  let gone = false;
  let unmount = () => {};
  document.documentElement.lang = component.data.language; // before our modules read it
  const from = new URL(`continuum/${component.data.modules}/`, document.baseURI).href;
  const here = () => document.querySelectorAll("link[data-continuum]");
  const styled = here().length ? null : Promise.all("SHEETS".split(" ").map((name) => new Promise((resolve, reject) => {
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: `${from}css/${name}.css`, onload: resolve, onerror: reject });
    sheet.dataset.continuum = name;
    document.head.append(sheet);
  })));
  const tell = (sentence) => {
    if (gone) return;
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.style.cssText = "border: 1px solid #c2410c; border-radius: 10px; padding: 12px 16px; margin: 0; overflow-wrap: anywhere";
    told.textContent = sentence;
    component.parentElement.replaceChildren(told);
  };
  Promise.all([import(from + "MODULE"), styled]).then(
    ([{ mount }]) => { if (!gone) unmount = mount(component); },
    () => {
      for (const sheet of here()) sheet.remove(); // the next page tries again
      tell(`The code and the style of this page could not be loaded from ${from}. Reload the page. If that does not help, a proxy ` +
        "between here and the app holds them back: let it pass this address as it passes the page; if it leaves a path in front, " +
        "set server.baseUrlPath to that path.");
    },
  ).catch((error) => tell(`This page could not be shown: ${error.message}. Reload it.`));
  return () => { gone = true; unmount(); };
}
""".replace("SHEETS", " ".join(SHEETS))


@cache
def _component(name: str, module: str) -> Callable[..., Any]:
    return st.components.v2.component(name, js=LOADER.replace("MODULE", module), isolate_styles=False)


def _shared() -> dict[str, object]:
    """What all our modules are told: where they lie, which language is spoken, and the name of each there is by its code."""
    return {"modules": modules.address(), "language": spoken(), "languages": languages()}


def live_page(page: str) -> None:
    """Show `page` ("explore", "compare", "slide", "train", "create" or "learn") with the view that the address bar names.

    From then on the page itself keeps the address bar in step with the hand, follows Back and Forward, and remembers how it
    was left for as long as the tab lives. Nothing of that comes back here: what a component sends to Python arrives after
    a page that was chosen meanwhile, and Streamlit then takes that page away.
    """
    view, problems = clean(page, st.query_params.to_dict())
    _component("continuum", "main.js")(key=page, data={"page": page, "view": view, "problems": translated(problems, spoken())} | _shared())


def language_choice() -> None:
    """The choice of the language, on a page that is Streamlit's own."""
    _component("continuum_language", "pages/models/speaking.js")(key="speaking", data=_shared())


def pictures_panel() -> None:
    """Importing pictures of one's own, and what has been imported. Nothing of it comes back here."""
    _component("continuum_pictures", "pages/models/panel.js")(key="pictures", data=_shared())


def training_panel() -> None:
    """Trainings: what to train, and those that are under way. Nothing of it comes back here."""
    _component("continuum_learning", "pages/models/learning.js")(key="learning", data=_shared())
