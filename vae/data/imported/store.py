"""Imported data sets on disk: `datasets/<name>/` with `pixels.npy`, `manifest.parquet` and `dataset.json`.

Row i of the manifest belongs to picture i. Training pictures come first, then those for validation, then those for testing.
"""

from __future__ import annotations

import csv
import json
import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from vae.data.imported.found import printable, said
from vae.data.registry import DataError, DataSet, Images
from vae.sentences import phrase

if TYPE_CHECKING:
    import pyarrow as pa

PIXELS, MANIFEST, FACTS, SKIPPED = "pixels.npy", "manifest.parquet", "dataset.json", "skipped.csv"
COLUMNS = ("path", "sha256", "class", "split", "width", "height")
SPLITS = ("train", "validation", "test")
LARGEST, MOST = 1 << 16, 1 << 40  # of a picture's sides, and pictures
MOST_READ = 4 << 30  # bytes of one split's pictures that are read into memory
RANK = 100  # listed after those that are shipped


def root() -> Path:
    """Where imported data sets lie: the folder that `VAE_DATASETS` names, or `datasets` beside the checkpoints."""
    if "VAE_DATASETS" in os.environ:
        return Path(os.environ["VAE_DATASETS"])
    beside = Path(__file__).resolve().parents[3]
    return (beside if (beside / "checkpoints").is_dir() else Path.cwd()) / "datasets"


def folder_of(name: str) -> Path:
    """Where the data set called `name` lies, or would."""
    return root() / name


@dataclass(frozen=True)
class Facts:
    """What `dataset.json` says.

    name : of the data set
    classes : names of its classes, in the order of the labels
    shape : (C, H, W)
    counts : of pictures, by split
    identity : changes with its pixels, their order and their classes
    source : the path that it was imported from
    listing : changes with the names, sizes and times of what lay there; empty for sets of versions that did not note it
    report : what the import counted, by name: identical, near_duplicates, single_colour, ...
    near : pairs of paths of pictures that are nearly the same, the first thousand
    """

    name: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    counts: dict[str, int]
    identity: str
    source: str
    listing: str
    report: dict[str, int]
    near: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        """All its pictures."""
        return sum(self.counts.values())


