"""The order in which people list names: 2 before 10."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort by: numbers within a name by their value, letters without regard to their case; the same only for the same name."""
    parts = tuple((0, int(part), part) if part.isdecimal() else (1, 0, part.casefold()) for part in _DIGITS.split(name) if part)
    return (*parts, (2, 0, name))
