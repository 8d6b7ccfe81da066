"""What can be said of code space: whether codes come back, where it is empty, how far a class reaches."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vae.continuity.estimates import Unmeasurable
from vae.latent.neighbours import Neighbours
from vae.models import Model
from vae.sentences import phrase

BLOCK = 500  # points whose densities are worked out together: with 10,000 posteriors 40 MB
ROUNDING = 1e-6  # codes that differ by less than this share of their size coincide


def code_radius(codes: np.ndarray) -> float:
    """Root-mean-square distance of `codes` (N, D) from their mean."""
    return float(np.sqrt(((codes - codes.mean(0)) ** 2).sum(1).mean()))


def cycle_gap(model: Model, codes: Tensor, radius: float, pictures: Tensor | None = None) -> Tensor:
    """How far a code comes back after decoding and encoding, ‖enc(dec(z)) − z‖ ÷ `radius`, for each of `codes` (N, D): (N,).

    `radius` is the root-mean-square norm of the data's codes about their mean (`code_radius`). `pictures` spares the
    decoding where it has been done.
    """
    pictures = model.decode(codes) if pictures is None else pictures
    return (model.encode(pictures).mean - codes).norm(dim=1) / radius


def hole_mass(draws: Tensor, codes: Neighbours) -> Tensor:
    """Which of `draws` (M, D) land in empty places between `codes`: (M,) bool; their share is `hole_mass`.

    An empty place is farther from the nearest code than 99 % of the codes are from their nearest other one. `codes` are drawn from
    the posteriors, one for each image; an autoencoder's are the codes themselves. Comparable between an AE and a VAE.
    Unmeasurable where the codes all coincide, or where there is only one.
    """
    if not ROUNDING * codes.codes.abs().max().item() < codes.typical < float("inf"):
        raise Unmeasurable(phrase("the codes of the images coincide, or there is only one, so no distance between them is typical"))
    return torch.cat([codes.query(part, 1)[0][:, 0] > codes.typical for part in draws.split(1000)])


def aggregate_log_density(points: Tensor, mean: Tensor, std: Tensor, own: bool = True) -> Tensor:
    """log q(z) of the aggregate posterior, the mixture of all images' posteriors with equal weights: (M,) float64, in nats.

    Parameters
    ----------
    points : (M, D)
    mean, std : (N, D), std > 0: one Gaussian for each image
    own : False leaves the n-th posterior out of the n-th point's density (then M = N, at least 2): what the density would
        be for an unseen image's code. Counted in, a code's own posterior would make every code look dense

    Source: Tomczak and Welling, "VAE with a VampPrior", 2018, for the aggregate posterior.
    """
    points, mean, std = (values.double() for values in (points, mean, std))
    if not own and (len(points) != len(mean) or len(mean) < 2):
        raise Unmeasurable(phrase("leaving out each code's own image takes at least two images"))
    centre = mean.mean(0)  # measured from here, the three terms of the square are small and cancel less
    points, mean, weight = points - centre, mean - centre, std.pow(-2)
    constant = -0.5 * (mean.square() * weight).sum(1) - std.log().sum(1) - 0.5 * mean.shape[1] * np.log(2 * np.pi)  # (N,)
    densities = []
    for start in range(0, len(points), BLOCK):
        part = points[start : start + BLOCK]
        logs = constant + part @ (mean * weight).T - 0.5 * part.square() @ weight.T  # (block, N)
        if not own:
            logs[torch.arange(len(part)), torch.arange(start, start + len(part))] = -torch.inf
        peak = logs.amax(1, keepdim=True)  # logsumexp by hand: the exponentials take half the time in float32
        densities.append((logs - peak).float().exp_().sum(1, dtype=torch.float64).log() + peak.squeeze(1))
    return torch.cat(densities) - np.log(len(mean) - (not own))


def hole_mass_density(draws: Tensor, mean: Tensor, std: Tensor, codes: Tensor) -> Tensor:
    """Which of `draws` (M, D) lie where a VAE's aggregate posterior is thinner than at 99 % of its own codes: (M,) bool.

    The other definition of `hole_mass`, for models with a posterior. `codes` (N, D) are one draw from each posterior
    N(mean, std²); each is measured without its own image's posterior, so that 1 % of unseen images' codes lie below.
    """
    threshold = aggregate_log_density(codes, mean, std, own=False).quantile(0.01)
    return aggregate_log_density(draws, mean, std) < threshold


def retention_auc(kept: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """How long each image keeps its class: the area under its `kept` over r, divided by the largest r, (N,) in [0, 1].

    The mean over images is `retention_auc` = area under P[class(dec(z + r·s)) = y] over r ∈ [0, 3], scaled so that a model
    that always keeps the class has 1.

    Parameters
    ----------
    kept : (R, N), whether image n still has its class when its code is moved by radius r, s being isotropic noise in
        whitened code space (`Gaussian.perturb`)
    radii : (R,) increasing from 0
    """
    return np.trapezoid(np.asarray(kept, np.float64), radii, axis=0) / radii[-1]
