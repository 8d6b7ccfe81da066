"""Importing pictures of one's own as a data set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from vae.sentences import about, phrase
from vae.store.files import stamp
from vae.store.names import check_name
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Request

SMALLEST = 8  # pixels of a side
MEMORY = 1 << 30  # bytes; the largest pictures that are read take three quarters of it


class ImportRequest(Request):
    """What to import, under which name, and in which shape.

    source : a folder, a zip or tar archive, a Parquet file or an array, as `vae.data.imported.sources` reads them
    name : of the data set
    size : side in pixels that every picture is brought to; 0 for as they were found where they all have one small size, else 64
    fit : "crop" takes the middle square, "pad" the whole picture with the background around it, "squeeze" the whole, stretched
    background : a colour's name or #rrggbb, behind what is transparent and around what is padded
    grey : one channel instead of three
    test_share : of the pictures that are for testing, where the source has no folders for it
    replace : put it in the place of a data set of that name
    """

    source: Path
    name: str
    size: Annotated[int, Field(ge=0, le=512)] = 0
    fit: Literal["crop", "pad", "squeeze"] = "crop"
    background: str = "white"
    grey: bool = False
    test_share: Annotated[float, Field(ge=0, lt=1)] = 0.1
    replace: bool = False

    @field_validator("source")
    @classmethod
    def _the_whole_path(cls, source: Path) -> Path:
        return Path(os.path.abspath(source.expanduser()))  # the same place for whoever runs it

    @field_validator("size")
    @classmethod
    def _a_side(cls, size: int) -> int:
        if 0 < size < SMALLEST:
            raise ValueError(
                phrase("size is {size}; it must be at least {least}, or 0 for as the pictures are found", size=size, least=SMALLEST)
            )
        return size

    @field_validator("name")
    @classmethod
    def _a_name(cls, name: str) -> str:
        from vae.data.registry import is_shipped

        if is_shipped(check_name(name)):
            raise ValueError(phrase("{name} is the name of a data set that comes with the program; choose another name", name=name))
        return name

    @field_validator("background")
    @classmethod
    def _a_colour(cls, background: str) -> str:
        from vae.data.imported.pictures import colour_named

        colour_named(background)
        return background


@dataclass(frozen=True)
class LeftOut:
    """A picture that was left out: its path below the source, and the reason."""

    path: str
    reason: str


@dataclass(frozen=True)
class ImportedImages:
    """What came of it.

    folder : of the data set
    pictures : how many, by split: train, validation, test
    classes : how many
    skipped : what was left out
    report : sentences on what was found
    """

    folder: Path
    pictures: dict[str, int]
    classes: int
    skipped: list[LeftOut]
    report: list[str]


def import_images(request: ImportRequest, progress: Progress = silent) -> ImportedImages:
    """Make a data set of everything at `source`; the same request goes on where it was interrupted.

    Raises
    ------
    ValueError
        If nothing can be imported: the message says why and what to do.
    """
    from vae.data.imported.build import import_pictures
    from vae.data.imported.pictures import Look, colour_named
    from vae.data.imported.sizes import USUAL, side_as_found, some_seen

    size, said = request.size, []
    if not size:
        progress(0.0, about(request.name, phrase("looking at their sizes")))
        found = side_as_found(some_seen(request.source), request.fit)
        size = found or USUAL
        said = [phrase("{size} × {size} pixels, as they were found", size=size)] if found else []
    look = Look(size, request.fit, colour_named(request.background), request.grey)
    made = import_pictures(request.source, request.name, look, test_share=request.test_share, replace=request.replace, progress=progress)
    left_out = [LeftOut(each.path, each.reason) for each in made.skipped]
    return ImportedImages(made.folder, made.counts, len(made.classes), left_out, [*made.sentences(), *said])


def _reads(request: ImportRequest) -> object:
    from vae.data.imported import store

    return stamp([request.source, store.folder_of(request.name) / store.FACTS])  # one that was deleted since is made again


def confine(memory: int = MEMORY) -> None:
    """Let this process, and each that decodes for it, hold `memory` bytes beyond what the libraries hold: a picture that swells ends none."""
    from vae.data.imported import build  # noqa: F401
    from vae.data.imported.children import limit_memory

    limit_memory(memory)


IMPORT = register(Task("import", ImportRequest, import_images, resume=lambda request: request, reads=_reads, confine=confine))
