"""One process at a time writes to a folder, and takes away what a killed one before it has left half written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vae.sentences import phrase

LOCK = ".writing"


@contextmanager
def one_writer(folder: Path, *names: str) -> Iterator[None]:
    """Hold `folder` for this process, after taking away the temporary files beside `names` that another one has left.

    Raises
    ------
    ValueError
        If another process is writing to it.
    """

    from filelock import FileLock, Timeout  # only who writes pays for it

    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / LOCK
    try:
        with FileLock(lock, timeout=0):
            for path in half_written(folder, *names):
                path.unlink(missing_ok=True)
            try:
                yield
            finally:
                with suppress(OSError):  # Windows lets nobody delete what is open
                    lock.unlink()
    except Timeout:
        raise ValueError(phrase("another process is writing to {folder}; wait for it, or choose another --out", folder=folder)) from None


def half_written(folder: Path, *names: str) -> list[Path]:
    """Temporary files beside `names` in `folder` that a killed process has left (`vae.store.files.write_atomically`)."""
    return sorted(path for name in names for path in folder.glob(f".{name}.*"))
