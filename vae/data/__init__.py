"""Where images come from. Knows nothing of models."""

import shlex
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from vae.data.imported import store as _imported
from vae.data.registry import (
    SPLITS,
    Collection,
    DataError,
    DataSet,
    Images,
    add_collection,
    data_sets,
    find,
    is_shipped,
    label,
    may_be_shown,
    order,
    register,
    root,
    title,
)
from vae.sentences import phrase

for _module in iter_modules(__path__):  # each data set's file registers it
    import_module(f"{__name__}.{_module.name}")
add_collection(Collection(_imported.find, _imported.all_sets))

__all__ = [
    "DataError",
    "DataSet",
    "Images",
    "available",
    "data_sets",
    "find",
    "is_folder",
    "is_shipped",
    "label",
    "load",
    "may_be_shown",
    "order",
    "register",
    "root",
    "title",
]


def load(name: str, split: str, *, download: bool = False, size: int = 32) -> Images:
    """Read a data set.

    Parameters
    ----------
    name : of a data set, "mnist", "fashion-mnist", "lines" or "scenes" (both drawn when asked for), or of one that was imported
    split : "train" or "test"
    download : fetch it if it can be fetched and is not on disk
    size : side in pixels to which a folder of images would have to be brought; data sets keep their own

    Raises
    ------
    DataError
        If it is not there, holds no images, or is a folder: which of its images are for testing is known only once it is imported.
    """
    if split not in SPLITS:
        raise ValueError(phrase("split is {split!r}; it must be train or test", split=split))
    known = find(name)
    if known:
        return known.load(split, download)
    if not is_folder(name):
        names = ", ".join(each.name for each in data_sets())
        raise DataError(phrase("there is no data set or folder named {name!r}; use {known} or a folder of images", name=name, known=names))
    own = shlex.quote(Path(name).resolve().name)
    raise DataError(
        phrase(
            "{name} is a folder, of which nothing says which images are for testing; make a data set of it with python -m vae import {path} --name {own} --size {size}, and use that with --data {own}",
            name=name,
            path=shlex.quote(name),
            own=own,
            size=size,
        )
    )


def available(name: str) -> bool:
    """Whether the data set is on disk, without reading it."""
    known = find(name)
    return known is not None and known.available()


def is_folder(name: str) -> bool:
    """Whether there is a folder of that path."""
    try:
        return bool(name) and Path(name).is_dir()
    except (OSError, ValueError):  # a name that no file can have, or a folder that may not be looked into
        return False
