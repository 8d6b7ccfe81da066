"""The images that a map was made of, as far as they are still on disk."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from vae import data
from vae.data import DataError, fingerprint
from vae.data.imported import store
from vae.models import ModelConfig
from vae.sentences import phrase
from vae.store.atlases import Atlas
from vae.store.files import is_passing

if TYPE_CHECKING:
    import pyarrow as pa

NOT_ON_DISK = phrase("data set not on disk")
CHANGED = phrase("the images on disk are no longer those that the map was made of; make it again with: python -m vae embed")
SPOILT = phrase("the images on disk cannot be read; the server's log says why: repair them, or make the map again")

log = logging.getLogger("vae.store")


@dataclass(frozen=True)
class Originals:
    """The images that a map was made of.

    images : (N, C, H, W) uint8 in its order; None where they are not shown
    sentence : that says why they are not
    counts : how many are of each of the map's splits
    """

    images: torch.Tensor | None
    sentence: str | None = None
    counts: tuple[int, ...] = ()


def mapped_data(config: ModelConfig, atlas: Atlas) -> str:
    """The data set whose images a map shows: what the model was trained on, unless `embed --data` was told another."""
    said = atlas.settings.get("data")
    return said if isinstance(said, str) else config.data


def find_originals(config: ModelConfig, atlas: Atlas) -> Originals:
    """The images that `atlas` was made of, in its order, or why they are not shown. Raises nothing but errors of the moment."""
    name = mapped_data(config, atlas)
    if not data.available(name):
        return Originals(None, NOT_ON_DISK)
    try:
        parts = [data.load(name, split, size=config.image_shape[1]) for split in _splits(atlas)]
        images = torch.cat([part.images for part in parts])
    except (DataError, OSError, RuntimeError, ValueError) as error:
        if is_passing(error):
            raise
        log.error("the images of %s cannot be read", data.label(name), exc_info=error)
        return Originals(None, SPOILT)
    same = tuple(images.shape) == (len(atlas), *config.image_shape)
    remembered = atlas.settings.get("images")
    if isinstance(remembered, dict) and remembered:  # a shipped set cannot change, and nothing of it is remembered
        same = same and remembered.get("pixels") == fingerprint.pixels(images)
    return Originals(images, counts=tuple(map(len, parts))) if same else Originals(None, CHANGED)


def splits_of(atlas: Atlas, originals: Originals) -> np.ndarray:
    """The split that each image of a map is of, (N,) words; empty where it shows several and the originals are not there to count."""
    names = _splits(atlas)
    if len(names) == 1:
        return np.full(len(atlas), names[0])
    counted = len(originals.counts) == len(names) and sum(originals.counts) == len(atlas)
    return np.repeat(names, originals.counts) if counted else np.full(len(atlas), "")


def _splits(atlas: Atlas) -> list[str]:
    """The splits that a map shows, in their order."""
    return list(atlas.settings.get("splits", ["test"]))


def find_manifest(config: ModelConfig, atlas: Atlas, originals: Originals) -> pa.Table | None:
    """What the manifest of an imported data set says of the images of a map, in its order; None where there is none that fits.

    Only beside the originals: without them nobody can tell whether the rows are still the same images'.
    """
    name = mapped_data(config, atlas)
    if originals.images is None or name not in store.names():
        return None
    import pyarrow as pa  # only who asks for columns pays for it

    try:
        table = pa.concat_tables([store.read_manifest(name, split) for split in _splits(atlas)])
    except DataError:
        return None
    return table if len(table) == len(atlas) else None
