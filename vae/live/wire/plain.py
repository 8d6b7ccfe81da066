"""The description of the wire as plain JSON types, as JavaScript gets it, and the hash by which page and server know whether they have the same."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict
from typing import Any

from vae.data import registry
from vae.live.wire import frames, schema
from vae.live.wire.parts import Answer, Field, Key, Operation, Record, Table, Value

ENUMERATIONS = (
    "SOURCES",
    "WAYS",
    "STARTS",
    "FIELDS",
    "FLOORS",
    "HANDLE_KINDS",
    "COMPARISONS",
    "STUDIO_VIEWS",
    "CURVES",
    "WORLDS",
    "PAIR",
    "RUN_HALT",
    "RUN_STATE",
    "PALETTE",
    "PHASES",
    "VERDICT",
    "PLACE",
    "SLOTS",
    "SLIDERS",
    "LUMINANCE",
)
NAMES = ("DEFAULT_MODEL", "ILLUSTRATED_MODEL", "PAINTER", "LANGUAGE_COOKIE", "NOT_ON_DISK")


def operation(described: Operation) -> dict[str, Any]:
    """An operation without its words for people."""
    return {
        "name": described.name,
        "socket": described.socket,
        "number": described.number,
        "asks": [field(each) for each in described.asks],
        "answers": [answer(each) for each in described.answers],
    }


def field(described: Field) -> dict[str, Any]:
    """A field without what only the server checks."""
    plain: dict[str, Any] = {"name": described.name, "kind": described.kind}
    if described.shape:
        plain["shape"] = list(described.shape)
    if described.words:
        plain["words"] = list(described.words)
    if described.only:
        plain["only"] = [described.only[0], list(described.only[1])]
    if described.optional:
        plain["optional"] = True
    if described.default is not None:
        plain["default"] = described.default
    return plain


def answer(described: Answer) -> dict[str, Any]:
    """One of an operation's answers."""
    kind = {Table: "table", Record: "record", Value: "value"}.get(type(described), "array")
    plain = {"name": described.name, "kind": kind, "dtype": described.dtype}
    if isinstance(described, Table | Record):  # whose last side is that of their columns
        return plain | {"shape": list(described.shape[:-1]), "columns": list(described.columns)}
    return plain | {"shape": list(described.shape)}


def key(described: Key) -> dict[str, Any]:
    """A part of an address."""
    plain: dict[str, Any] = {"kind": described.kind, "default": described.default}
    if described.words:
        plain["words"] = list(described.words)
    if described.kind == "number":
        plain |= {"low": described.low, "high": described.high if math.isfinite(described.high) else None}
    return plain


def wire(operations: tuple[Operation, ...] = schema.OPERATIONS) -> dict[str, Any]:
    """All that a page and the server must agree on to understand each other."""
    return {
        "STATUS": list(frames.STATUSES),
        "DTYPES": [dtype.name for dtype in frames.DTYPES],
        "OPERATIONS": [operation(each) for each in operations],
        "LIMITS": asdict(schema.LIMITS),
        **{name: list(getattr(schema, name)) for name in ENUMERATIONS},
        **{name: getattr(schema, name) for name in NAMES},
        "HAND": schema.HAND,
    }


def address() -> dict[str, Any]:
    """The parts of each page's address."""
    return {page: {name: key(each) for name, each in keys.items()} for page, keys in schema.ADDRESS.items()}


def data_sets() -> dict[str, str]:
    """What a screen calls each data set that is shipped, in the order in which they are listed."""
    return {each.name: each.title for each in registry.data_sets() if registry.is_shipped(each.name)}


def hash_of(described: dict[str, Any]) -> str:
    """12 hexadecimal digits that change when the description does."""
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]


HASH = hash_of(wire())
