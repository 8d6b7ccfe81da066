"""What several tasks need: a device, images of a model, a folder that can be written, what changes when files do."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vae.store.files import stamp
from vae.store.writing import half_written

__all__ = ["device_named", "half_written", "images_of", "need_writable", "stamps"]

if TYPE_CHECKING:
    from vae.data import Images
    from vae.models import ModelConfig


def device_named(choice: str) -> str | None:
    """The device to compute on, None for the best there is; ValueError with a sentence if it is not there."""
    import torch

    there = {"auto": True, "cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[choice]:
        raise ValueError(f"there is no {choice} device here; use --device auto")
    return None if choice == "auto" else choice


def images_of(config: ModelConfig, split: str, download: bool) -> Images:
    """The images of one split of the data set that a model was trained on, in the model's size."""
    from vae import data

    return data.load(config.data, split, download=download, size=config.image_shape[1])


def need_writable(folder: Path) -> None:
    """Make `folder`; OSError at once, before the work, if nothing can be written there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def stamps(names: list[str], *files: str) -> tuple[tuple[int, int] | None, ...]:
    """The `stamp` of `files` in the folders of the models called `names`."""
    from vae.store.checkpoints import find_model

    return stamp([find_model(name) / file for name in names for file in files])
