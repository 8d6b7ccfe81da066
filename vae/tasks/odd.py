"""Finding the odd images of a data set by a model, and how well that finds odd ones that were planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from vae.store.folders import ATLAS, CONFIG, MODEL
from vae.tasks.common import device_named, images_of, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from vae.models import Autoencoder

BRIGHTER = 1.05  # copies that are planted
FOREIGN = {"mnist": "fashion-mnist", "fashion-mnist": "mnist"}  # of the same size


class OddRequest(Request):
    """Odd images of which model's data set.

    name : under checkpoints/, or a path
    count : of each kind
    planted : plant odd ones and measure how well they are found, too
    foreign : the data set that foreign images are taken from; by default the other one of MNIST and Fashion-MNIST
    share : of images that are planted
    """

    name: str
    count: Annotated[int, Field(ge=1, le=1000)] = 10
    planted: bool = False
    foreign: str | None = None
    share: Annotated[float, Field(gt=0, le=0.5)] = 0.01
    device: Device = "auto"
    seed: Seed = 0


@dataclass(frozen=True)
class Found:
    """Odd images of one kind: rows of the test set, their scores, and the names of files where they are known."""

    kind: str
    rows: list[int]
    scores: list[float]
    names: list[str]


@dataclass(frozen=True)
class Odd:
    """found : the oddest of each kind, the oddest first; auroc : of each kind, for each kind of planted images."""

    found: list[Found]
    auroc: dict[str, dict[str, float]]


def odd(request: OddRequest, progress: Progress = silent) -> Odd:
    """Score the test images of the data set that a model was trained on.

    Raises
    ------
    ValueError
        If the model cannot be used, or the data cannot be had.
    """
    import numpy as np

    from vae.data.imported import store
    from vae.store.checkpoints import find_model, load_model

    name = find_model(request.name).name
    model = load_model(request.name, device_named(request.device))
    test = images_of(model.config, "test", False)
    labels = test.labels.numpy()
    reading = part_of(progress, 0.0, 0.4 if request.planted else 1.0)
    scores = score(model, test.images, labels, reading, name)
    files = store.read_manifest(model.config.data, "test")["path"].to_pylist() if model.config.data in store.names() else None
    found = []
    for kind, values in scores.items():
        rows = np.argsort(-values, kind="stable")[: request.count].tolist()
        found.append(Found(kind, rows, values[rows].tolist(), [files[row] for row in rows] if files else [""] * len(rows)))
    auroc: dict[str, dict[str, float]] = {}
    if request.planted:
        auroc = plant(request, model, test.images, labels, part_of(progress, 0.4, 1.0))
    progress(1.0, f"{name}: odd images")
    return Odd(found, auroc)


def plant(
    request: OddRequest, model: Autoencoder, images: Tensor, labels: np.ndarray, progress: Progress
) -> dict[str, dict[str, float]]:  # fmt: skip
    """AUROC of every score for foreign images, for copies a little brighter and for swapped labels, one after the other."""
    import numpy as np
    import torch

    from vae import data
    from vae.continuity.oddities import auroc

    dice, count = np.random.default_rng(request.seed), max(1, round(request.share * len(images)))
    name, classes = model.config.data, int(labels.max()) + 1
    planted = np.zeros(len(images), bool)
    planted[dice.choice(len(images), count, replace=False)] = True
    measured: dict[str, dict[str, float]] = {}
    foreign = request.foreign or FOREIGN.get(name)
    if foreign is not None:
        others = data.load(foreign, "test", size=model.config.image_shape[1])
        if others.images.shape[1:] != images.shape[1:]:
            raise ValueError(f"images of {foreign} have the shape {tuple(others.images.shape[1:])}, not that of the model; choose another")
        mixed = images.clone()
        mixed[torch.from_numpy(planted)] = others.images[torch.from_numpy(dice.choice(len(others), count, replace=False))]
        scores = score(model, mixed, labels, part_of(progress, 0.0, 0.33), foreign)
        measured[f"{request.share:.0%} images of {foreign}"] = {kind: auroc(values, planted) for kind, values in scores.items()}
    copied = dice.choice(np.flatnonzero(~planted), count, replace=False)
    mixed, twice = images.clone(), planted.copy()
    mixed[torch.from_numpy(planted)] = (images[torch.from_numpy(copied)].float() * BRIGHTER).clamp_max(255).round().to(torch.uint8)
    twice[copied] = True
    scores = score(model, mixed, labels, part_of(progress, 0.33, 0.67), name)
    measured[f"{request.share:.0%} copies of others, a little brighter"] = {kind: auroc(values, twice) for kind, values in scores.items()}
    if classes > 1:
        swapped = labels.astype(np.int64)
        swapped[planted] = (swapped[planted] + dice.integers(1, classes, count)) % classes
        scores = score(model, images, swapped, part_of(progress, 0.67, 1.0), name)
        measured[f"{request.share:.0%} swapped labels"] = {kind: auroc(values, planted) for kind, values in scores.items()}
    return measured


def score(model: Autoencoder, images: Tensor, labels: np.ndarray, progress: Progress, name: str) -> dict[str, np.ndarray]:
    """Every score of `images` (N, C, H, W) uint8 with `labels` (N,): (N,) each, by the names in `vae.continuity.oddities.KINDS`."""
    import numpy as np
    import torch

    from vae.continuity.likelihood import squared_errors
    from vae.continuity.oddities import class_distance, disagreement, likeness, sparsity
    from vae.latent.neighbours import Neighbours

    codes, errors, batches = [], [], images.split(1000)
    with torch.inference_mode():
        for done, batch in enumerate(batches):
            progress(0.8 * done / len(batches), f"{name}: encoding")
            pictures = batch.to(model.device).float() / 255
            mean = model.encode(pictures).mean
            codes.append(mean.cpu())
            errors.append(squared_errors(pictures, model.decode(mean)).cpu())
        neighbours = Neighbours(torch.cat(codes))
        progress(0.8, f"{name}: comparing codes")
        return {
            "error": torch.cat(errors).numpy().astype(np.float32),
            "density": sparsity(neighbours),
            "class": class_distance(neighbours.codes.numpy(), labels),
            "twice": likeness(neighbours, images)[0],
            "label": disagreement(neighbours, labels),
        }


def _reads(request: OddRequest) -> object:
    return stamps([request.name], CONFIG, MODEL, ATLAS)


ODD = register(Task("odd", OddRequest, odd, reads=_reads))
