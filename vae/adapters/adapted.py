"""What all adapters share: another's network in its own range of values and shape of codes, behind our port."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae.adapters.differences import differentiable, has_derivatives
from vae.models.autoencoder import as_codes
from vae.models.config import Foreign, ModelConfig
from vae.models.images import as_images
from vae.models.port import Posterior, Slopes, Spec, family

LONGEST_CODE = 4096  # numbers in a code; D of a config goes no further


@dataclass(frozen=True)
class Passage:
    """The two ways through a network, in its own range of values.

    encode : images (N, C, H, W) to means and standard deviations of codes, each (N, *code_shape); None for no standard deviations
    decode : codes (N, *code_shape) to images (N, C, H, W)
    """

    encode: Callable[[Tensor], tuple[Tensor, Tensor | None]]
    decode: Callable[[Tensor], Tensor]


class Adapted(nn.Module):
    """A `Model` of the network `net`, whose weights these are, by `ways`, which gives the passage through it or a copy of it.

    Pictures from 0 to 1 are brought to the network's range and back; codes are flat outside and have their own shape inside.
    """

    def __init__(self, config: ModelConfig, net: nn.Module, ways: Callable[[Any], Passage]) -> None:
        super().__init__()
        self.config = config
        self.net = net
        self._ways = ways

    @property
    def foreign(self) -> Foreign:
        """What its config says of it as another's model."""
        return cast(Foreign, self.config.foreign)

    @property
    def spec(self) -> Spec:
        """What the model is."""
        config = self.config
        return Spec(config.kind, (config.latent_dim,), config.image_shape, family(config.kind).has_std)

    @property
    def slopes(self) -> Slopes | None:
        """None: torch has the only way to the derivatives."""
        return None

    @property
    def device(self) -> torch.device:
        """Where the weights live."""
        return next((weight.device for weight in chain(self.parameters(), self.buffers())), torch.device("cpu"))

    @property
    def dtype(self) -> torch.dtype:
        """The weights' number type."""
        return next((weight.dtype for weight in self.parameters()), torch.float32)

    def encode(self, images: object) -> Posterior:
        """The codes of `images`, in all the forms that `Autoencoder.encode` takes; ValueError for those that are not."""
        low, high = self.foreign.low, self.foreign.high
        values = as_images(images, self.config.image_shape, self.dtype, self.device) * (high - low) + low
        mean, std = self._ways(self.net).encode(values)
        mean = self._flat(mean, len(values))
        if not family(self.config.kind).has_std:
            return Posterior(mean, torch.zeros_like(mean))
        if std is None:
            raise ValueError(
                f"{self.foreign.source} gives no standard deviations, which it did when it was converted; convert it again, with --replace"
            )
        return Posterior(mean, self._flat(std, len(values)).clamp_min(torch.finfo(mean.dtype).tiny))

    def decode(self, codes: Tensor) -> Tensor:
        """The images (N, C, H, W), float in [0, 1], of `codes` (N, D); ValueError for codes that are not finite or of another size."""
        return self.paint(as_codes(codes, self.config.latent_dim, self.dtype, self.device))

    def paint(self, codes: Tensor) -> Tensor:
        """`decode` without its checks."""
        spread = self.foreign.differences
        return differentiable(self._paint, codes, spread) if spread else self._paint(codes)

    def preview(self, codes: Tensor, shrink: int) -> Tensor:
        """The images (N, C, H / shrink, W / shrink) of codes whose blocks of `shrink` × `shrink` cells are averaged first, to follow a hand by.

        Without its checks, as `paint`, and of full size where codes have no such cells or the decoder takes no smaller ones.
        """
        shape, (channels, height, width) = self.foreign.code_shape, self.config.image_shape
        if len(shape) != 3 or self.foreign.differences or any(side % shrink for side in (*shape[1:], height, width)):
            return self.paint(codes)
        try:
            values = self._ways(self.net).decode(functional.avg_pool2d(codes.unflatten(1, shape), shrink))
        except RuntimeError:  # a layer of one size only
            return self.paint(codes)
        if tuple(values.shape[1:]) != (channels, height // shrink, width // shrink):
            return self.paint(codes)
        return self._shown(values)

    def has_derivatives(self) -> bool:
        """Whether torch can differentiate its decoder."""
        return has_derivatives(self._paint, torch.zeros(2, self.config.latent_dim, dtype=self.dtype, device=self.device))

    def _paint(self, codes: Tensor) -> Tensor:
        values = self._ways(self.net).decode(codes.unflatten(1, self.foreign.code_shape))
        if values.numel() != len(codes) * self.config.pixels:
            raise ValueError(f"{self.foreign.source} decodes to {tuple(values.shape[1:])}, and its images are {self.config.image_shape}")
        return self._shown(values).reshape(len(codes), *self.config.image_shape)

    def _shown(self, values: Tensor) -> Tensor:
        low, high = self.foreign.low, self.foreign.high
        return ((values - low) / (high - low)).clamp(0, 1)

    def _flat(self, codes: Tensor, count: int) -> Tensor:
        if codes.shape[0] != count or codes.numel() != count * self.config.latent_dim:
            raise ValueError(
                f"{self.foreign.source} gives codes of {tuple(codes.shape[1:])}, and its config says {self.foreign.code_shape}"
            )
        return codes.reshape(count, self.config.latent_dim)


def check_codes(config: ModelConfig) -> None:
    """ValueError with a sentence if a config's code size is not that of its code's shape."""
    shape = cast(Foreign, config.foreign).code_shape
    if math.prod(shape) != config.latent_dim:
        raise ValueError(
            f"the code size (latent_dim) is {config.latent_dim}, and codes of {' x '.join(map(str, shape))} have {math.prod(shape)} numbers"
        )
