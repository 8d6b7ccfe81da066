"""Handing out what a model knows of its images, as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import field_validator

from vae.store.folders import ATLAS, CONFIG, MODEL
from vae.tasks.common import device_named, need_writable, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request

ENDINGS = (".csv", ".parquet", ".npz", ".zip")


class ExportRequest(Request):
    """What of which model.

    name : under checkpoints/, or a path
    out : file to write; its ending says what: .csv or .parquet, .npz, or .zip for the pictures
    of : only images of this class; all if None
    """

    name: str
    out: Path
    of: str | None = None
    device: Device = "auto"

    @field_validator("out")
    @classmethod
    def _ends_well(cls, out: Path) -> Path:
        if out.suffix.lower() not in ENDINGS:
            raise ValueError(f"{out} ends in none of {', '.join(ENDINGS)}; choose one of them")
        return out


@dataclass(frozen=True)
class Exported:
    """path : of the file; images : how many it holds; originals : whether their originals were on disk."""

    path: Path
    images: int
    originals: bool


def export(request: ExportRequest, progress: Progress = silent) -> Exported:
    """Write the codes, or the pictures, of a model's map to a file, whole or not at all.

    Raises
    ------
    ValueError
        If the model or its map cannot be used, or there is no such class.
    """
    import numpy as np

    from vae.report.contents import contents_of
    from vae.report.files import export as write

    need_writable(request.out.parent)
    progress(0.0, f"{request.name}: reading")
    contents = contents_of(request.name, device_named(request.device))
    rows = contents.rows
    if request.of is not None:
        classes = contents.atlas.classes
        if request.of not in classes:
            raise ValueError(f"there is no class {request.of!r} on this map; there are {', '.join(classes)}")
        rows = np.flatnonzero(contents.atlas.labels == classes.index(request.of))
        if not len(rows):
            raise ValueError(f"there are no images of class {request.of!r} on this map")
    progress(0.1, f"{request.name}: writing {len(rows)} images")
    half = request.out.with_name(f".{request.out.stem}.half{request.out.suffix}")
    try:
        write(contents, rows, half)
        half.replace(request.out)
    finally:
        half.unlink(missing_ok=True)
    progress(1.0, f"{request.name}: {request.out.name}")
    return Exported(request.out, len(rows), contents.originals)


def _leaves(request: ExportRequest) -> list[Path]:
    return [request.out.with_name(f".{request.out.stem}.half{request.out.suffix}")]


def _reads(request: ExportRequest) -> object:
    return stamps([request.name], CONFIG, MODEL, ATLAS)


EXPORT = register(Task("export", ExportRequest, export, leaves=_leaves, reads=_reads))
