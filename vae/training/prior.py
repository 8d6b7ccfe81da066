"""Training a learned prior: a flow that carries noise to where a model's codes lie."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vae.models.flow import Flow
from vae.training.schedule import ema_decay, learning_rate

BATCH, PEAK_LEARNING_RATE = 512, 2e-3
STEPS = 6000
LEAST_SPREAD = 0.05  # of the largest: numbers of the code that hardly move are not blown up to the size of the others
FEWEST = 2  # codes


class TooFewToLearn(ValueError):
    """There are too few codes to learn where they lie."""


def train_flow(
    codes: Tensor,
    *,
    steps: int = STEPS,
    width: int = 96,
    seed: int = 0,
    progress: Callable[[int, int, dict[str, float]], None] | None = None,
) -> Flow:
    """A flow that has learned where `codes` (N, D) float32 lie, in evaluation mode, frozen; the same for the same seed.

    On the straight way from a noise point to a code, both chosen at random, the network learns the velocity, which is code less
    noise; many ways cross at each place, and their mean velocity carries the one distribution into the other. What is kept is the
    moving average of the weights.

    Raises
    ------
    TooFewToLearn
        For fewer than two codes.

    Source: Lipman et al., "Flow Matching for Generative Modeling", 2023.
    """
    if len(codes) < FEWEST:
        raise TooFewToLearn(f"a prior is learned from at least {FEWEST} codes, and there are {len(codes)}")
    scale = codes.std(0)
    scale = scale.clamp_min(max(LEAST_SPREAD * float(scale.max()), 1e-6))  # codes that all coincide have no spread at all
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        flow = Flow(codes.shape[1], width)
        flow.centre, flow.scale = codes.mean(0), scale
        points = (codes - flow.centre) / flow.scale
        weights = list(flow.parameters())
        average = [weight.detach().clone() for weight in weights]
        optimizer = torch.optim.AdamW(weights, lr=PEAK_LEARNING_RATE, weight_decay=0)
        for step in range(steps):
            ends = points[torch.randint(len(points), (BATCH,))]
            starts, time = torch.randn_like(ends), torch.rand(BATCH, 1)
            loss = (flow(torch.lerp(starts, ends, time), time) - (ends - starts)).square().mean()
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
