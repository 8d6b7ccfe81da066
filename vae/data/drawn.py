"""Pictures that our own code draws, kept in the cache: whoever wants them next maps them into memory in place of drawing them again."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import PIL
import torch
from torch import Tensor

from vae.cache import cache

FOLDER = "drawn"
VERSIONS = f"{np.__version__} {torch.__version__} {PIL.__version__}"  # of what draws; another one may round otherwise


def drawn(
    name: str, split: str, shape: tuple[int, int, int, int], draw: Callable[[], tuple[np.ndarray, np.ndarray]], files: Iterable[Path | str]
) -> tuple[Tensor, Tensor]:
    """The pictures (N, C, H, W) uint8 and labels (N,) uint8 that `draw` makes, drawn once for all processes.

    Parameters
    ----------
    name, split : of the data set
    shape : (N, C, H, W)
    draw : makes both, the same each time
    files : all that decides what it makes, its own source among them; where one has changed, it is asked anew
    """
    try:
        path = cache() / FOLDER / f"{name}-{split}-{_version(files)}"
    except OSError:  # something is not there to draw with, of which `draw` says more
        path = None
    if path is not None and (found := _mapped(path, shape)) is not None:
        return found
    pictures, labels = draw()
    if path is not None:
        with suppress(OSError):  # without a cache, or on a full disk, it is drawn each time
            _keep(path, pictures, labels)
    return torch.from_numpy(pictures), torch.from_numpy(labels)


def _version(files: Iterable[Path | str]) -> str:
    digest = hashlib.sha256(VERSIONS.encode())
    for file in files:
        digest.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return digest.hexdigest()[:16]


def _mapped(path: Path, shape: tuple[int, int, int, int]) -> tuple[Tensor, Tensor] | None:
    """What a file holds, all pixels and then all labels; None where there is none, or one of another size."""
    pixels = math.prod(shape)
    try:
        if path.stat().st_size != pixels + shape[0]:
            return None
        whole = torch.from_numpy(np.memmap(path, np.uint8, "c"))  # copy on write: the file stays as it is
    except (OSError, ValueError):
        return None
    return whole[:pixels].view(shape), whole[pixels:]


def _keep(path: Path, pictures: np.ndarray, labels: np.ndarray) -> None:
    """Write a file in one move, and take away those of other versions and what killed processes have left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    start = path.name.rpartition("-")[0]
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{start}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(np.ascontiguousarray(pictures).data)
            file.write(np.ascontiguousarray(labels).data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for other in path.parent.glob(f"{start}-*"):
        if other != path:
            with suppress(OSError):  # one that is open on Windows
                other.unlink()
