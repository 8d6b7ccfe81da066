"""Settings for a fair pair of models, chosen from the pictures and from how long a training may take, each with its reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from vae.sentences import listed, packed, phrase, unpacked
from vae.tasks.budget import Budget
from vae.tasks.progress import Progress, part_of
from vae.tasks.request import Device
from vae.tasks.train import TrainRequest

if TYPE_CHECKING:
    from torch import Tensor

SIZES = (4, 8, 16, 32, 64)  # of a code
KEPT = 0.85  # of the pictures' variance, by as many principal components as the code has numbers
PICTURES_A_NUMBER = 8  # at least: fewer pictures say nothing of so many directions
STAGES = 3  # at most: each halves the sides, down to no less than SMALLEST
SMALLEST = 3  # pixels
CHANNELS = {1: (32,), 2: (32, 64), 3: (16, 32, 64)}  # by stages
BATCH = 64
LEARNING_RATE = 1e-3
BETAS = (0.3, 1.0, 3.0)
COSTS = 1.1  # times the smallest error: the largest β that costs no more is taken
HELD_OUT, FEWEST_HELD, MOST_HELD = 0.1, 4, 1000  # of the training pictures, to choose settings by and to stop the training by
PATIENCE, FEWEST_EPOCHS = 0.1, 5  # of the epochs, and how many at least, without gain on the held-out pictures
MIRRORED = 0.99  # of their error: mirrored pictures are learned from, too, where principal components with them come below
COMPARED = 5000  # pictures at most
MEASURED = 12  # steps of which a step's time is taken, after one that warms up
MOST_EPOCHS = 400
SEARCHED, TRAINED = 0.12, 0.5  # of the budget, for choosing β, and for training at most
SHOWN = 0.3  # of the budget, that training leaves for maps and figures
LEAST = 0.2  # of the budget, that training has whatever has gone before, on a busy machine
STARTING = 4.0  # seconds in which the processes that train get ready


@dataclass(frozen=True)
class Recipe:
    """A pair to be trained.

    ae, vae : what to train; they differ in the KL term alone
    reasons : a sentence for each setting
    seconds : that training either of them takes, by the first steps, on one idle core
    """

    ae: TrainRequest
    vae: TrainRequest
    reasons: tuple[str, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {"ae": self.ae.to_dict(), "vae": self.vae.to_dict(), "reasons": packed(list(self.reasons)), "seconds": self.seconds}

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Recipe:
        """What `to_dict` gave."""
        pair = [TrainRequest.from_dict(said[kind]) for kind in ("ae", "vae")]
        return cls(pair[0], pair[1], tuple(unpacked(said["reasons"])), said["seconds"])


def choose(images: Tensor, name: str, outs: tuple[Path, Path], budget: Budget, device: Device, seed: int, progress: Progress) -> Recipe:
    """Settings for the pictures of the data set called `name`.

    Parameters
    ----------
    images : for training, (N, C, H, W) uint8
    outs : where the autoencoder and the VAE are to lie
    budget : for everything, from import to figures, on two idle cores
    """
    reasons: list[str] = []
    channels, height, width = images.shape[1:]
    count = len(images)
    colour = phrase("grey") if channels == 1 else phrase("colour")
    size = _code_size(images, seed, reasons)
    stages = _stages(height, width)
    held = min(MOST_HELD, max(FEWEST_HELD, int(HELD_OUT * count)))
    request = TrainRequest(
        out=outs[0], data=name, model="ae", latent_dim=size, epochs=1, architecture="residual" if stages else "mlp", seed=seed, device=device,
        hidden=CHANNELS[stages] if stages else None, batch_size=min(BATCH, max(1, count // 4)), learning_rate=LEARNING_RATE,
        holdout=held, patience=1,
    )  # fmt: skip
    request = request.model_copy(update={"flip": _flips(request, images, reasons)})
    if stages:
        reasons.append(
            phrase(
                "architecture residual, channels {channels}: {count:,} {colour} pictures of {width} × {height}; nets that begin as PCA; in the "
                "time there is, plain convolutions stay behind it (checkpoints/LOG.md)",
                channels=",".join(map(str, CHANNELS[stages])), count=count, colour=colour, width=width, height=height,
            )
        )  # fmt: skip
    else:
        why = phrase("architecture mlp: sides of {width} × {height} cannot be halved, which convolutions need", width=width, height=height)
        reasons.append(why)
    step = seconds_a_step(request, images)
    steps = max(1, (count - held) // request.batch_size)
    epoch = step * (steps + 2 * held / (3 * request.batch_size))  # held-out pictures are rebuilt twice, each time for a third of a step
    beta = _beta(request, images, epoch, SEARCHED * budget.seconds, reasons, part_of(progress, 0.1, 1.0))
    given = max(LEAST * budget.seconds, min(TRAINED * budget.seconds, budget.left - SHOWN * budget.seconds - STARTING))
    epochs = int(min(MOST_EPOCHS, max(1, given / epoch)))
    patience = max(FEWEST_EPOCHS, round(PATIENCE * epochs))
    seconds = epochs * epoch
    reasons.append(
        phrase(
            "batches of {batch}, learning rate {rate:g}, {epochs} epochs at most: a step takes {step:.0f} ms of one core, and of the budget of "
            "{budget:.0f} s {given:.0f} s are for training: about {seconds:.0f} CPU seconds for each model",
            batch=request.batch_size, rate=LEARNING_RATE, epochs=epochs, step=1000 * step, budget=budget.seconds, given=given, seconds=seconds,
        )
    )  # fmt: skip
    reasons.append(
        phrase(
            "{held:,} of the {count:,} training pictures are held out: after {patience} epochs in which their loss has not fallen, training "
            "stops, and the weights that did best are kept",
            held=held, count=count, patience=patience,
        )
    )  # fmt: skip
    ae = request.model_copy(update={"epochs": epochs, "patience": patience})
    return Recipe(ae, ae.model_copy(update={"out": outs[1], "model": "vae", "beta": beta}), tuple(reasons), seconds)


def _code_size(images: Tensor, seed: int, reasons: list[str]) -> int:
    from vae.models.linear import LinearModel

    most = max(SIZES[0], min(SIZES[-1], len(images) // PICTURES_A_NUMBER))
    linear = LinearModel.fit(images, most, seed)
    variance = sum((part.float() / 255 - linear.mean.unflatten(0, linear.shape)).square().sum().item() for part in images.split(500))
    kept = (linear.spread.square().cumsum(0) * (len(images) - 1) / max(variance, 1e-12)).tolist()
    sizes = [size for size in SIZES if size <= most]
    size = next((size for size in sizes if kept[min(size, len(kept)) - 1] >= KEPT), sizes[-1])
    share = kept[min(size, len(kept)) - 1]
    if share >= KEPT:
        why = phrase("the fewest that keep so much")
    else:
        why = phrase("the most that {count:,} pictures and a quick training bear", count=len(images))
    kept_share = phrase(
        "code size {size}: as many principal components keep {share:.0f} % of the pictures' variance, {why}",
        size=size,
        share=100 * share,
        why=why,
    )
    reasons.append(kept_share)
    return size


def _stages(height: int, width: int) -> int:
    """How often convolutions may halve the sides; 0 for not at all."""
    stages = 0
    while stages < STAGES and height % 2 == width % 2 == 0 and min(height, width) // 2 >= SMALLEST:
        height, width, stages = height // 2, width // 2, stages + 1
    return stages


def seconds_a_step(request: TrainRequest, images: Tensor) -> float:
    """CPU seconds of a training step with one thread; the median, so that what else the machine does is left out."""
    marks: list[float] = []
    picked = _repeated(images, (MEASURED + 1) * request.batch_size)
    _run(request.model_copy(update={"holdout": 0, "patience": 0}), picked, lambda done, steps, parts: marks.append(time.process_time()))
    times = sorted(after - before for before, after in pairwise(marks))
    return max(times[len(times) // 2], 1e-6)


def _repeated(images: Tensor, count: int) -> Tensor:
    return images.repeat(-(-count // len(images)), 1, 1, 1)[:count]


def _flips(request: TrainRequest, images: Tensor, reasons: list[str]) -> bool:
    """Whether mirrored pictures tell of new ones, by principal components of the others judged on pictures held out."""
    from vae.models.linear import LinearModel
    from vae.tasks.train import config_of
    from vae.training.heldout import apart
    from vae.training.loop import mirrored_too

    learned, held = apart(images, config_of(request, images))
    learned = learned[:: -(-len(learned) // COMPARED)]
    new = held.float() / 255
    models = [LinearModel.fit(each, request.latent_dim, request.seed) for each in (learned, mirrored_too(learned))]
    alone, mirrored = ((model.decode(model.encode(new)) - new).square().mean().item() for model in models)
    flips = mirrored < MIRRORED * alone
    said = phrase(
        "as many principal components of the pictures rebuild {held:,} held-out ones with a squared error of {alone:.4f}, and with mirrored "
        "pictures, too, of {mirrored:.4f}",
        held=len(held), alone=alone, mirrored=mirrored,
    )  # fmt: skip
    mirrors = phrase("half of the pictures are mirrored, others at every step: {said}", said=said)
    reasons.append(mirrors if flips else phrase("no picture is mirrored: {said}", said=said))
    return flips


def _beta(request: TrainRequest, images: Tensor, epoch: float, seconds: float, reasons: list[str], progress: Progress) -> float:
    """The largest of BETAS that costs little, by short trainings judged on the pictures that are held out.

    epoch, seconds : that one epoch takes, and that all may take
    """
    import torch

    from vae.tasks.train import config_of
    from vae.training.heldout import apart

    _, test = apart(images, config_of(request, images))
    epochs = int(max(1, seconds / len(BETAS) / epoch))
    errors = []
    for place, beta in enumerate(BETAS):
        told = part_of(progress, place / len(BETAS), (place + 1) / len(BETAS))
        trial = request.model_copy(update={"model": "vae", "beta": beta, "epochs": epochs, "patience": epochs})

        def step_done(done: int, total: int, parts: dict[str, float], told: Progress = told, beta: float = beta) -> None:
            told(done / total, phrase("choosing β: {beta:g}", beta=beta))

        model = _run(trial, images, step_done)
        with torch.inference_mode():
            errors.append(_error(model, test))
    beta = max(each for each, error in zip(BETAS, errors, strict=True) if error <= COSTS * min(errors))
    tried = listed([phrase("{error:.4f} with {beta:g}", error=error, beta=each) for each, error in zip(BETAS, errors, strict=True)], "; ")
    reasons.append(
        phrase(
            "β {beta:g}: on {held:,} held-out pictures, after {epochs} epochs at most, the squared error is {tried}; the largest that costs at "
            "most {costs:.0f} % is taken, since draws gain by it",
            beta=beta, held=len(test), epochs=epochs, tried=tried, costs=100 * (COSTS - 1),
        )
    )  # fmt: skip
    return beta


def _error(model: Any, images: Tensor) -> float:
    total = 0.0
    for part in images.split(500):
        pictures = part.float() / 255
        total += (model.decode(model.encode(pictures).mean) - pictures).square().mean().item() * len(part)
    return total / len(images)


def _run(request: TrainRequest, images: Tensor, step: Callable[[int, int, dict[str, float]], None]) -> Any:
    """A short training of which nothing is kept but the model, on the CPU."""
    import torch

    from vae.tasks.train import config_of, threads_kept
    from vae.training.loop import train

    with TemporaryDirectory() as folder, threads_kept():
        torch.set_num_threads(1)  # as the pair has; threads that wait for each other on a busy machine use CPU time, too
        return train(config_of(request, images), images, Path(folder) / "trial", accelerator="cpu", progress=step)
