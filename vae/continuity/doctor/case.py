"""The model under examination, its images, and what several checks need of them, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import torch
from torch import Tensor

from vae.continuity.doctor.surgery import Split, split_kl
from vae.continuity.measures import squared_errors
from vae.latent.sampling import Gaussian, draw, noise, prior
from vae.models import Autoencoder, ModelConfig
from vae.training.losses import MIN_VARIANCE

CODES = 4000  # test images whose posteriors are looked at; the density of all of them is worked out at the code of each
PICTURES = 1000  # test images that are decoded
VALUES = 2**25  # pixels held at once as float32, 128 MB
BATCH = 500


@dataclass(frozen=True)
class LadderStep:
    """A model of the ladder that belongs to the data: its name and config, nats of KL, squared error per pixel."""

    name: str
    config: ModelConfig
    rate: float
    distortion: float


@dataclass(frozen=True, eq=False)
class Case:
    """A model to be examined.

    model : in evaluation mode, weights frozen
    train, test : its images, (N, C, H, W) uint8
    log : rows of its training.csv as numbers, without what was not noted
    ladder : models of the same data and code size
    seed : of every random number
    """

    model: Autoencoder
    train: Tensor
    test: Tensor
    log: Sequence[dict[str, float]] = ()
    ladder: Sequence[LadderStep] = ()
    seed: int = 0

    @property
    def variational(self) -> bool:
        """Whether there is a posterior."""
        return self.model.spec.has_std

    @cached_property
    def posterior(self) -> tuple[np.ndarray, np.ndarray]:
        """μ and σ (N, D) float32 of up to CODES test images."""
        return self.encode(few(self.test, CODES))

    @cached_property
    def codes(self) -> np.ndarray:
        """One draw of each of these posteriors, (N, D) float32; an autoencoder's codes."""
        return draw(*self.posterior)

    @cached_property
    def split(self) -> Split:
        """The KL term of these posteriors taken apart; for a model with a posterior."""
        return split_kl(*self.posterior)

    @cached_property
    def scale(self) -> np.ndarray:
        """Standard deviation of each number of the code over the images, (D,), no smaller than a thousandth of the largest."""
        spread = self.posterior[0].std(0)
        return np.asarray(np.maximum(spread, max(1e-3 * float(spread.max()), 1e-6)), np.float32)

    @cached_property
    def images(self) -> Tensor:
        """Up to PICTURES test images, (N, C, H, W) in [0, 1], on the model's device."""
        return self.floats(few(self.test, PICTURES))

    @cached_property
    def encoded(self) -> tuple[np.ndarray, np.ndarray]:
        """μ and σ (N, D) float32 of `images`."""
        return self.encode(few(self.test, PICTURES))

    @property
    def own(self) -> np.ndarray:
        """μ (N, D) of `images`."""
        return self.encoded[0]

    @cached_property
    def rebuilt(self) -> Tensor:
        """The reconstructions of `images` from μ."""
        return self.decode(self.own)

    @cached_property
    def errors(self) -> np.ndarray:
        """Squared error per pixel of `rebuilt`, (N,)."""
        return squared_errors(self.images, self.rebuilt).cpu().numpy()

    @cached_property
    def train_errors(self) -> np.ndarray:
        """Squared error per pixel of as many training images."""
        images = few(self.train, len(self.images))
        return squared_errors(self.floats(images), self.decode(self.encode(images)[0])).cpu().numpy()

    @cached_property
    def variance(self) -> float:
        """Of a Gaussian decoder: the mean squared error per pixel of decodings of drawn codes."""
        errors = squared_errors(self.images, self.decode(draw(*self.encoded))) if self.variational else self.errors
        return max(float(errors.mean()), MIN_VARIANCE)

    @cached_property
    def train_keys(self) -> list[bytes]:
        """Of each training image, what is the same for equal images alone."""
        return keys(self.train)

    @cached_property
    def draws(self) -> np.ndarray:
        """As many codes as there are `images`: from N(0, I), or, of an autoencoder, from a Gaussian fitted to its training images' codes."""
        count, size = len(self.images), self.model.config.latent_dim
        if self.variational:
            return prior(count, size, 1.0, self.seed + 1)
        return Gaussian.fit(self.encode(few(self.train, CODES))[0]).sample(noise(count, size, self.seed + 1))

    @torch.inference_mode()
    def encode(self, images: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """μ and σ (N, D) float32 of images (N, C, H, W) uint8."""
        parts = [self.model.encode(self.floats(part)) for part in images.split(BATCH)]
        mean, std = torch.cat([part.mean for part in parts]), torch.cat([part.std for part in parts])
        return mean.float().cpu().numpy(), std.float().cpu().numpy()

    @torch.inference_mode()
    def decode(self, codes: np.ndarray) -> Tensor:
        """The pictures (N, C, H, W) of codes (N, D), on the model's device."""
        return torch.cat([self.model.decode(part).float() for part in torch.from_numpy(codes).split(BATCH)])

    def floats(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) uint8 as the model takes them."""
        return images.to(self.model.device).float() / 255


def keys(images: Tensor) -> list[bytes]:
    """Of each of `images` (N, C, H, W) uint8, what is the same for equal images alone."""
    return [blake2b(row.tobytes(), digest_size=16).digest() for row in images.flatten(1).contiguous().numpy()]


def few(images: Tensor, most: int) -> Tensor:
    """Up to `most` of `images` (N, C, H, W), evenly spaced, and no more than can be held as numbers."""
    most = max(1, min(most, VALUES // max(1, images[0].numel())))
    return images if len(images) <= most else images[torch.linspace(0, len(images) - 1, most, dtype=torch.float64).round().long()]
