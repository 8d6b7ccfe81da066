"""The best linear autoencoder of some images: their principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

MOST_VALUES = 2**27  # pixels that are held at once, as float32 half a gigabyte; of larger data every n-th image is taken


@dataclass(frozen=True)
class LinearModel:
    """Principal components, as many as a code has numbers.

    mean : (P,) float32, P = C·H·W
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
        """Of `images` (N, C, H, W) uint8; ValueError for fewer than two of them.

        Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", 1901; scikit-learn chooses the algorithm.
        """
        from sklearn.decomposition import PCA  # only who fits pays for it

        if len(images) < 2:
            raise ValueError("principal components are taken of at least two training images, and there are fewer")
        every = -(-images.numel() // MOST_VALUES)
        taken = images[::every] if len(images) >= 2 * every else images[:2]
        pixels = taken.flatten(1).float().div_(255).cpu().numpy()
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

    def draws(self, standard: Tensor) -> Tensor:
        """Codes drawn from the Gaussian of the images' codes: (N, K) from standard normal noise (N, D), D at least K."""
        return standard[:, : len(self.spread)] * self.spread
