"""Training a learned prior: a flow that carries a mixture of Gaussians to where a model's codes lie."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from vae.models.flow import Flow
from vae.training.schedule import ema_decay, learning_rate

COMPONENTS, CODES_EACH = 60, 20  # Gaussians at most, and codes for each of them at least
COVARIANCES = 40 * 64**2  # numbers in all of their covariances at most: of codes of 64 numbers forty Gaussians
FITTED = 20_000  # codes that the Gaussians are fitted to; the network learns from all
BATCH, PEAK_LEARNING_RATE = 512, 2e-3
TRAINING_STEPS = 4000
FEWEST = 2  # codes


class TooFewToLearn(ValueError):
    """There are too few codes to learn where they lie."""


def train_flow(
    codes: Tensor, *, steps: int = TRAINING_STEPS, components: int = COMPONENTS, width: int = 96, seed: int = 0,
    progress: Callable[[int, int, dict[str, float]], None] | None = None,
) -> Flow:  # fmt: skip
    """A flow that has learned where `codes` (N, D) float32 lie, in evaluation mode, frozen; the same for the same seed.

    Every code belongs to one of the Gaussians that are fitted to the codes, by the dice and by how likely it is under each. On the
    straight way to it from a point drawn from that Gaussian, the network learns the velocity, which is code less point; many ways
    cross at each place, and their mean velocity carries the Gaussian into the codes that belong to it. What is kept is the moving
    average of the weights. There are `components` Gaussians, or fewer where codes are few or long.

    Raises
    ------
    TooFewToLearn
        For fewer than two codes.

    Source: Lipman et al., "Flow Matching for Generative Modeling", 2023.
    """
    if len(codes) < FEWEST:
        raise TooFewToLearn(f"a prior is learned from at least {FEWEST} codes, and there are {len(codes)}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        flow, which, points = _begun(codes, components, width, seed)
        weights = list(flow.parameters())
        average = [weight.detach().clone() for weight in weights]
        optimizer = torch.optim.AdamW(weights, lr=PEAK_LEARNING_RATE, weight_decay=0)
        for step in range(steps):
            rows = torch.randint(len(points), (BATCH,))
            ends, time = points[rows], torch.rand(BATCH, 1)
            starts = torch.randn_like(ends)
            loss = (flow(torch.lerp(starts, ends, time), time, which[rows]) - (ends - starts)).square().mean()
            optimizer.param_groups[0]["lr"] = learning_rate(step, steps, PEAK_LEARNING_RATE)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            torch._foreach_lerp_(average, [weight.detach() for weight in weights], 1 - ema_decay(step))
            if progress:
                progress(step + 1, steps, {"loss": loss.item()})
    with torch.no_grad():
        for weight, kept in zip(weights, average, strict=True):
            weight.copy_(kept)
    return flow.eval().requires_grad_(False)


def _begun(codes: Tensor, most: int, width: int, seed: int) -> tuple[Flow, Tensor, Tensor]:
    """A flow that has its Gaussians, to which of them each code belongs, (N,), and the codes in that one's coordinates, (N, D)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    values = codes.double().numpy()
    fitted = values[np.linspace(0, len(values) - 1, min(FITTED, len(values))).round().astype(int)]
    components = max(1, min(most, COVARIANCES // codes.shape[1] ** 2, len(fitted) // CODES_EACH))
    mixture = GaussianMixture(components, covariance_type="full", random_state=seed, reg_covar=1e-6, init_params="k-means++")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # codes that coincide make fewer groups than asked for
        mixture.fit(fitted)
    which = torch.multinomial(torch.from_numpy(mixture.predict_proba(values)).clamp_min(0), 1)[:, 0]
    flow = Flow(codes.shape[1], components, width)
    factors = np.linalg.cholesky(mixture.covariances_)
    flow.shares = torch.bincount(which, minlength=components).float() / len(which)
    flow.means, flow.factors = torch.from_numpy(mixture.means_).float(), torch.from_numpy(factors).float()
    inverse = torch.from_numpy(np.linalg.inv(factors)).float()
    centred = torch.from_numpy(values - mixture.means_[which.numpy()]).float()
    return flow, which, torch.einsum("nij,nj->ni", inverse[which], centred)
