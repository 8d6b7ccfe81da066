"""The Streamlit script: navigation between the pages."""

from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parent / "pages"

st.set_page_config(page_title="Continuum", page_icon="◐", layout="wide")
st.html("""<style>
[data-testid="stMainBlockContainer"] { padding: 4.25rem 1rem 0 1rem; }
[data-testid="stMainBlockContainer"] > div { gap: 0; }
</style>""")
st.navigation(
    [
        st.Page(PAGES / "explore.py", title="Explore", default=True),
        st.Page(PAGES / "compare.py", title="Compare"),
        st.Page(PAGES / "models.py", title="Models"),
    ],
    position="top",
).run()
