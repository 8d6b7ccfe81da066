"""What a training is going to take, worked out before it starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vae.models import ModelConfig, build, family
from vae.training.loop import batches, threads_before
from vae.training.losses import bernoulli_objective, objective
from vae.training.threads import Threads, choose, cores

COPIES = 9  # of the weights: themselves, gradients, two moments, their average, and of these but the gradients the last good ones; the best as well, where they are looked for
NUMBER = 4  # bytes


@dataclass(frozen=True)
class Plan:
    """What a training works with.

    pictures, shape : of the training set
    epochs, steps : how often it is gone through, and in how many steps each time
    kind : of the model, for people
    weights : how many the model has
    bytes : of memory, as an estimate, besides what PyTorch takes anyway
    """

    pictures: int
    shape: tuple[int, int, int]
    epochs: int
    steps: int
    kind: str
    weights: int
    bytes: int

    @property
    def words(self) -> str:
        """In one sentence."""
        channels, height, width = self.shape
        return (
            f"{self.pictures:,} pictures of {channels}×{height}×{width}, {self.epochs} epochs of {self.steps:,} steps; "
            f"{self.kind} with {_short(self.weights)} weights; about {_short(self.bytes)}B of memory"
        )


def plan(config: ModelConfig, images: Tensor) -> Plan:
    """What training a model of `config` on `images` (N, C, H, W) uint8 takes."""
    count = len(images) - config.holdout
    batch, steps = batches(config, count)
    with torch.device("meta"):
        model = build(config)
    weights = sum(weight.numel() for weight in model.parameters())
    copies = COPIES + (config.patience > 0)
    memory = images.numel() + copies * NUMBER * weights + batch * _activations(config)
    return Plan(count, config.image_shape, config.epochs, steps, family(config.kind).title, weights, memory)


def threads(config: ModelConfig, images: Tensor, folder: Path, *, wanted: int, resume: bool) -> Threads:
    """With how many threads a run in `folder` should compute on the CPU.

    Parameters
    ----------
    wanted : a number that somebody has asked for; 0 to choose
    resume : whether a run that was stopped goes on: with as many threads it ends with the same bits
    """
    if wanted:
        return Threads(wanted, "as asked for")
    before = threads_before(folder) if resume else None
    if before:
        return Threads(before, "as before, for the same bits")
    if "OMP_NUM_THREADS" in os.environ:
        return Threads(torch.get_num_threads(), "as OMP_NUM_THREADS says")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    with torch.random.fork_rng(devices=[]):
        return choose(_step(config, images), most=cores(), load=load)


def _step(config: ModelConfig, images: Tensor) -> Callable[[], object]:
    """A step of such a training, on a model of its own."""
    model = build(config)
    batch = images[: batches(config, len(images))[0]].float() / 255
    noise = torch.randn(len(batch), config.latent_dim)

    def step() -> None:
        _loss(config, model, batch, noise).backward()

    return step


def _loss(config: ModelConfig, model: torch.nn.Module, batch: Tensor, noise: Tensor) -> Tensor:
    output = model(batch, noise)
    bernoulli = config.likelihood == "bernoulli"
    return (bernoulli_objective(batch, output, config.beta) if bernoulli else objective(batch, output, config.beta, config.l2)).total


def _activations(config: ModelConfig) -> int:
    """Bytes that a picture's way through the model keeps for the way back, and as many for the gradients there."""
    with torch.device("meta"):
        model = build(config)
        batch, noise = torch.empty(1, *config.image_shape), torch.empty(1, config.latent_dim)
    own = {weight.untyped_storage()._cdata for weight in model.parameters()}
    kept: dict[int, Tensor] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()._cdata
        if storage not in own:
            kept[storage] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        _loss(config, model, batch, noise)
    return 2 * sum(tensor.numel() * tensor.element_size() for tensor in kept.values()) + 2 * NUMBER * config.pixels


def _short(number: float) -> str:
    """ "1.1 M", for people."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return (
                f"{number / size:.2g}\N{NO-BREAK SPACE}{letter}"
                if number < 100 * size
                else f"{number / size:.0f}\N{NO-BREAK SPACE}{letter}"
            )
    return f"{number:.0f}\N{NO-BREAK SPACE}"
