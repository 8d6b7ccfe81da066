"""The language of a page: which is spoken, and what a sentence is in it.

`static/text/languages/<code>.json` holds `name`, the language's own, `sentences`, from the English ones, `decimal`, the mark between the
whole and the rest of a number, and `contractions`, what words become beside each other once a sentence is filled in: regular
expressions with what takes their place. A language is added by adding such a file.
"""

from __future__ import annotations

import re

import streamlit as st

from vae import sentences
from vae.live.wire.schema import LANGUAGE_COOKIE
from vae.sentences import SOURCE, catalogue, contracted, languages

KEPT = "language"  # in the session's state: a page that is opened from another one has no parameters of its own


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


def told(sentence: str) -> str:
    """A sentence that was made elsewhere, with what is filled into it, in the language of this run; text of other kinds as it is."""
    return str(sentences.translated(sentence, spoken())) if isinstance(sentence, sentences.Sentence) else sentence


def written(figures: str) -> str:
    """Figures, such as "0.5 [0.4, 0.6]", with the decimal mark of the language of this run; a comma is none between two of them, then."""
    return sentences.written(figures, spoken())


def _filled(sentence: str, values: dict[str, object]) -> str:
    said = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), sentence)
    return contracted(said, spoken()) if values else said
