"""The KL term taken apart: what codes say about their images, how their numbers depend on each other, how far each is from N(0, 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import digamma

from vae.continuity.codes import aggregate_log_density
from vae.latent.sampling import draw


@dataclass(frozen=True)
class Split:
    """The three parts of KL(q(z|x) || N(0, I)), in nats, of each of N images at a code z drawn from its posterior; their means are the parts.

    information : (N,), log q(z|x) − log q(z); its mean is the index-code mutual information, log N at most
    correlation : (N,), log q(z) − Σ log q(z_j); its mean is the total correlation
    marginal : (N, D), log q(z_j) − log p(z_j); its mean is the dimension-wise KL
    """

    information: np.ndarray
    correlation: np.ndarray
    marginal: np.ndarray


def split_kl(mean: np.ndarray, std: np.ndarray) -> Split:
    """Split the KL term, q(z) being the mixture of the N posteriors N(`mean`, `std`²), (N, D) each, std > 0: no minibatch stands for it.

    Sources: Hoffman and Johnson, "ELBO surgery", 2016; Chen and others, "Isolating Sources of Disentanglement in VAEs", 2018.
    """
    codes, mean, std = (np.asarray(values, np.float64) for values in (draw(mean, std), mean, std))
    half = 0.5 * np.log(2 * np.pi)
    conditional = (-0.5 * ((codes - mean) / std) ** 2 - np.log(std) - half).sum(1)
    points, centres, widths = (torch.from_numpy(values) for values in (codes, mean, std))
    joint = aggregate_log_density(points, centres, widths).numpy()
    single = [(points[:, [each]], centres[:, [each]], widths[:, [each]]) for each in range(codes.shape[1])]
    alone = np.stack([aggregate_log_density(own, centre, width).numpy() for own, centre, width in single], 1)
    return Split(conditional - joint, joint - alone.sum(1), alone + 0.5 * codes**2 + half)


def gaussian_correlation(codes: np.ndarray) -> float:
    """The total correlation of a Gaussian with the correlations of `codes` (N, D), −½ log det R, in nats, less what chance adds to it.

    At most the total correlation of codes whose single numbers are normal. Numbers that do not vary depend on nothing. Of normal codes it
    is unbiased, however few there are: log det of a sample's covariance is Wishart's. N > D.

    Source: Anderson, "An Introduction to Multivariate Statistical Analysis", 2003, section 7.5 (the determinant as a product of χ²).
    """
    alive = codes[:, codes.std(0) > 1e-6 * max(1e-30, float(codes.std(0).max()))]
    size = alive.shape[1]
    if size < 2:
        return 0.0
    values = np.linalg.eigvalsh(np.corrcoef(alive, rowvar=False)).clip(1e-12)
    free = len(codes) - 1
    chance = 0.5 * (digamma(free / 2) - digamma((free - np.arange(size)) / 2)).sum()
    return float(-0.5 * np.log(values).sum() - chance)
