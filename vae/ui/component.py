"""The component that draws a live page, and the view that it shows."""

from __future__ import annotations

from functools import cache

import streamlit as st

from vae.ui.server import base_path
from vae.ui.view import clean

# The real code and style sheet lie behind our static route; this only fetches them: what stands here goes to the browser
# again at every run. Streamlit calls the function again at every change of data or theme and keeps the last function it
# returned for the unmount.
LOADER = """
export default function (component) {
  let gone = false;
  let unmount = () => {};
  const from = window.location.origin + component.data.base + "/continuum/static/";
  const style = document.querySelector("link[data-continuum]") ?? document.createElement("link");
  const styled = style.isConnected || new Promise(resolve => {
    Object.assign(style, { rel: "stylesheet", href: from + "style.css", onload: resolve, onerror: resolve });
    style.dataset.continuum = "";
    document.head.append(style);
  });
  Promise.all([import(from + "main.js"), styled]).then(([{ mount }]) => {
    if (!gone) unmount = mount(component);
  });
  return () => { gone = true; unmount(); };
}
"""


@cache
def _component():
    return st.components.v2.component("continuum", js=LOADER, isolate_styles=False)


def live_page(page: str) -> None:
    """Show `page` ("explore", "compare", "slide" or "create") with the view that the address bar names.

    The component itself keeps the address bar in step with the hand, replacing the entry in the browser's history, and
    commits its view to Python when the hand lets go. An address that was changed from outside (a link, Back) goes to the
    component; going to another page and back finds the view as it was.
    """
    memory = st.session_state.setdefault(
        f"view of {page}", {"view": None, "address": None, "committed": None, "revision": 0, "problems": [], "unread": False}
    )
    address = st.query_params.to_dict()
    if not _keep(page, memory) and address not in (memory["address"], memory["view"]) and (address or memory["view"] is None):
        memory["view"], memory["problems"] = clean(page, address)
        memory["revision"] += 1
        memory["unread"] = True
    memory["address"] = address
    _live(page, memory, {"page": page, "base": base_path(), "view": memory["view"], "revision": memory["revision"]})


@st.fragment
def _live(page: str, memory: dict, data: dict) -> None:
    """A commit runs this alone, with the same `data`: the browser then has nothing to redraw."""
    _keep(page, memory)
    for problem in memory["problems"]:
        st.warning(problem)
    _component()(key=page, data=data, on_view_change=lambda: None)


def _keep(page: str, memory: dict) -> bool:
    """Remember what the hand has committed since the last time; False if that is nothing."""
    committed = (st.session_state.get(page) or {}).get("view")
    if committed is None or committed == memory["committed"]:
        return False
    memory["view"] = memory["committed"] = committed
    if not memory["unread"]:
        memory["problems"] = []  # the hand has moved on
    memory["unread"] = False  # the first commit after an address is the page's own
    return True
