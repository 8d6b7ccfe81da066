"""How near a set of generated pictures is to a set of real ones, in features φ of our own classifier."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vae.continuity.estimates import Estimate, Unmeasurable
from vae.sentences import phrase

NEAREST = 3  # the k of precision and recall
BLOCK = 250  # rows of distances held together: with 10,000 others 20 MB


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
    The interval resamples the samples and is corrected for the bootstrap's bias (basic bootstrap). Unmeasurable for fewer
    than two samples or real images, which have no covariance.
    """
    if min(len(features), len(reference)) < 2:
        raise Unmeasurable(phrase("a Gaussian is fitted to at least two pictures, and there are fewer"))
    features, reference = features.astype(np.float64), reference.astype(np.float64)
    target = reference.mean(0), np.cov(reference, rowvar=False)

    def distance(rows: np.ndarray) -> float:
        return frechet(rows.mean(0), np.cov(rows, rowvar=False), *target)

    value, draws = distance(features), np.random.default_rng(seed)
    resampled = [distance(features[draws.integers(len(features), size=len(features))]) for _ in range(resamples)]
    high, low = 2 * value - np.quantile(resampled, [0.025, 0.975])
    return Estimate(value, low, high, len(features))


def manifold_radii(points: Tensor, k: int = NEAREST) -> Tensor:
    """The distance from each of `points` (N, F) to its k-th nearest other one, squared: (N,) float64.

    A set's manifold is the union of the balls with these radii. Unmeasurable for k points or fewer.
    """
    if len(points) <= k:
        raise Unmeasurable(
            phrase("the neighbourhoods of precision and recall take more than {k} pictures, and there are {count}", k=k, count=len(points))
        )
    points = points.double()
    # A point is its own nearest; asking for one more and dropping the smallest leaves it out.
    return torch.cat([_squares(part, points).kthvalue(k + 1, 1).values for part in points.split(BLOCK)])


def covered(points: Tensor, manifold: Tensor, radii: Tensor) -> Tensor:
    """Which of `points` (N, F) lie in a ball around any of `manifold` (M, F) with squared `radii` (M,): (N,) bool."""
    points, manifold = points.double(), manifold.double()
    slack = 1e-9 * manifold.square().sum(1).max()  # rounding must not push a point out of a ball that it lies on
    return torch.cat([(_squares(part, manifold) <= radii + slack).any(1) for part in points.split(BLOCK)])


def precision(samples: Tensor, real: Tensor, k: int = NEAREST) -> Tensor:
    """Which of `samples` (N, F) lie on the manifold of the `real` pictures (M, F): (N,) bool; their share is the precision.

    Source: Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019, with the
    features of our own classifier.
    """
    return covered(samples, real, manifold_radii(real, k))


def recall(samples: Tensor, real: Tensor, k: int = NEAREST) -> Tensor:
    """Which of the `real` pictures (M, F) lie on the manifold of the `samples` (N, F): (M,) bool; their share is the recall."""
    return covered(real, samples, manifold_radii(samples, k))


def _squares(a: Tensor, b: Tensor) -> Tensor:
    """Squared distances (N, M) of float64 points; in float32 the terms would not cancel well enough."""
    return torch.addmm(b.square().sum(1), a, b.T, alpha=-2).add_(a.square().sum(1, keepdim=True)).clamp_min_(0)
