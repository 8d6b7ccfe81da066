"""Directions from a code: those in which the picture changes most, and those from examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae.live import curves
from vae.live.bundle import Bundle
from vae.live.operations.plan import Drawn, Plan
from vae.live.wire.frames import ProtocolError
from vae.sentences import phrase


def handles(bundle: Bundle, *, count: int, reach: float, code: np.ndarray, before: np.ndarray | None = None) -> Plan:
    """The decoder's leading right singular directions at the code.

    Where directions found nearby, `before` (k, D), are sent, order and signs follow them.
    """
    if before is not None and len(before) > count:
        raise ProtocolError(phrase("the request holds {count} directions found before; send at most {most}", count=len(before), most=count))
    directions, values = curves.local_directions(bundle, code, before, count)
    with np.errstate(over="ignore"):  # the engine refuses codes that are not finite
        ends = code + np.stack([-reach * directions, reach * directions], 1).reshape(-1, len(code))
    return Plan(ends, lambda drawn: {"directions": directions, "values": values, "pixels": drawn.pixels})


def contrast(
    bundle: Bundle, *, first: int, second: int, reach: float, code: np.ndarray, outline: np.ndarray | None = None
) -> Plan:  # fmt: skip
    """The mean code of one set of images minus that of another; `outline` is (M, 2) on the map."""
    direction, counts = curves.contrast(bundle, first, second, np.empty((0, 2), np.float32) if outline is None else outline)
    with np.errstate(over="ignore"):
        ends = np.stack([code - reach * direction, code + reach * direction])

    def finish(drawn: Drawn) -> dict[str, Any]:
        return {"direction": direction, "pixels": drawn.pixels, "counts": dict(zip(("first", "second"), counts, strict=True))}

    return Plan(ends, finish)
