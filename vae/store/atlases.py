"""An atlas: the codes of a data set under one model, and where they lie on its map."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae.sentences import phrase
from vae.store.checkpoints import read_config
from vae.store.files import CheckpointError, plain, reason
from vae.store.folders import ATLAS, MODEL
from vae.store.names import printable
from vae.store.tensors import read_tensors, write_tensors

FARTHEST = 1e12  # of a code's or a place's coordinates: float32 can still square them


class NoMap(CheckpointError):
    """A model has no map yet: nothing is broken, the next command makes it."""


@dataclass(frozen=True)
class Atlas:
    """The codes of a data set and where they lie on the map.

    codes : (N, D) float32, posterior means
    std : (N, D) float32, posterior standard deviations; zeros for an autoencoder
    labels : (N,) uint8, or int32 where there are more than 256 classes, indices into `classes`
    places : (N, 2) float32, coordinates on the map; for D = 2 these are the codes themselves
    classes : class names
    settings : how the map was made: method, seed, neighbours, and the splits embedded in order
    """

    codes: np.ndarray
    std: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    classes: tuple[str, ...]
    settings: dict[str, Any]

    def __len__(self) -> int:
        return len(self.codes)


def save_atlas(folder: Path, atlas: Atlas, *, half: bool = False) -> None:
    """Write `atlas` to `folder`, atomically, with codes and `std` in half precision if asked. An autoencoder's zero `std` is left out of the file."""
    stored = np.float16 if half else np.float32
    tensors = {"codes": atlas.codes.astype(stored), "labels": atlas.labels}
    if atlas.std.any():
        tensors["std"] = atlas.std.astype(stored)
    if atlas.settings["method"] != "identity":
        tensors["places"] = atlas.places
    words = {"classes": json.dumps(list(atlas.classes)), "settings": json.dumps(atlas.settings)}
    write_tensors(folder / ATLAS, {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in tensors.items()}, words)


def load_atlas(folder: Path) -> Atlas:
    """The atlas in `folder`; CheckpointError with a sentence if it is broken or not of this model, NoMap if there is none."""
    path = folder / ATLAS
    if not path.is_file():
        raise NoMap(phrase("{name} has no {atlas}; make it with: python -m vae embed {name}", name=folder.name, atlas=ATLAS))
    tensors, words = read_tensors(path)
    dimensions = read_config(folder).latent_dim
    try:
        codes = _single(tensors["codes"])
        labels = tensors["labels"].numpy()
        std = _single(tensors["std"]) if "std" in tensors else np.zeros_like(codes)
        classes, settings = read_classes(words), read_settings(words)
        places = codes if settings["method"] == "identity" else tensors["places"].numpy()
        count = len(codes)
        sound = codes.shape == std.shape == (count, dimensions) and labels.shape == (count,) and places.shape == (count, 2)
        sound = sound and count > 0 and are_labels(labels, len(classes))
        sound = sound and all(are_coordinates(values) for values in (codes, std, places))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            phrase(
                "{name}/{atlas} lacks {why}; make it again with: python -m vae embed {name}",
                name=folder.name,
                atlas=ATLAS,
                why=reason(error),
            )
        ) from error
    if not sound:
        raise CheckpointError(
            phrase("{name}/{atlas} does not fit its model; make it again with: python -m vae embed {name}", name=folder.name, atlas=ATLAS)
        )
    return Atlas(codes, std, labels, places, classes, settings)


def _single(values: torch.Tensor) -> np.ndarray:
    """`values` as they are, those of half precision in float32."""
    return (values.float() if values.dtype == torch.float16 else values).numpy()


def fingerprint(folder: Path) -> str:
    """What must be made anew with a model's weights or its map remembers this: a hash of both."""
    digest = hashlib.sha256()
    for file in (MODEL, ATLAS):
        digest.update((folder / file).read_bytes())
    return digest.hexdigest()


def read_classes(words: dict[str, str]) -> tuple[str, ...]:
    """The class names in a file's metadata; ValueError, KeyError or RecursionError if there are none."""
    classes = json.loads(words["classes"])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ValueError(phrase("a list of class names"))
    return tuple(map(printable, classes))


def read_settings(words: dict[str, str]) -> dict[str, Any]:
    """How a map was made, in a file's metadata; ValueError, KeyError or RecursionError if that is not told."""
    settings = plain(json.loads(words["settings"]))
    if not isinstance(settings, dict) or not isinstance(settings.get("method"), str):
        raise ValueError(phrase("how it was made"))
    splits = settings.get("splits", ["test"])
    if not isinstance(splits, list) or not splits or any(split not in ("train", "test") for split in splits):
        raise ValueError(phrase("the splits that it shows"))
    return settings


def are_labels(values: np.ndarray, classes: int) -> bool:
    """Whether all of `values` number one of so many classes."""
    return values.dtype in (np.uint8, np.int32) and values.ndim == 1 and int(values.min()) >= 0 and int(values.max()) < classes


def are_coordinates(values: np.ndarray) -> bool:
    return values.dtype == np.float32 and bool((np.abs(values) <= FARTHEST).all())  # also false for NaN
