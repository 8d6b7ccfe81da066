"""The images that a map was made of, as far as they are still on disk."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import torch

from vae import data
from vae.data import DataError, fingerprint
from vae.models import ModelConfig
from vae.store.atlases import Atlas
from vae.store.files import is_passing

NOT_ON_DISK = "data set not on disk"
CHANGED = "the images on disk are no longer those that the map was made of; make it again with: python -m vae embed"
SPOILT = "the images on disk cannot be read; the server's log says why: repair them, or make the map again"

log = logging.getLogger("vae.store")


@dataclass(frozen=True)
class Originals:
    """The images that a map was made of, (N, C, H, W) uint8 in its order, or None and a sentence that says why they are not shown."""

    images: torch.Tensor | None
    sentence: str | None = None


def originals_of(config: ModelConfig, atlas: Atlas) -> Originals:
    """The images that `atlas` was made of, in its order, or why they are not shown. Raises nothing but errors of the moment."""
    if not data.available(config.data):
        return Originals(None, NOT_ON_DISK)
    try:
        parts = [data.load(config.data, split, size=config.image_shape[1]) for split in atlas.settings.get("splits", ["test"])]
        images, labels = torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts])
    except (DataError, OSError, RuntimeError, ValueError) as error:
        if is_passing(error):
            raise
        log.error("the images of %s cannot be read", data.label(config.data), exc_info=error)
        return Originals(None, SPOILT)
    same = tuple(images.shape) == (len(atlas), *config.image_shape)
    remembered = atlas.settings.get("images")
    if isinstance(remembered, dict):
        same = same and remembered.get("pixels") == fingerprint.pixels(images)
    elif not data.find(config.data):  # a map from before maps remembered their images
        same = same and np.array_equal(labels.numpy(), atlas.labels) and parts[0].classes == atlas.classes
    return Originals(images) if same else Originals(None, CHANGED)
