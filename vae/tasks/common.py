"""What several tasks need: a device, images of a model, a folder that can be written, what changes when files do."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vae.sentences import phrase
from vae.store.files import stamp
from vae.store.writing import half_written
from vae.tasks.own_folder import settled
from vae.tasks.progress import Progress, silent

__all__ = ["changed_since", "device_named", "encoded", "half_written", "images_of", "need_writable", "on_data", "stamps"]

if TYPE_CHECKING:
    from torch import Tensor

    from vae.data import Images
    from vae.models import Autoencoder, ModelConfig


def device_named(choice: str) -> str | None:
    """The device to compute on, None for the best there is; ValueError with a sentence if it is not there."""
    import torch

    there = {"auto": True, "cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[choice]:
        raise ValueError(phrase("there is no {choice} device here; use --device auto", choice=choice))
    return None if choice == "auto" else choice


def images_of(config: ModelConfig, split: str, download: bool) -> Images:
    """The images of one split of the data set that a model was trained on, in the model's size; DataError if they are of another shape."""
    from vae import data

    images = data.load(config.data, split, download=download, size=config.image_shape[1])
    if (shape := tuple(images.images.shape[1:])) != config.image_shape:
        channels, height, _ = config.image_shape
        grey = " --grey" if channels == 1 else ""
        raise data.DataError(
            phrase(
                "{data} has images of {shape} and the model takes {taken}; import them anew with python -m vae import PATH --name NAME --size {height}{grey}",
                data=config.data,
                shape=_times(shape),
                taken=_times(config.image_shape),
                height=height,
                grey=grey,
            )
        )
    return images


def encoded(model: Autoencoder, images: Tensor, progress: Progress, words: str) -> tuple[Tensor, Tensor]:
    """Means and standard deviations, (N, D) each and on the CPU, of the codes of `images` (N, C, H, W) uint8; N at least 1."""
    import torch

    batches = images.split(1000)
    means, stds = [], []
    with torch.inference_mode():
        for done, batch in enumerate(batches):
            progress(done / len(batches), words)
            posterior = model.encode(batch.float() / 255)
            means.append(posterior.mean.cpu())
            stds.append(posterior.std.cpu())
    return torch.cat(means), torch.cat(stds)  # made outside of inference mode, they can be learned from


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def on_data(config: ModelConfig, name: str | None, progress: Progress = silent) -> tuple[ModelConfig, bool]:
    """The config of a model put on the data set `name`, and whether that shows the images that it was trained on anyway.

    It is by what they show that they are known: they may have been imported again, under another name. A folder becomes a data set
    in the model's size and colours first. Without a name, the model's own config.

    Raises
    ------
    ValueError
        If there is no such data set, or a folder cannot become one.
    """
    if name is None:
        return config, True
    from vae import data
    from vae.data.fingerprint import identity

    channels, side, _ = config.image_shape
    name = settled(name, side, progress, grey=channels == 1)
    if not data.available(name):
        data.load(name, "test")  # says what is the matter
    shown = identity(name)
    own = shown == config.data_sha256 if shown else name == config.data
    return replace(config, data=name, data_sha256=shown), own


def changed_since(config: ModelConfig) -> str | None:
    """That the images on disk are not those that a model was trained on, in a sentence; None if they are, or nobody knows."""
    from vae.data.fingerprint import identity

    if not config.data_sha256 or identity(config.data) == config.data_sha256:
        return None
    return phrase("the images on disk are no longer those that it was trained on, and it may have seen some of those for testing")


def need_writable(folder: Path) -> None:
    """Make `folder`; OSError at once, before the work, if nothing can be written there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def stamps(names: list[str], *files: str) -> tuple[tuple[int, int] | None, ...]:
    """The `stamp` of `files` in the folders of the models called `names`."""
    from vae.store.checkpoints import find_model

    return stamp([find_model(name) / file for name in names for file in files])
