"""What a source is made of: pictures that were found, where each can be read, and what was left out with the reason."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np

from vae.sentences import phrase

MOST_BYTES = 512 << 20  # of one picture's file
OPENERS: dict[str, Callable[..., Any]] = {"": open, "gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class ImportFailed(ValueError):
    """Nothing can be imported; the message is a sentence that says what to do."""


class Unreadable(ValueError):
    """One picture cannot be read; the message is the reason, for a line that begins with its path."""


class Place(Protocol):
    """Where one picture can be read, from any process. Places that read from one stream are quickest in their order."""

    def read(self) -> bytes | np.ndarray:
        """A picture's file, or its values (H, W), (H, W, C) of any kind that `pictures.see` takes; Unreadable with the reason."""
        ...


@dataclass(frozen=True)
class Found:
    """A picture of a source.

    path : as the manifest names it, below the source
    place : where it can be read
    mark : changes when what lies there does, as far as that can be told without reading it
    label : its class; None if the source says nothing
    split : "train", "validation" or "test"; None if the source says nothing
    columns : what else is known of it
    """

    path: str
    place: Place
    mark: str
    label: str | None = None
    split: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A picture that was left out: its path below the source, and the reason."""

    path: str
    reason: str


@dataclass
class Source:
    """Everything that was found at one place.

    found : the pictures, in natural order of their paths
    skipped : what looked like a picture and cannot be one
    others : how many files were passed over because they are no pictures
    """

    found: list[Found]
    skipped: list[Skipped] = field(default_factory=list)
    others: int = 0

    def __iadd__(self, more: Source) -> Source:
        self.found += more.found
        self.skipped += more.skipped
        self.others += more.others
        return self


@dataclass(frozen=True)
class File:
    """A file of its own."""

    path: str

    def read(self) -> bytes:
        try:
            with open(self.path, "rb") as file:
                before = os.fstat(file.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise Unreadable(phrase("it is no ordinary file"))
                if before.st_size > MOST_BYTES:
                    raise Unreadable(too_large(before.st_size))
                content = file.read(before.st_size + 1)  # room is made for as much as is asked for
                after = os.fstat(file.fileno())
        except OSError as error:
            raise Unreadable(said(error)) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != before.st_size:
            raise Unreadable(phrase("it changed while it was read; import again when nothing writes to it"))
        return content


@dataclass(frozen=True)
class ZipEntry:
    """A file within a zip archive, by its place in the archive's list; names need not be unique there."""

    archive: str
    index: int

    def read(self) -> bytes:
        try:
            opened = hold((self.archive, "zip"), lambda: zipfile.ZipFile(self.archive))
            entry = opened.infolist()[self.index]
            if entry.flag_bits & 1:
                raise Unreadable(phrase("it is encrypted; unpack the archive with its password and import the folder"))
            if entry.file_size > MOST_BYTES:
                raise Unreadable(too_large(entry.file_size))
            if entry.file_size > 1000 * max(entry.compress_size, 100_000):
                raise Unreadable(phrase("it unpacks to more than a thousand times its size, as no picture does"))
            with opened.open(entry) as file:
                return file.read(MOST_BYTES + 1)
        except (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, IndexError) as error:
            raise Unreadable(phrase("the archive is damaged there ({said})", said=said(error))) from error


@dataclass(frozen=True)
class Span:
    """Bytes of a file, or of what a compressed one unpacks to; `packing` is a key of OPENERS."""

    path: str
    packing: str
    offset: int
    length: int

    def read(self) -> bytes:
        if self.length > MOST_BYTES:
            raise Unreadable(too_large(self.length))
        try:
            file = hold((self.path, self.packing), lambda: OPENERS[self.packing](self.path, "rb"))
            file.seek(self.offset)
            content = file.read(self.length)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise Unreadable(phrase("the archive is damaged there ({said})", said=said(error))) from error
        if len(content) < self.length:
            raise Unreadable(phrase("the archive ends before it does"))
        return content


class Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)
_held = threading.local()


def hold(key: tuple[object, ...], start: Callable[[], C]) -> C:
    """What `start` opens, kept open until this thread asks for another one."""
    if getattr(_held, "key", None) != key:
        close_files()
        _held.opened, _held.key = start(), key
    return _held.opened


def close_files() -> None:
    """Let go of what this thread has read from."""
    if getattr(_held, "key", None) is not None:
        _held.key = None
        _held.opened.close()


def too_large(size: int) -> str:
    """The reason for leaving out a file of `size` bytes."""
    return phrase("it has {size:,.0f} MB; at most {most} MB are read as one picture", size=size / 1000000.0, most=MOST_BYTES >> 20)


def said(error: Exception) -> str:
    """What an exception says, in a few words and without paths."""
    text = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    return text[:1].lower() + text[1:160]


def printable(text: str) -> str:
    """`text` as UTF-8 can carry it: bytes of a name that are no letters become question marks."""
    return text.encode("utf-8", "replace").decode()
