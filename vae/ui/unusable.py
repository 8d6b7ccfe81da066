"""One quiet line for files that cannot be used, which opens to a sentence for each."""

from __future__ import annotations

from html import escape

import streamlit as st

from vae.store.names import printable

STYLE = """<style>
.ctm-quietlist { font-size: 0.875rem; margin: 0.3rem 0; }
.ctm-quietlist summary { cursor: pointer; opacity: 0.75; }
.ctm-quietlist ul { max-height: 16rem; overflow-y: auto; margin: 0.3rem 0; padding-left: 1.4rem; }
.ctm-quietlist li { overflow-wrap: anywhere; }
</style>"""


def unusable_list(title: str, sentences: dict[str, str]) -> None:
    """Show `sentences` by name under `title`; nothing where there are none."""
    if not sentences:
        return
    lines = "".join(f"<li><b>{escape(printable(name))}</b>: {escape(printable(words))}</li>" for name, words in sentences.items())
    st.html(f'{STYLE}<details class="ctm-quietlist"><summary>{escape(title)}</summary><ul>{lines}</ul></details>')
