"""Asking for a diagnosis on the Models page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vae.report.doctor import STYLE, diagnosis
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.ui import server
from vae.ui.language import spoken
from vae.ui.language import translate as _
from vae.ui.pairs import Entry
from vae.ui.plain import plain
from vae.ui.watching import UNDER_WAY, watch


def diagnosed() -> frozenset[str]:
    """The models that somebody has asked a diagnosis of, or has made one of on the command line."""
    try:
        return server.diagnoses.known()
    except DatabaseError:  # whoever asks for one is told
        return frozenset()


def diagnoses(entries: tuple[Entry, ...], known: frozenset[str]) -> None:
    """A button for each model, and below them what is known of each: whoever asks for one sees it whole, and what others have asked for folded."""
    with st.container(horizontal=True):
        for entry in entries:
            short = "VAE" if entry.role == "vae" else "AE"
            if st.button(
                _("Diagnose {model}", model=f"{short} {entry.variant}".removesuffix(f" {_('plain')}")),
                key=f"diagnose {entry.name}",
                help=_("Look for faults of {name}", name=entry.name),
            ):
                st.session_state[_key(entries)] = entry.name
                _ask(entry.name)
    results(entries, known)


def results(entries: tuple[Entry, ...], known: frozenset[str]) -> None:
    """What is found, or how far the work is, of those of `entries` that are `known`, and of the one that was asked about last in this tab."""
    asked = st.session_state.get(_key(entries))
    for entry in entries:
        if entry.name == asked or entry.name in known:
            _show(entry.name, whole=entry.name == asked)


def _key(entries: tuple[Entry, ...]) -> str:
    return f"diagnosed among {[entry.name for entry in entries]}"


def _ask(name: str) -> None:
    try:
        server.diagnoses.ask(name)
    except (CheckpointError, ValueError) as error:
        st.error(plain(str(error)))


def _show(name: str, whole: bool) -> None:
    try:
        said = server.diagnoses.find(name)
    except DatabaseError as error:
        st.error(plain(str(error)))
        return
    if said["state"] in UNDER_WAY:
        watch(lambda: server.diagnoses.find(name))
    elif said["state"] == "failed" and whole:
        st.error(_("{name} could not be diagnosed: {why}", name=name, why=plain(str(said["sentence"]))))
    elif said["state"] == "ready" and whole:
        _found(name, said)
    elif said["state"] == "ready":
        with st.expander(_("Diagnosis of {name}", name=plain(name))):
            _found(name, said)


def _found(name: str, said: dict[str, Any]) -> None:
    if said.get("made"):
        st.caption(_("Made on the command line, {when}.", when=said["made"]))
    for note in said["notes"]:
        st.caption(plain(note))
    st.html(STYLE + diagnosis(name, said["findings"], said["left_out"], spoken()))
