"""The component that draws a live page, and the address bar that holds its view."""

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
  import(component.data.base + "/continuum/static/main.js").then(({ mount }) => {
    if (!gone) unmount = mount(component);
  });
  return () => { gone = true; unmount(); };
}
"""


@cache
def _component():
    return st.components.v2.component("continuum", css=(EXPLORER / "style.css").read_text("utf-8"), js=LOADER, isolate_styles=False)


def live_page(page: str) -> None:
    """Show `page` ("explore" or "compare") with the view that the address bar names, and keep the two in step.

    A view that the hand has committed goes to the address bar; an address that was changed from outside (a link, Back)
    goes to the component. Going to another page and back finds the view as it was.
    """
    memory = st.session_state.setdefault(f"view of {page}", {"view": None, "address": None, "committed": None, "revision": 0})
    address = st.query_params.to_dict()
    committed = getattr(st.session_state.get(page), "view", None) or (st.session_state.get(page) or {}).get("view")

    if memory["view"] is not None and not address and committed is None:
        memory["address"] = None  # back from another page: the view is remembered, the address is not
    elif memory["view"] is None or address != memory["address"]:
        memory["view"], problems = clean(page, address)
        memory["revision"] += 1
        memory["address"] = address
        memory["committed"] = committed
        for problem in problems:
            st.warning(problem)
    if committed is not None and committed != memory["committed"]:
        memory["committed"] = memory["view"] = committed
    if memory["view"] != address and (memory["view"] or address):
        st.query_params.from_dict(memory["view"])
        memory["address"] = memory["view"]

    _component()(
        key=page,
        data={"page": page, "base": base_path(), "view": memory["view"], "revision": memory["revision"]},
        on_view_change=lambda: None,
    )
