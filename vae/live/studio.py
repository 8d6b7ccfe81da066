"""Where captions become pictures: a thread of its own that draws everybody's, one token of each in turn.

It speaks the frames of `wire/frames.py` on a WebSocket of its own, `/continuum/live/studio`, so that a picture that takes a
second never stands before a slider that takes a millisecond. K is the size of the painter's codebook, cells are the
tokens of a picture row by row, pixels are uint8 (N, H, W, C).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import TypeVar

import numpy as np
import torch

from vae.data.scenes import SLOTS, WORDS
from vae.drawing.painter import MAP, Drawing, Painter, load_painter, tokenizer_name
from vae.live.cached import Cached
from vae.live.line import Line
from vae.live.wire import schema
from vae.live.wire.answering import Named, arrays_of
from vae.live.wire.asking import request, unpack_asked
from vae.live.wire.frames import NOT_AVAILABLE, ProtocolError, pack_reply
from vae.live.wire.parts import Operation
from vae.live.wire.schema import DRAW, LIMITS
from vae.live.wire.sizes import Sizes
from vae.live.worker import GONE, Ticket, Worker, excuse
from vae.models import Autoencoder
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
KEPT = 64  # finished drawings, a quarter of a megabyte each

OVERTAKEN = "a newer drawing has taken this one's place"

Model = TypeVar("Model")


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
class Easel:
    """A drawing under way, and who waits for it.

    key : what makes it this drawing and no other
    seen : how many cells the client has been shown
    told : when that was
    asked : when the client last asked
    """

    key: Hashable
    painter: Painter
    order: Order
    asked: float
    ticket: Ticket | None = None
    seen: int = -1
    told: float = 0.0

    @cached_property
    def drawing(self) -> Drawing:
        """Begun when it is first looked at, which is in its first turn: others need not wait for that."""
        return self.order.start(self.painter)

    @property
    def tokens(self) -> np.ndarray:
        """(N, cells) int32: what is drawn so far, and what was given."""
        tokens = self.drawing.tokens.cpu().numpy().astype(np.int32)
        return np.where(tokens < 0, self.order.given, tokens)


class Studio(Worker[Ticket]):
    """Answers requests on a thread of its own.

    One turn is one small question, if there are any, and one token of one drawing; then it is the next drawing's turn.
    Who asks after a drawing is answered as soon as it has something new to show, at most ten times a second, and so
    seldom when many draw that most of the time goes into drawing. What nobody waits for any more is put away.

    Parameters
    ----------
    load : gives the painter of a name, or raises CheckpointError; `load_painter`, other than in tests
    """

    def __init__(self, load: Callable[[str], Painter] | None = None) -> None:
        super().__init__("studio", 1)  # the other core is the sliders'
        self.load = load
        self._models: dict[str, Cached] = {}
        self._shelf = threading.Lock()
        self._questions: Line[Ticket] = Line()  # this and what follows: touched by the studio's thread alone
        self._easels: OrderedDict[Hashable, Easel] = OrderedDict()  # by client, in the order of their turns
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
        if self.load is not None:
            return self._cached(name, lambda: self.load(name), list)
        if name not in painter_names():  # a client can never make us read another path
            raise CheckpointError(f"there is no model {name!r} here that draws; train one with: python -m vae dalle")
        folder = folders.place(name)
        return self._cached(name, lambda: load_painter(name), lambda: painter_files(folder))

    def warm(self, name: str = schema.PAINTER) -> None:
        """Load a painter, so that the first visitor does not wait for it; CheckpointError if it cannot be used."""
        self.painter(name)
        anything = {"words": [0] * len(SLOTS), "count": 1, "seed": 0, "guidance": 3, "temperature": 1, "top_k": 1}
        self.submit(request(0, DRAW, name, seen=-1, **anything)).result()

    def continuous(self) -> Autoencoder:
        """A VAE of the scenes whose codes are continuous; CheckpointError if there is none."""
        if CONTINUOUS not in model_names():
            raise CheckpointError(
                f"there is no continuous model of the scenes yet; train it with: python -m vae train --data scenes --model vae --out checkpoints/{CONTINUOUS}"
            )
        folder = folders.place(CONTINUOUS)
        return self._cached(CONTINUOUS, lambda: load_model(CONTINUOUS), lambda: [folder / CONFIG, folder / MODEL])

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
        with self._shelf:
            entry = self._models.setdefault(name, Cached(load, lambda: (str(folders.root()), stamp(files())), (CheckpointError,)))
        return entry.get()

    # --- the studio's thread -----------------------------------------------------------------------------------

    def _work(self) -> None:
        if self._questions:
            self._answer(self._questions.take())
        if self._easels:
            self._turn()

    def _take_in(self) -> bool:
        while True:
            busy = bool(self._questions or self._easels)
            try:
                ticket = self._arrivals.get(block=not busy)
            except Empty:
                return True
            if ticket is None:
                return False
            if ticket.request.operation == DRAW.number:
                self._seat(ticket)
            else:
                self._questions.add(ticket.client, ticket)

    def _answer(self, ticket: Ticket) -> None:
        if not ticket.wanted:
            ticket.refuse(GONE)
            return
        request = ticket.request
        try:
            operation = schema.STUDIO.get(request.operation)
            if operation not in QUESTIONS:
                raise ProtocolError(
                    f"there is no operation {request.operation} here; reload the page, it is older or newer than the server"
                )
            painter = self.painter(request.model)
            sizes = sizes_of(painter)
            asked = unpack_asked(operation, request.payload, sizes)
            ticket.reply(pack_reply(request.seq, arrays_of(operation, QUESTIONS[operation](self, painter, **asked), sizes)))
        except Exception as error:
            ticket.reply(excuse(request.seq, error))

    def _seat(self, ticket: Ticket) -> None:
        """Let a client's drawing begin, or go on; a client has one, so another one of theirs ends."""
        request, now = ticket.request, time.monotonic()
        before = self._easels.get(ticket.client)
        try:
            painter = self.painter(request.model)
            order = Order.of(**unpack_asked(DRAW, request.payload, sizes_of(painter)), painter=painter)
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
            self._easels[ticket.client] = Easel(key, painter, order, now, ticket, order.seen)
        except Exception as error:
            self._clear(ticket.client)
            ticket.reply(excuse(request.seq, error))

    def _clear(self, client: Hashable) -> None:
        easel = self._easels.pop(client, None)
        if easel is not None and easel.ticket is not None:
            easel.ticket.refuse(OVERTAKEN)

    def _turn(self) -> None:
        """One token of the drawing whose turn it is."""
        client, easel = self._easels.popitem(last=False)
        now = time.monotonic()
        if not (easel.ticket.wanted if easel.ticket else now - easel.asked < PATIENCE):
            if easel.ticket is not None:  # whoever carries the replies still counts them
                easel.ticket.refuse(GONE)
            return
        try:
            if not easel.drawing.done:
                easel.drawing.advance()
            if not easel.drawing.done:
                self._easels[client] = easel  # behind the others
                self._tell(easel)
                return
            finished = self._finish(easel.key, easel.order, easel.painter, easel.tokens)
            if easel.ticket is not None:
                easel.ticket.reply(self._shown(easel.ticket.request.seq, easel.painter, finished))
        except Exception as error:
            self._easels.pop(client, None)
            if easel.ticket is not None:
                easel.ticket.reply(excuse(easel.ticket.request.seq, error))

    def _tell(self, easel: Easel) -> None:
        """Answer who waits for a drawing, if there is something new or they have waited long."""
        if (ticket := easel.ticket) is None:
            return
        now, at, cells = time.monotonic(), easel.drawing.at, len(easel.order.given)
        # A first token is shown at once: it says that the drawing has begun.
        pause = max(SHORTEST_PAUSE, self._look * len(self._easels) / LOOKING) if easel.told else 0.0
        if at > easel.seen and now - easel.told >= pause:
            tokens, columns = easel.tokens, easel.painter.grid
            rows = int(np.flatnonzero(tokens[0] >= 0)[-1]) // columns + 1  # what lies below is grey anyway
            pixels = _pixels(easel.painter, tokens)
            new = {"tokens": tokens, "pixels": np.ascontiguousarray(pixels[:, : rows * pixels.shape[1] // columns])}
            easel.told = time.monotonic()
            self._look += 0.2 * (easel.told - now - self._look)
        elif now - easel.asked >= HEARTBEAT:
            new = {"tokens": np.empty((0, cells), np.int32), "pixels": np.empty((0, 0, 0, 3), np.uint8)}
        else:
            return
        easel.ticket = None
        ranks = {"order": np.empty(0, np.int32), "scores": np.empty(0, np.float32)}
        ticket.reply(_drawn(ticket.request.seq, easel.painter, {"progress": self._progress(at, cells)} | new | ranks))

    def _finish(self, key: Hashable, order: Order, painter: Painter, tokens: np.ndarray) -> Finished:
        """Keep a drawing that is done, with the reranker's order; nobody knows what a caption between two looks like."""
        scores, ranks = np.full(len(tokens), np.nan, np.float32), np.arange(len(tokens), dtype=np.int32)
        if not order.mix:
            scores = painter.score(torch.from_numpy(tokens).long().to(painter.device), order.words).float().cpu().numpy()
            ranks = np.argsort(-scores, kind="stable").astype(np.int32)
        finished = self._finished[key] = Finished(tokens, _pixels(painter, tokens), ranks, scores)
        if len(self._finished) > KEPT:
            self._finished.popitem(last=False)
        return finished

    def _shown(self, seq: int, painter: Painter, finished: Finished) -> bytes:
        cells = finished.tokens.shape[1]
        return _drawn(seq, painter, {"progress": self._progress(cells, cells)} | vars(finished))

    def _progress(self, at: int, cells: int) -> dict[str, int]:
        return {"at": at, "cells": cells, "people": max(1, len(self._easels))}

    def _waiting(self) -> Iterator[Ticket | None]:
        while self._easels:
            yield self._easels.popitem()[1].ticket
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
        cls, *, painter: Painter, words: np.ndarray, second: np.ndarray, given: np.ndarray | None, mix: float, **settings: float
    ) -> Order:  # fmt: skip
        """The order in a request's fields; ProtocolError if it cannot be drawn."""
        if mix and (second < 0).any():
            raise ProtocolError("between two captions there must be a second one; write it")
        given = np.full(painter.grid**2, -1, np.int32) if given is None else given
        return cls(words=_words(words), second=_words(second) if (second >= 0).all() else None, given=given, mix=mix, **settings)

    @property
    def key(self) -> Hashable:
        """The same for all requests for this drawing, whatever was seen of it."""
        settings = self.count, self.seed, self.guidance, self.temperature, self.top_k, self.mix
        return *settings, self.words, self.second, self.given.tobytes()

    def start(self, painter: Painter) -> Drawing:
        """The drawing, before its first token."""
        words = self.words
        if self.mix:
            words = torch.lerp(painter.embed(self.words), painter.embed(self.second), self.mix)
        settings = {"seed": self.seed, "guidance": self.guidance, "temperature": self.temperature, "top_k": self.top_k}
        return painter.start(words, self.count, **settings, given=self.given)


def paint(studio: Studio, painter: Painter, *, tokens: np.ndarray) -> Named:
    """What tokens show."""
    return {"pixels": _pixels(painter, tokens)}


def inspect(studio: Studio, painter: Painter, *, words: np.ndarray, tokens: np.ndarray) -> Named:
    """What the transformer thinks of each cell, given the words and the cells before it."""
    own_codes = torch.from_numpy(tokens).long()
    seen = painter.inspect(own_codes, _words(words))
    probabilities, attention = seen.probabilities.cpu(), seen.attention.float().cpu().numpy()
    values, codes = probabilities.topk(min(LIMITS.guesses, probabilities.shape[1]), dim=1)
    return {
        "codes": codes.numpy().astype(np.int32),
        "probabilities": values.float().numpy(),
        "own": probabilities.gather(1, own_codes[:, None])[:, 0].float().numpy(),
        "entropy": seen.entropy.float().cpu().numpy(),
        "attention": dict(zip(SLOTS, attention.T, strict=True)),
    }


def codebook(studio: Studio, painter: Painter) -> Named:
    """What each code paints on its own, and where it lies on the map of their vectors."""
    return studio.book(painter)


def ramp(studio: Studio, painter: Painter, *, steps: int, a: np.ndarray, b: np.ndarray) -> Named:
    """From A's picture to B's in the codes of the continuous model."""
    try:
        model = studio.continuous()
    except CheckpointError as error:
        raise ProtocolError(str(error), status=NOT_AVAILABLE) from error
    if tuple(model.config.image_shape) != tuple(painter.image_shape):
        raise ProtocolError(f"{CONTINUOUS} knows pictures of another size than the painter's; train it again", status=NOT_AVAILABLE)
    pictures = painter.paint(torch.from_numpy(np.stack([a, b])).long().to(painter.device))
    codes = model.encode(pictures.to(model.device)).mean
    share = torch.linspace(0, 1, steps, device=codes.device)[:, None]
    return {"pixels": _bytes(model.decode(torch.lerp(codes[:1], codes[1:], share)))}


QUESTIONS: dict[Operation | None, Callable[..., Named]] = {
    schema.PAINT: paint, schema.INSPECT: inspect, schema.CODEBOOK: codebook, schema.RAMP: ramp,
}  # fmt: skip


def sizes_of(painter: Painter) -> Sizes:
    """What the schema's symbols stand for in a painter."""
    channels, height, width = painter.image_shape
    return {"cells": painter.grid**2, "K": painter.codebook_size, "C": channels, "H": height, "W": width}


def _drawn(seq: int, painter: Painter, answer: Named) -> bytes:
    return pack_reply(seq, arrays_of(DRAW, answer, sizes_of(painter)))


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
