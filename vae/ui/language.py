"""The language of a page: which there are, which is spoken, and what a sentence is in it.

`static/text/languages/<code>.json` holds `name`, the language's own, `sentences`, from the English ones, `decimal`, the mark between the
whole and the rest of a number, and `contractions`, what words become beside each other once a sentence is filled in: regular
expressions with what takes their place; and `told`, sentences that the server makes elsewhere and a page shows. A language is added by adding such a file.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vae.live.wire.schema import LANGUAGE_COOKIE

CATALOGUES = Path(__file__).parent / "static" / "text" / "languages"
SOURCE, SOURCE_NAME = "en", "English"  # the language that sentences are written in
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
        return {"name": SOURCE_NAME, "decimal": ".", "contractions": [], "sentences": {}}
    found: dict[str, Any] = json.loads((CATALOGUES / f"{code}.json").read_text("utf-8"))
    return found


def spoken() -> str:
    """The language of this run: what the address says, else what was chosen in this session or before it, else the browser's own."""
    known = languages()
    named = st.query_params.get("lang")
    if named in known:
        st.session_state[KEPT] = named
    wanted = (st.session_state.get(KEPT), st.context.cookies.get(LANGUAGE_COOKIE), (st.context.locale or "")[:2].lower())
    return next((str(code) for code in wanted if code in known), SOURCE)


def translate(sentence: str, **values: object) -> str:
    """`sentence`, in English, in the language of this run; {name} in it is what `values` has of that name."""
    known = catalogue(spoken())["sentences"].get(sentence, sentence)
    return _filled(known if isinstance(known, str) else sentence, values)


def plural(n: int, one: str, other: str) -> str:
    """The same for a sentence that depends on a number, which stands in it for {n}; the catalogue knows it by its second form.

    A language with other forms than one for 1 and one for all other numbers is given the latter.
    """
    form = "one" if n == 1 else "other"
    known = catalogue(spoken())["sentences"].get(other)
    return _filled({"one": one, "other": other}[form] if known is None else known if isinstance(known, str) else known[form], {"n": n})


def translated(words: str) -> str:
    """Words that stand elsewhere, such as the name of a figure, in the language of this run."""
    return translate(words)


def written(figures: str) -> str:
    """Figures, such as "0.5 [0.4, 0.6]", with the decimal mark of the language of this run; a comma is none between two of them, then."""
    mark = catalogue(spoken())["decimal"]
    apart = re.sub(r"(?<=\d), (?=\d)", "; ", figures) if mark == "," else figures
    return re.sub(r"(?<=\d)\.(?=\d)", mark, apart)


def _filled(sentence: str, values: dict[str, object]) -> str:
    said = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), sentence)
    for pattern, replacement in catalogue(spoken())["contractions"] if values else ():
        said = re.sub(pattern, replacement.replace("$1", r"\1"), said)
    return said
