"""The peer that Streamlit's own widgets make: a slider and a picture."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parent))
from decoder import HIGH, LOW, STEP, decode

st.image(decode(st.slider("z 1", LOW, HIGH, 0.0, STEP)), width=280)
