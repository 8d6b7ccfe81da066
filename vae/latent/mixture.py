"""A mixture of Gaussians fitted to codes: where many groups of codes lie, and how far each reaches."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vae.latent.sampling import noise
from vae.sentences import phrase

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

COMPONENTS = 10
CHOICES = 1 << 29  # added to a seed, for the dice that choose the components


class TooFewCodes(ValueError):
    """There are fewer codes than Gaussians to fit to them."""


def fit_mixture(codes: np.ndarray, seed: int) -> GaussianMixture:
    """Ten Gaussians fitted to `codes` (N, D) by expectation maximisation; the same for the same seed, and so are its samples.

    Raises
    ------
    TooFewCodes
        For fewer codes than Gaussians.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    if len(codes) < COMPONENTS:
        raise TooFewCodes(
            phrase(
                "a mixture of {components} Gaussians is fitted to at least as many codes, and there are {count}",
                components=COMPONENTS,
                count=len(codes),
            )
        )
    mixture = GaussianMixture(COMPONENTS, covariance_type="full", random_state=seed, reg_covar=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # codes that coincide make fewer groups than asked for
        mixture.fit(codes.astype(np.float64))
    mixture.random_state = seed
    return mixture


def chances(count: int, seed: int) -> np.ndarray:
    """Uniform dice in [0, 1) that choose the Gaussians of `count` draws: (count,) float64, the first of them whatever `count` is."""
    return np.random.default_rng(seed + CHOICES).random(count)


@dataclass(frozen=True)
class Mixture:
    """Gaussians N(means[k], factors[k] factors[k]ᵀ), each as likely as its share.

    shares : (K,) float64, running sums, the last of them 1
    means : (K, D) float64
    factors : (K, D, D) float64, lower triangular
    """

    shares: np.ndarray
    means: np.ndarray
    factors: np.ndarray

    @classmethod
    def fit(cls, codes: np.ndarray, seed: int = 0) -> Mixture:
        """See `fit_mixture`."""
        fitted = fit_mixture(codes, seed)
        shares = np.cumsum(fitted.weights_)
        return cls(shares / shares[-1], fitted.means_, np.linalg.cholesky(fitted.covariances_))

    def sample(self, count: int, temperature: float, seed: int) -> np.ndarray:
        """Codes (count, D) float32, the same for the same seed, the first of them whatever `count` is.

        `temperature` scales how far codes lie from the middle of their group.
        """
        groups = np.searchsorted(self.shares, chances(count, seed), side="right").clip(max=len(self.shares) - 1)
        steps = np.einsum("nij,nj->ni", self.factors[groups], noise(count, self.means.shape[1], seed).astype(np.float64))
        return (self.means[groups] + temperature * steps).astype(np.float32)
