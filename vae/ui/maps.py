"""Models that have been trained and wait for their map, on the Models page."""

from __future__ import annotations

import shlex

import streamlit as st

from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.ui import server
from vae.ui.language import translate as _
from vae.ui.plain import plain
from vae.ui.watching import UNDER_WAY, watch


def waiting_models(names: list[str]) -> None:
    """A line for each model with the command that makes its map, and a button that does; nothing where none waits."""
    if not names:
        return
    with st.container(border=True, gap="small"):
        st.caption(_("Trained, and on the other pages once the map is made:"))
        for name in names:
            _line(name)


def _line(name: str) -> None:
    try:
        said = server.maps.find(name)
    except DatabaseError as error:
        st.error(plain(str(error)))
        return
    if said["state"] in UNDER_WAY:
        watch(lambda: server.maps.find(name))
        return
    if said["state"] == "failed":
        st.error(_("The map of {name} could not be made: {why}", name=plain(name), why=plain(str(said["sentence"]))))
    with st.container(horizontal=True, vertical_alignment="center"):
        command = f"`python -m vae embed {shlex.quote(name)}`"
        st.markdown(_("{name} waits for its map: {command}", name=f"**{plain(name)}**", command=command), width="content")
        if st.button(_("Make its map"), key=f"map {name}", help=_("Make the map of {name}", name=name)):
            try:
                server.maps.ask(name)
            except (CheckpointError, ValueError) as error:
                st.error(plain(str(error)))
            else:
                st.rerun()
