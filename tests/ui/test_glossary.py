"""The glossary: one short definition for each word."""

from __future__ import annotations

import pytest

from vae.live.terrain import FIELDS
from vae.ui.glossary import SCRIPT, define, definitions, script


def test_every_word_has_one_short_definition() -> None:
    assert {"code", "posterior", "hole", "empty place", "unreal picture", "floor", "reach"} <= definitions().keys()
    for word, text in definitions().items():
        assert text.endswith(".") and len(text) <= 260, word
        assert "#" not in text and "`" not in text and "*" not in text, f"{word}: a balloon of help shows plain text"


def test_every_floor_is_defined() -> None:
    titles = {"cycle_gap": "cycle gap", "stretch": "stretch", "density": "density", "entropy": "class entropy"}
    assert all(define(titles[field]) for field in FIELDS)


def test_an_unknown_word_is_answered_with_where_to_put_it() -> None:
    with pytest.raises(KeyError, match=r"does not define 'foam'; add it to docs/glossary\.md"):
        define("foam")


def test_the_pages_have_the_same_definitions() -> None:
    assert SCRIPT.read_text("utf-8") == script(), "the glossary has changed: run python -m vae.ui.glossary"
