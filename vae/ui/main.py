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

# Where there is no room for a bar, Streamlit would hide the pages behind an arrow: they are tabs at the lower edge there.
STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 4.25rem 1rem 0 1rem; }
[data-testid="stMainBlockContainer"] > div { gap: 0; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; } /* Streamlit's own shade is too faint to read on this background */
[data-testid="stToolbar"] > div:first-child::before { content: "◐ Continuum"; font-weight: 700; font-size: 1.15rem; white-space: nowrap; padding: 0 1.2rem 0 0.9rem; }
.st-key-tabs { display: none; }
@media (max-width: 768px) {
  [data-testid="stMainBlockContainer"] { padding-bottom: 4.5rem; }
  [data-testid="stExpandSidebarButton"], [data-testid="stSidebar"] { display: none; }
  [data-testid="stToolbar"] > div:first-child::before { content: "◐"; }
  .st-key-tabs {
    display: flex; position: fixed; inset: auto 0 0 0; z-index: 999990; gap: 0; height: 3.5rem; flex-wrap: nowrap; align-items: stretch;
    background: light-dark(#fff, #171b26); border-top: 1px solid light-dark(#dfe4ec, #272d3d); padding-bottom: env(safe-area-inset-bottom);
  }
  .st-key-tabs > div { flex: 1 1 0; min-width: 0; width: auto; }
  .st-key-tabs [data-testid="stPageLink"], .st-key-tabs [data-testid="stPageLink"] > div { height: 100%; width: 100%; }
  .st-key-tabs a { flex-direction: column; height: 3.5rem; max-height: 3.5rem; min-height: 0; box-sizing: border-box; overflow: hidden; gap: 0; padding: 0.25rem 0; margin: 0; justify-content: center; align-items: center; border-radius: 0; }
  .st-key-tabs a p { font-size: 0.72rem; line-height: 1.2; white-space: nowrap; }
}
</style>"""
# Their names there, and a picture of each.
TABS = {
    "explore": (_("Explore"), ":material/explore:"),
    "learn": (_("Learn"), ":material/school:"),
    "compare": (_("Compare"), ":material/compare:"),
    "slide": (_("AE to VAE"), ":material/tune:"),
    "train": (_("Train"), ":material/model_training:"),
    "create": (_("Create"), ":material/brush:"),
    "models": (_("Models"), ":material/table_chart:"),
}

st.set_page_config(page_title="Continuum", page_icon=ICON, layout="wide")
st.html(STYLE)
pages = {
    "explore": st.Page(SCREENS / "explore.py", title=_("Explore"), default=True),
    "learn": st.Page(SCREENS / "learn.py", title=_("Learn")),
    "compare": st.Page(SCREENS / "compare.py", title=_("Compare")),
    "slide": st.Page(SCREENS / "slide.py", title=_("From AE to VAE")),
    "train": st.Page(SCREENS / "train.py", title=_("Train")),
    "create": st.Page(SCREENS / "create.py", title=_("Create")),
    "models": st.Page(SCREENS / "models.py", title=_("Models")),
}
page = st.navigation(list(pages.values()), position="top")
with st.container(key="tabs", horizontal=True):
    for name, (word, icon) in TABS.items():
        st.page_link(pages[name], label=word, icon=icon)
page.run()
