"""An encoder and a decoder whose convolutions have only to add what a straight line leaves out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, silu

from vae.models.convolutional import grid
from vae.models.port import Architecture, register_architecture

if TYPE_CHECKING:
    from vae.models.config import ModelConfig

DENSE = 256  # width of the fully connected layer beside the code where nothing else is said
MIDDLE = 0.5  # of the pixels' range: the straight line is from there


class Residual(nn.Module):
    """Two convolutions around which the input also passes unchanged; at first nothing else does."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(width, width, 3, 1, 1) for _ in range(2))
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(torch.as_tensor(self.second.bias))

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, H, W) to the same."""
        return features + self.second(silu(self.first(silu(features))))


class ResidualTrunk(nn.Module):
    """Convolutions of stride 2 through `channels`, a residual block, a linear layer of width `dense`, and beside that the pixels themselves."""

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int) -> None:
        super().__init__()
        self._shape = image_shape
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 4, 2, 1) for before, after in pairwise([image_shape[0], *channels]))
        self.block = Residual(channels[-1])
        height, width = grid(image_shape, len(channels))
        self.dense = nn.Linear(channels[-1] * height * width, dense)
        self.width = dense + image_shape[0] * image_shape[1] * image_shape[2]

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, C·H·W) to (N, `width`)."""
        features = pixels.unflatten(1, self._shape)
        for place, layer in enumerate(self.layers):
            features = layer(silu(features) if place else features)
        features = silu(self.dense(silu(self.block(features)).flatten(1)))
        return torch.cat([features, pixels - MIDDLE], 1)


class ResidualDecoder(nn.Module):
    """The trunk backwards: a linear layer, a residual block, doubling by nearest neighbour and at last by sub-pixels, and beside that a straight line.

    Source of the last: Shi and others, "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional
    Neural Network", 2016.
    """

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int) -> None:
        super().__init__()
        self._grid = (channels[-1], *grid(image_shape, len(channels)))
        self.dense = nn.Linear(latent_dim, dense)
        self.first = nn.Linear(dense, channels[-1] * self._grid[1] * self._grid[2])
        self.block = Residual(channels[-1])
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 3, 1, 1) for before, after in pairwise(reversed(channels)))
        self.last = nn.Conv2d(channels[0], 4 * image_shape[0], 3, 1, 1)
        self.straight = nn.Linear(latent_dim, image_shape[0] * image_shape[1] * image_shape[2])

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, C·H·W), before the sigmoid."""
        features = self.block(self.first(silu(self.dense(codes))).unflatten(1, self._grid))
        for layer in self.layers:
            features = layer(interpolate(silu(features), scale_factor=2.0, mode="nearest"))
        return pixel_shuffle(self.last(silu(features)), 2).flatten(1) + self.straight(codes)


def _build(config: ModelConfig) -> tuple[nn.Module, nn.Module]:
    dense = config.dense or DENSE
    return (
        ResidualTrunk(config.image_shape, config.hidden, dense),
        ResidualDecoder(config.latent_dim, config.image_shape, config.hidden, dense),
    )


def _check(config: ModelConfig) -> None:
    grid(config.image_shape, len(config.hidden))


register_architecture(Architecture("residual", (24, 48, 96), _build, _check))
