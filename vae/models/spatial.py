"""An encoder and a decoder whose code is a small picture itself: a few numbers for each cell of six pixels a side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, silu

from vae.models.discrete import Convolution, Residual
from vae.models.port import Architecture, register_architecture

if TYPE_CHECKING:
    from vae.models.config import ModelConfig

CELL = 6  # pixels a side
BLOCKS = 2  # residual blocks of the decoder on the cells
SPREAD = -3.0  # log σ² at which a VAE begins


def cells(image_shape: tuple[int, int, int], latent_dim: int) -> tuple[int, int, int]:
    """Features of a cell, so that there are at least `latent_dim` of them, and cells down and across.

    Raises
    ------
    ValueError
        If the picture is not made of whole cells.
    """
    _, height, width = image_shape
    if height % CELL or width % CELL:
        raise ValueError(f"a spatial code has a cell for every {CELL} x {CELL} pixels; {height} x {width} is not made of such cells")
    down, across = height // CELL, width // CELL
    return -(-latent_dim // (down * across)), down, across


class SpatialTrunk(nn.Module):
    """Convolutions of stride 2 and 3 and a residual block: a few features for each cell."""

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, int], latent_dim: int) -> None:
        super().__init__()
        self._shape = image_shape
        (narrow, wide), (features, down, across) = channels, cells(image_shape, latent_dim)
        self.layers = nn.ModuleList([nn.Conv2d(image_shape[0], narrow, 4, 2, 1), Convolution(narrow, wide, 5, 3)])
        self.block = Residual(wide)
        self.last = Convolution(wide, features, 1)
        self.width = features * down * across

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, C·H·W) to (N, `width`), the cells of one feature after those of another."""
        first, second = self.layers
        features = second(silu(first(pixels.unflatten(1, self._shape) * 2 - 1)))
        return self.last(silu(self.block(features))).flatten(1)


class SpatialDecoder(nn.Module):
    """The trunk backwards: a linear layer to the cells, residual blocks on them, and two steps of sub-pixels up to the picture.

    Source of these steps: Shi and others, "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network", 2016.
    """

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, int], latent_dim: int) -> None:
        super().__init__()
        wide, narrow = channels[1], max(1, channels[0] // 2)
        self._grid = cells(image_shape, latent_dim)
        features, down, across = self._grid
        self.mix = identity(nn.Linear(latent_dim, features * down * across))
        self.widen = nn.Conv2d(features, wide, 3, 1, 1)
        self.coarse = nn.Sequential(*(Residual(wide) for _ in range(BLOCKS)))
        self.grow = Convolution(wide, narrow * 9, 3)
        self.fine = Residual(narrow)
        self.last = Convolution(narrow, 4 * image_shape[0], 3)

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, C·H·W), before the sigmoid."""
        features = self.coarse(self.widen(self.mix(codes).unflatten(1, self._grid)))
        features = self.fine(pixel_shuffle(self.grow(silu(features)), 3))
        return pixel_shuffle(self.last(silu(features)), 2).flatten(1)


def identity(layer: nn.Linear) -> nn.Linear:
    """`layer`, which passes on what it gets until it has learned otherwise."""
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _build(config: ModelConfig) -> tuple[nn.Module, nn.Module]:
    shape, (narrow, wide), size = config.image_shape, config.hidden, config.latent_dim
    return SpatialTrunk(shape, (narrow, wide), size), SpatialDecoder(shape, (narrow, wide), size)


def _check(config: ModelConfig) -> None:
    cells(config.image_shape, config.latent_dim)
    if len(config.hidden) != 2:
        raise ValueError(f"hidden has {len(config.hidden)} layers; a spatial code takes two, which make a cell of two and three pixels")
    if config.dense:
        raise ValueError(f"dense is {config.dense!r}; a spatial code has no layer between convolutions and code, so leave dense at 0")


@torch.no_grad()
def _begin(model: Any, images: Tensor) -> None:
    """Let each number of the code be a feature of one cell, and a VAE be rather certain of it."""
    identity(model.mean)
    if hasattr(model, "log_variance"):
        nn.init.zeros_(model.log_variance.weight)
        nn.init.constant_(model.log_variance.bias, SPREAD)


register_architecture(Architecture("spatial", (32, 64), _build, _check, _begin))
