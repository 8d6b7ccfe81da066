"""Asking for a diagnosis on the Models page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vae.report.doctor import STYLE, diagnosis
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.ui import server
from vae.ui.language import translate as _
from vae.ui.pairs import Entry
from vae.ui.plain import plain


def diagnoses(entries: tuple[Entry, ...]) -> None:
    """A button for each model, and below them what the doctor has found in the one that was asked about last."""
    key = f"diagnosed among {[entry.name for entry in entries]}"
    with st.container(horizontal=True):
        for entry in entries:
            short = "VAE" if entry.role == "vae" else "AE"
            if st.button(
                _("Diagnose {model}", model=f"{short} {entry.variant}".removesuffix(f" {_('plain')}")),
                key=f"diagnose {entry.name}",
                help=_("Look for faults of {name}", name=entry.name),
            ):
                st.session_state[key] = entry.name
                _ask(entry.name)
    if (name := st.session_state.get(key)) is not None:
        _show(name)


def _ask(name: str) -> None:
    try:
        server.diagnoses.ask(name)
    except (CheckpointError, ValueError) as error:
        st.error(plain(str(error)))


def _show(name: str) -> None:
    try:
        said = server.diagnoses.find(name)
    except DatabaseError as error:
        st.error(plain(str(error)))
        return
    if said["state"] in ("waiting", "working"):
        _watch(name)
    elif said["state"] == "failed":
        st.error(_("{name} could not be diagnosed: {why}", name=name, why=plain(str(said["sentence"]))))
    elif said["state"] == "ready":
        _found(name, said)


def _found(name: str, said: dict[str, Any]) -> None:
    for note in said["notes"]:
        st.caption(plain(note))
    st.html(STYLE + diagnosis(name, said["findings"], said["left_out"]))


@st.fragment(run_every=1.0)
def _watch(name: str) -> None:
    """A bar that follows the work; the page runs again when it is done."""
    try:
        said = server.diagnoses.find(name)
    except DatabaseError:  # busy for a moment: what was shown is still true
        return
    if said["state"] not in ("waiting", "working"):
        st.rerun()
    st.progress(said["share"], text=f"{plain(said['words'])}, {100 * said['share']:.0f} %")
