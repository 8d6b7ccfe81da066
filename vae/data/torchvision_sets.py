"""MNIST and Fashion-MNIST, in torchvision's own layout on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import torch

from vae.data.registry import DataError, DataSet, Download, Images, register, root

MNIST_CLASSES = tuple(str(digit) for digit in range(10))
FASHION_CLASSES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def _register(name: str, title: str, folder: str, classes: tuple[str, ...], rank: int, size: int) -> None:
    """`folder` is also the name of torchvision's class; `size` is that of the four compressed files, in bytes."""

    def raw() -> Path:
        return root() / folder / "raw"

    def staging() -> Path:
        return root() / f".{folder}.download"

    def available() -> bool:
        return (raw() / "t10k-images-idx3-ubyte").is_file()

    def fetch(kind: Callable[..., object]) -> None:
        """Download to a place beside and rename: what is cut off is not there."""
        place = staging()
        shutil.rmtree(place, ignore_errors=True)
        try:
            kind(place, train=True, download=True)
            raw().parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(raw(), ignore_errors=True)  # the rest of another download
            os.replace(place / folder / "raw", raw())
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def load(split: str, download: bool) -> Images:
        from torchvision import datasets  # half a second, so only when data is read

        try:
            if download and not available():
                fetch(getattr(datasets, folder))
            data = getattr(datasets, folder)(root(), train=split == "train")
        except (RuntimeError, OSError, ValueError, AssertionError) as error:  # the latter: torchvision's words for a cut-off file
            what = "damaged" if available() else "not"
            raise DataError(
                f"{name} is {what} under {root()}; set VAE_DATA to the folder that holds it, or add --download to fetch it"
            ) from error
        return Images(data.data.unsqueeze(1), data.targets.to(torch.uint8), classes)

    fetched = Download(size, lambda: list((staging() / folder / "raw").glob("*.gz")))
    register(DataSet(name, title, classes, (1, 28, 28), rank, available, load, fetched))


_register("mnist", "MNIST", "MNIST", MNIST_CLASSES, 0, 11_594_722)
_register("fashion-mnist", "Fashion-MNIST", "FashionMNIST", FASHION_CLASSES, 1, 30_878_645)
