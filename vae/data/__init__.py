"""Where images come from. Knows nothing of models."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from vae.data.folder import load_folder
from vae.data.imported import store as _imported
from vae.data.registry import (
    SPLITS,
    DataError,
    DataSet,
    Images,
    Shelf,
    add_shelf,
    data_sets,
    find,
    label,
    may_be_shown,
    order,
    register,
    root,
    title,
)

for _module in iter_modules(__path__):  # each data set's file registers it
    import_module(f"{__name__}.{_module.name}")
add_shelf(Shelf(_imported.find, _imported.all_sets))

__all__ = [
    "DataError",
    "DataSet",
    "Images",
    "available",
    "data_sets",
    "find",
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
    name : of a data set, "mnist", "fashion-mnist", "lines" or "scenes" (both drawn when asked for), of one that was imported, or a folder
        of images
    split : "train" or "test"
    download : fetch it if it can be fetched and is not on disk
    size : side in pixels to which a folder's images are cropped and scaled; known sets keep their own

    Raises
    ------
    DataError
        If it is not there, or holds no images.
    """
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}; it must be train or test")
    known = find(name)
    if known:
        return known.load(split, download)
    if not _is_folder(name):
        names = ", ".join(each.name for each in data_sets())
        raise DataError(f"there is no data set or folder named {name!r}; use {names} or a folder of images")
    return load_folder(Path(name), split, size)


def available(name: str) -> bool:
    """Whether the data set is on disk, without reading it."""
    known = find(name)
    return known.available() if known else _is_folder(name)


def _is_folder(name: str) -> bool:
    try:
        return bool(name) and Path(name).is_dir()
    except (OSError, ValueError):  # a name that no file can have, or a folder that may not be looked into
        return False
