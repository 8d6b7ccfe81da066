"""Ways from one code to another."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch

from vae.continuity.measures import cycle_gap, step_max_ratio
from vae.latent.paths import evenly, lerp, slerp
from vae.live import curves
from vae.live.bundle import Bundle
from vae.live.operations.judging import judging_of
from vae.live.operations.plan import ALL, Drawn, Plan, steps_between
from vae.live.wire.frames import ProtocolError
from vae.live.wire.schema import LIMITS
from vae.sentences import phrase

WAYS = {"line": lerp, "sphere": slerp}


def path(bundle: Bundle, *, way: str, frames: int, a: np.ndarray, b: np.ndarray) -> Plan:
    """The frames of a way, and what it is like, measured on 65 evenly spaced codes whatever `frames` is; of large pictures all are smaller."""
    shown, measured = WAYS[way](a, b, evenly(frames)), WAYS[way](a, b, evenly(LIMITS.path_steps + 1))
    judging = judging_of(bundle)

    def finish(drawn: Drawn) -> dict[str, Any]:
        pictures = drawn.pictures[frames:]
        steps = steps_between(bundle, pictures)
        gap = np.nan  # of smaller pictures there are no codes to come back
        if bundle.coarse == 1:
            gap = cycle_gap(bundle.model, torch.from_numpy(measured).to(pictures.device), bundle.radius, pictures).mean().item()
        return {
            "pixels": drawn.pixels[:frames],
            "places": drawn.places,
            "steps": steps.cpu().numpy(),
            "figures": {"step_max_ratio": step_max_ratio(steps), "cycle_gap": gap},
            "verdicts": judging(drawn.pictures[:frames], shown),
        }

    return Plan(np.vstack([shown, measured]), finish, slice(frames, None), bundle.coarse)


def along(bundle: Bundle, *, way: str, t: float, a: np.ndarray, b: np.ndarray) -> Plan:
    """One place of a way."""
    codes = WAYS[way](a, b, np.array([t]))
    return Plan(codes, lambda drawn: {"pixels": drawn.pixels, "places": drawn.places, "code": codes[0]}, ALL)


def relax(
    bundle: Bundle, *, start: str, segments: int, iterations: int,
    a: np.ndarray | None = None, b: np.ndarray | None = None, curve: np.ndarray | None = None,
) -> Plan:  # fmt: skip
    """Steps of a geodesic; without an iteration the curve is only measured.

    It starts from the way from `a` to `b`, or from `curve` (K + 1, D), K its segments. Pictures, places and steps are of 65
    evenly spaced codes on the curve that is answered; the length is the sum of the steps, the energy 64 times the sum of
    their squares.
    """
    if LIMITS.path_steps % segments:
        raise ProtocolError(phrase("segments is {segments}; it must be a divisor of {steps}", segments=segments, steps=LIMITS.path_steps))
    if curve is None:  # the schema asks for one or the other
        curve = WAYS[start](cast(np.ndarray, a), cast(np.ndarray, b), evenly(segments + 1))
    nodes, codes = curves.relaxed(bundle, curve, iterations)

    def finish(drawn: Drawn) -> dict[str, Any]:
        steps = steps_between(bundle, drawn.pictures)
        figures = {"energy": LIMITS.path_steps * steps.square().sum().item(), "length": steps.sum().item()}
        return {"curve": nodes, "pixels": drawn.pixels, "places": drawn.places, "steps": steps.cpu().numpy(), "figures": figures}

    return Plan(codes, finish, ALL)
