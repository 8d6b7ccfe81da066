"""What a model is trained to make small."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy

from vae.models import Pass

MIN_VARIANCE = 6e-6  # e^-12: the floor under the optimal variance, log σ >= -6


class Loss(NamedTuple):
    """The parts of the loss, each a scalar averaged over the batch.

    total : what is minimised
    squared_error : summed over an image's pixels
    kl : KL(q(z|x) || N(0, I)) in nats; zero for an autoencoder
    """

    total: Tensor
    squared_error: Tensor
    kl: Tensor


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) || N(0, 1)) of every dimension, in nats, elementwise and never negative.

    Source: Kingma and Welling 2013, appendix B.
    """
    return 0.5 * (mean.square() + (torch.expm1(log_variance) - log_variance))  # expm1: e^x - 1 - x would round below 0


def bernoulli_objective(images: Tensor, output: Pass, beta: float) -> Loss:
    """Negative log-likelihood of black or white `images` (values 0 or 1) under a Bernoulli decoder, plus β times the KL, in nats.

    The negative ELBO for β = 1. Source: Kingma and Welling 2013, appendix C.
    """
    probabilities = output.images.float()
    squared_error = (probabilities - images).square().flatten(1).sum(1).mean()
    surprise = binary_cross_entropy(probabilities, images, reduction="sum") / len(images)
    if output.log_variance is None:
        return Loss(surprise, squared_error, torch.zeros_like(squared_error))
    kl = kl_divergence(output.mean.float(), output.log_variance.float()).sum(1).mean()
    return Loss(surprise + beta * kl, squared_error, kl)


def objective(images: Tensor, output: Pass, beta: float, l2: float = 0.0) -> Loss:
    """Half the summed squared error, plus β·σ² times the KL for a VAE, or l2·σ² times half the codes' squared norm.

    This is σ² times the negative ELBO of a Gaussian decoder whose variance σ² is the optimal one, the mean squared
    error of the batch (Rybkin, Daniilidis and Levine, "Simple and Effective VAE Training with Calibrated Decoders",
    2021). Multiplying by σ² leaves an autoencoder's term untouched, so that a pair differs in the KL term alone.

    Parameters
    ----------
    images : (N, C, H, W) in [0, 1]
    output : the model's pass over them
    beta : weight of the KL term
    l2 : weight of what is left of the KL where σ is not learned, ½|z|²; for an autoencoder
    """
    squared_error = (output.images.float() - images).square().flatten(1).sum(1).mean()
    variance = (squared_error.detach() / images[0].numel()).clamp_min(MIN_VARIANCE)
    if output.log_variance is None:
        penalty = l2 * variance * 0.5 * output.mean.float().square().sum(1).mean() if l2 else 0.0
        return Loss(0.5 * squared_error + penalty, squared_error, torch.zeros_like(squared_error))
    kl = kl_divergence(output.mean.float(), output.log_variance.float()).sum(1).mean()
    return Loss(0.5 * squared_error + beta * variance * kl, squared_error, kl)
