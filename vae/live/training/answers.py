"""Answers pages about trainings under the hand, on a thread of its own, so that neither sliders nor drawings wait for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from queue import Empty
from typing import Any

import numpy as np
import torch

from vae.live.queue import FairQueue
from vae.live.training.layout import newest_view
from vae.live.training.process import BATCH as BATCH_FILE
from vae.live.training.process import WATCHED
from vae.live.training.runs import Run, RunError, Runs
from vae.live.wire.answering import Named, arrays_of
from vae.live.wire.asking import unpack_asked
from vae.live.wire.frames import NO_MODEL, NOT_AVAILABLE, ProtocolError, pack_reply
from vae.live.wire.parts import Operation
from vae.live.wire.schema import BATCH, GLANCE, GROUND, PHASES, REBUILD, SLIDERS, TRAINING, WALL, WATCH
from vae.live.wire.sizes import Sizes
from vae.live.worker import GONE, Ticket, Worker, excuse
from vae.sentences import phrase
from vae.store.files import CheckpointError
from vae.store.tensors import read_tensors
from vae.training.recording import FIGURES, KINDS, Hand, Recording, RecordingError
from vae.training.trainer import RECORDING
from vae.training.watched import View, view_of

MOST_ROWS = 300  # of the curves, in one answer
MOST_PAST = 8  # trainings of which the moment that is looked at, the recording and the watched images are remembered


class Trainings(Worker[Ticket]):
    """Answers the operations of `wire/schema.py` for the socket "training"; the model of a request is the training's name.

    Parameters
    ----------
    runs : the trainings
    """

    def __init__(self, runs: Runs) -> None:
        super().__init__("trainings", 1)
        self.runs = runs
        self._line: FairQueue[Ticket] = FairQueue()
        self._watched: OrderedDict[str, tuple[torch.Tensor, np.ndarray]] = OrderedDict()  # of some trainings
        self._recordings: dict[str, tuple[int, Recording]] = {}  # with the time of the file
        self._past: OrderedDict[str, tuple[int, dict[str, View]]] = (
            OrderedDict()
        )  # of some trainings, the moment gone by that was looked at last

    def watched(self, run: Run) -> tuple[torch.Tensor, np.ndarray]:
        """The held-out images (M, C, H, W) uint8 that a run is seen by, and their labels (M,) int32."""
        if run.name not in self._watched:
            try:
                tensors, _ = read_tensors(
                    run.folder / WATCHED
                )  # and not the data set, which may have to be drawn or decoded here once more
                self._watched[run.name] = tensors["images"], tensors["labels"].numpy()
            except (CheckpointError, KeyError):
                raise RunError(phrase("the pictures of this training are gone from the disk; press Train to begin anew")) from None
            if len(self._watched) > MOST_PAST:
                self._watched.popitem(last=False)
        return self._watched[run.name]

    def views(self, run: Run, moment: int) -> tuple[dict[str, View], int]:
        """Both models as the watched images show them at a moment, and its step; the map of one gone by lies close to the newest."""
        models, parts, step = run.at(moment)
        if parts:
            return {kind: newest_view(parts, kind) for kind in models}, step
        known = self._past.get(run.name)
        if known is None or known[0] != moment:
            images, newest = self.watched(run)[0].float() / 255, run.newest()
            views = {kind: view_of(model.encode(images), newest_view(newest, kind).plane) for kind, model in models.items()}
            known = self._past[run.name] = moment, views
        self._past.move_to_end(run.name)
        if len(self._past) > MOST_PAST:
            self._past.popitem(last=False)
        return known[1], step

    def hand(self, run: Run, step: int) -> Hand:
        """The hand that `step` was taken with; what nobody has written down was done with the first one."""
        path, known = run.folder / RECORDING, self._recordings.get(run.name)
        with suppress(OSError, RecordingError):
            stamp = path.stat().st_mtime_ns
            if known is None or known[0] != stamp:
                known = self._recordings[run.name] = stamp, Recording.read(path)
                if len(self._recordings) > MOST_PAST:
                    del self._recordings[next(iter(self._recordings))]
        return known[1].hand(step) if known else Hand()

    # --- the worker's thread -----------------------------------------------------------------------------------

    def _take_in(self) -> bool:
        while True:
            try:
                ticket = self._next(wait=not self._line)
            except Empty:
                return True
            if ticket is None:
                return False
            self._line.add(ticket.client, ticket)
            self._main.let_go(ticket)

    def _work(self) -> None:
        ticket = self._line.take()
        self._main.hold(ticket)
        if not ticket.wanted:
            ticket.refuse(GONE)
            return
        request = ticket.request
        try:
            operation = TRAINING.get(request.operation)
            if operation is None:
                raise ProtocolError(
                    phrase(
                        "there is no operation {operation} here; reload the page, it is older or newer than the server",
                        operation=request.operation,
                    )
                )
            with self._main.working():
                run = self._open(request.model, ticket.client)
                sizes, answer = self._answer(operation, run, request.payload)
            ticket.reply(pack_reply(request.seq, arrays_of(operation, answer, sizes)))
        except RunError as error:
            ticket.reply(excuse(request, ProtocolError(str(error), status=NOT_AVAILABLE)))
        except Exception as error:
            ticket.reply(excuse(request, error))

    def _answer(self, operation: Operation, run: Run, payload: np.ndarray) -> tuple[Sizes, Named]:
        while True:
            ready, sizes = run.ready, sizes_of(run)
            answer = ANSWERS[operation](self, run, **unpack_asked(operation, payload, sizes))
            if run.ready is ready:  # else it has become ready, or has ended, meanwhile
                return sizes, answer

    def left(self, client: Hashable) -> None:
        """A page is closed, and what it showed may have nobody else who looks."""
        self.runs.leave(client)

    def _open(self, name: str, client: Hashable) -> Run:
        try:
            return self.runs.open(name, client)
        except RunError as error:
            raise ProtocolError(str(error), status=NO_MODEL) from None

    def _waiting(self) -> Iterator[Ticket | None]:
        while self._line:
            yield self._line.take()


def sizes_of(run: Run) -> Sizes:
    """What the schema's symbols stand for in a training; a picture has no size before it is ready."""
    channels, height, width = run.ready.get("shape", (1, 0, 0))
    return {"D": run.setup.latent_dim, "C": channels, "H": height, "W": width, "M": run.ready.get("watched", 0)}


