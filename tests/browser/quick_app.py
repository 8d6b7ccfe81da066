"""The launcher with recipes for pairs of models that are made in seconds: `streamlit run tests/browser/quick_app.py`."""

from pathlib import Path

import streamlit as st

import tests.browser.quick_pair  # noqa: F401 (takes the place of the task that makes pairs)
import vae.ui
from vae.ui import server
from vae.web import pairs

pairs.BUDGETS = (5.0, 300.0)  # seconds

app = st.App(
    str(Path(vae.ui.__file__).parent / "main.py"), lifespan=server.lifespan, routes=server.routes(), middleware=server.middleware()
)
