"""An autoencoder and a VAE that learn in lock-step: from the same first weights, on the same batches, with the same noise.

Every random number is a function of seed and step, and what a person changes acts at the next step. So a run is
determined by its recording alone; on the CPU, with one thread, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vae.models import Autoencoder, ModelConfig, build
from vae.training.losses import Loss, objective
from vae.training.randomness import generator
from vae.training.recording import KINDS, Hand, Setup
from vae.training.schedule import MAX_GRADIENT_NORM

BATCH, NOISE = 1, 2  # purposes of random numbers


class NotFinite(ArithmeticError):
    """A loss is no longer a finite number. `step` is the one that would have been taken; `kind` names the model."""

    def __init__(self, kind: str, step: int) -> None:
        super().__init__(f"the loss of the {kind.upper()} is no longer a finite number at step {step:,}")
        self.kind, self.step = kind, step


@dataclass(frozen=True)
class Taken:
    """What one step did to one model.

    loss : before the step, of the step's batch
    gradient : norm of the gradient before it was cut to 1
    """

    loss: Loss
    gradient: float


def config_of(setup: Setup, kind: str, shape: tuple[int, int, int]) -> ModelConfig:
    """The config of one of the two models before it has learned anything."""
    fields: dict[str, Any] = {"kind": kind, "image_shape": shape, "beta": 1.0 if kind == "vae" else 0.0}
    return ModelConfig(**fields | setup.model_dump(include={"data", "latent_dim", "hidden", "seed"}))


def models_of(setup: Setup, shape: tuple[int, int, int]) -> dict[str, Autoencoder]:
    """Both models by their kind as they are before the first step: the same weights, wherever both have them."""
    models = {}
    for kind in KINDS:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(setup.seed)
            models[kind] = build(config_of(setup, kind, shape))
    return models


class Pair:
    """The two models, their optimisers, and the step that they have reached.

    Parameters
    ----------
    setup : what to build
    images : (N, C, H, W) uint8, to train on
    labels : (N,) whole numbers, by which classes can be left out
    """

    def __init__(self, setup: Setup, images: Tensor, labels: Tensor) -> None:
        self.setup, self.images, self.labels = setup, images, labels
        self.step = 0
        self.models = models_of(setup, (images.shape[1], images.shape[2], images.shape[3]))
        self.optimizers = {kind: torch.optim.AdamW(model.parameters(), fused=True) for kind, model in self.models.items()}
        self._rows: tuple[frozenset[int], Tensor | None] = (frozenset(), None)

    def batch(self, step: int, hand: Hand) -> Tensor:
        """The rows (B,) of the images that `step` trains on, drawn with replacement from the classes that are in."""
        rows = self._trained_on(hand.left_out)
        count = len(self.images) if rows is None else len(rows)
        drawn = torch.randint(count, (hand.batch_size,), generator=generator(self.setup.seed, BATCH, step))
        return drawn if rows is None else rows[drawn]

    def take_step(self, hand: Hand) -> dict[str, Taken]:
        """One step of both models, under the same batch and the same noise.

        Raises
        ------
        NotFinite
            If a loss or a gradient is no longer finite; then neither model has moved.
        ValueError
            If every class is left out.
        """
        images = self.images[self.batch(self.step, hand)].float() / 255  # (B, C, H, W)
        noise = torch.randn(len(images), self.setup.latent_dim, generator=generator(self.setup.seed, NOISE, self.step))
        taken = {}
        for kind, model in self.models.items():
            output = model.reconstruct(images, noise if kind == "vae" else hand.noise * noise)
            loss = objective(images, output, hand.beta if kind == "vae" else 0.0, 0.0 if kind == "vae" else hand.l2)
            self.optimizers[kind].zero_grad(set_to_none=True)
            loss.total.backward()
            gradient = nn.utils.clip_grad_norm_(model.parameters(), MAX_GRADIENT_NORM)
            if not (torch.isfinite(loss.total) and torch.isfinite(gradient)):
                raise NotFinite(kind, self.step)
            taken[kind] = Taken(Loss(*(part.detach() for part in loss)), float(gradient))
        for optimizer in self.optimizers.values():
            optimizer.param_groups[0]["lr"] = hand.learning_rate
            optimizer.step()
        self.step += 1
        return taken

    def weights(self) -> dict[str, Tensor]:
        """The weights of both, as they are: "ae/…" and "vae/…". They share memory with the models."""
        return {f"{kind}/{key}": value for kind, model in self.models.items() for key, value in model.state_dict().items()}

    def state(self) -> dict[str, Tensor]:
        """A copy of everything that the next step depends on, besides setup and hand."""
        tensors = {f"weights/{key}": value.clone() for key, value in self.weights().items()}
        for kind, optimizer in self.optimizers.items():
            for index, moments in optimizer.state_dict()["state"].items():
                tensors |= {f"adam/{kind}/{index}/{name}": torch.as_tensor(value).clone() for name, value in moments.items()}
        return tensors

    def restore(self, state: dict[str, Tensor], step: int) -> None:
        """Be where `state` was taken, at `step`."""
        for kind, model in self.models.items():
            start = f"weights/{kind}/"
            model.load_state_dict({key.removeprefix(start): value for key, value in state.items() if key.startswith(start)})
            optimizer = self.optimizers[kind]
            moments: dict[int, dict[str, Tensor]] = {}
            for key, value in state.items():
                if key.startswith(f"adam/{kind}/"):
                    _, _, index, name = key.split("/")
                    moments.setdefault(int(index), {})[name] = value.clone()
            optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
        self.step = step

    def _trained_on(self, left_out: frozenset[int]) -> Tensor | None:
        """Rows of the images whose classes are in; None for all."""
        if not left_out:
            return None
        if self._rows[0] != left_out or self._rows[1] is None:
            out = torch.isin(self.labels.long(), torch.tensor(sorted(left_out)))
            rows = (~out).nonzero().flatten()
            if not len(rows):
                raise ValueError("every class is left out; leave at least one in")
            self._rows = (left_out, rows)
        return self._rows[1]
