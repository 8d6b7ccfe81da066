"""Sentences for people, which can be said in every language that there is a catalogue of.

Whoever says something writes it in English where it is needed, with places for what is filled in:
`phrase("there is no model {name}", name=name)`. That is text like any other, for logs, files and the command line, and it remembers how
it was made. So whoever hands it to a page can say it in the page's language, by looking up the English template in
`ui/static/text/languages/<code>.json` and filling that in. Nothing is ever read out of a finished sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from string import Formatter
from typing import Any

CATALOGUES = Path(__file__).parent / "ui" / "static" / "text" / "languages"
SOURCE, SOURCE_NAME = "en", "English"  # the language that sentences are written in
TEMPLATE, VALUES, ONE = "said", "with", "one"  # the keys of a sentence as JSON has it

SPOKEN: ContextVar[str] = ContextVar("language", default=SOURCE)  # of whom the present request is answered to


class Sentence(str):
    """English text that remembers the template that it was made of and what was filled into it.

    template : by which catalogues know it, with {name} or {name:format} where something is filled in; {name:figures} is text that
        holds figures, such as "0.5 [0.4, 0.6]"
    values : by name; text, numbers or sentences
    one : the template for one thing, of a sentence that depends on the number `n`; else None
    """

    template: str
    values: dict[str, Any]
    one: str | None

    def __new__(cls, template: str, values: Mapping[str, object], one: str | None = None) -> Sentence:
        kept = {name: _plain(value) for name, value in values.items()}
        self = super().__new__(cls, _Filling(SOURCE).vformat(one if one is not None and kept["n"] == 1 else template, (), kept))
        self.template, self.values, self.one = template, kept, one
        return self

    def __str__(self) -> str:
        return self  # str(error) of an error that holds one is that sentence

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentence, (self.template, self.values, self.one)


def _plain(value: object) -> str | int | float:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def phrase(template: str, **values: object) -> Sentence:
    """A sentence; {name} in `template` is the value of that name, written as {name:format} says."""
    return Sentence(template, values)


def counted(n: int, one: str, other: str, **values: object) -> Sentence:
    """A sentence that depends on a number, which stands in it for {n}; catalogues know it by its second form."""
    return Sentence(other, {"n": n, **values}, one)


ABOUT = "{name}: {words}"  # the words of a progress


def about(name: str, words: str) -> Sentence:
    """What is going on, and with which model or data set."""
    return Sentence(ABOUT, {"name": name, "words": words})


def without_name(words: str) -> str:
    """The same without which it is."""
    return str(words.values["words"]) if isinstance(words, Sentence) and words.template == ABOUT else words


def exchanged(text: str, old: str, new: str) -> str:
    """`text` with `new` for `old`; of a sentence, in what is filled in."""
    if not isinstance(text, Sentence):
        return text.replace(old, new)
    values = {name: exchanged(value, old, new) if isinstance(value, str) else value for name, value in text.values.items()}
    return Sentence(text.template, values, text.one)


def listed(parts: Sequence[str], between: str = ", ") -> Sentence:
    """Several, one after the other, with the same words between them."""
    return Sentence(between.join(f"{{part{at}}}" for at in range(len(parts))), {f"part{at}": part for at, part in enumerate(parts)})


def figures(text: str) -> Sentence:
    """Text that holds figures, such as "0.5 [0.4, 0.6]", which languages write differently."""
    return Sentence("{figures:figures}", {"figures": text})


# --- languages -------------------------------------------------------------------------------------------------------


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


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """What is handed out meanwhile is in this language."""
    before = SPOKEN.set(code)
    try:
        yield
    finally:
        SPOKEN.reset(before)


def spoken(code: str | None = None) -> str:
    """`code`, or the language of the present request."""
    return SPOKEN.get() if code is None else code


def translated(value: Any, code: str | None = None) -> Any:
    """`value` with each sentence in it, in lists and objects too, in the language `code`, by default that of the present request."""
    code = spoken(code)
    if isinstance(value, Sentence):
        return value if code == SOURCE else _in_language(value, code)
    if isinstance(value, dict):
        return {translated(key, code): translated(item, code) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [translated(item, code) for item in value]
    return value


def known(words: str) -> Sentence:
    """Words that stand elsewhere, such as the name of a figure or a sentence of an old file, as a sentence that is looked up as it stands."""
    return words if isinstance(words, Sentence) else Sentence(words.replace("{", "{{").replace("}", "}}"), {})


def written(figures: str, code: str | None = None) -> str:
    """Figures, such as "0.5 [0.4, 0.6]", with the decimal mark of a language; where that is a comma, none stands between two of them."""
    mark = catalogue(spoken(code))["decimal"]
    if mark == ".":
        return figures
    apart = re.sub(r"(?<=\d), (?=\d)", "; ", figures)
    return re.sub(r"(?<=\d)[.,](?=\d)", lambda found: mark if found[0] == "." else ".", apart)


def contracted(sentence: str, code: str) -> str:
    """A sentence that has been filled in, with what words become beside each other in a language."""
    for pattern, replacement in catalogue(code)["contractions"]:
        sentence = re.sub(pattern, replacement.replace("$1", r"\1"), sentence)
    return sentence


def _in_language(sentence: Sentence, code: str) -> str:
    known = catalogue(code)["sentences"].get(sentence.template)
    plain = sentence.one if sentence.one is not None and sentence.values["n"] == 1 else sentence.template
    if isinstance(known, dict):
        known = known["one" if sentence.values["n"] == 1 else "other"]
    filled = _Filling(code).vformat(plain if known is None else known, (), sentence.values)
    return contracted(filled, code) if sentence.values else filled


class _Filling(Formatter):
    """Fills in numbers with a language's decimal mark, and sentences in that language."""

    def __init__(self, code: str) -> None:
        self._code = code

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Sentence):
            return str(translated(value, self._code))
        if format_spec == "figures":
            return written(value, self._code)
        text: str = super().format_field(value, format_spec)
        return text if isinstance(value, str) else written(text, self._code)


def in_language(path: Path, code: str) -> Path:
    """Where a page that is at `path` in English lies in another language."""
    return path.with_suffix(f".{code}{path.suffix}")


# --- sentences on their way through files and processes ---------------------------------------------------------------


def packed(value: Any) -> Any:
    """`value` as JSON has it, its sentences as objects that `unpacked` makes sentences of again."""
    if isinstance(value, Sentence):
        found = {TEMPLATE: value.template, VALUES: packed(value.values)}
        return found if value.one is None else found | {ONE: value.one}
    if isinstance(value, Mapping):
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [packed(item) for item in value]
    return value


def unpacked(value: Any) -> Any:
    """What `packed` was given, lists in the place of tuples."""
    if isinstance(value, dict):
        items = {key: unpacked(item) for key, item in value.items()}
        if items.keys() in ({TEMPLATE, VALUES}, {TEMPLATE, VALUES, ONE}):
            return Sentence(items[TEMPLATE], items[VALUES], items.get(ONE))
        return items
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    return value


def sealed(text: str) -> str:
    """A text or a sentence as one text, for a column of a database; `opened` reads both."""
    return json.dumps(packed(text)) if isinstance(text, Sentence) else str(text)


def opened(text: str) -> str:
    """What `sealed` was given."""
    if text.startswith(f'{{"{TEMPLATE}"'):
        try:
            return str(unpacked(json.loads(text)))
        except (ValueError, KeyError, TypeError):
            return text
    return text