def read_facts(name: str) -> Facts:
    """What is known of the data set called `name` without reading its pictures; DataError with a sentence if it cannot be used."""
    path = folder_of(name) / FACTS
    try:
        status = path.stat()
        return _facts(path, name, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise DataError(
            phrase(
                "the data set {name} cannot be used: {facts} is missing or damaged ({said}); import it again",
                name=name,
                facts=FACTS,
                said=said(error),
            )
        ) from error


@lru_cache(256)
def _facts(path: Path, name: str, _time: int, _size: int) -> Facts:
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    channels, height, width = (int(side) for side in told["shape"])
    counts = {split: int(told["counts"].get(split, 0)) for split in SPLITS}
    if not all(1 <= side <= LARGEST for side in (channels, height, width)) or not all(0 <= count < MOST for count in counts.values()):
        raise ValueError(phrase("a size is out of range"))
    classes = tuple(printable(str(each)) for each in told["classes"])
    report = {printable(str(key)): int(count) for key, count in dict(told.get("report", {})).items()}
    near = tuple((printable(str(one)), printable(str(other))) for one, other in told.get("near_duplicate_pairs", []))
    identity, source, listing = (printable(str(told.get(key, ""))) for key in ("identity", "source", "listing"))
    if not identity:
        raise KeyError("identity")
    return Facts(name, classes, (channels, height, width), counts, identity, source, listing, report, near)


def names() -> list[str]:
    """The names of the data sets that are there, sorted."""
    try:
        return sorted(name for name in os.listdir(root()) if _is_there(name))
    except OSError:  # none yet
        return []


def _is_there(name: str) -> bool:
    sound = name == os.path.basename(name) and not name.startswith(".")
    return sound and os.path.isfile(os.path.join(root(), name, FACTS))  # False for whatever cannot be a name


def find(name: str) -> DataSet | None:
    """The imported data set called `name`; None if there is none."""
    if not _is_there(name):
        return None
    try:
        facts = read_facts(name)
    except DataError as error:
        told = str(error)

        def refuse(split: str, download: bool) -> Images:
            raise DataError(told)

        return DataSet(name, name, (), (0, 0, 0), RANK, lambda: False, refuse)
    return DataSet(name, name, facts.classes, facts.shape, RANK, lambda: True, lambda split, _download: load(name, split))


def all_sets() -> list[DataSet]:
    """The imported data sets that are there, by name."""
    return [each for name in names() if (each := find(name)) is not None]


def load(name: str, split: str) -> Images:
    """The pictures of one split, read into memory; more than 4 GB are mapped from disk, and writing to them changes no file.

    Whoever overwrites a mapped file ends the process that has it mapped, so what a server shows is read.

    Raises
    ------
    DataError
        If the split is empty, or the files cannot be used.
    """
    from pyarrow import ArrowException, parquet  # only who reads data pays for it

    facts, folder = read_facts(name), folder_of(name)
    start = sum(facts.counts[each] for each in SPLITS[: SPLITS.index(split)])
    stop, total = start + facts.counts[split], sum(facts.counts.values())
    if start == stop:
        raise DataError(
            phrase(
                "the data set {name} has no pictures for {split}: it has {count} in all; import more, or put some of them in folders called train and test",
                name=name,
                split=phrase("training") if split == "train" else phrase("testing"),
                count=total,
            )
        )
    try:
        pixels = _pixels(folder / PIXELS, start, stop, (total, *facts.shape))
        classes = parquet.read_table(folder / MANIFEST, columns=["class"]).column("class").to_pylist()
        if len(classes) != total:
            raise ValueError(phrase("the files do not belong together"))
        numbers = {label: number for number, label in enumerate(facts.classes)}
        labels = np.array([numbers[label] for label in classes[start:stop]], label_type(len(facts.classes)))
    except (OSError, ValueError, KeyError, EOFError, ArrowException) as error:
        raise DataError(phrase("the data set {name} is damaged ({error}); import it again", name=name, error=error)) from error
    return Images(torch.from_numpy(pixels), torch.from_numpy(labels), facts.classes)


def _pixels(path: Path, start: int, stop: int, shape: tuple[int, ...]) -> np.ndarray:
    """The rows from `start` to `stop` of an array file of this shape; ValueError if it is another."""
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        found, fortran, kind = np.lib.format.read_array_header_1_0(file)
        if found != shape or fortran or kind != np.uint8:
            raise ValueError(phrase("the files do not belong together"))
        row = math.prod(shape[1:])
        if (stop - start) * row > MOST_READ:
            return np.load(path, mmap_mode="c", allow_pickle=False)[start:stop]
        file.seek(start * row, os.SEEK_CUR)
        values = np.fromfile(file, np.uint8, (stop - start) * row)
    return values.reshape(stop - start, *shape[1:])  # ValueError where the file is cut off


def read_skipped(name: str) -> list[tuple[str, str]]:
    """What the import of the data set called `name` left out: paths and reasons."""
    try:
        with (folder_of(name) / SKIPPED).open(encoding="utf-8", newline="") as file:
            return [(path, reason) for path, reason in list(csv.reader(file))[1:]]
    except (OSError, ValueError, csv.Error):
        return []


def some_pixels(name: str, count: int) -> np.ndarray:
    """At most `count` pictures of the data set, evenly over all of it: (n, C, H, W) uint8; DataError if they cannot be read."""
    facts = read_facts(name)
    try:
        pixels = np.load(folder_of(name) / PIXELS, mmap_mode="r", allow_pickle=False)
        if pixels.shape != (facts.total, *facts.shape) or pixels.dtype != np.uint8:
            raise ValueError(phrase("the files do not belong together"))
        return np.array(pixels[np.unique(np.linspace(0, facts.total - 1, min(count, facts.total)).round().astype(int))])
    except (OSError, ValueError, EOFError) as error:
        raise DataError(phrase("the data set {name} is damaged ({error}); import it again", name=name, error=error)) from error


def read_manifest(name: str, split: str) -> pa.Table:
    """What is known of each picture of one split beside its pixels: the columns of `COLUMNS` and the user's own.

    Raises
    ------
    DataError
        If the files cannot be used.
    """
    from pyarrow import ArrowException, parquet

    facts = read_facts(name)
    start = sum(facts.counts[each] for each in SPLITS[: SPLITS.index(split)])
    try:
        table = parquet.read_table(folder_of(name) / MANIFEST)
        if len(table) != sum(facts.counts.values()) or not set(COLUMNS) <= set(table.column_names):
            raise ValueError(phrase("the files do not belong together"))
    except (OSError, ValueError, ArrowException) as error:
        raise DataError(phrase("the data set {name} is damaged ({error}); import it again", name=name, error=error)) from error
    return table.slice(start, facts.counts[split])


def label_type(classes: int) -> type[np.generic]:
    """The smallest type of labels that counts so many classes."""
    return np.uint8 if classes <= 256 else np.int32


def write_facts(folder: Path, facts: dict[str, Any]) -> None:
    """Write `dataset.json`; a folder without it is no data set."""
    (folder / FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")
