"""What is found among the images of a map, and what a selection of them has in common: what takes longer than a pointer event may."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vae.continuity import oddities
from vae.live.bundle import Bundle
from vae.live.cached import Cached
from vae.live.engine import Engine
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, unpack_reply
from vae.live.wire.parts import Operation
from vae.live.wire.schema import DECODE, ERRORS, PICTURES
from vae.report.contents import Contents, batches
from vae.sentences import phrase
from vae.store.originals import find_manifest, splits_of

NEAREST = 100  # images that are found by nearness, unless told
WORDS = 200  # values of a column that a page offers one by one
AXES, TRAVERSAL_STEPS, REACH = 3, 7, 2.0  # of a traversal; REACH in standard deviations

NO_PICTURES = phrase("pixels can be compared only where the originals are on disk")
NO_LABELS = phrase("all pictures of this map are of one class, so that there are no labels to doubt")


class SelectionError(ValueError):
    """What was asked for cannot be found; the message says what to do."""


@dataclass(frozen=True)
class Column:
    """A column of an imported data set's manifest that a selection can be made by.

    kind : "words", one of `words`; "number", from `low` to `high`; or "text", which is searched
    """

    name: str
    kind: str
    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Found:
    """Rows in the order in which they are to be shown; `scores` where they were ordered by something; `words` say what they are."""

    rows: np.ndarray
    words: str
    scores: np.ndarray | None = None


class Selections:
    """Everything about selections, for the models of an engine. Its methods take long; none may run on an event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._contents: dict[str, Cached[Contents]] = {}
        self._scores: dict[tuple[str, str], Cached[np.ndarray]] = {}

    def contents(self, name: str) -> Contents:
        """What there is to hand out of the model called `name`; CheckpointError if it cannot be used."""
        bundle = self._engine.library.get(name)
        bundle.originals.get()  # else the first picture waits for them
        return self._cached(self._contents, name, name, lambda: self._read(name))

    def columns(self, name: str) -> list[Column]:
        """The columns that a selection can be made by; none but for imported data sets."""
        table = self.contents(name).manifest
        return (
            []
            if table is None
            else [column_of(key, table[key].to_pylist()) for key in table.column_names if key not in ("class", "sha256")]
        )

    def find(self, name: str, asked: dict[str, Any]) -> Found:
        """The images that `asked` describes.

        asked : one of {"text": words}, a file name, a class or a number as in #12; {"column": name, "is": word} or {"column": name,
            "low": number, "high": number}; {"near": row, "by": "codes" or "pixels", "count": how many}; {"odd": one of
            `oddities.KINDS`}, which is all images, the oddest first

        Raises
        ------
        SelectionError
            If that describes nothing.
        CheckpointError
            If the model cannot be used.
        """
        try:
            if "text" in asked:
                return self._by_text(self.contents(name), str(asked["text"]))
            if "column" in asked:
                return self._by_column(self.contents(name), asked)
            if "near" in asked:
                return self._near(name, int(asked["near"]), str(asked.get("by", "codes")), int(asked.get("count", NEAREST)))
            return self._odd(name, str(asked["odd"]))
        except (KeyError, TypeError, OverflowError) as error:
            raise SelectionError(phrase("this is no question about pictures; reload the page")) from error

    def mean(self, name: str, rows: np.ndarray) -> dict[str, np.ndarray]:
        """What the images in `rows` (n,), at least one, have in common: the answer of `schema.MEAN`."""
        contents = self.contents(name)
        bundle, codes = self._engine.library.get(name), contents.atlas.codes.astype(np.float64)
        mine = codes[rows]
        mean, rest = mine.mean(0), len(codes) - len(rows)
        direction = mean - (codes.sum(0) - mine.sum(0)) / rest if rest else np.full_like(mean, np.nan)
        squares, axes = torch.linalg.eigh(torch.from_numpy((mine - mean).T @ (mine - mean) / len(mine)))
        spread = squares.clamp_min(0).sqrt().flip(0).numpy()
        kept = int((spread[:AXES] > 1e-6 * max(1.0, float(spread[0]))).sum()) if len(rows) > 1 else 0
        moves = (
            spread[:kept, None, None] * np.linspace(-REACH, REACH, TRAVERSAL_STEPS)[:, None] * axes.T.flip(0)[:kept, None].numpy()
        )  # (k, T, D)
        wanted = np.concatenate([mean[None], (mean + moves).reshape(-1, len(mean))]).astype(np.float32)
        pixels = self._ask(DECODE, name, codes=wanted)["pixels"]
        images = bundle.originals.get().images
        average = pixels[:0]
        if images is not None:
            total = np.zeros(pixels.shape[1:], np.float64)
            for part in batches(rows):
                total += contents.pictures(part).sum(0, dtype=np.float64)
            average = np.round(total / len(rows)).astype(np.uint8)[None]
        return {
            "code": mean.astype(np.float32),
            "direction": direction.astype(np.float32),
            "pixels": pixels[:1],
            "average": average,
            "spread": spread[:kept].astype(np.float32),
            "traversal": pixels[1:],
        }

    # --- ways to find --------------------------------------------------------------------------------------------------

    def _by_text(self, contents: Contents, text: str) -> Found:
        atlas, wanted = contents.atlas, text.strip()
        folded = wanted.casefold()
        if not wanted:
            raise SelectionError(phrase("nothing is looked for; type a file name, a class, or a number as in #12"))
        if (numbers := _numbers(wanted, len(atlas))) is not None:
            return Found(numbers, f"number {wanted}")
        exact = [index for index, name in enumerate(atlas.classes) if name.casefold() == folded]
        classes = exact or [index for index, name in enumerate(atlas.classes) if folded in name.casefold()]
        chosen = np.isin(atlas.labels, classes)
        files = np.zeros(len(atlas), bool)
        if contents.manifest is not None and not exact:
            files = np.array([folded in path.casefold() for path in contents.manifest["path"].to_pylist()])
        if (chosen | files).any():
            what = "class" if chosen.any() and not (files & ~chosen).any() else "name"
            return Found(np.flatnonzero(chosen | files), f"{what} {wanted}")
        if re.fullmatch(r"\d{1,9}", wanted) and (numbers := _numbers(f"#{wanted}", len(atlas))) is not None:
            return Found(numbers, f"number {wanted}")
        return Found(np.empty(0, np.int64), f"“{wanted}”")

    def _by_column(self, contents: Contents, asked: dict[str, Any]) -> Found:
        name = str(asked["column"])
        if contents.manifest is None or name not in contents.manifest.column_names:
            raise SelectionError(phrase("there is no column {name!r} in this data set; choose another", name=name))
        values = contents.manifest[name].to_pylist()
        if "is" in asked:
            return Found(np.flatnonzero([_word(value) == str(asked["is"]) for value in values]), f"{name} is {asked['is']}")
        low, high = float(asked["low"]), float(asked["high"])
        within = [isinstance(value, int | float) and low <= value <= high for value in values]
        return Found(np.flatnonzero(within), f"{name} from {low:g} to {high:g}")

    def _near(self, name: str, row: int, by: str, count: int) -> Found:
        contents, bundle = self.contents(name), self._engine.library.get(name)
        if not 0 <= row < len(contents.atlas) or count < 1:
            raise SelectionError(phrase("there is no image {row} on this map; choose another one", row=row))
        count = min(count, len(contents.atlas))
        if by == "pixels":
            images = bundle.originals.get().images
            if images is None:
                raise SelectionError(NO_PICTURES)
            away = np.concatenate([_apart(images[start : start + 2048], images[row]) for start in range(0, len(images), 2048)])
            rows = np.argsort(away, kind="stable")[:count]
            return Found(rows, phrase("{count} nearest to image {row} in pixels", count=count, row=row), away[rows])
        distances, found = bundle.neighbours.query(contents.atlas.codes[row : row + 1], count)
        return Found(
            found[0].cpu().numpy(), phrase("{count} nearest to image {row} in code", count=count, row=row), distances[0].cpu().numpy()
        )

    def _odd(self, name: str, kind: str) -> Found:
        if kind not in oddities.KINDS:
            raise SelectionError(
                phrase("pictures are not ordered by {kind!r}; choose one of {kinds}", kind=kind, kinds=", ".join(oddities.KINDS))
            )
        scores = self._cached(self._scores, (name, kind), name, lambda: self._score(name, kind))
        return Found(np.argsort(-scores, kind="stable"), oddities.KINDS[kind], np.sort(-scores, kind="stable") * -1)

    def _score(self, name: str, kind: str) -> np.ndarray:
        contents, bundle = self.contents(name), self._engine.library.get(name)
        atlas = contents.atlas
        torch.set_num_threads(1)  # for this thread alone: other cores are left to the engine's pictures
        if kind == "error":
            if not contents.originals:
                raise SelectionError(phrase("squared errors are known only where the originals are on disk"))
            return np.concatenate([contents.errors(part) for part in batches(contents.rows)])
        if kind == "density":
            return oddities.sparsity(bundle.neighbours)
        if kind == "twice":
            return oddities.likeness(bundle.neighbours, bundle.originals.get().images)[0]
        if len(np.unique(atlas.labels)) < 2:
            raise SelectionError(NO_LABELS)
        if kind == "class":
            return oddities.class_distance(atlas.codes, atlas.labels)
        return oddities.disagreement(bundle.neighbours, atlas.labels)

    # --- what they need ------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> Contents:
        bundle = self._engine.library.get(name)
        config, atlas, originals = bundle.model.config, bundle.atlas, bundle.originals.get()

        def errors(rows: np.ndarray) -> np.ndarray:
            return np.asarray(self._ask(ERRORS, name, rows=rows)["errors"])

        def pictures(rows: np.ndarray) -> np.ndarray:
            return np.asarray(self._ask(PICTURES, name, rows=rows)["pixels"])

        manifest, splits = find_manifest(config, atlas, originals), splits_of(atlas, originals)
        return Contents(name, bundle.model.spec.has_std, atlas, manifest, splits, originals.images is not None, errors, pictures)

    def _ask(self, operation: Operation, name: str, **asked: object) -> dict[str, Any]:
        """The answer of the engine, which takes everyone in turn; SelectionError with its sentence if it has none."""
        reply = unpack_reply(self._engine.submit(request(0, operation, name, **asked), client=threading.get_ident()).result())
        if reply.status != OK:
            raise SelectionError(reply.sentence or phrase("the server could not answer; try again"))
        return answer_of(operation, reply.arrays)

    def _cached(self, entries: dict[Any, Cached[Any]], key: object, name: str, load: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in entries:
                entries[key] = Cached(load, lambda: self._stamp(name))
            entry = entries[key]
        return entry.get()

    def _stamp(self, name: str) -> tuple[str, int]:
        """Changes with the model's files, and when other originals are there."""
        bundle: Bundle = self._engine.library.get(name)
        return self._engine.library.stamp(name), id(bundle.originals.get())


def column_of(name: str, values: list[Any]) -> Column:
    """What a page needs to offer a column with these values."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        finite = [float(value) for value in known if np.isfinite(value)]
        return Column(name, "number", low=min(finite, default=0.0), high=max(finite, default=0.0))
    words = sorted({_word(value) for value in values})
    return Column(name, "words", tuple(words)) if len(words) <= WORDS else Column(name, "text")


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _numbers(text: str, count: int) -> np.ndarray | None:
    """Rows that a text such as "#12", "#3-7" or "#1, #5-9" names; None if it names none by their numbers."""
    if not re.fullmatch(r"#\d{1,9}(?:\s*-\s*#?\d{1,9})?(?:[\s,]+#?\d{1,9}(?:\s*-\s*#?\d{1,9})?)*", text):
        return None
    rows: set[int] = set()
    for first, last in re.findall(r"#?(\d+)(?:\s*-\s*#?(\d+))?", text):
        rows.update(range(int(first), min(int(last or first), count - 1) + 1))
    return np.array(sorted(row for row in rows if row < count), np.int64)


def _apart(images: torch.Tensor, image: torch.Tensor) -> np.ndarray:
    """Root of the mean squared difference of pixels in [0, 1] of each of `images` (N, C, H, W) uint8 from `image`: (N,)."""
    return ((images.float() - image.float()) / 255).square().flatten(1).mean(1).sqrt().numpy()
