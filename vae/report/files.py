"""What can be handed out of a model's images, as files: tables, arrays, pictures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from vae.report.contents import Contents, batches
from vae.report.table import write_csv, write_parquet
from vae.sentences import phrase


class NothingToExport(ValueError):
    """What was asked for is empty; the message says what to do."""


EMPTY = phrase("nothing is selected; select some pictures, or clear the selection to take all")


def write_npz(contents: Contents, rows: np.ndarray, path: Path) -> None:
    """Write `rows` (n,) as arrays: rows, codes and std (n, D), places (n, 2), labels (n,), classes, splits (n,), errors (n,), pictures
    (n, H, W, C) uint8, and files (n,) where they are known. `numpy.load` reads it without unpickling anything."""
    atlas, parts = contents.atlas, list(batches(rows))
    arrays = {
        "rows": rows,
        "codes": atlas.codes[rows],
        "std": atlas.std[rows],
        "places": atlas.places[rows],
        "labels": atlas.labels[rows],
        "classes": np.array(atlas.classes, str),
        "splits": contents.splits[rows],
        "errors": np.concatenate([contents.errors(part) for part in parts]),
        "pictures": np.concatenate([contents.pictures(part) for part in parts]),
    }
    if contents.manifest is not None:
        arrays["files"] = np.array(contents.manifest["path"].to_pylist(), str)[rows]
    np.savez(path, **arrays)


def write_pictures(contents: Contents, rows: np.ndarray, path: Path) -> None:
    """Write the pictures of `rows` (n,) into a zip: `<class>/<row>.png`, originals, or reconstructions without them."""
    atlas = contents.atlas
    folders = [_file_name(name) for name in atlas.classes]
    digits = len(str(len(atlas) - 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # a PNG is compressed already
        for part in batches(rows):
            for row, pixels in zip(part.tolist(), contents.pictures(part), strict=True):
                file = io.BytesIO()
                Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(file, "PNG")
                archive.writestr(f"{folders[atlas.labels[row]]}/{row:0{digits}}.png", file.getvalue())


def _file_name(name: str) -> str:
    """A class as the name of a folder on every system."""
    kept = "".join(letter if letter.isalnum() or letter in "-_ ." else "_" for letter in name).strip(" .")
    return kept[:80] or "_"


Write = Callable[[Contents, np.ndarray, Path], None]
KINDS: dict[str, tuple[Write, str]] = {  # by the file's ending: what writes it, and its media type
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "parquet": (write_parquet, "application/vnd.apache.parquet"),
    "npz": (write_npz, "application/x-npz"),
    "zip": (write_pictures, "application/zip"),
}


def export(contents: Contents, rows: np.ndarray, path: Path) -> None:
    """Write `rows` (n,) of a model's images to `path`, whose ending says how: .csv, .parquet, .npz, or .zip for the pictures.

    Raises
    ------
    NothingToExport
        If there are no rows.
    ValueError
        If the ending is none of these.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise ValueError(
            phrase("{file} ends in none of {kinds}; choose one of them", file=path.name, kinds=", ".join(f".{each}" for each in KINDS))
        )
    if not len(rows):
        raise NothingToExport(EMPTY)
    KINDS[kind][0](contents, rows, path)
