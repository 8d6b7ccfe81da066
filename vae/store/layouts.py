"""Layouts of an atlas' codes beside its own places: they take long to make, and are kept with the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vae.sentences import phrase
from vae.store.atlases import are_coordinates, fingerprint
from vae.store.files import CheckpointError
from vae.store.folders import TSNE
from vae.store.tensors import read_tensors, write_tensors

LAYOUTS = {"tsne": TSNE}  # the file of each, by its method


def save_layout(folder: Path, method: str, places: np.ndarray) -> None:
    """Write the `places` (N, 2) float32 of the codes in `folder`'s atlas, atomically, with a hash of the weights and the atlas."""
    write_tensors(folder / LAYOUTS[method], {"places": torch.from_numpy(places)}, {"of": fingerprint(folder)})


def load_layout(folder: Path, method: str, count: int) -> np.ndarray:
    """The places (N, 2) float32 that `save_layout` has written of `count` codes; CheckpointError if there are none of this atlas."""
    tensors, words = read_tensors(folder / LAYOUTS[method])
    places = tensors["places"].numpy() if "places" in tensors else np.empty(0)
    if words.get("of") != fingerprint(folder) or places.shape != (count, 2) or not are_coordinates(places):
        raise CheckpointError(
            phrase(
                "{name}/{file} is not of this map; make it again with: python -m vae embed {name} --projection {method}",
                name=folder.name,
                file=LAYOUTS[method],
                method=method,
            )
        )
    return places
