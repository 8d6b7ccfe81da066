"""Arrays of pictures that NumPy has written: `.npy`, and `.npz` with or without a training and a test part."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from vae.data.imported.archive import mark_of
from vae.data.imported.found import Found, ImportFailed, Source, Unreadable, hold, said
from vae.data.imported.layout import split_in
from vae.data.imported.metadata import class_name
from vae.sentences import phrase

DAMAGED = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, KeyError)
PICTURES, LABELS = ("x", "image", "images", "data", "arr_0"), ("y", "label", "labels", "target", "targets", "arr_1")


@dataclass(frozen=True)
class Header:
    """Of an array in a file: (N, H, W), (N, H, W, C) or (N, C, H, W)."""

    shape: tuple[int, ...]
    dtype: np.dtype


@dataclass(frozen=True)
class ArrayRow:
    """One picture of an array; `member` is its name in a `.npz`, empty for a `.npy`. Values are `values · scale + shift`, unless scale is 0."""

    path: str
    member: str
    row: int
    scale: float = 0.0
    shift: float = 0.0

    def read(self) -> np.ndarray:
        try:
            values = hold((self.path, self.member), lambda: _Cursor(self.path, self.member)).at(self.row)
        except DAMAGED as error:
            raise Unreadable(phrase("the file is damaged there ({said})", said=said(error))) from error
        if values.ndim == 3 and values.shape[2] > 4 and values.shape[0] in (1, 2, 3, 4):
            values = values.transpose(1, 2, 0)
        return values if not self.scale else (values.astype(np.float32) * self.scale + self.shift).clip(0, 1)


class _Cursor:
    """Reads an array from front to back, a row at a time."""

    def __init__(self, path: str, member: str) -> None:
        self._files = ExitStack()
        try:
            if member:
                self._file = self._files.enter_context(self._files.enter_context(zipfile.ZipFile(path)).open(member))
            else:
                self._file = self._files.enter_context(open(path, "rb"))  # noqa: SIM115
            self.header = _header(self._file)
        except BaseException:
            self.close()
            raise
        self._start, self._seekable, self._next = self._file.tell(), not member, 0
        self._bytes = int(np.prod(self.header.shape[1:], dtype=np.int64)) * self.header.dtype.itemsize

    def close(self) -> None:
        self._files.close()

    def at(self, row: int) -> np.ndarray:
        if self._seekable or row < self._next:
            self._file.seek(self._start + row * self._bytes)
        else:
            for _ in range(row - self._next):
                self._file.read(self._bytes)
        content = self._file.read(self._bytes)
        self._next = row + 1
        if len(content) < self._bytes:
            raise EOFError(phrase("it ends too early"))
        return np.frombuffer(content, self.header.dtype).reshape(self.header.shape[1:])


def _header(file: IO[bytes]) -> Header:
    version = npy.read_magic(file)
    shape, fortran, dtype = npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)
    if dtype.hasobject:
        raise ValueError(phrase("it holds Python objects, which are never loaded; save numbers"))
    if fortran and len(shape) > 1:
        raise ValueError(phrase("its order is Fortran's; save np.ascontiguousarray of it"))
    return Header(tuple(shape), dtype)


def list_arrays(path: Path) -> Source:
    """The pictures of a `.npy` or `.npz` file; labels come from the array beside them (x and y, images and labels)."""
    try:
        return _list(path)
    except DAMAGED as error:
        raise ImportFailed(phrase("{file} cannot be read: {said}", file=path.name, said=said(error))) from error


def _list(path: Path) -> Source:
    if path.suffix.lower() == ".npy":
        return Source(_rows(path, "", path.name, _labels_beside(path), split_in(path.stem)))
    with zipfile.ZipFile(path) as archive:
        members = {name.removesuffix(".npy"): name for name in archive.namelist() if name.endswith(".npy")}
        shapes = {}
        for key, name in members.items():
            with archive.open(name) as file:
                shapes[key] = _header(file)
    pictures = [key for key, header in shapes.items() if len(header.shape) in (3, 4)]
    if not pictures:
        raise ImportFailed(
            phrase("{file} holds no array of pictures; it needs one of shape (N, H, W), (N, H, W, C) or (N, C, H, W)", file=path.name)
        )
    found: list[Found] = []
    for key in pictures:
        labels = next((other for other in shapes if _partner(key) == other or other in _partners(key)), None)
        values = None
        if labels is not None and shapes[labels].shape[:1] == shapes[key].shape[:1]:
            with zipfile.ZipFile(path) as archive, archive.open(members[labels]) as file:
                values = npy.read_array(file, allow_pickle=False)
        found += _rows(path, members[key], f"{path.name}/{key}", values, split_in(key) or split_in(path.stem))
    return Source(found)


def _partners(key: str) -> set[str]:
    """What the array of labels may be called beside one of pictures called `key`."""
    words = key.split("_")
    return {
        "_".join([*words[:at], label, *words[at + 1 :]]) for at, word in enumerate(words) if word.lower() in PICTURES for label in LABELS
    } | ({"arr_1"} if key == "arr_0" else set())


def _partner(key: str) -> str:
    return key.replace("images", "labels") if "images" in key else key.replace("image", "label") if "image" in key else ""


def _labels_beside(path: Path) -> np.ndarray | None:
    for name in sorted(_partners(path.stem) | {_partner(path.stem)} - {""}):
        beside = path.with_name(f"{name}.npy")
        if beside.is_file() and beside != path:
            return np.load(beside, allow_pickle=False)
    return None


def _rows(path: Path, member: str, name: str, labels: np.ndarray | None, split: str | None) -> list[Found]:
    with closing(_Cursor(str(path), member)) as cursor:
        return _rows_of(cursor, path, member, name, labels, split)


def _rows_of(cursor: _Cursor, path: Path, member: str, name: str, labels: np.ndarray | None, split: str | None) -> list[Found]:
    header = cursor.header
    if len(header.shape) == 2 or (len(header.shape) == 3 and header.shape[2] in (3, 4)):
        raise ImportFailed(
            phrase(
                "{name} is one picture of shape {shape}; give an array of pictures, (N, H, W), (N, H, W, C) or (N, C, H, W)",
                name=name,
                shape=header.shape,
            )
        )
    if len(header.shape) not in (3, 4) or header.dtype.kind not in "bufi":
        raise ImportFailed(
            phrase(
                "{name} has shape {shape} and kind {dtype}; give numbers of shape (N, H, W), (N, H, W, C) or (N, C, H, W)",
                name=name,
                shape=header.shape,
                dtype=header.dtype,
            )
        )
    if header.shape[1:] and 0 in header.shape:
        raise ImportFailed(phrase("{name} is empty: its shape is {shape}", name=name, shape=header.shape))
    scale, shift = _scale(cursor, name)
    if labels is not None:
        labels = labels.argmax(1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.reshape(-1)
        labels = labels if len(labels) == header.shape[0] else None
    mark = mark_of(path)
    return [
        Found(
            f"{name}/{row}",
            ArrayRow(str(path), member, row, scale, shift),
            mark,
            None if labels is None else class_name(labels[row].item()),
            split,
        )
        for row in range(header.shape[0])
    ]


def _scale(cursor: _Cursor, name: str) -> tuple[float, float]:
    """What brings all values of an array to 0..1; 0 where they are pictures' values as they stand."""
    dtype = cursor.header.dtype
    if dtype in (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.bool_)):
        return 0.0, 0.0
    low, high = np.inf, -np.inf
    for row in range(cursor.header.shape[0]):
        values = cursor.at(row)
        if dtype.kind == "f" and not np.isfinite(values).all():
            continue  # told when it is its turn
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if low >= 0 and high <= 1:
        return 1.0, 0.0
    if dtype.kind == "f" and low >= -1 and high <= 1:
        return 0.5, 0.5
    for most in (255.0, 65535.0):
        if low >= 0 and high <= most:
            return 1 / most, 0.0
    raise ImportFailed(
        phrase("{name} has values from {low:g} to {high:g}; give 0 to 1, -1 to 1 or 0 to 255", name=name, low=low, high=high)
    )
