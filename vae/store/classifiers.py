"""The classifiers that judge pictures, one a data set: the weights, and the features of real images for reference."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae.models import Classifier
from vae.store.checkpoints import weights_sha256
from vae.store.files import CheckpointError, is_finite, plain, read_object, reason, write_json
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, REFERENCE, folders_with, holds, place
from vae.store.probes import PROBE
from vae.store.tensors import all_finite, fill, read_tensors, write_tensors


@dataclass(frozen=True)
class StoredClassifier:
    """A frozen classifier, the hash of its weights, what it reached, and features of real images for reference."""

    model: Classifier
    sha256: str
    config: dict[str, Any]
    reference: Tensor  # (M, 64) float32, φ of training images


def classifier_names() -> list[str]:
    """The names of the classifiers under `roots()`, sorted, readable or not; the probe of scenes is none of them."""
    return [name for name in folders_with(CONFIG, CLASSIFIERS) if name != PROBE]


def save_classifier(folder: Path, model: Classifier, config: dict[str, Any], reference: Tensor) -> None:
    """Write a classifier with the features `reference` (M, 64) of real images to `folder`."""
    write_tensors(folder / MODEL, model.state_dict())
    write_tensors(folder / REFERENCE, {"features": reference.half()})
    write_json(folder / CONFIG, config)


def load_classifier(data: str, device: str | torch.device = "cpu") -> StoredClassifier:
    """The classifier for data set `data`; CheckpointError with a sentence if there is none or it is broken."""
    folder, config = _folder(data), read_classifier(data)
    with torch.device("meta"):
        model = Classifier(tuple(config["image_shape"]), len(config["classes"]))
    fill(model, folder / MODEL)
    digest = weights_sha256(folder)
    reference = read_tensors(folder / REFERENCE)[0].get("features", torch.empty(0))
    if reference.ndim != 2 or not len(reference) or reference.shape[1] != model.head.in_features or not all_finite(reference.float()):
        raise CheckpointError(f"{folder.name}/{REFERENCE} does not hold the features of real images; {_again(folder, data)}")
    return StoredClassifier(model.to(device).eval().requires_grad_(False), digest, config, reference.float().to(device))


def read_classifier(data: str) -> dict[str, Any]:
    """The config of the classifier for data set `data`: image_shape, classes, off_manifold_threshold and more, without its weights.

    Raises
    ------
    CheckpointError
        If there is none or it is broken.
    """
    folder = _folder(data)
    if not holds(folder, CONFIG):
        raise CheckpointError(f"there is no classifier for {data!r}; train one with: python -m vae classifier --data {data}")
    try:
        config = plain(read_object(folder / CONFIG))
        shape, classes = config.get("image_shape"), config.get("classes")
        if not isinstance(shape, list) or len(shape) != 3 or not all(type(side) is int and 1 <= side <= 4096 for side in shape):
            raise ValueError("image_shape must be three whole numbers: channels, height, width")
        if not isinstance(classes, list) or not classes or not all(isinstance(name, str) for name in classes):
            raise ValueError("classes must be a list of names")
        if config.get("off_manifold_threshold") is not None and not is_finite(config["off_manifold_threshold"]):
            raise ValueError("off_manifold_threshold must be a number")
    except ValueError as error:
        raise CheckpointError(f"{folder.name}/{CONFIG} cannot be used: {reason(error)}; {_again(folder, data)}") from error
    return config


def _folder(data: str) -> Path:
    return place(CLASSIFIERS, Path(data).name)


def _again(folder: Path, data: str) -> str:
    return f"restore the file, or delete the folder and train it again with: python -m vae classifier --data {data}"
