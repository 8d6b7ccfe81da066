"""The component that draws a live page, and the view that it shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from vae.ui.server import base_path
from vae.ui.view import clean

EXPLORER = Path(__file__).parent / "explorer"

# The real code is a module behind our static route; this only fetches it. Streamlit calls the function again at every
# change of data or theme and keeps the last function it returned for the unmount.
LOADER = """
export default function (component) {
  let gone = false;
  let unmount = () => {};
  import(window.location.origin + component.data.base + "/continuum/static/main.js").then(({ mount }) => {
    if (!gone) unmount = mount(component);
  });
  return () => { gone = true; unmount(); };
}
"""


@cache
def _component():
    return st.components.v2.component("continuum", css=(EXPLORER / "style.css").read_text("utf-8"), js=LOADER, isolate_styles=False)


def live_page(page: str) -> None:
    """Show `page` ("explore" or "compare") with the view that the address bar names.

    The component itself keeps the address bar in step with the hand, replacing the entry in the browser's history, and
    commits its view to Python when the hand lets go. An address that was changed from outside (a link, Back) goes to the
    component; going to another page and back finds the view as it was.
    """
    memory = st.session_state.setdefault(
        f"view of {page}", {"view": None, "address": None, "committed": None, "revision": 0, "problems": [], "unread": False}
    )
    address = st.query_params.to_dict()
    committed = (st.session_state.get(page) or {}).get("view")
    if committed is not None and committed != memory["committed"]:
        memory["view"] = memory["committed"] = committed
        if not memory["unread"]:
            memory["problems"] = []  # the hand has moved on
        memory["unread"] = False  # the first commit after an address is the page's own
    elif address not in (memory["address"], memory["view"]) and (address or memory["view"] is None):
        memory["view"], memory["problems"] = clean(page, address)
        memory["revision"] += 1
        memory["unread"] = True
    memory["address"] = address
    for problem in memory["problems"]:
        st.warning(problem)
    _component()(
        key=page,
        data={"page": page, "base": base_path(), "view": memory["view"], "revision": memory["revision"]},
        on_view_change=lambda: None,
    )
