"""The component that draws a live page, and the view that it shows."""

from __future__ import annotations

from functools import cache

import streamlit as st

from vae.ui.plain import plain
from vae.ui.view import clean

# The real code and style sheet lie behind our static route; this only fetches them: what stands here goes to the browser
# again at every run. Streamlit calls the function again at every change of data or theme and keeps the last function it
# returned for the unmount.
# The address is relative to the page, as Streamlit's own are, so that it holds below a base path and behind a proxy that
# takes a path off. Whoever comes through a proxy that lets the page pass but not this is told so.
LOADER = """
export default function (component) {
  let gone = false;
  let unmount = () => {};
  const from = new URL("continuum/static/", document.baseURI).href;
  const style = document.querySelector("link[data-continuum]") ?? document.createElement("link");
  const styled = style.isConnected || new Promise((resolve, reject) => {
    Object.assign(style, { rel: "stylesheet", href: from + "style.css", onload: resolve, onerror: reject });
    style.dataset.continuum = "";
    document.head.append(style);
  });
  const tell = (sentence) => {
    if (gone) return;
    const told = document.createElement("p");
    told.setAttribute("role", "alert");
    told.style.cssText = "border: 1px solid #c2410c; border-radius: 10px; padding: 12px 16px; margin: 0; overflow-wrap: anywhere";
    told.textContent = sentence;
    component.parentElement.replaceChildren(told);
  };
  Promise.all([import(from + "main.js"), styled]).then(
    ([{ mount }]) => { if (!gone) unmount = mount(component); },
    () => {
      style.remove(); // the next page tries again
      tell(`The code and the style of this page could not be loaded from ${from}. Reload the page. If that does not help, a proxy ` +
        "between here and the app holds them back: let it pass this address as it passes the page; if it leaves a path in front, " +
        "set server.baseUrlPath to that path.");
    },
  ).catch((error) => tell(`This page could not be shown: ${error.message}. Reload it.`));
  return () => { gone = true; unmount(); };
}
"""


@cache
def _component():
    return st.components.v2.component("continuum", js=LOADER, isolate_styles=False)


def live_page(page: str) -> None:
    """Show `page` ("explore", "compare", "slide" or "create") with the view that the address bar names.

    The component itself keeps the address bar in step with the hand, and commits its view to Python when the hand lets
    go. Once it is on the page it follows Back and Forward by itself; what is handed over here is where it starts: with the
    address that was opened, or, where there is none, with the view as it was left.
    """
    memory = st.session_state.setdefault(
        f"view of {page}", {"address": None, "read": None, "view": None, "committed": None, "problems": [], "unread": False}
    )
    _keep(page, memory)
    address = st.query_params.to_dict()
    if address != memory["address"]:
        memory["address"] = address
        memory["read"], memory["problems"] = clean(page, address)
        memory["unread"] = True
    _live(page, memory, {"page": page, "view": memory["read"] or memory["view"] or {}})


@st.fragment
def _live(page: str, memory: dict, data: dict) -> None:
    """A commit runs this alone, with the same `data`: the browser then has nothing to redraw."""
    _keep(page, memory)
    for problem in memory["problems"]:
        st.warning(plain(problem))
    _component()(key=page, data=data, on_view_change=lambda: None)


def _keep(page: str, memory: dict) -> None:
    """Remember what the hand has committed since the last time."""
    committed = (st.session_state.get(page) or {}).get("view")
    if committed is None or committed == memory["committed"]:
        return
    memory["view"] = memory["committed"] = committed
    if not memory["unread"]:
        memory["problems"] = []  # the hand has moved on
    memory["unread"] = False  # the first commit after an address is the page's own
