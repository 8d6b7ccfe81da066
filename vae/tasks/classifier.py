"""Training what judges pictures: the classifier whose features and classes the figures use, or an encoder where there are no classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from vae.sentences import phrase
from vae.store.folders import CONFIG, MODEL, REFERENCE
from vae.tasks.common import half_written, images_of, need_writable
from vae.tasks.own_folder import settled
from vae.tasks.progress import Progress, of_steps, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Request, Seed

if TYPE_CHECKING:
    import torch

    from vae.data import Images
    from vae.models import ModelConfig
    from vae.store.classifiers import Pictures, StoredJudge


class ClassifierRequest(Request):
    """A classifier of which data set.

    flip : mirror half of the training images
    second : a second one of another architecture, which checks the Fréchet distances of the first
    size : side in pixels to which a folder's images are scaled, as when the model was trained
    """

    data: str
    epochs: Annotated[int, Field(ge=1)] = 10
    flip: bool = False
    second: bool = False
    seed: Seed = 0
    size: Annotated[int, Field(ge=8, le=256)] = 32
    download: bool = False


@dataclass(frozen=True)
class TrainedClassifier:
    """What came of it.

    accuracy : on the test set, 0 to 1; None of an encoder
    note : why its verdicts do not count, or why there is no classifier; None where all is well
    """

    folder: Path
    accuracy: float | None
    note: str | None


def classifier(request: ClassifierRequest, progress: Progress = silent) -> TrainedClassifier:
    """Train a classifier and write it beside the checkpoints; an encoder, where the images are not of two classes or more.

    Raises
    ------
    ValueError
        If there is one already, or the data cannot be had.
    """
    from vae import data
    from vae.data.fingerprint import identity
    from vae.store.classifiers import doubt, folder_for, read_classifier, second_folder
    from vae.training.classifier import train_classifier

    request = request.model_copy(update={"data": settled(request.data, request.size, progress)})
    train_set, test_set = (data.load(request.data, split, download=request.download, size=request.size) for split in ("train", "test"))
    pictures = _pictures(request.data, identity(request.data), train_set)
    classes = len(train_set.labels.unique())
    if request.second and classes < 2:
        raise ValueError(phrase("{data} has one class alone, and a second classifier needs two or more", data=request.data))
    folder = second_folder(pictures) if request.second else folder_for(pictures, classes=classes > 1)
    if (folder / MODEL).exists():
        raise ValueError(
            phrase("{folder} already holds a classifier; every figure depends on it, so delete it by hand to train another", folder=folder)
        )
    if classes < 2:
        _encoder(pictures, train_set, test_set, request.seed, progress)
        return TrainedClassifier(
            folder, None, phrase("{data} has one class alone, so an encoder was trained, which needs none", data=request.data)
        )
    need_writable(folder)
    step = of_steps(progress, folder.name, 3)
    accuracy = train_classifier(
        pictures.data, train_set, test_set, folder, data_sha256=pictures.sha256, epochs=request.epochs, seed=request.seed,
        flip=request.flip, second=request.second, progress=lambda done, total, loss: step(done, total, {"loss": loss}),
    )  # fmt: skip
    return TrainedClassifier(folder, accuracy, doubt(read_classifier(folder.name)))


def judge_of(
    config: ModelConfig, device: torch.device, download: bool, progress: Progress, *, make: bool = True
) -> tuple[StoredJudge | None, list[str]]:
    """The judge of what a model was trained on, and what there is to say of it.

    Where there is none whose word counts, an encoder, which needs no classes, is trained on the training images and kept; None where
    these cannot be had any more, or where none is to be made.
    """
    from vae.data import DataError
    from vae.data.fingerprint import identity
    from vae.store.classifiers import NoJudge, Pictures, find_judge, load_judge

    pictures = Pictures.of(config)
    said: list[str] = []
    try:
        find_judge(pictures)
    except NoJudge as error:
        if not make:
            return None, [f"{error}; going on without the figures that need it"]
        try:
            train_set, test_set = (images_of(config, split, download) for split in ("train", "test"))
            if identity(config.data) != pictures.sha256:
                raise DataError(phrase("the images on disk are no longer those that the model was trained on"))
        except DataError as missing:
            return None, [phrase("{error}; {missing}; going on without the figures that need it", error=error, missing=missing)]
        folder = _encoder(pictures, train_set, test_set, 0, progress)
        said.append(phrase("{error}; wrote {folder}, an encoder that needs no classes", error=error, folder=folder))
    judge = load_judge(pictures, device)
    return judge, [*said, judge.words]


def _encoder(pictures: Pictures, train: Images, test: Images, seed: int, progress: Progress) -> Path:
    from vae.store.classifiers import folder_for
    from vae.training.classifier import train_encoder

    folder = folder_for(pictures, classes=False)
    need_writable(folder)
    step = of_steps(progress, f"features of {Path(pictures.data).name}", 3)
    train_encoder(pictures.data, train, test, folder, data_sha256=pictures.sha256, seed=seed,
                  progress=lambda done, total, loss: step(done, total, {"loss": loss}))  # fmt: skip
    return folder


def _pictures(name: str, sha256: str, images: Images) -> Pictures:
    from vae.store.classifiers import Pictures

    _, channels, height, width = images.images.shape
    return Pictures(name, sha256, (channels, height, width))


def _leaves(request: ClassifierRequest) -> list[Path]:
    from vae.store import folders
    from vae.store.folders import CLASSIFIERS

    starts = f"{Path(request.data).name}*"
    return [
        path for folder in sorted((folders.root() / CLASSIFIERS).glob(starts)) for path in half_written(folder, MODEL, CONFIG, REFERENCE)
    ]


CLASSIFIER = register(Task("classifier", ClassifierRequest, classifier, leaves=_leaves))
