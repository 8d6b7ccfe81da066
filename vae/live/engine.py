"""The engine, which owns the device. It answers everyone's requests: short ones that wait together, long ones beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import cast

import numpy as np
import torch
from torch import Tensor

from vae.adapters.adapted import Adapted
from vae.live.bundle import Bundle, Library
from vae.live.cached import Slow
from vae.live.costs import LONG, Costs, early, kind_of
from vae.live.metrics import BATCH_CODES, BATCH_REQUESTS
from vae.live.operations import prepare
from vae.live.operations.plan import Drawn, Plan, Prepared
from vae.live.queue import FairQueue
from vae.live.supervised import Supervised
from vae.live.wire.asking import request
from vae.live.wire.frames import FARTHEST, FELL_BACK, ProtocolError, Request, pack_reply
from vae.live.wire.schema import DECODE, LIMITS
from vae.live.worker import GONE, PATIENCE, Ticket, Worker, excuse
from vae.models import Autoencoder
from vae.models.device import CPU, is_out_of_memory
from vae.sentences import phrase, speaking

LARGEST_TICK = 2048  # codes decoded together; what does not fit waits for the next tick
BUDGET = 0.02  # seconds that a tick is to take, as far as can be foreseen
MOST_VALUES = 16_000_000  # of all pixels in one reply: a megabyte each
LARGEST_PIECE = 250_000  # of all pixels that are decoded in one pass: what the layers hold of them then fits into tens of megabytes
LOADING = 600.0  # seconds that reading and working out something may take
LOADERS = 3  # threads that read and work out what takes long: one large map does not keep others from their pictures


class Job(Ticket):
    """A request, and what the engine has made of it so far."""

    __slots__ = ("bundle", "codes", "device", "early", "kind", "long", "prepared", "spent", "units")

    def __init__(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None) -> None:
        super().__init__(request, client, callback, here)
        self.bundle: Bundle | None = None
        self.device = CPU  # of the bundle
        self.prepared: Prepared | None = None
        self.codes = 0  # that it wants decoded, once it has been prepared
        self.long = False
        self.spent = 0.0  # seconds, on preparing it
        self.early = early(request.operation, request.payload)  # work that is done while it is prepared
        self.measure(self.early or 0)

    def measure(self, units: int) -> None:
        """Say how much work it is: what its numbers say, or else the codes that it has decoded; and with it what is of like cost."""
        self.units = units
        self.kind = kind_of(self.request.model, self.request.operation, self.request.payload, units)


class Engine(Worker[Job]):
    """Answers requests on two threads of its own.

    The first takes everything short that waits, in ticks of some 20 ms, decodes the codes of all requests for a model
    together and answers each as soon as its model is done. What will take longer, by what others of its kind took, goes to the
    second, one at a time, so that a hand on a slider waits for nobody's thousand pictures. On both, the client comes first
    for whom the least time has been spent, with what is expected of the next. What must be read from disk first is read by other threads, so that nobody else
    waits for it.

    Parameters
    ----------
    library : where the models come from
    threads : torch's threads for a decoding; by default half the cores, which leaves the rest to the event loop, and all of them for
        pictures so large that each is decoded alone
    """

    ticket = Job

    def __init__(self, library: Library, threads: int | None = None) -> None:
        self._cores = threads or torch.get_num_threads()
        super().__init__("engine", threads or max(1, torch.get_num_threads() // 2))
        self.library = library
        self._loads: SimpleQueue[tuple[Callable[[], object], Job | None] | None] = SimpleQueue()
        self._line: FairQueue[Job] = FairQueue()  # touched by the engine's thread alone
        self._costs = Costs()
        self._delayed: FairQueue[Job] = FairQueue()  # long work; touched under `_news` alone
        self._news = threading.Condition()
        self._long: Supervised[Job] = Supervised("engine-long", self._work_long, self._failed, PATIENCE)
        self._loaders: list[Supervised[Job]] = [
            Supervised(f"engine-loader-{number}", self._load, self._failed, LOADING) for number in range(LOADERS)
        ]
        self._supervised += [self._long, *self._loaders]

    def warm(self, name: str) -> Bundle:
        """Load the model called `name` and decode once, so that the first visitor does not wait for it.

        What the first request for an original image or a verdict needs is loaded in the background.

        Raises
        ------
        CheckpointError
            If the model cannot be used.
        """
        bundle = self.library.get(name)
        if self._main.alive:
            self.submit(request(0, DECODE, name, codes=np.zeros((1, bundle.model.config.latent_dim)))).result()
            self._loads.put((bundle.judge.get, None))
            self._loads.put((bundle.originals.get, None))
        return bundle

    # --- the engine's thread -----------------------------------------------------------------------------------

    def _end(self) -> None:
        super()._end()
        self._loads.put(None)
        with self._news:
            self._news.notify_all()

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
        """One tick."""
        groups: dict[tuple[int, int], list[Job]] = {}  # by bundle and by how much smaller their pictures may be
        total, foreseen, began = 0, 0.0, time.perf_counter()
        while self._line:
            ticket = self._line.take()
            self._main.hold(ticket)
            if not self._prepare(ticket, self._main):
                continue
            seconds = self._costs.expected(ticket.kind, ticket.units, None, ticket.request.model)
            full = total + ticket.codes > LARGEST_TICK or max(foreseen + seconds, time.perf_counter() - began) > BUDGET
            if total and full:
                self._line.put_back(ticket.client, ticket)
                self._main.let_go(ticket)
                break
            total, foreseen = total + ticket.codes, foreseen + seconds
            groups.setdefault((id(ticket.bundle), cast(Prepared, ticket.prepared).plan.shrink), []).append(ticket)
        for tickets in groups.values():
            # All of a model at once: waking the event loop for each would have both threads wait for the interpreter's lock.
            for ticket, frame in list(self._answer(tickets, self._main)):
                ticket.reply(frame)

    def _prepare(self, ticket: Job, thread: Supervised[Job]) -> bool:
        """Whether a request is ready to be decoded; if not, it has been answered, or waits for something or among long work."""
        if not ticket.wanted:
            ticket.refuse(GONE)
            return False
        try:
            if ticket.prepared is None:
                ticket.device = self.library.device
                ticket.bundle = self.library.now(ticket.request.model, ticket.request.projection)
                if thread is self._main and ticket.early is not None and self._is_long(ticket):
                    return False
                began = time.perf_counter()
                with thread.working():
                    prepared = prepare(ticket.request.operation, ticket.bundle, ticket.request.payload)
                ticket.prepared, ticket.codes = prepared, len(prepared.plan.codes)
                ticket.spent = time.perf_counter() - began
                if ticket.early is None:
                    ticket.measure(ticket.codes)
                _few_values(ticket.codes, ticket.bundle)
        except Slow as slow:
            thread.let_go(ticket)
            self._loads.put((slow.load, ticket))
            return False
        except Exception as error:
            if not self._again(ticket, error, thread):
                ticket.reply(excuse(ticket.request, error))
            return False
        return thread is self._long or not self._is_long(ticket)

    def _is_long(self, ticket: Job) -> bool:
        """Whether a request is long work, which is then put where such work waits. Early work is, until it is known to be short."""
        seconds = self._costs.expected(ticket.kind, ticket.units, None if ticket.early is None else 2 * LONG, ticket.request.model)
        if seconds <= LONG:
            return False
        self._main.let_go(ticket)
        with self._news:
            ticket.long = True
            self._delayed.add(ticket.client, ticket, seconds)
            self._news.notify()
        return True

    def _again(self, ticket: Job, error: Exception, thread: Supervised[Job]) -> bool:
        """Whether a request is asked anew of the CPU, since its device had no memory left for it."""
        if ticket.device == CPU or not is_out_of_memory(error):
            return False
        self.library.leave_device(error)
        ticket.bundle = ticket.prepared = None
        thread.let_go(ticket)
        self._arrivals.put(ticket)
        if self._ended:
            self._refuse_rest()
        return True

    def _answer(self, tickets: list[Job], thread: Supervised[Job]) -> Iterator[tuple[Job, bytes]]:
        """The replies to `tickets`, all of one model and one size of pictures."""
        began = time.perf_counter()
        try:
            with thread.working():
                plans = [cast(Prepared, ticket.prepared).plan for ticket in tickets]
                drawings = self._draw(cast(Bundle, tickets[0].bundle), plans)
        except Exception as error:
            if len(tickets) == 1:
                if not self._again(tickets[0], error, thread):
                    yield tickets[0], excuse(tickets[0].request, error)
                return
            # One of them has failed: each is decoded by itself, so that the others are answered.
            for ticket in tickets:
                yield from self._answer([ticket], thread)
            return
        codes = sum(ticket.codes for ticket in tickets)
        share = (time.perf_counter() - began) / max(1, codes)
        if codes and plans[0].shrink == 1:
            self._costs.decoded(tickets[0].request.model, share)
        BATCH_CODES.observe(codes)
        BATCH_REQUESTS.observe(len(tickets))
        for ticket, drawn in zip(tickets, drawings, strict=True):
            began = time.perf_counter()
            try:
                with thread.working(), speaking(ticket.request.language):
                    arrays = cast(Prepared, ticket.prepared).arrays(drawn)
                frame = pack_reply(ticket.request.seq, arrays, notes=FELL_BACK if self.library.fell_back else 0)
            except Exception as error:
                if self._again(ticket, error, thread):
                    continue
                frame = excuse(ticket.request, error)
            seconds = ticket.spent + share * ticket.codes + time.perf_counter() - began
            self._costs.took(ticket.kind, ticket.units, seconds)
            if ticket.long:
                with self._news:
                    self._delayed.charge(ticket.client, seconds)
            else:
                self._line.charge(ticket.client, seconds)
            yield ticket, frame

    def _draw(self, bundle: Bundle, plans: list[Plan]) -> list[Drawn]:
        """`_draw` of this module; a picture so large that it is decoded alone gets all cores, since nothing else could be shown meanwhile."""
        if bundle.model.config.pixels <= LARGEST_PIECE // 2:
            return _draw(bundle, plans)
        usual = torch.get_num_threads()
        torch.set_num_threads(self._cores)
        try:
            return _draw(bundle, plans)
        finally:
            torch.set_num_threads(usual)

    # --- the thread for long work ------------------------------------------------------------------------------

    def _work_long(self, thread: Supervised[Job]) -> bool:
        with thread.waiting():
            ticket = self._next_long()
        if ticket is None:
            return False
        thread.hold(ticket)
        with torch.inference_mode():
            if self._prepare(ticket, thread):
                for _, frame in self._answer([ticket], thread):
                    ticket.reply(frame)
        return True

    def _next_long(self) -> Job | None:
        with self._news:
            while not (self._delayed or self._ended):
                self._news.wait()
            return None if self._ended else self._delayed.take()

    # --- the loaders' threads ----------------------------------------------------------------------------------

    def _load(self, thread: Supervised[Job]) -> bool:
        with thread.waiting():
            waiting = self._loads.get()
        if waiting is None:
            self._loads.put(None)  # for the next of them
            return False
        load, ticket = waiting
        if ticket is not None:
            thread.hold(ticket)
        try:
            if ticket is None or not ticket.cancelled:
                with thread.working():
                    load()
        except Exception as error:
            if ticket is not None and not self._again(ticket, error, thread):
                ticket.reply(excuse(ticket.request, error))
            return True
        if ticket is not None:
            thread.let_go(ticket)
            self._arrivals.put(ticket)
            if self._ended:
                self._refuse_rest()
        return True

    def _waiting(self) -> Iterator[Job | None]:
        while self._line:
            yield self._line.take()
        with self._news:
            self._news.notify_all()
            while self._delayed:
                yield self._delayed.take()
        while not self._loads.empty():
            yield (self._loads.get() or (None, None))[1]
        self._loads.put(None)  # in place of one the loaders have not seen yet


def _few_values(codes: int, bundle: Bundle) -> None:
    """ProtocolError where the pictures of a reply are too many for their size."""
    if codes > LIMITS.path_steps + 1 and codes * (values := bundle.model.config.pixels) > MOST_VALUES:
        most = max(LIMITS.path_steps + 1, MOST_VALUES // values)
        raise ProtocolError(
            phrase("{codes:,} pictures of this size are too many at once; ask for at most {most:,}", codes=codes, most=most)
        )


def _draw(bundle: Bundle, plans: list[Plan]) -> list[Drawn]:
    """Decode and place the codes of all `plans` together, which want pictures of one size, and give each its share."""
    model = bundle.model
    codes = np.concatenate([plan.codes for plan in plans]) if len(plans) > 1 else plans[0].codes
    if not (np.abs(codes) <= FARTHEST).all():  # also false for NaN
        raise ProtocolError(phrase("the codes reach beyond {most:,.0f}; choose a place nearer to the data", most=FARTHEST))
    # Nothing to decode is no reason to bother the model: places outside the map want no picture.
    z = torch.from_numpy(codes).to(model.device)
    paint = partial(_smaller, model, plans[0].shrink) if plans[0].shrink > 1 else model.paint
    at_once = max(1, LARGEST_PIECE // model.config.pixels)  # a decoder's layers hold many times what comes out of it
    channels, height, width = model.config.image_shape
    if not len(codes):
        pictures, pixels = torch.empty(0, channels, height, width), np.empty((0, height, width, channels), np.uint8)
    elif len(codes) <= at_once:
        pictures = paint(z)  # (N, C, H, W)
        pixels = _bytes(pictures)
    else:
        for start, part in zip(range(0, len(codes), at_once), z.split(at_once), strict=True):
            painted = paint(part)
            if start == 0:
                pictures = painted.new_empty((len(codes), *painted.shape[1:]))
                pixels = np.empty((len(codes), *painted.shape[2:], channels), np.uint8)
            pictures[start : start + at_once], pixels[start : start + at_once] = painted, _bytes(painted)
    wanted = [plan.codes[plan.placed] for plan in plans if plan.placed is not None]
    places = bundle.map.place(np.concatenate(wanted)) if wanted else None  # (p, 2)
    drawings, start, first = [], 0, 0
    for plan in plans:
        end = start + len(plan.codes)
        last = first if plan.placed is None else first + len(plan.codes[plan.placed])
        drawings.append(
            Drawn(pictures, slice(start, end), pixels[start:end], None if plan.placed is None or places is None else places[first:last])
        )
        start, first = end, last
    return drawings


def _smaller(model: Autoencoder | Adapted, shrink: int, codes: Tensor) -> Tensor:
    """The pictures of `codes`, `shrink` times smaller each way where the model makes such ones."""
    return model.preview(codes, shrink) if isinstance(model, Adapted) else model.paint(codes)


def _bytes(pictures: Tensor) -> np.ndarray:
    """`pictures` (N, C, H, W) in [0, 1] as (N, H, W, C) uint8."""
    return pictures.mul(255).round_().to(torch.uint8).cpu().numpy().transpose(0, 2, 3, 1)
