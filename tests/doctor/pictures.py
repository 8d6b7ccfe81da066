"""Pictures of which everything is known, since few numbers make them."""

from __future__ import annotations

import torch
from torch import Tensor

SIDE = 12
GRAIN = 0.03  # standard deviation of noise on every pixel, so that there is something that no code can say


def spots(count: int, seed: int) -> Tensor:
    """(count, 1, 12, 12) uint8: a soft spot, its place and its width normal numbers."""
    dice = torch.Generator().manual_seed(seed)
    right, down, wide = torch.randn(3, count, 1, 1, generator=dice).clamp(-2.5, 2.5)
    grid = torch.arange(float(SIDE)) - (SIDE - 1) / 2
    away = (grid[None, None] - 1.2 * right) ** 2 + (grid[None, :, None] - 1.2 * down) ** 2
    return _bytes(torch.exp(-away / (2 * (1.6 * (0.18 * wide).exp()) ** 2)), dice)


def bars(count: int, seed: int) -> Tensor:
    """(count, 1, 12, 12) uint8: a bar from edge to edge, its height and its slope normal numbers."""
    dice = torch.Generator().manual_seed(seed)
    height, slope = torch.randn(2, count, 1, 1, generator=dice).clamp(-2.5, 2.5)
    grid = torch.arange(float(SIDE)) - (SIDE - 1) / 2
    away = grid[None, :, None] - 1.2 * height - 0.3 * slope * grid[None, None]
    return _bytes((1.8 - away.abs()).clamp(0, 1), dice)


def hands(count: int, seed: int) -> Tensor:
    """(count, 1, 12, 12) uint8: the hand of a clock at any hour, so that one turn makes them all."""
    dice = torch.Generator().manual_seed(seed)
    turn = 2 * torch.pi * torch.rand(count, 1, 1, generator=dice)
    grid = torch.arange(float(SIDE)) - (SIDE - 1) / 2
    right, down = grid[None, None], grid[None, :, None]
    along, across = right * turn.cos() + down * turn.sin(), down * turn.cos() - right * turn.sin()
    return _bytes((1.6 - across.abs()).clamp(0, 1) * (along > 0), dice)


def _bytes(pictures: Tensor, dice: torch.Generator) -> Tensor:
    grained = pictures + GRAIN * torch.randn(pictures.shape, generator=dice)
    return (grained.clamp(0, 1) * 255).round().byte().unsqueeze(1)
