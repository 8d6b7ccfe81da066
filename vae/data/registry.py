"""The data sets that there are.

A new one is one file in this folder that registers a `DataSet` when it is imported. Those that people import come and go while the
program runs: their collection is asked each time. Any other name is that of a folder of pictures.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

SPLITS = ("train", "test")


class DataError(ValueError):
    """The data cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Images:
    """A data set in memory, or mapped from disk.

    images : (N, C, H, W) uint8
    labels : (N,) uint8, or int32 where there are more than 256 classes, indices into `classes`; used for colour and for judging, never for training an autoencoder
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


@dataclass(frozen=True)
class Download:
    """How a data set can be fetched.

    bytes : of the files that come over the network
    files : where they lie, whole or in part, while they come
    """

    bytes: int
    files: Callable[[], list[Path]]


@dataclass(frozen=True)
class DataSet:
    """A data set that is known by name.

    name : "mnist", as configs and commands call it
    title : "MNIST", as a screen calls it
    classes : names of its classes
    shape : (C, H, W)
    rank : its place where data sets are listed, low first
    available : whether it can be loaded, without reading it
    load : a split, "train" or "test", and whether to fetch what is not on disk, to its images; raises DataError
    download : how it can be fetched; None where there is nothing to fetch
    """

    name: str
    title: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    rank: int
    available: Callable[[], bool]
    load: Callable[[str, bool], Images]
    download: Download | None = None


@dataclass(frozen=True)
class Collection:
    """Data sets that come and go.

    find : the one of a name, None if there is none
    all : those that are there now
    """

    find: Callable[[str], DataSet | None]
    all: Callable[[], list[DataSet]]


_sets: dict[str, DataSet] = {}
_collections: list[Collection] = []


def register(data_set: DataSet) -> DataSet:
    """Make a data set known by its name.

    Raises
    ------
    ValueError
        If another one of that name is known already.
    """
    if _sets.get(data_set.name, data_set) != data_set:
        raise ValueError(f"there is a data set named {data_set.name!r} already")
    _sets[data_set.name] = data_set
    return data_set


def add_collection(collection: Collection) -> None:
    """Make the data sets of a collection known by their names; those that are registered go before them."""
    _collections.append(collection)


def data_sets() -> list[DataSet]:
    """All that are known by name, in the order in which they are listed."""
    others = [each for collection in _collections for each in collection.all() if each.name not in _sets]
    return sorted([*_sets.values(), *others], key=lambda data_set: data_set.rank)


def find(name: str) -> DataSet | None:
    """The data set called `name`; None if that is no known name, so that it can only be a folder's."""
    if name in _sets:
        return _sets[name]
    return next((found for collection in _collections if (found := collection.find(name)) is not None), None)


def is_shipped(name: str) -> bool:
    """Whether `name` is that of a data set that cannot change."""
    return name in _sets


def title(name: str) -> str:
    """What a screen calls the data set or the folder `name`."""
    known = find(name)
    return known.title if known else Path(name).name


def label(name: str) -> str:
    """What a reply calls the data set or the folder `name`: a folder by its last part and a hash, so that no path of this machine is in it."""
    if find(name) or not set(name) & {"/", "\\"}:
        return name
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "folder"
    return f"{last}~{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}"


def may_be_shown(name: str) -> bool:
    """Whether a server may read the data set `name` because a model names it: a model may be a stranger's, and may name any folder."""
    return find(name) is not None


def order(name: str) -> tuple[int, str]:
    """Sorts names of data sets as they are listed: known ones first, then folders."""
    known = find(name)
    return (known.rank if known else len(_sets) + 1_000, name)


def root() -> Path:
    """Where torchvision's data sets lie: `VAE_DATA`, or `data` in the working folder."""
    return Path(os.environ.get("VAE_DATA", "data"))
