"""The linear bar: what as many numbers say of an image when encoder and decoder are straight lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from vae.continuity.estimates import Unmeasurable
from vae.continuity.likelihood import squared_errors

MOST_VALUES = 2**27  # pixels that are held at once, as float32 half a gigabyte; of larger data every n-th image is taken
BATCH = 1000


@dataclass(frozen=True)
class LinearModel:
    """The best linear autoencoder of some images.

    mean : (P,) float32
    axes : (K, P) float32, orthonormal; K is the code size, or less where there are fewer images or pixels
    spread : (K,) standard deviation of the images' codes along each axis
    shape : (C, H, W)
    """

    mean: Tensor
    axes: Tensor
    spread: Tensor
    shape: tuple[int, int, int]

    @classmethod
    def fit(cls, images: Tensor, size: int, seed: int = 0) -> LinearModel:
        """Principal components of `images` (N, C, H, W) uint8; Unmeasurable for fewer than two of them.

        Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", 1901; scikit-learn chooses the algorithm.
        """
        if len(images) < 2:
            raise Unmeasurable("principal components are taken of at least two training images, and there are fewer")
        every = -(-images.numel() // MOST_VALUES)
        taken = images[::every] if len(images) >= 2 * every else images[:2]
        pixels = taken.flatten(1).float().div_(255).numpy()
        fitted = PCA(min(size, *pixels.shape), random_state=seed).fit(pixels)
        parts = (fitted.mean_, fitted.components_, np.sqrt(fitted.explained_variance_))
        mean, axes, spread = (torch.from_numpy(np.ascontiguousarray(part, np.float32)) for part in parts)
        return cls(mean, axes, spread, (images.shape[1], images.shape[2], images.shape[3]))

    def encode(self, images: Tensor) -> Tensor:
        """Codes (N, K) of images (N, C, H, W) in [0, 1]."""
        return (images.flatten(1) - self.mean) @ self.axes.T

    def decode(self, codes: Tensor) -> Tensor:
        """Images (N, C, H, W) of codes (N, K), held to [0, 1] as a model's are."""
        return (self.mean + codes @ self.axes).clamp(0, 1).unflatten(1, self.shape)

    def errors(self, images: Tensor) -> Tensor:
        """Squared error per pixel of each of `images` (N, C, H, W) in [0, 1]: (N,)."""
        return torch.cat([squared_errors(part, self.decode(self.encode(part))) for part in images.split(BATCH)])

    def draws(self, standard: Tensor) -> Tensor:
        """Codes drawn from the Gaussian of the images' codes: (N, K) from standard normal noise (N, D), D at least K."""
        return standard[:, : len(self.spread)] * self.spread
