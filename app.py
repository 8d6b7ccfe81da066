"""The launcher: `streamlit run app.py`, or `continuum run`."""

# ruff: noqa: E402
import gc

gc.disable()  # until all is imported: none of it is garbage, and to look for some time and again takes a sixth of the time

from pathlib import Path

import streamlit as st

import vae.ui
from vae.ui.server import lifespan, middleware, require_checkpoints, routes

gc.freeze()
gc.enable()

require_checkpoints()

app = st.App(str(Path(vae.ui.__file__).parent / "main.py"), lifespan=lifespan, routes=routes(), middleware=middleware())
