"""Where codes are drawn from: the prior N(0, I), and a Gaussian fitted to the codes of real images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

# torch fills normal numbers in blocks of this many and draws an incomplete last block differently.
BLOCK = 16

# Of `draw`. For nothing else: draws of the same seed would coincide with the drawn codes in every dimension that is not used.
DRAWN_SEED = 1 << 30


def noise(count: int, dim: int, seed: int) -> np.ndarray:
    """Standard normal noise that depends on nothing but its arguments, so that two models throw the same dice.

    The first rows are the same whatever `count` is.

    Parameters
    ----------
    count, dim : shape of the result
    seed : a whole number of at least 0

    Returns
    -------
    (count, dim) float32
    """
    size = count * dim
    generator = torch.Generator("cpu").manual_seed(seed)
    values = torch.randn(-(-size // BLOCK) * BLOCK, generator=generator)  # whole blocks only, or the last rows would depend on the count
    return values[:size].reshape(count, dim).numpy()


def prior(count: int, dim: int, temperature: float, seed: int) -> np.ndarray:
    """Codes drawn from N(0, temperature² I): (count, dim) float32, the same for the same seed."""
    return np.float32(temperature) * noise(count, dim, seed)


def draw(mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """One code of each image, z = μ + σ⊙ε, from the aggregate posterior: (N, D) float32 from `mean` and `std` (N, D).

    These are the codes that the decoder was trained on; an autoencoder's are the means themselves. The draw is always
    the same one.
    """
    return (mean + std * noise(mean.shape[0], mean.shape[1], DRAWN_SEED)).astype(np.float32)


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian fitted to codes, N(mean, factor factorᵀ).

    mean : (D,) float64
    factor : (D, D) float64; its columns are the principal axes, scaled by the standard deviation along them
    """

    mean: np.ndarray
    factor: np.ndarray

    @classmethod
    def fit(cls, codes: np.ndarray) -> Gaussian:
        """The Gaussian of maximum likelihood for `codes` (N, D), N at least 1; dimensions without variance are allowed."""
        codes = np.asarray(codes, np.float64)
        if codes.ndim != 2 or not len(codes):
            raise ValueError(f"a Gaussian is fitted to codes of shape (N, D) with N at least 1, not {codes.shape}")
        mean = codes.mean(0)
        centred = codes - mean
        # A collapsed dimension makes the covariance singular, so Cholesky would fail; rounding can make an eigenvalue negative.
        variances, axes = np.linalg.eigh(centred.T @ centred / len(codes))
        return cls(mean, axes * np.sqrt(variances.clip(0)))

    def sample(self, noise: np.ndarray) -> np.ndarray:
        """Codes (N, D) float32 from standard normal `noise` (N, D): mean + factor ε."""
        return (self.mean + np.asarray(noise, np.float64) @ self.factor.T).astype(np.float32)

    def perturb(self, codes: np.ndarray, noise: np.ndarray, radius: float) -> np.ndarray:
        """Codes moved by isotropic noise of the whitened space.

        z + radius · factor ε: along every principal axis of the codes the standard deviation of the move is `radius`
        times that of the codes themselves. These are the variations of `retention_auc`.

        Parameters
        ----------
        codes : (D,) or (N, D)
        noise : (N, D) standard normal ε
        radius : at least 0

        Returns
        -------
        (N, D) float32
        """
        steps = np.asarray(noise, np.float64) @ self.factor.T
        return (np.asarray(codes, np.float64) + radius * steps).astype(np.float32)

    def whiten(self, codes: np.ndarray) -> np.ndarray:
        """`codes` (N, D) in coordinates in which the fitted Gaussian is N(0, I): (N, D) float64.

        Axes without variance have no such coordinate; it is 0 there.
        """
        spread = np.linalg.norm(self.factor, axis=0)  # standard deviation along each axis
        alive = spread > spread.max(initial=0) * 1e-7
        scale = np.divide(1, spread, out=np.zeros_like(spread), where=alive)
        return (np.asarray(codes, np.float64) - self.mean) @ (self.factor * scale**2)
