"""What the encoder leaves undone: its posterior against the best one for each image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.continuity.doctor.case import Case, few
from vae.training.losses import kl_divergence

IMAGES = 32
ADAM_STEPS, RATE = 100, 0.05  # of Adam, in standard deviations of the codes
LEARNED, WEIGHED = 4, 16  # draws for each image that are optimised on, and by which both posteriors are measured


@dataclass(frozen=True)
class Gap:
    """Of each image, what the model's training makes small, in nats: with the encoder's posterior and with the best one found, (N,) each.

    images : (N, C, H, W) in [0, 1]
    before, after : the pictures of both posteriors' means
    """

    encoder: np.ndarray
    optimised: np.ndarray
    images: Tensor
    before: Tensor
    after: Tensor


def amortisation_gap(case: Case) -> Gap:
    """Optimise the posterior of some test images by gradient descent, starting from the encoder's.

    Source: Cremer, Li and Duvenaud, "Inference Suboptimality in Variational Autoencoders", 2018.
    """
    model, device = case.model, case.model.device
    shown = few(case.test, IMAGES)
    images, (mean, std) = case.floats(shown), case.encode(shown)
    scale = torch.from_numpy(case.scale).to(device)
    start = torch.from_numpy(mean).to(device)
    begun = torch.from_numpy(std).to(device).log() if case.variational else None
    dice = torch.Generator().manual_seed(case.seed)
    learned, weighed = (torch.randn(count, *mean.shape, generator=dice).to(device) for count in (LEARNED, WEIGHED))

    def cost(moved: Tensor, widened: Tensor | None, noise: Tensor) -> Tensor:
        """(N,) nats."""
        place = start + scale * moved
        if begun is None or widened is None:
            return _surprise(case, images, model.paint(place))
        width = (begun + widened).clamp(-6, 3)
        pictures = model.paint((place + width.exp() * noise).flatten(0, 1)).unflatten(0, noise.shape[:2])
        surprise = torch.stack([_surprise(case, images, part) for part in pictures]).mean(0)
        return surprise + model.config.beta * kl_divergence(place, 2 * width).sum(1)

    with torch.enable_grad():
        moved = torch.zeros_like(start, requires_grad=True)
        widened = None if begun is None else torch.zeros_like(begun, requires_grad=True)
        free = [moved] if widened is None else [moved, widened]
        adam = torch.optim.Adam(free, lr=RATE)
        for _ in range(ADAM_STEPS):
            adam.zero_grad()
            cost(moved, widened, learned).sum().backward()
            adam.step()
    with torch.no_grad():
        rest = None if widened is None else torch.zeros_like(widened)
        before, after = cost(torch.zeros_like(moved), rest, weighed), cost(moved, widened, weighed)
        found = after < before  # a draw of chance must not make it worse than where it began
        best = torch.where(found, after, before)
        place = start + scale * torch.where(found[:, None], moved, 0)
        return Gap(before.cpu().numpy(), best.cpu().numpy(), images, model.paint(start), model.paint(place))


def _surprise(case: Case, images: Tensor, pictures: Tensor) -> Tensor:
    """What a picture leaves unsaid of its image, (N,) nats, 0 where they are equal."""
    if case.model.config.likelihood == "bernoulli":
        chance, share = pictures.clamp(1e-6, 1 - 1e-6), images.clamp(1e-6, 1 - 1e-6)
        apart = share * (share / chance).log() + (1 - share) * ((1 - share) / (1 - chance)).log()
        return apart.flatten(1).sum(1)
    return (images - pictures).square().flatten(1).sum(1) / (2 * case.variance)
