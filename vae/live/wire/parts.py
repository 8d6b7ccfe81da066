"""What a description of the wire is made of: fields that are asked for, arrays that are answered, keys of an address."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from vae.live.wire.sizes import Side


@dataclass(frozen=True)
class Field:
    """One thing that a request holds, as one or more float32 numbers.

    name : in both languages
    kind : a number, a whole number, one of `words` (sent as its place among them), an array of a known shape, or rows:
        all numbers that are left, in an array whose first side is the number of rows
    said : what sentences for people call it
    low, high : what a number, or each of an array of whole numbers, may be; a side in symbols where it depends on the model
    shape : of an array; that of one row for rows
    most : rows
    whole : whether an array's numbers are whole
    words : of an enumeration
    only : another field and the words of it with which this one is sent
    optional : whether rows, or an array that comes last, may be left out
    default : what a page need not say; an array is filled with it
    sentence : what is said of an array that is not as it must be, with {low}, {high} and {most}
    """

    name: str
    kind: Literal["number", "whole", "choice", "array", "rows"]
    said: str = ""
    low: float | Side = -math.inf
    high: float | Side = math.inf
    shape: tuple[Side, ...] = ()
    most: int = 0
    whole: bool = False
    words: tuple[str, ...] = ()
    only: tuple[str, tuple[str, ...]] | None = None
    optional: bool = False
    default: float | None = None
    sentence: str = ""

    @property
    def called(self) -> str:
        """Its name in sentences."""
        return self.said or self.name


@dataclass(frozen=True)
class Array:
    """A named array of an answer."""

    name: str
    dtype: Literal["uint8", "float32", "int32"]
    shape: tuple[Side, ...]
    about: str = ""


@dataclass(frozen=True)
class Table:
    """An array whose last side is made of named columns; `rows` are its other sides."""

    name: str
    dtype: Literal["uint8", "float32", "int32"]
    rows: tuple[Side, ...]
    columns: tuple[str, ...]
    about: str = ""

    @property
    def shape(self) -> tuple[Side, ...]:
        """Of the array on the wire."""
        return (*self.rows, len(self.columns))


@dataclass(frozen=True)
class Record:
    """A few named numbers: a table's row on its own."""

    name: str
    dtype: Literal["uint8", "float32", "int32"]
    columns: tuple[str, ...]
    about: str = ""

    @property
    def shape(self) -> tuple[Side, ...]:
        """Of the array on the wire."""
        return (len(self.columns),)


@dataclass(frozen=True)
class Value:
    """One number on its own."""

    name: str
    dtype: Literal["uint8", "float32", "int32"]
    about: str = ""

    @property
    def shape(self) -> tuple[Side, ...]:
        """Of the array on the wire."""
        return (1,)


Answer = Array | Table | Record | Value


@dataclass(frozen=True, eq=False)  # there is one of each
class Operation:
    """One question: where it is asked, what it holds, what it is answered.

    socket : "live", "studio" or "training"; "page" for what is fetched once, over HTTP, and asks for nothing
    number : in a request; counted by each socket on its own
    """

    name: str
    socket: Literal["live", "studio", "training", "page"]
    number: int
    about: str
    asks: tuple[Field, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Key:
    """A part of an address.

    kind : how its text is read: "one of" `words`, "number" from `low` to `high`, or a word of the page's own, such as "point"
    default : what holds where the address does not say it; None where that depends on the model
    """

    name: str
    kind: str
    default: str | float | None = None
    words: tuple[str, ...] = ()
    low: float = 0
    high: float = math.inf


def keyed(*keys: Key) -> Mapping[str, Key]:
    """Keys by their names."""
    return MappingProxyType({key.name: key for key in keys})


def number(name: str, low: float = -math.inf, high: float = math.inf, **more: Any) -> Field:
    """A field that is a number."""
    return Field(name, "number", low=low, high=high, **more)


def whole(name: str, low: Side, high: Side, **more: Any) -> Field:
    """A field that is a whole number."""
    return Field(name, "whole", low=low, high=high, **more)


def choice(name: str, words: tuple[str, ...], **more: Any) -> Field:
    """A field that is one of `words`."""
    return Field(name, "choice", low=0, high=len(words) - 1, words=words, **more)


def array(name: str, *shape: Side, **more: Any) -> Field:
    """A field that is an array of a known shape."""
    return Field(name, "array", shape=shape, **more)


def rows(name: str, count: str, *shape: Side, most: int, **more: Any) -> Field:
    """A field that is all that is left of a request: 1 to `most` rows, whose number is `count` in the answer's shapes."""
    return Field(name, "rows", shape=(count, *shape), most=most, **more)
