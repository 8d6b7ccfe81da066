"""The launcher: `streamlit run app.py`, or `continuum run`."""

from pathlib import Path

import streamlit as st

import vae.ui
from vae.ui.server import lifespan, middleware, require_checkpoints, routes

require_checkpoints()

app = st.App(str(Path(vae.ui.__file__).parent / "main.py"), lifespan=lifespan, routes=routes(), middleware=middleware())