def phase_of(run: Run) -> str:
    """One of PHASES."""
    if run.state.get("failed") or run.error:
        return "failed"
    if (run.waiting and run.ready) or not run.alive:
        return "waiting"
    if not (run.ready and run.state):
        return "preparing"
    return "learning" if run.state.get("running") else "paused"


def watch(trainings: Trainings, run: Run, *, moment: int) -> Named:
    """How far it is, and where the watched images lie."""
    state = run.state
    gradients = state.get("gradients", {})
    hand = state.get("hand") or {}
    rows = run.rows[:: 1 + len(run.rows) // MOST_ROWS]
    seen: Mapping[str, Any] = {f"{kind}_{what}": np.empty((0, 2), np.float32) for kind in KINDS for what in ("places", "shapes")}
    labels, step = np.empty(0, np.int32), 0
    if run.ready:
        views, step = trainings.views(run, moment)
        seen = {f"{kind}_{what}": getattr(view, what).numpy() for kind, view in views.items() for what in ("places", "shapes")}
        labels = trainings.watched(run)[1]
    then = trainings.hand(run, max(0, step - 1))
    return {
        "state": {
            "phase": PHASES.index(phase_of(run)),
            "step": step,
            "newest": state.get("step", 0),
            "rate": state.get("rate", 0),
            "ae_gradient": gradients.get("ae", np.nan),
            "vae_gradient": gradients.get("vae", np.nan),
        },
        "halt": {
            "ahead": trainings.runs.ahead(run),
            "unwatched": run.unwatched,
            "sound": state.get("sound", -1),
            "refused": bool(run.refused),
        },
        "hand": {name: hand.get(name, 0) for name in SLIDERS},
        "left_out": np.array(sorted(hand.get("left_out", [])), np.int32),
        "then": {name: getattr(then, name) for name in SLIDERS},
        "out_then": np.array(sorted(then.left_out), np.int32),
        "moments": np.array(state.get("moments", []), np.int32),
        "curves": {name: np.array([row[name] for row in rows], np.float32) for name in ("step", *FIGURES)},
        "labels": labels,
        **seen,
    }


def rebuild(trainings: Trainings, run: Run, *, moment: int, row: int) -> Named:
    """A watched image as both rebuild it."""
    models, _, _ = run.at(moment)
    images, labels = trainings.watched(run)
    image = images[row : row + 1].float() / 255
    pictures = {kind: model.paint(model.encode(image).mean) for kind, model in models.items()}
    errors = {kind: float((picture - image).square().mean()) for kind, picture in pictures.items()}
    return {
        "original": _bytes(image),
        **{kind: _bytes(picture) for kind, picture in pictures.items()},
        "errors": errors,
        "label": labels[row],
    }


def wall(trainings: Trainings, run: Run, *, moment: int, seed: int, count: int) -> Named:
    """Draws from N(0, I) through both decoders."""
    models, _, _ = run.at(moment)
    draws = torch.randn(count, run.setup.latent_dim, generator=torch.Generator().manual_seed(seed))
    return {kind: _bytes(model.paint(draws)) for kind, model in models.items()}


def ground(trainings: Trainings, run: Run, *, moment: int, kind: str, x0: float, x1: float, y0: float, y1: float, columns: int, rows: int) -> Named:  # fmt: skip
    """A window of a map in cells."""
    model, plane = run.at(moment)[0][kind], trainings.views(run, moment)[0][kind].plane
    xs = x0 + (torch.arange(columns) + 0.5) * (x1 - x0) / columns
    ys = y1 - (torch.arange(rows) + 0.5) * (y1 - y0) / rows
    places = torch.stack(torch.meshgrid(xs, ys, indexing="xy"), -1).reshape(-1, 2)
    pixels = _bytes(model.paint(plane.codes(places)))  # (rows·columns, H, W, C)
    _, height, width, channels = pixels.shape
    mosaic = pixels.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return {"mosaic": np.ascontiguousarray(mosaic).reshape(rows * height, columns * width, channels)}


def glance(trainings: Trainings, run: Run, *, moment: int, kind: str, x: float, y: float) -> Named:
    """The picture at a place of a map."""
    model, plane = run.at(moment)[0][kind], trainings.views(run, moment)[0][kind].plane
    return {"pixels": _bytes(model.paint(plane.codes(torch.tensor([[x, y]]))))}


def batch(trainings: Trainings, run: Run) -> Named:
    """What the last step was taken on."""
    try:
        tensors, _ = read_tensors(run.folder / BATCH_FILE)
        step, size = tensors["taken"].tolist()
        pictures = tensors["pictures"].permute(0, 2, 3, 1).contiguous().numpy()
    except (CheckpointError, KeyError, ValueError):
        raise RunError(phrase("no step has been taken yet; press One step")) from None
    return {"pixels": pictures, "taken": {"step": step, "size": size}}


ANSWERS: dict[Operation, Callable[..., Named]] = {
    WATCH: watch, REBUILD: rebuild, WALL: wall, GROUND: ground, GLANCE: glance, BATCH: batch,
}  # fmt: skip


def _bytes(pictures: torch.Tensor) -> np.ndarray:
    """(N, C, H, W) in [0, 1] as (N, H, W, C) uint8."""
    return np.ascontiguousarray(pictures.mul(255).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy())
