"""An encoder and a decoder that begin as principal components: their convolutions have only to learn what these leave out."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, silu

from vae.models.convolutional import grid
from vae.models.linear import LinearModel
from vae.models.port import Architecture, register_architecture

if TYPE_CHECKING:
    from vae.models.config import ModelConfig

DENSE = 256  # width of the fully connected layer beside the code where nothing else is said
EDGE = 1 / 32  # of the pixels' range: closer to black or white than this, a value is pressed together instead of cut off
FARTHEST = 12.0  # EDGEs beyond black or white at which a value stays


class Residual(nn.Module):
    """Two convolutions around which the input also passes unchanged; at first nothing else does."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, 1, 1)
        self.second = zeroed(nn.Conv2d(width, width, 3, 1, 1))

    def forward(self, features: Tensor) -> Tensor:
        """(N, width, H, W) to the same."""
        return features + self.second(silu(self.first(silu(features))))


class Straight(nn.Module):
    """Principal components, of which nothing is learned: a mean picture, axes, and how far images spread along each.

    Until they are set, from images, they are directions at random.
    """

    def __init__(self, latent_dim: int, pixels: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.full((pixels,), 0.5))
        self.register_buffer("axes", nn.functional.normalize(torch.randn(latent_dim, pixels), dim=1))
        self.register_buffer("spread", torch.ones(latent_dim))

    middle: Tensor
    axes: Tensor
    spread: Tensor

    def set(self, linear: LinearModel) -> None:
        """Take these; where there are fewer than the code has numbers, the others say nothing."""
        found = len(linear.spread)
        self.middle.copy_(linear.mean)
        self.axes.zero_()[:found].copy_(linear.axes)
        self.spread.fill_(1.0)[:found].copy_(linear.spread.clamp_min(1e-3))

    def encode(self, pixels: Tensor) -> Tensor:
        """(N, P) to (N, D), each number with variance 1 over the images."""
        return (pixels - self.middle) @ self.axes.T / self.spread

    def decode(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, P), which may lie outside [0, 1]."""
        return self.middle + (codes * self.spread) @ self.axes


class ResidualTrunk(nn.Module):
    """Convolutions of stride 2 through `channels`, a residual block and a linear layer of width `dense`; beside them principal components."""

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int, straight: Straight) -> None:
        super().__init__()
        self._shape = image_shape
        self.straight = straight
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 4, 2, 1) for before, after in pairwise([image_shape[0], *channels]))
        self.block = Residual(channels[-1])
        height, width = grid(image_shape, len(channels))
        self.dense = nn.Linear(channels[-1] * height * width, dense)
        self.width = dense + len(straight.spread)

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, C·H·W) to (N, `width`), the principal components last."""
        features = pixels.unflatten(1, self._shape)
        for place, layer in enumerate(self.layers):
            features = layer(silu(features) if place else features)
        features = silu(self.dense(silu(self.block(features)).flatten(1)))
        return torch.cat([features, self.straight.encode(pixels)], 1)


class ResidualDecoder(nn.Module):
    """The trunk backwards: a linear layer, a residual block, doubling by nearest neighbour and at last by sub-pixels; added to principal components.

    Source of the last doubling: Shi and others, "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network", 2016.
    """

    def __init__(self, image_shape: tuple[int, int, int], channels: tuple[int, ...], dense: int, straight: Straight) -> None:
        super().__init__()
        latent_dim = len(straight.spread)
        self._grid = (channels[-1], *grid(image_shape, len(channels)))
        self.straight = straight
        self.mix = nn.Linear(latent_dim, latent_dim)
        with torch.no_grad():
            nn.init.eye_(self.mix.weight)
            nn.init.zeros_(self.mix.bias)
        self.dense = nn.Linear(latent_dim, dense)
        self.first = nn.Linear(dense, channels[-1] * self._grid[1] * self._grid[2])
        self.block = Residual(channels[-1])
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 3, 1, 1) for before, after in pairwise(reversed(channels)))
        self.last = zeroed(nn.Conv2d(channels[0], 4 * image_shape[0], 3, 1, 1))

    def forward(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, C·H·W), before the sigmoid."""
        features = self.block(self.first(silu(self.dense(codes))).unflatten(1, self._grid))
        for layer in self.layers:
            features = layer(interpolate(silu(features), scale_factor=2.0, mode="nearest"))
        values = self.straight.decode(self.mix(codes)) + pixel_shuffle(self.last(silu(features)), 2).flatten(1)
        return torch.logit(held(values.to(torch.promote_types(values.dtype, torch.float32))))


def held(values: Tensor) -> Tensor:
    """`values` between black, 0, and white, 1: themselves where they are, and smoothly towards the ends beyond."""
    low = EDGE * torch.exp((values / EDGE - 1).clamp(-FARTHEST, 0))
    high = 1 - EDGE * torch.exp(((1 - values) / EDGE - 1).clamp(-FARTHEST, 0))
    return torch.where(values < EDGE, low, torch.where(values > 1 - EDGE, high, values))


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """`layer`, which gives nothing until it has learned to."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _build(config: ModelConfig) -> tuple[nn.Module, nn.Module]:
    dense, shape = config.dense or DENSE, config.image_shape
    parts = [Straight(config.latent_dim, config.pixels) for _ in range(2)]
    parts[1].load_state_dict(parts[0].state_dict())
    return ResidualTrunk(shape, config.hidden, dense, parts[0]), ResidualDecoder(shape, config.hidden, dense, parts[1])


def _check(config: ModelConfig) -> None:
    grid(config.image_shape, len(config.hidden))


@torch.no_grad()
def _begin(model: Any, images: Tensor) -> None:
    """Let `model` be the principal components of `images` (N, C, H, W) uint8, and a VAE probabilistic ones.

    Source of the posterior's variance, σ² / (λ + σ²) with the components' variances λ and what they leave out, σ²: Tipping and Bishop,
    "Probabilistic Principal Component Analysis", 1999.
    """
    trunk, mean = model.trunk, model.mean
    size = mean.out_features
    linear = LinearModel.fit(images, size)
    decoder = getattr(model.decoder, "decoder", model.decoder)  # on a sphere, it stands behind the direction
    for part in (trunk, decoder):
        part.straight.set(linear)
    mean.weight.zero_()
    mean.weight[:, -size:] = torch.eye(size)
    mean.bias.zero_()
    if hasattr(model, "log_variance"):
        some = images[:: -(-len(images) // 1000)].float() / 255
        left = (linear.decode(linear.encode(some)) - some).square().mean()
        variance = torch.ones(size)
        variance[: len(linear.spread)] = left / (linear.spread.square() + left)
        model.log_variance.weight.zero_()
        model.log_variance.bias.copy_(variance.clamp_min(1e-4).log())


register_architecture(Architecture("residual", (16, 32, 64), _build, _check, _begin))
