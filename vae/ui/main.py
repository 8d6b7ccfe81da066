"""The Streamlit script: navigation between the pages."""

from pathlib import Path

import streamlit as st

from vae.ui.language import translate as _

# Not called "pages": Streamlit would run a file of a folder of that name by itself when its address is opened first.
SCREENS = Path(__file__).parent / "screens"

# As an address of its own: Streamlit takes the letter ◐ for no emoji, and would let the browser ask for a file of that name.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='13' fill='%23fff' "
    "stroke='%230b7d72' stroke-width='3'/%3E%3Cpath d='M16 3a13 13 0 0 0 0 26z' fill='%230b7d72'/%3E%3C/svg%3E"
)

st.set_page_config(page_title="Continuum", page_icon=ICON, layout="wide")
st.html("""<style>
[data-testid="stMainBlockContainer"] { padding: 4.25rem 1rem 0 1rem; }
[data-testid="stMainBlockContainer"] > div { gap: 0; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; } /* Streamlit's own shade is too faint to read on this background */
[data-testid="stToolbar"] > div:first-child::before { content: "◐ Continuum"; font-weight: 700; font-size: 1.15rem; white-space: nowrap; padding: 0 1.2rem 0 0.9rem; }
</style>""")
st.navigation(
    [
        st.Page(SCREENS / "explore.py", title=_("Explore"), default=True),
        st.Page(SCREENS / "learn.py", title=_("Learn")),
        st.Page(SCREENS / "compare.py", title=_("Compare")),
        st.Page(SCREENS / "slide.py", title=_("From AE to VAE")),
        st.Page(SCREENS / "train.py", title=_("Train")),
        st.Page(SCREENS / "create.py", title=_("Create")),
        st.Page(SCREENS / "models.py", title=_("Models")),
    ],
    position="top",
).run()
