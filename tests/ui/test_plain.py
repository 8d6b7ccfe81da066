"""Text from outside stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.ui.plain import MOST, plain

CODE = re.compile(r"`[^`]*`")
HOSTILE = ["[text](https://example.com)", "![x](https://example.com/x.png)", "https://example.com", "www.example.com", "a@example.com", "<b>bold</b>",
           "**bold**", "_slanted_", ":red[alarm]", ":smile:", ":material/home:", "$x^2$", "# head", "- item", "1. item", "> said", "~~gone~~", "`code`",
           "[^1]", "&lt;", "\\", "a\n\n# b", "| a | b |", "===", "``", "--", "!", "[[", "name_of_a_file"]  # fmt: skip


@given(st.text(max_size=80) | st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=6).map(" ".join))
def test_nothing_that_markdown_reads_stands_outside_code(text: str) -> None:
    outside = CODE.sub("", plain(text))
    assert not re.search(r"[`*_\[\]<>#|~$:\\&@{}^](?!\s|$)|www\.|[-=+]{2}|\n", outside, re.IGNORECASE)
    assert not re.match(r"\s*([-+]|\d+[.)])(\s|$)", plain(text))


@pytest.mark.parametrize("text", ["In the address, t=soon cannot be used; it must be a number from 0 to 1. The rest is shown.",
                                  "mnist-ae-2: it's (nearly) 10,000 images, 95 % or 1/2 – why?", "über “alles” …"])  # fmt: skip
def test_a_sentence_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_what_is_shown_as_code_keeps_its_letters() -> None:
    assert plain("see ![x](https://example.com/`x`.png) here") == "see `![x](https://example.com/ˋxˋ.png)` here"
    assert plain("right\u202eto\u0007left") == "right to left"


def test_long_text_is_cut() -> None:
    assert len(plain("word " * 1000)) <= MOST
    assert plain("x" * 1000).endswith("…")
