"""The figures that the product reports, each a small pure function on codes, pictures or features.

Pictures are float in [0, 1], features φ come from our own classifier, D is the code size, N a sample size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from vae.models import Autoencoder


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % bootstrap interval and the number of items it was computed from."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict:
        """Plain JSON types, six significant digits."""
        return {"value": _short(self.value), "low": _short(self.low), "high": _short(self.high), "n": self.n}


def mean_estimate(values: np.ndarray, seed: int = 0, resamples: int = 1000) -> Estimate:
    """The mean of `values` (N,) with its percentile bootstrap interval."""
    values = np.asarray(values, np.float64)
    draws = np.random.default_rng(seed)
    means = np.array([values[draws.integers(len(values), size=len(values))].mean() for _ in range(resamples)])
    return Estimate(values.mean(), *np.quantile(means, [0.025, 0.975]), len(values))


def squared_errors(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Squared error per pixel of every image, (N,); its mean over the test set is `recon_mse`."""
    return (images - reconstructions).square().flatten(1).mean(1)


def active_units(means: np.ndarray) -> int:
    """Dimensions whose posterior mean varies over the data by more than 0.01 in variance; `means` is (N, D).

    Source: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016.
    """
    return int((means.var(0) > 0.01).sum())


def kl_per_dimension(mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """KL(q(z_j|x) || N(0, 1)) in nats, averaged over images: (D,) from `mean` and `std` (N, D), std > 0."""
    return 0.5 * (mean**2 + std**2 - 1 - 2 * np.log(std)).mean(0)


def gaussian_elbo(squared_error: float, kl: float, pixels: int) -> float:
    """Evidence lower bound in nats per image for a Gaussian decoder with the optimal constant variance.

    `squared_error` is the mean squared error per pixel of decodings of *sampled* codes, which is also the variance.
    """
    return -0.5 * pixels * (np.log(2 * np.pi * squared_error) + 1) - kl


def frechet(mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray) -> float:
    """Fréchet distance between two Gaussians, |m_a − m_b|² + tr(C_a + C_b − 2 (C_a C_b)^½).

    Source: Dowson and Landau, "The Fréchet Distance between Multivariate Normal Distributions", 1982.
    """
    values, vectors = np.linalg.eigh(covariance_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ covariance_b @ root).clip(0)).sum()
    return float(((mean_a - mean_b) ** 2).sum() + np.trace(covariance_a) + np.trace(covariance_b) - 2 * cross)


def frechet_c(features: np.ndarray, reference: np.ndarray, seed: int = 0, resamples: int = 100) -> Estimate:
    """Fréchet distance of Gaussians fitted to classifier features of samples (N, F) and of real images (M, F).

    Not FID: the features are our own classifier's, so it is comparable only between models judged by the same one.
    The interval resamples the samples and is corrected for the bootstrap's bias (basic bootstrap).
    """
    features, reference = features.astype(np.float64), reference.astype(np.float64)
    target = reference.mean(0), np.cov(reference, rowvar=False)

    def distance(rows: np.ndarray) -> float:
        return frechet(rows.mean(0), np.cov(rows, rowvar=False), *target)

    value, draws = distance(features), np.random.default_rng(seed)
    resampled = [distance(features[draws.integers(len(features), size=len(features))]) for _ in range(resamples)]
    high, low = 2 * value - np.quantile(resampled, [0.025, 0.975])
    return Estimate(value, low, high, len(features))


def step_sizes(pictures: Tensor) -> Tensor:
    """How far each picture is from the one before, as the root of summed squared pixel differences: (T − 1,) from (T, C, H, W)."""
    return (pictures[1:] - pictures[:-1]).flatten(1).norm(dim=1)


def step_max_ratio(steps: Tensor) -> float:
    """Largest step of a path divided by its mean step: 1 is perfectly even, a jump shows as a large value.

    A path on which nothing changes is even: 1.
    """
    mean = steps.mean().item()
    return steps.max().item() / mean if mean > 0 else 1.0


def cycle_gap(model: Autoencoder, codes: Tensor, radius: float, pictures: Tensor | None = None) -> Tensor:
    """How far a code comes back after decoding and encoding, ‖enc(dec(z)) − z‖ ÷ `radius`, for each of `codes` (N, D): (N,).

    `radius` is the root-mean-square norm of the data's codes about their mean (`code_radius`). `pictures` spares the
    decoding where it has been done.
    """
    pictures = model.decode(codes) if pictures is None else pictures
    return (model.encode(pictures).mean - codes).norm(dim=1) / radius


def code_radius(codes: np.ndarray) -> float:
    """Root-mean-square distance of `codes` (N, D) from their mean."""
    return float(np.sqrt(((codes - codes.mean(0)) ** 2).sum(1).mean()))


def _short(value: float) -> float:
    return float(f"{value:.6g}")
