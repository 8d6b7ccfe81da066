"""Where images come from: torchvision's data sets or a folder of a user's own, whole and in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vae.data.lines import SECTORS, draw_lines, random_angles, sectors
from vae.data.scenes import ARRANGEMENTS, FontError, arrangement, font_file, render, scenes_of

MNIST_CLASSES = tuple(str(digit) for digit in range(10))
FASHION_CLASSES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif"}


class DataError(ValueError):
    """The data cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Images:
    """A data set in memory.

    images : (N, C, H, W) uint8
    labels : (N,) uint8, indices into `classes`; used for colour and for judging, never for training an autoencoder
    classes : their names
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: slice) -> Images:
        """The images of `rows`, sharing memory with these."""
        return Images(self.images[rows], self.labels[rows], self.classes)


def root() -> Path:
    """Where torchvision's data sets lie: `VAE_DATA`, or `data` in the working folder."""
    return Path(os.environ.get("VAE_DATA", "data"))


def load(name: str, split: str, *, download: bool = False, size: int = 32) -> Images:
    """Read a data set.

    Parameters
    ----------
    name : "mnist", "fashion-mnist", "lines" or "scenes" (both drawn when asked for) or a folder of images
    split : "train" or "test"
    download : let torchvision fetch MNIST or Fashion-MNIST if it is not on disk
    size : side in pixels to which a folder's images are cropped and scaled; torchvision's sets keep their own

    Raises
    ------
    DataError
        If it is not there, or holds no images.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}; it must be train or test")
    if name in ("mnist", "fashion-mnist"):
        return _torchvision(name, split, download)
    if name == "lines":
        angles = random_angles(split)
        return Images(torch.from_numpy(draw_lines(angles)), torch.from_numpy(sectors(angles)), SECTORS)
    if name == "scenes":
        return _scenes(split)
    folder = Path(name)
    if not _is_folder(name):
        raise DataError(f"there is no data set or folder named {name!r}; use mnist, fashion-mnist, lines, scenes or a folder of images")
    return _folder(folder, split, size)


def available(name: str) -> bool:
    """Whether the data set is on disk, without reading it."""
    if name in ("mnist", "fashion-mnist"):
        raw = root() / {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}[name] / "raw"
        return (raw / "t10k-images-idx3-ubyte").is_file()
    if name == "scenes":
        return font_file().is_file()
    return name == "lines" or _is_folder(name)


def _is_folder(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_dir()
    except (OSError, ValueError):  # a name that no file can have, or a folder that may not be looked into
        return False


def _torchvision(name: str, split: str, download: bool) -> Images:
    from torchvision import datasets  # half a second, so only when data is read

    factory, classes = (datasets.MNIST, MNIST_CLASSES) if name == "mnist" else (datasets.FashionMNIST, FASHION_CLASSES)
    try:
        data = factory(root(), train=split == "train", download=download)
    except (RuntimeError, OSError, ValueError, AssertionError) as error:  # the latter: torchvision's words for a cut-off file
        what = "damaged" if available(name) else "not"
        raise DataError(
            f"{name} is {what} under {root()}; set VAE_DATA to the folder that holds it, or add --download to fetch it"
        ) from error
    return Images(data.data.unsqueeze(1), data.targets.to(torch.uint8), classes)


def _scenes(split: str) -> Images:
    """Scenes with their arrangement as the class: what lies near each other in a latent space mostly shares it."""
    scenes = scenes_of(split)
    try:
        pictures = render(scenes, (49, split == "test"))
    except FontError as error:
        raise DataError(str(error)) from error
    labels = np.array([arrangement(scene.relation) for scene in scenes], np.uint8)
    return Images(torch.from_numpy(pictures), torch.from_numpy(labels), ARRANGEMENTS)


def _folder(folder: Path, split: str, size: int) -> Images:
    """Images under `folder/train` and `folder/test` where these exist, else every tenth one is for testing."""
    from PIL import Image

    own_split = (folder / "train").is_dir() and (folder / "test").is_dir()
    starts = [folder / "train", folder / "test"] if own_split else [folder]
    # Both splits' files by class: a class that one split happens to lack must not renumber the others.
    groups = {path: path.relative_to(start).parts[0] if path.parent != start else "image"
              for start in starts for path in sorted(start.rglob("*")) if path.suffix.lower() in SUFFIXES}  # fmt: skip
    if own_split:
        files = [path for path in groups if path.is_relative_to(folder / split)]
    else:
        files = [path for position, path in enumerate(groups) if (position % 10 == 9) == (split == "test")]
    if not files:
        start = folder / split if own_split else folder
        raise DataError(f"{start} holds no {split} images; put at least ten files ending in {', '.join(sorted(SUFFIXES))} there")
    classes = tuple(sorted(set(groups.values())))
    if len(classes) > 256:
        raise DataError(f"{folder} holds {len(classes)} subfolders of images; a subfolder is a class, and there can be at most 256")
    images = np.empty((len(files), 3, size, size), np.uint8)
    labels = np.zeros(len(files), np.uint8)
    for row, path in enumerate(files):
        try:
            with Image.open(path) as picture:
                side = min(picture.size)
                left, top = (picture.width - side) // 2, (picture.height - side) // 2
                square = picture.convert("RGB").resize((size, size), Image.Resampling.BOX, (left, top, left + side, top + side))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's ways of saying so
            raise DataError(f"{path} is not a readable image; repair it or take it out of the folder") from error
        images[row] = np.asarray(square).transpose(2, 0, 1)
        labels[row] = classes.index(groups[path])
    return Images(torch.from_numpy(images), torch.from_numpy(labels), classes)
