"""MNIST and Fashion-MNIST, in torchvision's own layout on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import torch

from vae.data.registry import DataError, DataSet, Download, Images, register, root
from vae.sentences import phrase

MNIST_CLASSES = tuple(str(digit) for digit in range(10))
FASHION_CLASSES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def _register(name: str, title: str, folder: str, classes: tuple[str, ...], rank: int, size: int) -> None:
    """`folder` is also the name of torchvision's class; `size` is that of the two compressed files of the test images, in bytes."""

    def raw() -> Path:
        return root() / folder / "raw"

    def there(split: str) -> bool:
        parts = ("images-idx3", "labels-idx1")
        return all((raw() / f"{'train' if split == 'train' else 't10k'}-{part}-ubyte").is_file() for part in parts)

    def staging() -> Path:
        return root() / f".{folder}.download"

    def available() -> bool:
        return there("test")

    def fetch(kind: Callable[..., object], split: str) -> None:
        """Download to a place beside and rename: what is cut off is not there."""
        place = staging()
        shutil.rmtree(place, ignore_errors=True)
        try:
            kind(place, train=split == "train", download=True)
            raw().mkdir(parents=True, exist_ok=True)
            for file in (place / folder / "raw").iterdir():
                os.replace(file, raw() / file.name)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def load(split: str, download: bool) -> Images:
        from torchvision import datasets  # half a second, so only when data is read

        factory = getattr(datasets, folder)
        if split == "test":  # which needs no training images; the folder on disk is named after the class
            own = [resource for resource in factory.resources if resource[0].startswith("t10k")]
            factory = type(folder, (factory,), {"resources": own})
        try:
            if download and not there(split):
                fetch(factory, split)
            data = factory(root(), train=split == "train")
        except (RuntimeError, OSError, ValueError, AssertionError) as error:  # the latter: torchvision's words for a cut-off file
            what = "damaged" if there(split) else "not"
            raise DataError(
                phrase(
                    "{name} is {what} under {root}; set VAE_DATA to the folder that holds it, or add --download to fetch it",
                    name=name,
                    what=what,
                    root=root(),
                )
            ) from error
        return Images(data.data.unsqueeze(1), data.targets.to(torch.uint8), classes)

    fetched = Download(size, lambda: list((staging() / folder / "raw").glob("*.gz")))
    register(DataSet(name, title, classes, (1, 28, 28), rank, available, load, fetched))


_register("mnist", "MNIST", "MNIST", MNIST_CLASSES, 0, 1_653_419)
_register("fashion-mnist", "Fashion-MNIST", "FashionMNIST", FASHION_CLASSES, 1, 4_427_250)
