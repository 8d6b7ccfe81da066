"""The language of a page: which there are, which is spoken, and what a sentence is in it.

`static/text/languages/<code>.json` holds `name`, the language's own, `sentences`, from the English ones, and `contractions`, what words
become beside each other once a sentence is filled in: regular expressions with what takes their place. A language is added by adding
such a file.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

CATALOGUES = Path(__file__).parent / "static" / "text" / "languages"
SOURCE, SOURCE_NAME = "en", "English"  # the language that sentences are written in
COOKIE = "continuum_language"
KEPT = "language"  # in the session's state: a page that is opened from another one has no parameters of its own


@cache
def languages() -> dict[str, str]:
    """The name of each language by its code, the source's first."""
    found = sorted(CATALOGUES.glob("*.json"))
    return {SOURCE: SOURCE_NAME} | {path.stem: catalogue(path.stem)["name"] for path in found}


@cache
def catalogue(code: str) -> dict[str, Any]:
    """What the file of a language holds; of the source language, nothing but its name."""
    if code == SOURCE:
        return {"name": SOURCE_NAME, "contractions": [], "sentences": {}}
    found: dict[str, Any] = json.loads((CATALOGUES / f"{code}.json").read_text("utf-8"))
    return found


def spoken() -> str:
    """The language of this run: what the address says, else what was chosen in this session or before it, else the browser's own."""
    known = languages()
    named = st.query_params.get("lang")
    if named in known:
        st.session_state[KEPT] = named
    wanted = (st.session_state.get(KEPT), st.context.cookies.get(COOKIE), (st.context.locale or "")[:2].lower())
    return next((str(code) for code in wanted if code in known), SOURCE)


def translate(sentence: str, **values: object) -> str:
    """`sentence`, in English, in the language of this run; {name} in it is what `values` has of that name."""
    told = catalogue(spoken())
    known = told["sentences"].get(sentence, sentence)
    said = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), known if isinstance(known, str) else sentence)
    for pattern, replacement in told["contractions"] if values else ():
        said = re.sub(pattern, replacement.replace("$1", r"\1"), said)
    return said
