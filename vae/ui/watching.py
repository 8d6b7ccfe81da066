"""A bar that follows work in the background, on the Models page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from vae.store.errors import DatabaseError
from vae.ui.plain import plain

UNDER_WAY = ("waiting", "working")


@st.fragment(run_every=1.0)
def watch(look: Callable[[], Mapping[str, Any]]) -> None:
    """A bar that follows the work; the page runs again when it is done.

    look : says the work's `state`, its `share` of 1 and, in `words`, what is going on; DatabaseError if nobody can know
    """
    try:
        said = look()
    except DatabaseError:  # busy for a moment: what was shown is still true
        return
    if said["state"] not in UNDER_WAY:
        st.rerun()
    st.progress(said["share"], text=f"{plain(said['words'])}, {100 * said['share']:.0f} %")
