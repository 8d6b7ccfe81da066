"""Pictures held out of a training: what the model makes of them, which weights did best, and when to stop."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from vae.models import Autoencoder, ModelConfig
from vae.sentences import phrase
from vae.training.losses import MIN_VARIANCE, bernoulli_objective, objective
from vae.training.randomness import generator

BATCH = 500


class Judged(NamedTuple):
    """What weights make of the held-out pictures.

    mse : squared error per pixel, decoded from the posterior mean
    loss : what training makes small, at its full weights, in nats an image
    """

    mse: float
    loss: float


@dataclass(frozen=True)
class Best:
    """The averaged weights with the smallest loss on the held-out pictures so far, and after how many epochs they were there."""

    epoch: int
    loss: float
    weights: Mapping[str, Tensor]

    @classmethod
    def of(cls, epoch: int, loss: float, average: Mapping[str, Tensor]) -> Best:
        """A copy of `average`, which goes on changing."""
        return cls(epoch, loss, {key: value.detach().clone() for key, value in average.items()})


@dataclass(frozen=True)
class Stopped:
    """How a run that watched held-out pictures ended.

    epochs : that it took
    planned : that it was allowed
    best : the epoch after which the weights that it kept were there; 0 for those that it began with
    held_out : how many pictures it watched
    """

    epochs: int
    planned: int
    best: int
    held_out: int

    @property
    def words(self) -> str:
        """For people, in one sentence."""
        watched = phrase("on {count:,} held-out pictures it was best after epoch {best}", count=self.held_out, best=self.best)
        if not self.best:
            watched = phrase("on {count:,} held-out pictures it was best as it began, before any step", count=self.held_out)
        if self.epochs < self.planned:
            return phrase(
                "stopped after epoch {epochs} of {planned}: {watched}, and these weights are kept",
                epochs=self.epochs,
                planned=self.planned,
                watched=watched,
            )
        return phrase(
            "trained for all of its {planned} epochs: {watched}, and these weights are kept", planned=self.planned, watched=watched
        )


def apart(images: Tensor, config: ModelConfig) -> tuple[Tensor, Tensor]:
    """The pictures to learn from and those to hold out, of `images` (N, C, H, W).

    The last ones are held out; where they decide when training stops, every n-th, since pictures are often sorted by their classes.
    """
    count = len(images)
    if not config.patience:
        return images[: count - config.holdout], images[count - config.holdout :]
    held = torch.zeros(count, dtype=torch.bool)
    held[torch.arange(config.holdout) * count // config.holdout] = True
    return images[~held], images[held]


@torch.no_grad()
def judge(model: Autoencoder, average: Mapping[str, Tensor], images: Tensor, device: torch.device) -> Judged:
    """What the weights `average` make of held-out `images` (N, C, H, W) uint8, N at least 1; the same noise every time.

    The loss is that of the training with the variance of a Gaussian decoder put in, P/2 · log σ² for P pixels, so that epochs can be
    compared: the training's own scale falls with its error.
    """
    config = model.config
    judged = copy.deepcopy(model)
    judged.load_state_dict(dict(average))
    noise = torch.randn(len(images), config.latent_dim, generator=generator(config.seed, 4, 0))
    plain = sampled = kl = penalty = surprise = 0.0
    for part, dice in zip(images.split(BATCH), noise.split(BATCH), strict=True):
        batch = part.to(device).float() / 255
        plain += (judged.decode(judged.encode(batch).mean) - batch).square().sum().item()
        output = judged(batch, dice.to(device))
        bernoulli = config.likelihood == "bernoulli"
        loss = bernoulli_objective(batch, output, 0.0) if bernoulli else objective(batch, output, 0.0)
        surprise += loss.total.item() * len(part)
        sampled += loss.squared_error.item() * len(part)
        kl += loss.kl.item() * len(part)
        penalty += 0.5 * output.mean.float().square().sum().item()
    count, pixels = len(images), config.pixels
    if config.likelihood == "bernoulli":
        fit = surprise / count
    else:
        fit = 0.5 * pixels * math.log(max(sampled / (count * pixels), MIN_VARIANCE)) if math.isfinite(sampled) else math.inf
    return Judged(plain / (count * pixels), fit + (config.beta * kl + config.l2 * penalty) / count)


def stopped(config: ModelConfig, rows: list[dict[str, Any]]) -> Stopped | None:
    """How the run of `config` with the log `rows` ended; None where it watched nothing, or the log is gone."""
    last = rows[-1] if rows else {}
    if not config.patience or not str(last.get("best_epoch", "")).isdecimal():
        return None
    return Stopped(int(last["epoch"]), config.epochs, int(last["best_epoch"]), config.holdout)
