"""A grammar of broken files: JSON with odd values in odd places, and bytes that were cut, turned or exchanged."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.just(10**400), st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=8), st.just("\ud800"), st.just("x" * 5000), st.just("/"), st.just("../.."), st.just("\0"), st.just([]), st.just({}),
    st.lists(st.integers(-2, 5000), max_size=4), st.just([[[[]]]]), st.just({"value": float("nan"), "low": "a", "high": None, "n": {}}),
)  # fmt: skip
DEEP = "[" * 3000 + "]" * 3000


@st.composite
def broken_object(draw: st.DrawFn, sound: dict[str, Any]) -> bytes:
    """A JSON file like `sound`, in which some values are odd, some are missing and some are too many; or hardly JSON at all."""
    values: dict[str, Any] = dict(sound)
    for key in draw(st.lists(st.sampled_from([*sound, "kind", "more", ""]), min_size=1, max_size=3)):
        if draw(st.booleans()):
            values[key] = draw(ODD)
        else:
            values.pop(key, None)
    text = json.dumps(values)
    kind = draw(st.sampled_from(["json", "json", "json", "cut", "deep", "digits", "bytes", "twice", "other"]))
    if kind == "cut":
        return text.encode()[: draw(st.integers(0, len(text)))]
    if kind == "deep":
        return f'{{"more": {DEEP}, {text[1:]}'.encode()
    if kind == "digits":
        return f'{{"more": {"9" * draw(st.sampled_from([400, 4200, 5000]))}, {text[1:]}'.encode()
    if kind == "bytes":
        return draw(st.binary(max_size=60))
    if kind == "other":
        return json.dumps(draw(ODD)).encode()
    return (text * 2 if kind == "twice" else text).encode()


@st.composite
def broken_bytes(draw: st.DrawFn, sound: bytes) -> bytes:
    """A file like `sound`, cut, with some bytes turned, or with something else before or behind."""
    content = bytearray(sound)
    kind = draw(st.sampled_from(["cut", "turned", "head", "longer", "length", "words", "nothing"]))
    if kind == "cut":
        return bytes(content[: draw(st.integers(0, len(content)))])
    if kind in ("turned", "head"):
        for _ in range(draw(st.integers(1, 6))):
            content[draw(st.integers(0, min(len(content), 400 if kind == "head" else len(content)) - 1))] ^= draw(st.integers(1, 255))
        return bytes(content)
    if kind == "longer":
        return bytes(content) + draw(st.binary(min_size=1, max_size=20))
    if kind == "length":
        return draw(st.binary(min_size=8, max_size=8)) + bytes(content[8:])
    if kind == "words":
        return bytes(content).replace(b"method", b"metho\xff").replace(b"classes", draw(st.sampled_from([b"classed", b"cla\\u00"])))
    return b""
