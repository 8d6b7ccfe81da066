"""What tells the images of a data set from all others: what a map and a model remember of theirs, so that others in their place are noticed."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from torch import Tensor

from vae.data.folder import SUFFIXES
from vae.data.imported import store
from vae.data.registry import DataError, find, is_shipped


def fingerprint(name: str, images: Tensor) -> dict[str, str]:
    """What a map of `images` (N, C, H, W) uint8 of the data set `name` should remember; nothing of a set that is shipped.

    Shipped sets do not change, and what is drawn may differ in rounding between machines. `pixels` is a hash of the images
    themselves, `files` one of the names and sizes of what lies in the folder, or what an imported set says of itself.
    """
    return {} if is_shipped(name) else {"pixels": pixels(images), "files": files(name)}


def identity(name: str, size: int) -> str:
    """A SHA-256 of what the data set `name` shows, whatever it is called and wherever it lies; empty for a shipped set, which cannot change.

    Of a folder it is one of the pictures' paths in it and their contents, and of the `size` in pixels to which they are scaled.

    Raises
    ------
    DataError
        If an imported set cannot be used, or the folder is not there.
    """
    if is_shipped(name):
        return ""
    if find(name):
        return store.read_facts(name).identity
    if not Path(name).is_dir():
        raise DataError(f"there is no data set or folder named {name!r}")
    return _content(name, size, changed_at(name))


@lru_cache(64)
def _content(name: str, size: int, _changed: tuple[int, str]) -> str:
    digest = hashlib.sha256(f"{size}\0".encode())
    for path in sorted(path for path in Path(name).rglob("*") if path.suffix.lower() in SUFFIXES):
        with suppress(OSError):  # gone meanwhile, or no file
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(name).as_posix()}\0{content}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def pixels(images: Tensor) -> str:
    """A SHA-256 of `images` (N, C, H, W) uint8 in their order."""
    return hashlib.sha256(repr(tuple(images.shape)).encode() + images.contiguous().numpy().tobytes()).hexdigest()


def files(name: str) -> str:
    """A SHA-256 of the names and sizes of all files in the folder `name`, without reading them; of nothing where there is no folder. What an imported set is known by."""
    if find(name):
        try:
            return store.read_facts(name).identity
        except DataError:
            return ""
    digest = hashlib.sha256()
    for folder, below, found in os.walk(Path(name)):
        below.sort()
        for each in sorted(found):
            path = os.path.join(folder, each)
            try:
                size = os.stat(path).st_size
            except OSError:  # gone meanwhile, or a link that leads nowhere
                size = -1
            digest.update(f"{os.path.relpath(path, name)}\0{size}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def changed_at(name: str) -> tuple[int, str]:
    """What differs as soon as a folder's files do: when the newest was written, in nanoseconds, and `files`."""
    if is_shipped(name):
        return 0, ""
    if find(name):
        return 0, files(name)
    newest = 0
    for folder, _, found in os.walk(Path(name)):
        for each in found:
            with suppress(OSError):  # gone meanwhile, or a link that leads nowhere
                newest = max(newest, os.stat(os.path.join(folder, each)).st_mtime_ns)
    return newest, files(name)
