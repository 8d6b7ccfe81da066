"""Reconstruction and likelihood."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

LIKELIEST = 1e-6  # a Bernoulli decoder's probabilities stay this far from 0 and 1: a sigmoid that rounds to 0 would cost infinitely
ACTIVE = 0.01  # variance of the posterior means above which a number of the code is in use (Burda, Grosse and Salakhutdinov, 2016)
SILENT = 0.01  # of the widest number's standard deviation: a number of an autoencoder's code that spreads less says nothing


def squared_errors(images: Tensor, reconstructions: Tensor) -> Tensor:
    """Squared error per pixel of every image, (N,); its mean over the test set is `recon_mse`."""
    return (images - reconstructions).square().flatten(1).mean(1)


def active_units(means: np.ndarray) -> int:
    """Dimensions whose posterior mean varies over the data by more than `ACTIVE` in variance; `means` is (N, D).

    Source: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016.
    """
    return int((means.var(0) > ACTIVE).sum())


def kl_per_dimension(mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """KL(q(z_j|x) || N(0, 1)) in nats, averaged over images: (D,) from `mean` and `std` (N, D), std > 0."""
    return 0.5 * (mean**2 + std**2 - 1 - 2 * np.log(std)).mean(0)


def gaussian_elbo(squared_error: float, kl: float, pixels: int) -> float:
    """Evidence lower bound in nats per image for a Gaussian decoder with the optimal constant variance.

    `squared_error` is the mean squared error per pixel of decodings of *sampled* codes, which is also the variance.
    """
    return -0.5 * pixels * (np.log(2 * np.pi * squared_error) + 1) - kl


LogLikelihood = Callable[[Tensor, Tensor], Tensor]


def gaussian_log_likelihood(variance: float) -> LogLikelihood:
    """log p(x|z) = log N(x; decode(z), variance · I): a function of images and their decodings (N, C, H, W) that gives (N,) nats.

    These are densities of values in [0, 1], so the figure can be negative as well as positive, and it can be compared only
    with other Gaussian decoders on the same values.
    """

    def log_likelihood(images: Tensor, pictures: Tensor) -> Tensor:
        errors = (images - pictures).square().flatten(1)  # (N, pixels)
        return -0.5 * (errors.shape[1] * np.log(2 * np.pi * variance) + errors.sum(1).double() / variance)

    return log_likelihood


def bernoulli_log_likelihood(images: Tensor, pictures: Tensor) -> Tensor:
    """log p(x|z) of binarized `images` (each value 0 or 1) under a Bernoulli decoder: (N,) nats; `pictures` are probabilities.

    Comparable with the published likelihoods on binarized MNIST, for the binarization that was used.
    """
    images, chance = images.flatten(1).double(), pictures.flatten(1).double().clamp(LIKELIEST, 1 - LIKELIEST)
    return (images * chance.log() + (1 - images) * torch.log1p(-chance)).sum(1)


def nll_k(
    decode: Callable[[Tensor], Tensor],
    images: Tensor,
    mean: Tensor,
    std: Tensor,
    log_likelihood: LogLikelihood,
    k: int,
    seed: int = 0,
) -> Tensor:
    """Negative log-likelihood −log p(x) in nats of every image, (N,), by importance sampling from its posterior.

    −log mean over k samples z ~ q(z|x) of p(x|z) p(z) / q(z|x), with p(z) = N(0, I). An upper bound in expectation that
    falls towards the truth as k grows; with k = 1 its mean is the negative evidence bound.

    Parameters
    ----------
    decode : codes (N, D) to pictures (N, C, H, W)
    images : (N, C, H, W)
    mean, std : of q(z|x), (N, D), std > 0
    log_likelihood : `gaussian_log_likelihood(variance)` or `bernoulli_log_likelihood`
    k : samples for each image, at least 1
    seed : of the samples

    Source: Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016.
    """
    if k < 1:
        raise ValueError(f"k is {k}; at least one sample is needed")
    generator = torch.Generator().manual_seed(seed)
    total = torch.full((len(images),), -torch.inf, dtype=torch.float64)
    for _ in range(k):
        epsilon = torch.randn(mean.shape, generator=generator).to(mean)
        codes = mean + std * epsilon
        # log p(z) − log q(z|x); the constants of the two normal densities cancel.
        against_prior = (0.5 * (epsilon.square() - codes.square()) + std.log()).double().sum(1)
        total = total.logaddexp((log_likelihood(images, decode(codes)).double() + against_prior).cpu())
    return np.log(k) - total
