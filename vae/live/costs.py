"""What requests cost in time, as the last ones of their kind did: by it the engine knows long work before it begins it."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

import numpy as np

from vae.live.wire.parts import Operation
from vae.live.wire.schema import CLIMB, CONTRAST, HANDLES, HOLE, LIVE, PREVIEW, RELAX, TERRAIN

LONG = 0.02  # seconds: what takes longer is long work
GUESS = 1e-5  # seconds for a code, of a model that nothing is known of
FEW = 64  # codes; for more, one code of an unknown kind is taken to cost what one of that model did
DOUBTED = 5 * LONG
LAST = 4  # of the newest of a kind, the shortest counts: the others may have been held up by something else
MOST_KINDS = 4096

# Work that is done while a request is prepared, or for few codes: the field that says how much of it there is.
EARLY = {RELAX: "iterations", CLIMB: "steps", CONTRAST: None, HANDLES: None, HOLE: None}


def early(operation: int, payload: np.ndarray) -> int | None:
    """How much there is to do before any code is decoded, in units of the operation's own; None where there is no such work."""
    described = LIVE.get(operation)
    if described not in EARLY:
        return None
    field = EARLY[described]
    return 1 + (len(payload) if field is None else int(np.clip(_told(described, field, payload), 0, 1e6)))


def kind_of(model: str, operation: int, payload: np.ndarray, units: int) -> Hashable:
    """What requests of like cost for each unit have in common; a floor's cost depends on its field, a preview's on its size."""
    described, told = LIVE.get(operation), {TERRAIN: "field", PREVIEW: "shrink"}
    field = _told(described, told[described], payload) if described in told else 0.0
    return model, operation, field, units.bit_length()


def _told(operation: Operation, field: str, payload: np.ndarray) -> float:
    """A number of a request that nobody has checked yet, before which there are only numbers; 0 where the request is too short."""
    place = [each.name for each in operation.asks].index(field)
    return float(payload[place]) if len(payload) > place else 0.0


class Costs:
    """Seconds per unit of work, by kind of request."""

    def __init__(self) -> None:
        self._last: dict[Hashable, deque[float]] = {}
        self._codes: dict[str, float] = {}  # the least that a code of each model has cost

    def expected(self, kind: Hashable, units: int, unknown: float | None = None, model: str = "") -> float:
        """How many seconds a request of a kind will take.

        Where nothing is known of the kind, each unit takes `unknown`, and without that what a code of `model` did, if they are many. Few
        codes are not long work for having taken somewhat long once: the machine may have been busy.
        """
        last = self._last.get(kind)
        if last is not None:
            seconds = units * min(last)
            doubted = len(last) == 1 and units <= FEW and seconds <= DOUBTED and unknown is None
            return min(seconds, LONG) if doubted else seconds
        if unknown is None:
            unknown = self._codes.get(model, GUESS) if units > FEW else GUESS
        return units * unknown

    def decoded(self, model: str, seconds: float) -> None:
        """Say how many seconds one code of a model took, among others."""
        self._codes[model] = min(seconds, self._codes.get(model, seconds))

    def took(self, kind: Hashable, units: int, seconds: float) -> None:
        """Say how many seconds one took."""
        if kind not in self._last and len(self._last) >= MOST_KINDS:  # models come and go
            self._last.clear()
            self._codes.clear()
        self._last.setdefault(kind, deque(maxlen=LAST)).append(seconds / max(units, 1))
