"""An encoder and a decoder that know that pixels have neighbours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn.functional import interpolate, silu

from vae.models.port import Architecture, register_architecture

if TYPE_CHECKING:
    from vae.models.config import ModelConfig


def grid(image_shape: tuple[int, int, int], stages: int) -> tuple[int, int]:
    """Height and width after halving `stages` times.

    Raises
    ------
    ValueError
        If a side cannot be halved so often.
    """
    _, height, width = image_shape
    if height % 2**stages or width % 2**stages:
        raise ValueError(
            f"hidden has {stages} layers, each of which halves the sides of an image; {height} x {width} cannot be halved so often"
        )
    return height >> stages, width >> stages


class ConvolutionalTrunk(nn.Module):
    """Convolutions of stride 2 through `channels` and, if `dense`, a linear layer of that width; a SiLU after each. Images and features are flat."""

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int = 0) -> None:
        super().__init__()
        self._shape = image_shape
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 4, 2, 1) for before, after in pairwise([image_shape[0], *channels]))
        height, width = grid(image_shape, len(channels))
        self.width = channels[-1] * height * width
        self.dense = nn.Linear(self.width, dense) if dense else None
        self.width = dense or self.width

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, C·H·W) to (N, `width`)."""
        features = pixels.unflatten(1, self._shape)
        for layer in self.layers:
            features = silu(layer(features))
        features = features.flatten(1)
        return features if self.dense is None else silu(self.dense(features))


class ConvolutionalDecoder(nn.Module):
    """A linear layer to a small grid, if `dense` over another of that width, then doubling by nearest neighbour and a convolution, up through `channels` in reverse.

    Nearest neighbour and convolution in place of a transposed one leave no checkerboard.
    Source: Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016.
    """

    def __init__(self, latent_dim: int, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int = 0) -> None:
        super().__init__()
        self._grid = (channels[-1], *grid(image_shape, len(channels)))
        upwards = [*reversed(channels), channels[0]]
        self.dense = nn.Linear(latent_dim, dense) if dense else None
        self.first = nn.Linear(dense or latent_dim, channels[-1] * self._grid[1] * self._grid[2])
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 3, 1, 1) for before, after in pairwise(upwards))
        self.last = nn.Conv2d(channels[0], image_shape[0], 3, 1, 1)

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, C·H·W), before the sigmoid."""
        codes = codes if self.dense is None else silu(self.dense(codes))
        features = silu(self.first(codes)).unflatten(1, self._grid)
        for layer in self.layers:
            features = silu(layer(interpolate(features, scale_factor=2.0, mode="nearest")))
        return self.last(features).flatten(1)


def _build(config: ModelConfig) -> tuple[nn.Module, nn.Module]:
    return (
        ConvolutionalTrunk(config.image_shape, config.hidden, config.dense),
        ConvolutionalDecoder(config.latent_dim, config.image_shape, config.hidden, config.dense),
    )


def _check(config: ModelConfig) -> None:
    grid(config.image_shape, len(config.hidden))


register_architecture(Architecture("conv", (16, 32), _build, _check))
