"""Importing: from anything that holds pictures to a folder under `datasets/`."""

from __future__ import annotations

import csv
import errno
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
from filelock import FileLock, Timeout
from pyarrow import parquet

from vae.data.imported import store
from vae.data.imported.archive import mark_of
from vae.data.imported.children import end_with_parent
from vae.data.imported.duplicates import near_duplicates
from vae.data.imported.found import File, Found, ImportFailed, Skipped, Source, close_files, printable
from vae.data.imported.order import natural
from vae.data.imported.pictures import Look
from vae.data.imported.pieces import Kept, Piece, decode, pieces_of, read_piece
from vae.data.imported.sources import find_pictures
from vae.data.imported.split import split_of
from vae.sentences import about, counted, listed, phrase

NO_CLASS = "image"  # of pictures for which the source names none
ALONE = 512  # pictures that are decoded at once without further processes
DISK = {
    errno.ENOSPC: phrase("the disk is full"),
    errno.EDQUOT: phrase("the disk's quota is used up"),
    errno.EROFS: phrase("the disk is read-only"),
}
LOCK = "lock"
Progress = Callable[[float, str], None]


class Interrupted(ImportFailed):
    """The import stopped halfway; what was decoded is kept, so that the same command goes on."""


@dataclass(frozen=True)
class Imported:
    """What an import made.

    folder : of the data set
    counts : of pictures, by split
    classes : names
    skipped : what was left out, with reasons
    others : files that are no pictures
    identical, near, across : pictures that are the same as an earlier one, nearly the same, and nearly the same as one of another split
    plain : pictures of one colour
    small : pictures with a side shorter than what they were brought to
    """

    folder: Path
    counts: dict[str, int]
    classes: tuple[str, ...]
    skipped: list[Skipped]
    others: int
    identical: int
    near: int
    across: int
    plain: int
    small: int

    def sentences(self) -> list[str]:
        """What was found, for a person."""
        counts = {**self.counts}
        parts = [phrase("{n:,} for training", n=counts["train"])]
        if counts["validation"]:
            parts.append(phrase("{n:,} for validation", n=counts["validation"]))
        parts.append(phrase("{n:,} for testing", n=counts["test"]))
        classes = counted(len(self.classes), "{n:,} class", "{n:,} classes")
        said: list[str] = [
            phrase("{count:,} pictures in {classes}: {parts}", count=sum(counts.values()), classes=classes, parts=listed(parts))
        ]
        if not counts["train"]:
            said.append(
                phrase("there are none to train on: import more, change --test-share, or put some into folders called train and test")
            )
        if not counts["test"]:
            said.append(
                phrase(
                    "there are none to test with, or to make a map of: import more, change --test-share, or put some into folders called train "
                    "and test"
                )
            )
        skipped = counted(len(self.skipped), "{n:,} was skipped, for the reasons listed", "{n:,} were skipped, for the reasons listed")
        same = counted(self.identical, "{n:,} is the same as another one", "{n:,} are the same as another one")
        near = counted(self.near, "{n:,} is nearly the same as another one", "{n:,} are nearly the same as another one")
        if self.across:
            near = phrase("{near}, {across:,} of them as one of another split", near=near, across=self.across)
        plain = counted(self.plain, "{n:,} is of a single colour", "{n:,} are of a single colour")
        small = counted(self.small, "{n:,} is smaller than what it was brought to", "{n:,} are smaller than what they were brought to")
        others = counted(
            self.others, "{n:,} other file is no picture and was passed over", "{n:,} other files are no pictures and were passed over"
        )
        found = (
            (len(self.skipped), skipped), (self.identical, same), (self.near, near), (self.plain, plain), (self.small, small),
            (self.others, others),
        )  # fmt: skip
        return said + [words for count, words in found if count]


@dataclass(frozen=True)
class _Row:
    found: Found
    kept: Kept
    label: str
    split: str
    piece: int
    at: int


def import_pictures(
    source: Path, name: str, look: Look, *, test_share: float, replace: bool, progress: Progress, processes: int | None = None
) -> Imported:
    """Read everything at `source` and write it to `datasets/<name>/`, all of it or nothing.

    What was decoded is kept in a folder beside it until then, so that the same import goes on where it was interrupted.

    Parameters
    ----------
    source : a folder, an archive, a Parquet file or an array
    name : of the data set
    look : the shape that pictures are brought to
    test_share : of the pictures that are for testing, where the source does not say which
    replace : put it in the place of a data set of that name
    progress : called with the share that is done and words
    processes : that decode; as many as there are cores if None, none beside this one if 0

    Raises
    ------
    ImportFailed
        With a sentence: nothing is there or nothing of it can be read, the name is taken, the disk is full.
    """
    target = store.folder_of(name)
    if target.exists() and not replace:
        raise ImportFailed(
            phrase("there is a data set {name} already; choose another name, or add --replace to put this one in its place", name=name)
        )
    progress(0.0, about(name, phrase("looking for pictures")))
    listed = find_pictures(source)
    if not listed.found:
        raise ImportFailed(_nothing(source, listed.skipped, listed.others))
    try:
        with _workplace(target) as work:
            pieces = pieces_of(listed.found, look)
            before = _containers(listed.found)
            _decode_all(pieces, look, work, processes, lambda share, words: progress(0.02 + 0.88 * share, about(name, words)))
            if _containers(listed.found) != before:  # what was read under one name may be another one's
                raise ImportFailed(
                    phrase("{source} was changed while it was read; import it again when nothing writes to it", source=source)
                )
            progress(0.9, about(name, phrase("putting the pictures together")))
            made = _put_together(listed, pieces, look, work, source, name, test_share)
            _put_in_place(work, target)
    except OSError as error:
        if error.errno in DISK:
            raise ImportFailed(
                phrase(
                    "{disk}: {folder} cannot take the pictures; make room or set VAE_DATASETS to another folder, and run the same command again",
                    disk=DISK[error.errno],
                    folder=target.parent,
                )
            ) from error
        raise ImportFailed(
            phrase(
                "{folder} cannot be written ({why}); set VAE_DATASETS to a folder of yours",
                folder=target.parent,
                why=error.strerror or error,
            )
        ) from error
    progress(1.0, about(name, phrase("{count} pictures", count=sum(made.counts.values()))))
    return made


