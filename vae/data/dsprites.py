"""Pictures made of five known factors, in the values of the published dSprites: shape, size, angle and place.

Drawn when asked for. The factors are those of the published set; edges may differ from it by a pixel, since its drawing program is another.
Source: Matthey, Higgins, Hassabis and Lerchner, "dSprites: Disentanglement testing Sprites dataset", 2017.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from vae.data.drawn import drawn
from vae.data.registry import DataSet, Images, register

NAME = "dsprites"
FACTORS = ("shape", "size", "angle", "across", "down")
SIZES = (3, 6, 40, 32, 32)  # values of each factor; 737,280 pictures in all
SHAPES = ("square", "ellipse", "heart")
SIDE = 64
LARGEST = 9.5  # pixels: half the side of a square of the largest size
MARGIN = 16.0  # pixels between the edge and the outermost middle
BATCH = 512
COUNTS = {"train": 40_000, "test": 5_000}  # drawn from all of them; a split of all would take three gigabytes


def all_factors() -> np.ndarray:
    """The factors of every picture in the published order, the last varying fastest: (737280, 5) int64, each from 0."""
    return np.stack(np.unravel_index(np.arange(math.prod(SIZES)), SIZES), 1)


def some_factors(count: int, seed: int) -> np.ndarray:
    """Factors drawn evenly, (count, 5) int64."""
    return np.random.default_rng(seed).integers(0, SIZES, (count, len(SIZES)))


def render(factors: np.ndarray) -> Tensor:
    """The pictures of `factors` (N, 5), white on black: (N, 1, 64, 64) uint8, 0 or 255; ValueError for factors that there are none of."""
    factors = np.asarray(factors)
    if factors.ndim != 2 or factors.shape[1] != len(SIZES) or (factors < 0).any() or (factors >= SIZES).any():
        raise ValueError(f"factors are (N, {len(SIZES)}) whole numbers from 0, below {', '.join(map(str, SIZES))}")
    return torch.cat([_render(torch.from_numpy(factors[start : start + BATCH])) for start in range(0, len(factors), BATCH)])


def _render(factors: Tensor) -> Tensor:
    shape, size, angle, across, down = (column[:, None, None] for column in factors.unbind(1))
    scale = LARGEST * (0.5 + 0.1 * size)  # half to whole
    turn = 2 * math.pi * angle / (SIZES[2] - 1)  # the first and the last are the same, as published
    reach = SIDE - 1 - 2 * MARGIN
    grid = torch.arange(float(SIDE))
    right, below = grid[None, None] - MARGIN - reach * across / (SIZES[3] - 1), grid[None, :, None] - MARGIN - reach * down / (SIZES[4] - 1)
    x, y = (right * turn.cos() + below * turn.sin()) / scale, (below * turn.cos() - right * turn.sin()) / scale
    square = torch.maximum(x.abs(), y.abs()) <= 1
    ellipse = (x / 0.75).square() + (y / 1.35).square() <= 1
    up = -1.15 * y + 0.1
    heart = (x.square() + up.square() - 1).pow(3) - x.square() * up.pow(3) <= 0
    inside = torch.where(shape == 0, square, torch.where(shape == 1, ellipse, heart))
    return (255 * inside.byte()).unsqueeze(1)


def _load(split: str, _download: bool) -> Images:
    def draw() -> tuple[np.ndarray, np.ndarray]:
        factors = some_factors(COUNTS[split], 1707 + (split == "test"))
        return render(factors).numpy(), factors[:, 0].astype(np.uint8)

    return Images(*drawn(NAME, split, (COUNTS[split], 1, SIDE, SIDE), draw, [__file__]), SHAPES)


register(DataSet(NAME, "dSprites", SHAPES, (1, SIDE, SIDE), 4, lambda: True, _load))
