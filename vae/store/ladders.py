"""A ladder: models of the same images in an order, with maps that are laid on each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae.sentences import phrase
from vae.store.atlases import are_coordinates, are_labels, read_classes, read_settings
from vae.store.files import CheckpointError, reason
from vae.store.folders import LADDERS, entries, place, root
from vae.store.names import check_name, fault, printable
from vae.store.tensors import read_tensors, write_tensors


@dataclass(frozen=True)
class Ladder:
    """Models of the same images in an order, with maps that are laid on each other.

    models : S names of checkpoints
    labels : (N,) uint8, or int32 where there are more than 256 classes, indices into `classes`; the images are the first N of each model's atlas
    places : (S, N, 2) float32
    classes : class names
    settings : how the maps were made
    """

    models: tuple[str, ...]
    labels: np.ndarray
    places: np.ndarray
    classes: tuple[str, ...]
    settings: dict[str, Any]


def ladder_names() -> list[str]:
    """The names of the ladders under `roots()`, sorted."""
    return sorted({path.stem for path in entries(LADDERS) if path.suffix == ".safetensors"})


def save_ladder(name: str, ladder: Ladder) -> Path:
    """Write `ladder` to `ladders/<name>.safetensors` under `root()`, atomically; ValueError for a bad name."""
    path = root() / LADDERS / f"{check_name(name)}.safetensors"
    words = {
        key: json.dumps(value) for key, value in (("models", ladder.models), ("classes", ladder.classes), ("settings", ladder.settings))
    }
    write_tensors(path, {"labels": torch.from_numpy(ladder.labels), "places": torch.from_numpy(ladder.places)}, words)
    return path


def load_ladder(name: str) -> Ladder:
    """The ladder called `name`; CheckpointError with a sentence if there is none or it is broken."""
    if name not in ladder_names():
        raise CheckpointError(phrase("there is no ladder {name!r}; make one with: python -m vae ladder {name} MODEL MODEL ...", name=name))
    if (why := fault(name)) is not None:
        raise CheckpointError(phrase("the ladder {name!r} {why}", name=printable(name), why=why))
    tensors, words = read_tensors(place(LADDERS, f"{name}.safetensors"))
    try:
        models, classes, settings = json.loads(words["models"]), read_classes(words), read_settings(words)
        labels, places = tensors["labels"].numpy(), tensors["places"].numpy()
        sound = isinstance(models, list) and len(models) > 1 and all(isinstance(model, str) for model in models)
        sound = sound and labels.ndim == 1 and places.shape == (len(models), len(labels), 2) and are_coordinates(places)
        sound = sound and len(labels) > 0 and are_labels(labels, len(classes))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            phrase(
                "the ladder {name!r} lacks {why}; make it again with: python -m vae ladder {name} MODEL ...", name=name, why=reason(error)
            )
        ) from error
    if not sound:
        raise CheckpointError(phrase("the ladder {name!r} is broken; make it again with: python -m vae ladder {name} MODEL ...", name=name))
    return Ladder(tuple(models), labels, places, classes, settings)
