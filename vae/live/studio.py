"""Where captions become pictures: a thread of its own that draws everybody's, one token of each in turn.

It speaks the frames of `wire/frames.py` on a WebSocket of its own, `/continuum/live/studio`, so that a picture that takes a
second never stands before a slider that takes a millisecond. K is the size of the painter's codebook, cells are the
tokens of a picture row by row, pixels are uint8 (N, H, W, C).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

import numpy as np
import torch

from vae.data.scenes import SLOTS, WORDS
from vae.drawing.painter import MAP, Drawing, Painter, load_painter, tokenizer_name
from vae.live.cached import Cached
from vae.live.queue import FairQueue
from vae.live.supervised import Why
from vae.live.wire import schema
from vae.live.wire.answering import Named, arrays_of
from vae.live.wire.asking import request, unpack_asked
from vae.live.wire.frames import FELL_BACK, NOT_AVAILABLE, ProtocolError, pack_reply
from vae.live.wire.parts import Operation
from vae.live.wire.schema import DRAW, LIMITS
from vae.live.wire.sizes import Sizes
from vae.live.worker import GONE, Ticket, Worker, excuse
from vae.models import Autoencoder
from vae.models.device import CPU, best_device, is_out_of_memory
from vae.sentences import phrase
from vae.store import folders
from vae.store.checkpoints import load_model, model_names
from vae.store.files import CheckpointError, stamp
from vae.store.folders import CONFIG, MODEL, PAINTER
from vae.store.painters import painter_names

CONTINUOUS = "scenes-vae"
SHORTEST_PAUSE = 0.1  # seconds between two looks at a drawing
LOOKING = 0.2  # the most of the thread's time that goes into showing what is drawn
HEARTBEAT = 0.25  # seconds after which who waits is told that there is nothing new, and may change their mind
PATIENCE = 3.0  # seconds after its last request that a drawing goes on for a client that may come back for it
PIECE = 8  # pictures that a question paints in one go
MOST_BEGUN = 160  # pictures that are under way at a time: each keeps nearly a megabyte of what the transformer has read
AHEAD = 0.1  # seconds of work by which a client must be ahead of a newcomer to make room for it
KEPT = 64  # finished drawings, a quarter of a megabyte each

OVERTAKEN = phrase("a newer drawing has taken this one's place")

Model = TypeVar("Model")

log = logging.getLogger("vae.live")


@dataclass(frozen=True)
class Finished:
    """A drawing after its last token.

    tokens : (N, cells) int32
    pixels : (N, H, W, C) uint8
    order : (N,) int32, the reranker's, best first
    scores : (N,) float32, the reranker's, higher is better; NaN where it has nothing to say
    """

    tokens: np.ndarray
    pixels: np.ndarray
    order: np.ndarray
    scores: np.ndarray


@dataclass(eq=False)
class LiveDrawing:
    """A drawing under way, and who waits for it.

    key : what makes it this drawing and no other
    seen : how many cells the client has been shown
    told : when that was
    asked : when the client last asked
    delayed : whether it has been put off for a newcomer: once is enough, or nobody's would ever be done
    """

    key: Hashable
    painter: Painter
    order: Order
    asked: float
    ticket: Ticket | None = None
    seen: int = -1
    told: float = 0.0
    delayed: bool = False

    @cached_property
    def drawing(self) -> Drawing:
        """Begun when it is first looked at, which is in its first turn: others need not wait for that."""
        return self.order.start(self.painter)

    @property
    def begun(self) -> bool:
        """Whether it is under way."""
        return "drawing" in self.__dict__

    @property
    def at(self) -> int:
        """How many cells are done."""
        return self.drawing.at if self.begun else 0

    def put_off(self) -> None:
        """Begin again later: every choice is a function of the seed, so it will be the same."""
        self.__dict__.pop("drawing", None)
        self.delayed = True

    @property
    def tokens(self) -> np.ndarray:
        """(N, cells) int32: what is drawn so far, and what was given."""
        tokens = self.drawing.tokens.cpu().numpy().astype(np.int32)
        return np.where(tokens < 0, self.order.given, tokens)


class Studio(Worker[Ticket]):
    """Answers requests on a thread of its own.

    One turn is a piece of a question, if there are any, and one token of one drawing; then it is the turn of the client for
    whom the least time has been spent. So many drawings are under way that memory suffices; for a newcomer the one is put off
    for which the most has been done.
    Who asks after a drawing is answered as soon as it has something new to show, at most ten times a second, and so
    seldom when many draw that most of the time goes into drawing. What nobody waits for any more is put away.

    Parameters
    ----------
    load : gives the painter of a name, or raises CheckpointError; `load_painter`, other than in tests
    clock : gives the time in seconds by which work is measured
    device : where the painters go; by default the best there is
    """

    def __init__(
        self,
        load: Callable[[str], Painter] | None = None,
        clock: Callable[[], float] = time.perf_counter,
        device: str | torch.device | None = None,
    ) -> None:
        super().__init__("studio", 1)  # one thread: another core is left to the engine's pictures
        self.device = torch.device(device or best_device())
        self.fell_back = False  # whether that is the CPU because another device had no memory left
        self._clock = clock
        self.load = load
        self._models: dict[str, Cached[Any]] = {}
        self._lock = threading.Lock()
        self._questions: FairQueue[Ticket] = FairQueue()  # this and what follows: touched by the studio's thread alone
        self._answers: dict[Ticket, Iterator[Named | None]] = {}  # to questions that have had a piece of theirs
        self._drawings: dict[Hashable, LiveDrawing] = {}  # by client
        self._turns: FairQueue[Hashable] = FairQueue()  # of the clients that draw
        self._advancing: Hashable | None = None  # the client whose drawing is at work
        self._finished: OrderedDict[Hashable, Finished] = OrderedDict()
        self._book: tuple[Painter | None, Named] = None, {}
        self._look = 0.0  # seconds that showing a drawing takes

    def painter(self, name: str) -> Painter:
        """The painter called `name`, loading it if need be, and again when its files have changed.

        Raises
        ------
        CheckpointError
            If there is none of that name or it cannot be used; the message says what to do.
        """
        if (load := self.load) is not None:
            return self._cached(name, lambda: load(name), list)
        if name not in painter_names():  # a client can never make us read another path
            raise CheckpointError(phrase("there is no model {name!r} here that draws; train one with: python -m vae dalle", name=name))
        folder = folders.place(name)
        return self._cached(name, lambda: self._placed(partial(load_painter, name)), lambda: painter_files(folder))

    def warm(self, name: str = schema.PAINTER) -> None:
        """Load a painter, so that the first visitor does not wait for it; CheckpointError if it cannot be used."""
        self.painter(name)
        anything = {"words": [0] * len(SLOTS), "count": 1, "seed": 0, "guidance": 3, "temperature": 1, "top_k": 1}
        self.submit(request(0, DRAW, name, seen=-1, **anything)).result()

    def continuous(self) -> Autoencoder:
        """A VAE of the scenes whose codes are continuous; CheckpointError if there is none."""
        if CONTINUOUS not in model_names():
            raise CheckpointError(
                phrase(
                    "there is no continuous model of the scenes yet; train it with: python -m vae train --data scenes --model vae --out checkpoints/{continuous}",
                    continuous=CONTINUOUS,
                )
            )
        folder = folders.place(CONTINUOUS)
        return self._cached(CONTINUOUS, lambda: self._placed(partial(load_model, CONTINUOUS)), lambda: [folder / CONFIG, folder / MODEL])

    def book(self, painter: Painter) -> Named:
        """The patches and places of a painter's codes; they take half a second to paint, once."""
        if painter is not self._book[0]:
            self._book = (
                painter,
                {
                    "patches": np.ascontiguousarray(painter.codebook_patches()),
                    "places": np.ascontiguousarray(painter.codebook_map(), np.float32),
                },
            )
        return self._book[1]

    def _cached(self, name: str, load: Callable[[], Model], files: Callable[[], list[Path]]) -> Model:
        with self._lock:
            entry = self._models.setdefault(name, Cached(load, lambda: (str(folders.root()), stamp(files())), (CheckpointError,)))
        return entry.get()

    def _placed(self, load: Callable[[torch.device], Model]) -> Model:
        """What is loaded onto the device, or onto the CPU if that has no memory left."""
        try:
            return load(self.device)
        except Exception as error:
            if self.device == CPU or not is_out_of_memory(error):
                raise
            self._leave_device(error)
        return load(self.device)

    def _leave_device(self, error: Exception) -> None:
        log.error("%s has run out of memory: the CPU draws until the server is started again (%s)", self.device, error)
        self.device, self.fell_back = CPU, True
        with self._lock:
            self._models.clear()

    # --- the studio's thread -----------------------------------------------------------------------------------

    def _work(self) -> None:
        if self._questions:
            ticket = self._questions.take()
            self._main.hold(ticket)
            began = self._clock()
            self._answer(ticket)
            self._questions.charge(ticket.client, self._clock() - began)
        if self._drawings:
            self._turn()
            self._advancing = None

    def _take_in(self) -> bool:
        while True:
            busy = bool(self._questions or self._drawings)
            try:
                ticket = self._next(wait=not busy)
            except Empty:
                return True
            if ticket is None:
                return False
            if ticket.request.operation == DRAW.number:
                self._seat(ticket)
            else:
                self._questions.add(ticket.client, ticket)
            self._main.let_go(ticket)

    def _answer(self, ticket: Ticket) -> None:
        """Work on a question, and answer it when that is done."""
        pieces = self._answers.pop(ticket, None)
        if not ticket.wanted:
            ticket.refuse(GONE)
            return
        request = ticket.request
        try:
            operation = schema.STUDIO.get(request.operation)
            if operation is None or operation not in QUESTIONS:
                raise ProtocolError(
                    phrase(
                        "there is no operation {operation} here; reload the page, it is older or newer than the server",
                        operation=request.operation,
                    )
                )
            with self._main.working():
                painter = self.painter(request.model)
                sizes = sizes_of(painter)
                if pieces is None:
                    pieces = QUESTIONS[operation](self, painter, **unpack_asked(operation, request.payload, sizes))
                answer = next(pieces)
            if answer is None:
                self._answers[ticket] = pieces
                self._questions.put_back(ticket.client, ticket)
            else:
                ticket.reply(pack_reply(request.seq, arrays_of(operation, answer, sizes), notes=self._notes))
        except Exception as error:
            if not self._again(ticket, error):
                ticket.reply(excuse(request, error))

    def _seat(self, ticket: Ticket) -> None:
        """Let a client's drawing begin, or go on; a client has one, so another one of theirs ends."""
        request, now = ticket.request, time.monotonic()
        before = self._drawings.get(ticket.client)
        try:
            with self._main.working():
                painter = self.painter(request.model)
            asked: dict[str, Any] = unpack_asked(DRAW, request.payload, sizes_of(painter))
            order = Order.of(**asked, painter=painter)
            key = painter, order.key
            if before is not None and before.key == key:
                if before.ticket is not None:
                    before.ticket.refuse(OVERTAKEN)
                before.ticket, before.seen, before.asked = ticket, order.seen, now
                return
            self._clear(ticket.client)
            if (finished := self._finished.get(key)) is not None:
                self._finished.move_to_end(key)
                ticket.reply(self._shown(request.seq, painter, finished))
                return
            if (order.given >= 0).all():  # nothing is left to draw
                finished = self._finish(key, order, painter, np.tile(order.given, (order.count, 1)))
                ticket.reply(self._shown(request.seq, painter, finished))
                return
            self._drawings[ticket.client] = LiveDrawing(key, painter, order, now, ticket, order.seen)
            self._turns.add(ticket.client, ticket.client)
        except Exception as error:
            self._clear(ticket.client)
            if not self._again(ticket, error):
                ticket.reply(excuse(request, error))

    def _again(self, ticket: Ticket | None, error: Exception) -> bool:
        """Whether a request is asked anew of the CPU, since its device had no memory left for it; and so are all drawings under way.

        Every choice is a function of the seed, so they will be the same.
        """
        if self.device == CPU or not is_out_of_memory(error):
            return False
        self._leave_device(error)
        self._answers.clear()
        asked = {ticket, *(drawing.ticket for drawing in self._drawings.values())} - {None}
        for client in list(self._drawings):
            self._turns.drop(client)
        self._drawings.clear()
        self._finished.clear()
        for each in asked:
            self._arrivals.put(each)
        return True

    @property
    def _notes(self) -> int:
        return FELL_BACK if self.fell_back else 0

    def _failed(self, held: list[Ticket], why: Why) -> None:
        super()._failed(held, why)
        if self._advancing is not None:  # the next thread shall not meet the same
            self._drawings.pop(self._advancing, None)
            self._turns.drop(self._advancing)
            self._advancing = None
        for client in self._drawings:  # some were out of the queue meanwhile
            self._turns.drop(client)
            self._turns.add(client, client)

    def _clear(self, client: Hashable) -> None:
        current = self._drawings.pop(client, None)
        self._turns.drop(client)
        if current is not None and current.ticket is not None:
            current.ticket.refuse(OVERTAKEN)

    def _turn(self) -> None:
        """One token of the drawing whose turn it is."""
        waiting: list[Hashable] = []
        while self._turns:
            client = self._turns.take()
            current, now = self._drawings[client], time.monotonic()
            if not (current.ticket.wanted if current.ticket else now - current.asked < PATIENCE):
                del self._drawings[client]
                if current.ticket is not None:  # whoever carries the replies still counts them
                    current.ticket.refuse(GONE)
                continue
            if current.begun or self._has_room(client, current):
                began = self._clock()
                if self._advance(client, current):
                    self._turns.add(client, client)
                self._turns.charge(client, self._clock() - began)
                break
            self._tell(current)
            waiting.append(client)
        for client in reversed(waiting):
            self._turns.put_back(client, client)

    def _has_room(self, client: Hashable, wanted: LiveDrawing) -> bool:
        """Whether a drawing may begin; for a client for whom little has been done, another's is put off."""
        begun = [each for each in self._drawings if self._drawings[each].begun]
        under_way = sum(self._drawings[each].order.count for each in begun)
        if not begun or under_way + wanted.order.count <= MOST_BEGUN:
            return True
        begun = [each for each in begun if not self._drawings[each].delayed]
        if wanted.delayed or not begun:
            return False
        most = max(begun, key=self._turns.spent)
        if self._turns.spent(most) < self._turns.spent(client) + AHEAD:
            return False
        self._drawings[most].put_off()
        return self._has_room(client, wanted)

    def _advance(self, client: Hashable, current: LiveDrawing) -> bool:
        """Draw one more token; whether there are more to come."""
        self._advancing = client
        if current.ticket is not None:
            self._main.hold(current.ticket)
        try:
            with self._main.working():
                if not current.drawing.done:
                    current.drawing.advance()
            if not current.drawing.done:
                self._tell(current)
                return True
            finished = self._finish(current.key, current.order, current.painter, current.tokens)
            if current.ticket is not None:
                current.ticket.reply(self._shown(current.ticket.request.seq, current.painter, finished))
        except Exception as error:
            if self._again(current.ticket, error):
                return False
            if current.ticket is not None:
                current.ticket.reply(excuse(current.ticket.request, error))
        self._drawings.pop(client, None)
        return False

    def _tell(self, current: LiveDrawing) -> None:
        """Answer who waits for a drawing, if there is something new or they have waited long."""
        if (ticket := current.ticket) is None:
            return
        now, at, cells = time.monotonic(), current.at, len(current.order.given)
        # A first token is shown at once: it says that the drawing has begun.
        pause = max(SHORTEST_PAUSE, self._look * len(self._drawings) / LOOKING) if current.told else 0.0
        if at > current.seen and now - current.told >= pause:
            tokens, columns = current.tokens, current.painter.grid
            rows = int(np.flatnonzero(tokens[0] >= 0)[-1]) // columns + 1  # what lies below is grey anyway
            with self._main.working():
                pixels = _pixels(current.painter, tokens)
            new: Named = {"tokens": tokens, "pixels": np.ascontiguousarray(pixels[:, : rows * pixels.shape[1] // columns])}
            current.told = time.monotonic()
            self._look += 0.2 * (current.told - now - self._look)
        elif now - current.asked >= HEARTBEAT:
            new = {"tokens": np.empty((0, cells), np.int32), "pixels": np.empty((0, 0, 0, 3), np.uint8)}
        else:
            return
        current.ticket = None
        ranks = {"order": np.empty(0, np.int32), "scores": np.empty(0, np.float32)}
        ticket.reply(self._drawn(ticket.request.seq, current.painter, {"progress": self._progress(at, cells), **new, **ranks}))

    def _finish(self, key: Hashable, order: Order, painter: Painter, tokens: np.ndarray) -> Finished:
        """Keep a drawing that is done, with the reranker's order; nobody knows what a caption between two looks like."""
        scores, ranks = np.full(len(tokens), np.nan, np.float32), np.arange(len(tokens), dtype=np.int32)
        with self._main.working():
            if not order.mix:
                scores = painter.score(torch.from_numpy(tokens).long().to(painter.device), order.words).float().cpu().numpy()
                ranks = np.argsort(-scores, kind="stable").astype(np.int32)
            pixels = _pixels(painter, tokens)
        finished = self._finished[key] = Finished(tokens, pixels, ranks, scores)
        if len(self._finished) > KEPT:
            self._finished.popitem(last=False)
        return finished

    def _shown(self, seq: int, painter: Painter, finished: Finished) -> bytes:
        cells = finished.tokens.shape[1]
        return self._drawn(seq, painter, {"progress": self._progress(cells, cells)} | vars(finished))

    def _drawn(self, seq: int, painter: Painter, answer: Named) -> bytes:
        return pack_reply(seq, arrays_of(DRAW, answer, sizes_of(painter)), notes=self._notes)

    def _progress(self, at: int, cells: int) -> dict[str, int]:
        return {"at": at, "cells": cells, "people": max(1, len(self._drawings))}

    def _waiting(self) -> Iterator[Ticket | None]:
        self._answers.clear()
        while self._drawings:
            yield self._drawings.popitem()[1].ticket
        while self._questions:
            yield self._questions.take()


@dataclass(frozen=True)
class Order:
    """What a request to draw asks for, less what the person has seen of it.

    `mix` from 0 to 1 leads from the words to the second words. Cells are given, −1 where to draw.
    """

    seen: int
    count: int
    seed: int
    guidance: float
    temperature: float
    top_k: int
    mix: float
    words: tuple[str, ...]
    second: tuple[str, ...] | None
    given: np.ndarray

    @classmethod
    def of(
        cls, *, painter: Painter, words: np.ndarray, second: np.ndarray, given: np.ndarray | None, mix: float, **settings: Any
    ) -> Order:  # fmt: skip
        """The order in a request's fields; ProtocolError if it cannot be drawn."""
        if mix and (second < 0).any():
            raise ProtocolError(phrase("between two captions there must be a second one; write it"))
        given = np.full(painter.grid**2, -1, np.int32) if given is None else given
        return cls(words=_words(words), second=_words(second) if (second >= 0).all() else None, given=given, mix=mix, **settings)

    @property
    def key(self) -> Hashable:
        """The same for all requests for this drawing, whatever was seen of it."""
        settings = self.count, self.seed, self.guidance, self.temperature, self.top_k, self.mix
        return *settings, self.words, self.second, self.given.tobytes()

    def start(self, painter: Painter) -> Drawing:
        """The drawing, before its first token."""
        words: tuple[str, ...] | torch.Tensor = self.words
        if self.mix and self.second is not None:
            words = torch.lerp(painter.embed(self.words), painter.embed(self.second), self.mix)
        settings: dict[str, Any] = {"seed": self.seed, "guidance": self.guidance, "temperature": self.temperature, "top_k": self.top_k}
        return painter.start(words, self.count, **settings, given=self.given)


Pieces = Iterator[Named | None]  # None after each piece of the work but the last, then the answer


def paint(studio: Studio, painter: Painter, *, tokens: np.ndarray) -> Pieces:
    """What tokens show."""
    parts: list[np.ndarray] = []
    for start in range(0, len(tokens), PIECE):
        if parts:
            yield None
        parts.append(_pixels(painter, tokens[start : start + PIECE]))
    yield {"pixels": np.concatenate(parts)}


def inspect(studio: Studio, painter: Painter, *, words: np.ndarray, tokens: np.ndarray) -> Pieces:
    """What the transformer thinks of each cell, given the words and the cells before it."""
    own_codes = torch.from_numpy(tokens).long()
    seen = painter.inspect(own_codes, _words(words))
    probabilities, attention = seen.probabilities.cpu(), seen.attention.float().cpu().numpy()
    values, codes = probabilities.topk(min(LIMITS.guesses, probabilities.shape[1]), dim=1)
    yield {
        "codes": codes.numpy().astype(np.int32),
        "probabilities": values.float().numpy(),
        "own": probabilities.gather(1, own_codes[:, None])[:, 0].float().numpy(),
        "entropy": seen.entropy.float().cpu().numpy(),
        "attention": dict(zip(SLOTS, attention.T, strict=True)),
    }


def codebook(studio: Studio, painter: Painter) -> Pieces:
    """What each code paints on its own, and where it lies on the map of their vectors."""
    yield studio.book(painter)


def ramp(studio: Studio, painter: Painter, *, steps: int, a: np.ndarray, b: np.ndarray) -> Pieces:
    """From A's picture to B's in the codes of the continuous model."""
    try:
        model = studio.continuous()
    except CheckpointError as error:
        raise ProtocolError(str(error), status=NOT_AVAILABLE) from error
    if tuple(model.config.image_shape) != tuple(painter.image_shape):
        raise ProtocolError(
            phrase("{continuous} knows pictures of another size than the painter's; train it again", continuous=CONTINUOUS),
            status=NOT_AVAILABLE,
        )
    pictures = painter.paint(torch.from_numpy(np.stack([a, b])).long().to(painter.device))
    codes = model.encode(pictures.to(model.device)).mean
    share = torch.linspace(0, 1, steps, device=codes.device)[:, None]
    yield {"pixels": _bytes(model.decode(torch.lerp(codes[:1], codes[1:], share)))}


QUESTIONS: dict[Operation | None, Callable[..., Pieces]] = {
    schema.PAINT: paint, schema.INSPECT: inspect, schema.CODEBOOK: codebook, schema.RAMP: ramp,
}  # fmt: skip


def sizes_of(painter: Painter) -> Sizes:
    """What the schema's symbols stand for in a painter."""
    channels, height, width = painter.image_shape
    return {"cells": painter.grid**2, "K": painter.codebook_size, "C": channels, "H": height, "W": width}


def painter_files(folder: Path) -> list[Path]:
    """The files a painter is made of."""
    parts = [folder / part / file for part in (tokenizer_name(folder), "transformer", "clip") for file in (CONFIG, MODEL)]
    return [folder / PAINTER, folder / MAP, *parts]


def _words(ids: np.ndarray) -> tuple[str, ...]:
    return tuple(WORDS[index] for index in ids)


def _pixels(painter: Painter, tokens: np.ndarray) -> np.ndarray:
    """What tokens (N, cells) show: (N, H, W, C) uint8."""
    return _bytes(painter.paint(torch.from_numpy(tokens).long().to(painter.device)))


def _bytes(pictures: torch.Tensor) -> np.ndarray:
    """(N, C, H, W) in [0, 1] as (N, H, W, C) uint8."""
    return np.ascontiguousarray(pictures.mul(255).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy())
