"""The launcher: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from vae.ui.server import lifespan, middleware, require_checkpoints, routes

require_checkpoints()

app = st.App(str(Path(__file__).parent / "vae" / "ui" / "main.py"), lifespan=lifespan, routes=routes(), middleware=middleware())
