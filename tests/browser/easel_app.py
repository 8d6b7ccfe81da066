"""The launcher with a painter that needs no training: `streamlit run tests/browser/easel_app.py`."""

from pathlib import Path

import streamlit as st

import vae.ui
from tests.easel import Easel
from vae.ui import server

server.studio.load = lambda name: Easel()

app = st.App(
    str(Path(vae.ui.__file__).parent / "main.py"), lifespan=server.lifespan, routes=server.routes(), middleware=server.middleware()
)
