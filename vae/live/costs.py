"""What requests cost in time, as the last ones of their kind did: by it the engine knows long work before it begins it."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

import numpy as np

from vae.live.wire.schema import CLIMB, CONTRAST, HANDLES, HOLE, LIVE, RELAX, TERRAIN

LONG = 0.02  # seconds: what takes longer is long work
GUESS = 1e-5  # seconds for a code, of a kind that nothing is known of
LAST = 4  # of the newest of a kind, the shortest counts: the others may have been held up by something else
MOST_KINDS = 4096

# Work that is done while a request is prepared, or for few codes: how much of it there is stands in the request's numbers.
EARLY = {RELAX: 2, CLIMB: 1, CONTRAST: None, HANDLES: None, HOLE: None}


def early(operation: int, payload: np.ndarray) -> int | None:
    """How much there is to do before any code is decoded, in units of the operation's own; None where there is no such work."""
    described = LIVE.get(operation)
    if described not in EARLY:
        return None
    place = EARLY[described]
    if place is None:
        return 1 + len(payload)
    return 1 + int(np.clip(payload[place], 0, 1e6)) if len(payload) > place else 1


def kind_of(model: str, operation: int, payload: np.ndarray, units: int) -> Hashable:
    """What requests of like cost for each unit have in common; a floor's cost depends on its field."""
    field = float(payload[0]) if operation == TERRAIN.number and len(payload) else 0.0
    return model, operation, field, units.bit_length()


class Costs:
    """Seconds per unit of work, by kind of request."""

    def __init__(self) -> None:
        self._last: dict[Hashable, deque[float]] = {}

    def expected(self, kind: Hashable, units: int, unknown: float = GUESS) -> float:
        """How many seconds a request of a kind will take; `unknown` for each unit where nothing is known of the kind."""
        last = self._last.get(kind)
        return units * (unknown if last is None else min(last))

    def took(self, kind: Hashable, units: int, seconds: float) -> None:
        """Say how many seconds one took."""
        if kind not in self._last and len(self._last) >= MOST_KINDS:  # models come and go
            self._last.clear()
        self._last.setdefault(kind, deque(maxlen=LAST)).append(seconds / max(units, 1))