def listing_of(source: Source) -> str:
    """A SHA-256 that changes with the names, sizes and times of the pictures at a source, without reading them."""
    digest = hashlib.sha256()
    for each in source.found:
        digest.update(f"{each.path}\0{each.mark}\0{each.label}\0{each.split}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _containers(found: list[Found]) -> dict[str, str]:
    """The files that hold several pictures each, and what changes with each of them."""
    places = [each.place for each in found if not isinstance(each.place, File)]
    paths = dict.fromkeys(str(getattr(place, "archive", None) or getattr(place, "path", "")) for place in places)
    return {path: mark_of(Path(path)) if os.path.exists(path) else "" for path in paths}


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """The folder beside `target` for what is not finished, for one process at a time; deleted if nothing of it is worth keeping."""
    work = target.parent / f".{target.name}.importing"
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work / LOCK, timeout=0):
            try:
                yield work
            except Interrupted:
                raise
            except ImportFailed:
                shutil.rmtree(work, ignore_errors=True)
                raise
    except Timeout:
        raise ImportFailed(phrase("another import into {name} is running; wait for it or choose another name", name=target.name)) from None


def _decode_all(pieces: list[Piece], look: Look, work: Path, processes: int | None, progress: Progress) -> None:
    wanted = {piece.name for piece in pieces}
    for path in work.iterdir():
        if path.name != LOCK and path.name not in wanted:  # of another import, or half-written
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    missing = [piece for piece in pieces if not (work / piece.name).exists()]
    total = sum(len(piece.found) for piece in pieces)
    done = total - sum(len(piece.found) for piece in missing)
    if done:
        progress(done / total, phrase("{done} of {total} pictures were decoded before", done=done, total=total))
    try:
        for count in _decoded(missing, look, work, processes):
            done += count
            progress(done / total, phrase("{done} of {total} pictures", done=done, total=total))
    finally:
        close_files()


def _decoded(pieces: list[Piece], look: Look, work: Path, processes: int | None) -> Iterator[int]:
    """How many pictures each piece had, as they are finished. No more pieces are under way than twice the processes."""
    processes = _cores() if processes is None else processes
    if processes == 0 or sum(len(piece.found) for piece in pieces) <= ALONE:
        for piece in pieces:
            yield decode(piece, look, work)
        return
    # A fork of this process would copy threads' locks in whatever state they are.
    forks = "forkserver" in get_all_start_methods()
    context = get_context("forkserver" if forks else "spawn")
    if forks:  # what decoding imports is imported once, and its memory shared
        context.set_forkserver_preload([decode.__module__])
    waiting = iter(pieces)
    under_way: set[Future[int]] = set()
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=end_with_parent)
    try:
        while True:
            while len(under_way) < 2 * processes and (following := next(waiting, None)) is not None:
                under_way.add(pool.submit(decode, following, look, work))
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in finished)
    except BrokenProcessPool as error:
        raise Interrupted(
            phrase("a process that decodes pictures was ended, perhaps for want of memory; run the same command again: it goes on")
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _put_together(listed: Source, pieces: list[Piece], look: Look, work: Path, source: Path, name: str, share: float) -> Imported:
    rows: list[_Row] = []
    skipped, others = list(listed.skipped), listed.others
    for number, piece in enumerate(pieces):
        _, kept, left_out = read_piece(work / piece.name)
        skipped += left_out
        for at, each in enumerate(kept):
            found = piece.found[each.index - piece.start]
            split = found.split or split_of(each.identity, share)
            rows.append(_Row(found, each, printable(found.label or NO_CLASS), split, number, at))
    if not rows:
        raise ImportFailed(_nothing(source, skipped, others))
    rows.sort(key=lambda row: store.SPLITS.index(row.split))  # stable: the source's order within
    folder = work / "new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    identity = _write_pixels(folder / store.PIXELS, rows, pieces, look, work)
    classes = tuple(sorted({row.label for row in rows}, key=natural))
    _write_manifest(folder / store.MANIFEST, rows)
    with (folder / store.SKIPPED).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("path", "reason"), *((printable(each.path), printable(each.reason)) for each in skipped)])
    pixels = np.load(folder / store.PIXELS, mmap_mode="r", allow_pickle=False)
    plain = np.array([row.kept.plain for row in rows])
    pairs = near_duplicates(np.array([row.kept.fingerprint for row in rows], np.uint64), pixels, plain)
    differ = [(a, b) for a, b in pairs.tolist() if rows[a].kept.identity != rows[b].kept.identity]
    counts = Counter(row.split for row in rows)
    made = Imported(
        store.folder_of(name), {split: counts[split] for split in store.SPLITS}, classes, skipped, others,
        identical=len(rows) - len({row.kept.identity for row in rows}),
        near=len({b for _, b in differ}),
        across=len({b for a, b in differ if rows[a].split != rows[b].split}),
        plain=int(plain.sum()),
        small=sum(min(row.kept.width, row.kept.height) < look.size for row in rows),
    )  # fmt: skip
    seen = hashlib.sha256(f"{identity} {classes} {sorted(counts.items())} {[row.label for row in rows]}".encode()).hexdigest()
    report = {
        "identical": made.identical, "near_duplicates": made.near, "near_duplicates_across_splits": made.across, "single_colour": made.plain,
        "smaller_than_size": made.small, "skipped": len(skipped), "other_files": others,
    }  # fmt: skip
    facts = {
        "name": name, "classes": list(classes), "shape": list(look.shape), "counts": made.counts, "identity": seen, "fit": look.fit,
        "background": list(look.background), "test_share": share, "source": printable(str(source.resolve())), "listing": listing_of(listed),
        "report": report,
        "near_duplicate_pairs": [[printable(rows[a].found.path), printable(rows[b].found.path)] for a, b in differ[:1000]],
    }  # fmt: skip
    store.write_facts(folder, facts)
    return made


