"""How much shorter than the straight line a path between two codes can be, measured in the pictures."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import jvp

from vae.latent.directions import Decode
from vae.latent.geodesic import SEGMENTS, along, relax

POINTS = 256  # at which the speed of a path is measured
MOST_STEPS = 60
SETTLED = 1e-3  # share of the energy; a step that gains less ends the optimisation


def geodesic(decode: Decode, a: Tensor, b: Tensor) -> Tensor:
    """The curve (K + 1, D) from code `a` (D,) to `b` that is shortest in the pictures, found from the straight line."""
    curve = along(torch.stack([a, b]), SEGMENTS)
    for _ in range(MOST_STEPS):
        relaxed = relax(decode, curve)
        curve = relaxed.curve
        if relaxed.fell <= SETTLED * relaxed.energy:
            break
    return curve


@torch.inference_mode(False)
@torch.no_grad()
def curve_length(decode: Decode, curve: Tensor, points: int = POINTS) -> float:
    """∫‖Jż‖ dt along a curve of nodes (K + 1, D), in picture change: the root of summed squared pixel differences.

    The midpoint rule on `points` pieces, a multiple of K, with exact Jacobian-vector products.
    """
    codes = along(curve.clone(), points)
    speed = (codes[1:] - codes[:-1]) * points
    slopes = jvp(lambda z: decode(z).flatten(1), ((codes[1:] + codes[:-1]) / 2,), (speed,))[1]
    return slopes.norm(dim=1).mean().item()


def geodesic_ratio(decode: Decode, a: Tensor, b: Tensor) -> float:
    """∫‖Jż‖ along the straight line from code `a` (D,) to `b` ÷ along the optimised curve.

    1 where the straight line is already the shortest, and between equal ends; a little below 1 only where the optimised
    curve's corners make it longer. `decode` takes codes (N, D) to pictures (N, ...).

    Source: Shao, Kumar and Fletcher, "The Riemannian Geometry of Deep Generative Models", 2018; Chen et al., "Metrics for
    Deep Generative Models", 2018.
    """
    straight, shortest = (curve_length(decode, curve) for curve in (torch.stack([a, b]), geodesic(decode, a, b)))
    return straight / shortest if shortest > 0 else 1.0
