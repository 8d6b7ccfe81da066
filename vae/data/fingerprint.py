"""What a map remembers of the images it was made of, so that others in their place are noticed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from torch import Tensor

BUILT_IN = ("mnist", "fashion-mnist", "lines", "scenes")  # these do not change; what is drawn may differ in rounding between machines


def fingerprint(name: str, images: Tensor) -> dict[str, str]:
    """What a map of `images` (N, C, H, W) uint8 of the data set `name` should remember; nothing of a built-in set.

    `pixels` is a hash of the images themselves, `files` one of the names and sizes of what lies in the folder.
    """
    return {} if name in BUILT_IN else {"pixels": pixels(images), "files": files(name)}


def pixels(images: Tensor) -> str:
    """A SHA-256 of `images` (N, C, H, W) uint8 in their order."""
    return hashlib.sha256(repr(tuple(images.shape)).encode() + images.contiguous().numpy().tobytes()).hexdigest()


def files(name: str) -> str:
    """A SHA-256 of the names and sizes of all files in the folder `name`, without reading them; of nothing where there is no folder."""
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


def changed_at(name: str) -> tuple[int, int, str]:
    """What differs as soon as a folder's files do: when the newest was written, how many there are, and their names and sizes."""
    newest, count = 0, 0
    if name not in BUILT_IN:
        for folder, _, found in os.walk(Path(name)):
            for each in found:
                count += 1
                try:
                    newest = max(newest, os.stat(os.path.join(folder, each)).st_mtime_ns)
                except OSError:
                    continue
    return newest, count, "" if name in BUILT_IN else files(name)
