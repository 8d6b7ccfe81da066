"""Parquet files with the pictures in a column, as Hugging Face keeps data sets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from vae.data.imported.archive import mark_of
from vae.data.imported.found import MOST_BYTES, Found, ImportFailed, Skipped, Source, Unreadable, hold, said, too_large
from vae.data.imported.layout import split_in
from vae.data.imported.metadata import row_of
from vae.sentences import phrase

BATCH = 64  # rows that are held at once
NAMES = ("image", "img", "picture", "photo", "jpg", "png", "content", "bytes")


@dataclass(frozen=True)
class Cell:
    """The picture in one row of a row group."""

    path: str
    column: str
    group: int
    row: int

    def read(self) -> bytes:
        try:
            key = (self.path, self.column, self.group)
            value = hold(key, lambda: _Cursor(*key)).at(self.row)
        except (OSError, pa.ArrowException, StopIteration) as error:
            raise Unreadable(phrase("the file is damaged there ({said})", said=said(error))) from error
        content = value.get("bytes") if isinstance(value, dict) else value
        if not isinstance(content, bytes):
            raise Unreadable(phrase("this row holds no picture"))
        if len(content) > MOST_BYTES:
            raise Unreadable(too_large(len(content)))
        return content


class _Cursor:
    """Reads a column from front to back, a few rows at a time."""

    def __init__(self, path: str, column: str, group: int) -> None:
        self._file, self._column, self._group = parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False), column, group
        self._begin()

    def _begin(self) -> None:
        self._batches: Iterator[pa.RecordBatch] = self._file.iter_batches(
            BATCH, row_groups=[self._group], columns=[self._column], use_threads=False
        )
        self._start, self._values = 0, next(self._batches).column(0)

    def close(self) -> None:
        self._file.close()

    def at(self, row: int) -> Any:
        if row < self._start:
            self._begin()
        while row >= self._start + len(self._values):
            self._start += len(self._values)
            self._values = next(self._batches).column(0)
        return self._values[row - self._start].as_py()


def list_parquet(path: Path) -> Source:
    """The pictures of a Parquet file, with its other columns."""
    try:
        with parquet.ParquetFile(path) as file:
            return _list(path, file)
    except (OSError, pa.ArrowException) as error:
        raise ImportFailed(
            phrase("{file} is a damaged Parquet file ({said}); copy or download it again", file=path.name, said=said(error))
        ) from error


def _list(path: Path, file: parquet.ParquetFile) -> Source:
    schema = file.schema_arrow
    column = _picture_column(schema)
    if column is None:
        raise ImportFailed(phrase("{file} has no column of pictures; it needs one of bytes, or of Hugging Face's images", file=path.name))
    others = [name for name in schema.names if name != column and not pa.types.is_binary(schema.field(name).type)]
    names, split, mark = _class_names(schema), split_in(path.name), mark_of(path)
    found: list[Found] = []
    for group in range(file.num_row_groups):
        rows = file.read_row_group(group, columns=others).to_pylist() if others else [{}] * file.metadata.row_group(group).num_rows
        for index, values in enumerate(rows):
            row = row_of(values, path.name, names)
            place = Cell(str(path), column, group, index)
            found.append(Found(f"{path.name}/{len(found)}", place, mark, row.label, row.split or split, row.columns))
    return Source(found, [] if found else [Skipped(path.name, phrase("it has no rows"))])


def _picture_column(schema: pa.Schema) -> str | None:
    def holds(kind: pa.DataType) -> bool:
        if pa.types.is_struct(kind):
            return any(kind.field(index).name == "bytes" for index in range(kind.num_fields))
        return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)

    able = [field.name for field in schema if holds(field.type)]
    return next((name for name in NAMES if name in able), able[0] if able else None)


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """The names of class numbers that Hugging Face keeps in the schema, by column."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {key: [str(name) for name in value["names"]] for key, value in features.items() if value.get("_type") == "ClassLabel"}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