def _write_pixels(path: Path, rows: list[_Row], pieces: list[Piece], look: Look, work: Path) -> str:
    """Write all pixels in the order of `rows`, a piece at a time; their SHA-256.

    With ordinary writes: a full disk under a mapped file would end the process, not raise.
    """
    runs: dict[int, dict[str, list[tuple[int, int]]]] = {}
    for to, row in enumerate(rows):
        runs.setdefault(row.piece, {}).setdefault(row.split, []).append((to, row.at))
    length, digest = int(np.prod(look.shape)), hashlib.sha256()
    with path.open("w+b") as file:
        said = {"descr": "|u1", "fortran_order": False, "shape": (len(rows), *look.shape)}
        np.lib.format.write_array_header_1_0(file, said)
        start = file.tell()
        for number, by_split in runs.items():
            pixels = read_piece(work / pieces[number].name)[0]
            for places in by_split.values():  # neighbours there, since both orders are the source's
                file.seek(start + places[0][0] * length)
                file.write(np.ascontiguousarray(pixels[[at for _, at in places]]).data)
        file.flush()
        os.fsync(file.fileno())
        file.seek(start)
        while content := file.read(1 << 22):
            digest.update(content)
    return digest.hexdigest()


def _write_manifest(path: Path, rows: list[_Row]) -> None:
    columns: dict[str, pa.Array] = {
        "path": pa.array([printable(row.found.path) for row in rows], pa.string()),
        "sha256": pa.array([row.kept.sha256 for row in rows], pa.string()),
        "class": pa.array([row.label for row in rows], pa.string()),
        "split": pa.array([row.split for row in rows], pa.string()),
        "width": pa.array([row.kept.width for row in rows], pa.int32()),
        "height": pa.array([row.kept.height for row in rows], pa.int32()),
    }
    for key in dict.fromkeys(key for row in rows for key in row.found.columns):
        values = [row.found.columns.get(key) for row in rows]
        try:
            columns[key] = pa.array(values)
        except (pa.ArrowException, TypeError, OverflowError):  # of several kinds
            columns[key] = pa.array([None if value is None else str(value) for value in values], pa.string())
    parquet.write_table(pa.table(columns), path)


def _put_in_place(work: Path, target: Path) -> None:
    """Rename what is finished, in one step where there was nothing before."""
    old = work / "old"
    if target.exists():
        os.replace(target, old)
    try:
        os.replace(work / "new", target)
    except BaseException:
        if old.exists():
            os.replace(old, target)
        raise
    shutil.rmtree(work, ignore_errors=True)


def _nothing(source: Path, skipped: list[Skipped], others: int) -> str:
    if skipped:
        each = [about(f"\n  {printable(one.path)}", one.reason) for one in skipped]
        return phrase(
            "none of the {count} pictures in {source} can be read:{list}", count=len(skipped), source=source, list=listed(each, "")
        )
    if others:
        return phrase(
            "there are no pictures in {source} ({others} other files are there); pictures end in .jpg, .png, .webp, .tif and the like",
            source=source,
            others=others,
        )
    return phrase("there are no pictures in {source}; pictures end in .jpg, .png, .webp, .tif and the like", source=source)
