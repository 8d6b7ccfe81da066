"""The launcher with a painter that needs no training: `streamlit run tests/browser/stub_painter_app.py`."""

from pathlib import Path

import streamlit as st

import vae.ui
from tests.stub_painter import StubPainter
from vae.ui import server

server.studio.load = lambda name: StubPainter()

app = st.App(
    str(Path(vae.ui.__file__).parent / "main.py"), lifespan=server.lifespan, routes=server.routes(), middleware=server.middleware()
)
