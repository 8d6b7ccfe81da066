"""Training the classifier whose features and classes the figures use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vae.store import folders
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL
from vae.tasks.common import half_written, need_writable
from vae.tasks.own_folder import settled
from vae.tasks.progress import Progress, of_steps, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Request, Seed


class ClassifierRequest(Request):
    """A classifier of which data set.

    flip : mirror half of the training images
    """

    data: str
    epochs: Annotated[int, Field(ge=1)] = 10
    flip: bool = False
    seed: Seed = 0
    download: bool = False


@dataclass(frozen=True)
class TrainedClassifier:
    """accuracy : on the test set, 0 to 1."""

    folder: Path
    accuracy: float


def classifier(request: ClassifierRequest, progress: Progress = silent) -> TrainedClassifier:
    """Train a classifier and write it beside the checkpoints.

    Raises
    ------
    ValueError
        If there is one already, or the data cannot be had.
    """
    from vae import data
    from vae.training.classifier import train_classifier

    request = request.model_copy(update={"data": settled(request.data, 32, progress)})
    folder = _folder(request)
    if (folder / MODEL).exists():
        raise ValueError(f"{folder} already holds a classifier; every figure depends on it, so delete it by hand to train another")
    train_set, test_set = (data.load(request.data, split, download=request.download) for split in ("train", "test"))
    need_writable(folder)
    step = of_steps(progress, folder.name, 3)
    accuracy = train_classifier(
        request.data, train_set, test_set, folder, epochs=request.epochs, seed=request.seed, flip=request.flip,
        progress=lambda done, total, loss: step(done, total, {"loss": loss}),
    )  # fmt: skip
    return TrainedClassifier(folder, accuracy)


def _folder(request: ClassifierRequest) -> Path:

    return folders.root() / CLASSIFIERS / Path(request.data).name


def _leaves(request: ClassifierRequest) -> list[Path]:

    folder = _folder(request)
    return half_written(folder, MODEL, CONFIG, "reference.safetensors")


CLASSIFIER = register(Task("classifier", ClassifierRequest, classifier, leaves=_leaves))
