"""The Streamlit script: navigation between the pages."""

from pathlib import Path

import streamlit as st

# Not called "pages": Streamlit would run a file of a folder of that name by itself when its address is opened first.
SCREENS = Path(__file__).parent / "screens"

st.set_page_config(page_title="Continuum", page_icon="◐", layout="wide")
st.html("""<style>
[data-testid="stMainBlockContainer"] { padding: 4.25rem 1rem 0 1rem; }
[data-testid="stMainBlockContainer"] > div { gap: 0; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; } /* Streamlit's own shade is too faint to read on this background */
[data-testid="stToolbar"] > div:first-child::before { content: "◐ Continuum"; font-weight: 700; font-size: 1.15rem; white-space: nowrap; padding: 0 1.2rem 0 0.9rem; }
</style>""")
st.navigation(
    [
        st.Page(SCREENS / "explore.py", title="Explore", default=True),
        st.Page(SCREENS / "compare.py", title="Compare"),
        st.Page(SCREENS / "slide.py", title="From AE to VAE"),
        st.Page(SCREENS / "create.py", title="Create"),
        st.Page(SCREENS / "models.py", title="Models"),
    ],
    position="top",
).run()
