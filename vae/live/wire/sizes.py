"""The sides of an array in symbols: "count", "count+1", "2*count", "rows*H", or a number. What is not known yet is learnt."""

from __future__ import annotations

import re
from functools import cache

Sizes = dict[str, int]  # what the symbols stand for
Side = int | str

_SIDE = re.compile(r"(?:(\w+)\*)?(\w+)(?:([+-])(\d+))?", re.ASCII)


class SizeError(ValueError):
    """An array is not shaped as the schema says."""


def side(text: Side, sizes: Sizes) -> int:
    """How long `text` is, all of whose symbols must be known; KeyError for one that is not."""
    first, second, offset = parts(text)
    return _known(first, sizes) * _known(second, sizes) + offset


def shaped(shape: tuple[Side, ...], sizes: Sizes) -> str:
    """`shape` for a sentence: with the numbers that are known."""
    words = []
    for text in shape:
        try:
            words.append(str(side(text, sizes)))
        except KeyError:
            words.append(str(text))
    return f"({', '.join(words)})"


def fit(actual: tuple[int, ...], shape: tuple[Side, ...], sizes: Sizes, what: str) -> None:
    """Hold an array's `actual` shape against what the schema says, and learn in `sizes` what was not known.

    Raises
    ------
    SizeError
        If they differ; `what` names the array.
    """
    if len(actual) != len(shape) or not all(_fits(size, text, sizes) for size, text in zip(actual, shape, strict=True)):
        raise SizeError(f"{what} has the shape {tuple(actual)} where the schema says {shaped(shape, sizes)}")


@cache
def parts(text: Side) -> tuple[str, str, int]:
    """`text` as factor, factor and what is added to their product; ValueError if it is not a side."""
    match = _SIDE.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is not the side of an array")
    first, second, sign, offset = match.groups()
    return first or "1", second, int(f"{sign}{offset}") if sign else 0


def _known(factor: str, sizes: Sizes) -> int:
    return int(factor) if factor.isdigit() else sizes[factor]


def _fits(size: int, text: Side, sizes: Sizes) -> bool:
    first, second, offset = parts(text)
    unknown = [factor for factor in (first, second) if not factor.isdigit() and factor not in sizes]
    if not unknown:
        return size == _known(first, sizes) * _known(second, sizes) + offset
    if len(unknown) == 2:
        return False
    times = _known(second if unknown[0] == first else first, sizes)
    rest = size - offset
    if rest < 0 or (rest % times if times else rest):
        return False
    if times:
        sizes[unknown[0]] = rest // times
    return True
