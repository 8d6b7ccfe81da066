"""Files written whole or not at all, and JSON that others may have written: read with care, handed on only as JSON can carry it."""

from __future__ import annotations

import errno
import json
import math
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeGuard, overload

from vae.sentences import phrase
from vae.store.names import printable

LARGEST = 16 << 20  # bytes of a JSON file; ours have some ten thousand
DEEPEST = 12  # lists and objects within each other; ours have four
READINGS = 5  # of a file that somebody writes to meanwhile
PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR, errno.EBUSY, errno.ETIMEDOUT})  # no file's fault
LONGEST_REASON = 200  # letters of what a parser says; it may quote the whole file


class CheckpointError(ValueError):
    """A checkpoint cannot be used; the message says why and what to do."""


def read_whole(path: Path) -> bytes:
    """Everything in an ordinary file, as it was at one moment; OSError if it cannot be read, is none, or never stands still."""
    for _ in range(READINGS):
        with open(path, "rb", opener=_without_waiting) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
            content = file.read()
            after = os.fstat(file.fileno())
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size) and len(content) == before.st_size:
            return content
    raise OSError(errno.EBUSY, "somebody writes to it", str(path))


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe would have us wait for somebody to write


def is_passing(error: BaseException | None) -> bool:
    """Whether an error is of the moment and not of a file: too many open files, no memory. It is not to be remembered."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in PASSING):
            return True
        error = error.__cause__
    return False


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises
    ------
    ValueError
        If the file cannot be read or holds anything else; the message is a reason, not yet a sentence.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(phrase("it has more than {largest} MB", largest=LARGEST >> 20))
        value = json.loads(read_whole(path).decode())
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise ValueError(phrase("it is not UTF-8")) from error
    except RecursionError as error:
        raise ValueError(phrase("its lists are nested too deeply")) from error
    if not isinstance(value, dict):
        raise ValueError(phrase("it is not a JSON object"))
    return value


def reason(error: Exception) -> str:
    """What an exception says, short enough for a line on the screen."""
    said = printable(str(error)) or type(error).__name__
    return said if len(said) <= LONGEST_REASON else f"{said[:LONGEST_REASON]}…"


@overload
def plain(value: dict[str, Any], depth: int = DEEPEST) -> dict[str, Any]: ...
@overload
def plain(value: object, depth: int = DEEPEST) -> object: ...
def plain(value: object, depth: int = DEEPEST) -> object:
    """`value` as JSON can carry it: tuples as lists, numbers that are not finite and what lies too deep as None, letters as UTF-8."""
    if isinstance(value, str):
        return printable(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if is_finite(value) else None
    if depth == 0:
        return None
    if isinstance(value, dict):
        return {printable(str(key)): plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in value]
    raise TypeError(f"JSON has nothing for a {type(value).__name__}")


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether `value` is a finite number, one that a float can hold; neither words nor true and false are numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number with hundreds of digits
        return False


def stamp(paths: list[Path]) -> tuple[tuple[int, int] | None, ...]:
    """When each file was last changed, in nanoseconds, and its size in bytes; None for one that is not there."""
    return tuple(_mark(path) for path in paths)


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write `values` as indented JSON, atomically."""
    write_atomically(path, lambda file: file.write((json.dumps(values, indent=1) + "\n").encode()))


def write_atomically(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in its place: a reader sees the old or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
