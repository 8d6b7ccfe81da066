"""Images as the rows of a table: CSV and Parquet with the same columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae.report.contents import Contents, batches

if TYPE_CHECKING:  # only who takes a table pays for it
    import pyarrow as pa


def code_columns(contents: Contents) -> list[str]:
    """What the numbers of a code are called: mu_1 … and sigma_1 …, or z_1 … where a code is one point."""
    size = contents.atlas.codes.shape[1]
    kinds = ("mu", "sigma") if contents.variational else ("z",)
    return [f"{kind}_{number}" for kind in kinds for number in range(1, size + 1)]


def tables(contents: Contents, rows: np.ndarray) -> Iterator[pa.Table]:
    """The table of `rows` (n,) in pieces, one row for each image in the order asked for.

    number : the image's row on the map
    file, class, split : of an imported data set its path, elsewhere no file is known
    columns of an imported data set's manifest
    x, y : its place on the map
    mu_1 …, sigma_1 …, or z_1 … : its code, in the order of the model, not of the sliders
    squared_error : per pixel; empty without the originals
    """
    for part in batches(rows):
        yield _table(contents, part)


def schema_of(contents: Contents) -> pa.Schema:
    """The columns of the table, without asking for any image."""
    return _table(contents, np.empty(0, np.int64)).schema


def write_csv(contents: Contents, rows: np.ndarray, path: Path) -> None:
    """Write `rows` (n,) as CSV with one line of names."""
    from pyarrow import csv

    with csv.CSVWriter(path, schema_of(contents)) as writer:
        for table in tables(contents, rows):
            writer.write_table(table)


def write_parquet(contents: Contents, rows: np.ndarray, path: Path) -> None:
    """Write `rows` (n,) as Parquet."""
    from pyarrow import parquet

    with parquet.ParquetWriter(path, schema_of(contents)) as writer:
        for table in tables(contents, rows):
            writer.write_table(table)


def _table(contents: Contents, rows: np.ndarray) -> pa.Table:
    import pyarrow as pa

    atlas, size = contents.atlas, contents.atlas.codes.shape[1]
    known = None if contents.manifest is None else contents.manifest.take(pa.array(rows, pa.int64()))
    columns: dict[str, pa.Array | pa.ChunkedArray] = {"number": pa.array(rows, pa.int64())}
    if known is not None:
        columns["file"] = known["path"]
    classes = np.array(atlas.classes, object)[atlas.labels[rows]]
    columns |= {"class": pa.array(classes, pa.string()), "split": pa.array(contents.splits[rows].tolist(), pa.string())}
    codes = np.concatenate([atlas.codes[rows], atlas.std[rows]], 1) if contents.variational else atlas.codes[rows]  # (n, D or 2D)
    errors = contents.errors(rows) if len(rows) else np.empty(0, np.float32)
    own = {"x": atlas.places[rows, 0], "y": atlas.places[rows, 1]}
    own |= dict(zip(code_columns(contents), codes.T, strict=True))
    assert codes.shape[1] in (size, 2 * size)
    measured = {name: pa.array(np.ascontiguousarray(values, np.float32)) for name, values in own.items()}
    measured["squared_error"] = pa.array(errors.astype(np.float32), from_pandas=True)  # NaN is no value
    if known is not None:
        for name in known.column_names:
            if name not in ("path", "class", "split"):
                columns[name if name not in {*columns, *measured} else f"given_{name}"] = _plain(known[name])
    return pa.table(columns | measured)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as CSV can hold it: what is nested becomes its text."""
    import pyarrow as pa

    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return pa.chunked_array([pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())])
    return column
