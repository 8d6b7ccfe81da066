"""What is said of pictures in `metadata.csv`, `metadata.jsonl` or `metadata.parquet` beside them, as Hugging Face's ImageFolder has it."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from pyarrow import csv, json, parquet

from vae.data.imported.found import Place, Skipped, Unreadable
from vae.data.imported.layout import SPLITS
from vae.sentences import phrase

NAMES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
LABELS = ("label", "labels", "class", "category", "target", "fine_label")
OURS = ("path", "sha256", "class", "split", "width", "height")


@dataclass(frozen=True)
class Row:
    """What is said of one picture; `told_by` names the file that says it."""

    label: str | None
    split: str | None
    columns: dict[str, Any]
    told_by: str


@dataclass
class Metadata:
    """rows : by the picture's name; skipped : files that cannot be used."""

    rows: dict[str, Row] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


def is_metadata(name: str) -> bool:
    return posixpath.basename(name) in NAMES


def read_metadata(files: Iterable[tuple[str, Place]]) -> Metadata:
    """All that the files say, by the names of the pictures, which they give relative to where they lie."""
    known = Metadata()
    for name, place in files:
        try:
            content = place.read()
            assert isinstance(content, bytes)
            table = _table(name, content)
            column = next((c for c in table.column_names if c == "file_name" or c.endswith("_file_name")), None)
            if column is None:
                raise Unreadable(phrase("it has no column file_name; add one with the pictures' names"))
        except (Unreadable, pa.ArrowException, ValueError, OSError) as error:
            known.skipped.append(
                Skipped(name, phrase("the metadata is not used: {why}", why=str(error).splitlines()[0] if str(error) else error))
            )
            continue
        for row in table.to_pylist():
            file = row.pop(column)
            if file:
                known.rows[posixpath.normpath(posixpath.join(posixpath.dirname(name), str(file)))] = row_of(row, name)
    return known


def row_of(values: dict[str, Any], told_by: str, names: dict[str, list[str]] | None = None) -> Row:
    """Class, split and further columns out of one row; `names` are those of class numbers, by column."""
    label = next((values[key] for key in LABELS if values.get(key) is not None and not isinstance(values[key], dict | list)), None)
    column = next((key for key in LABELS if values.get(key) is not None), "")
    split = SPLITS.get(str(values.get("split", "")).casefold())
    columns = {f"given_{key}" if key in OURS else str(key): value for key, value in values.items() if key not in ("split", "class")}
    return Row(None if label is None else class_name(label, (names or {}).get(column)), split, columns, told_by)


def class_name(label: object, names: list[str] | None = None) -> str:
    """The name of a class: itself, its number, or what `names` call that number."""
    if isinstance(label, bytes):
        label = label.decode("utf-8", "replace")
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    if names and isinstance(label, int) and 0 <= label < len(names):
        return names[label]
    return str(label).strip()


def _table(name: str, content: bytes) -> pa.Table:
    if name.endswith(".parquet"):
        return parquet.read_table(io.BytesIO(content))
    if name.endswith(".jsonl"):
        return json.read_json(io.BytesIO(content), parse_options=json.ParseOptions(newlines_in_values=False))
    options = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), parse_options=options)
