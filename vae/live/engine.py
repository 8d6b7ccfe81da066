"""The one thread that owns the device. It answers everyone's requests, all that wait with one decoding per model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from queue import SimpleQueue

import numpy as np
import torch

from vae.live.bundle import Bundle, Library
from vae.live.cached import Slow
from vae.live.operations import prepare
from vae.live.operations.plan import Drawn, Plan, Prepared
from vae.live.queue import FairQueue
from vae.live.wire.asking import request
from vae.live.wire.frames import FARTHEST, SERVER_FAILED, ProtocolError, Request, pack_error, pack_reply
from vae.live.wire.schema import DECODE
from vae.live.worker import GONE, Ticket, Worker, excuse

LARGEST_TICK = 2048  # codes decoded together; what does not fit waits for the next tick
LOADERS = 3  # threads that read and work out what takes long: one large map does not keep others from their pictures


class Job(Ticket):
    """A request, and what the engine has made of it so far."""

    __slots__ = ("bundle", "prepared")

    def __init__(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None) -> None:
        super().__init__(request, client, callback, here)
        self.bundle: Bundle | None = None
        self.prepared: Prepared | None = None


class Engine(Worker[Job]):
    """Answers requests on a thread of its own.

    A tick takes everything that waits, one request per client in turn until 2,048 codes are reached, decodes the codes
    of each model together, finishes each request with its share, and hands out the replies. What must be read from
    disk first is read by other threads, so that nobody else waits for it.

    Parameters
    ----------
    library : where the models come from
    threads : torch's threads for a decoding; by default half the cores, which leaves the rest to the event loop
    """

    ticket = Job

    def __init__(self, library: Library, threads: int | None = None) -> None:
        super().__init__("engine", threads or max(1, torch.get_num_threads() // 2))
        self.library = library
        self._loads: SimpleQueue[tuple[Callable[[], object], Job | None] | None] = SimpleQueue()
        self._line: FairQueue[Job] = FairQueue()  # touched by the engine's thread alone
        self._loaders = [threading.Thread(target=self._load, name=f"engine-loader-{i}", daemon=True) for i in range(LOADERS)]

    def warm(self, name: str) -> Bundle:
        """Load the model called `name` and decode once, so that the first visitor does not wait for it.

        What the first request for an original image or a verdict needs is loaded in the background.

        Raises
        ------
        CheckpointError
            If the model cannot be used.
        """
        bundle = self.library.get(name)
        if self._thread.is_alive():
            self.submit(request(0, DECODE, name, codes=np.zeros((1, bundle.model.config.latent_dim)))).result()
            self._loads.put((bundle.judge.get, None))
            self._loads.put((bundle.originals.get, None))
        return bundle

    # --- the engine's thread -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        super()._begin()
        for loader in self._loaders:
            loader.start()

    def _end(self) -> None:
        super()._end()
        self._loads.put(None)

    def _take_in(self) -> bool:
        while not (self._line and self._arrivals.empty()):
            ticket = self._arrivals.get()
            if ticket is None:
                return False
            self._line.add(ticket.client, ticket)
        return True

    def _work(self) -> None:
        """One tick."""
        groups: dict[int, list[Job]] = {}  # by bundle
        replies: list[tuple[Job, bytes]] = []
        total = 0
        while self._line:
            ticket = self._line.take()
            if not ticket.wanted:
                replies.append((ticket, pack_error(ticket.request.seq, SERVER_FAILED, GONE)))
                continue
            try:
                if ticket.prepared is None:
                    ticket.bundle = self.library.now(ticket.request.model)
                    ticket.prepared = prepare(ticket.request.operation, ticket.bundle, ticket.request.payload)
            except Slow as slow:
                self._loads.put((slow.load, ticket))
                continue
            except Exception as error:
                replies.append((ticket, excuse(ticket.request.seq, error)))
                continue
            if total and total + len(ticket.prepared.plan.codes) > LARGEST_TICK:
                self._line.put_back(ticket.client, ticket)
                break
            total += len(ticket.prepared.plan.codes)
            groups.setdefault(id(ticket.bundle), []).append(ticket)
        for tickets in groups.values():
            replies += self._answer(tickets)
        # All at once at the end: waking the event loop for each would have both threads fight for the interpreter.
        for ticket, frame in replies:
            ticket.reply(frame)

    def _answer(self, tickets: list[Job]) -> list[tuple[Job, bytes]]:
        """The replies to `tickets`, all of one model."""
        try:
            drawings = _draw(tickets[0].bundle, [ticket.prepared.plan for ticket in tickets])
        except Exception as error:
            if len(tickets) == 1:
                return [(tickets[0], excuse(tickets[0].request.seq, error))]
            # One of them is at fault, and the others must not suffer for it.
            return [reply for ticket in tickets for reply in self._answer([ticket])]
        return [(ticket, _finish(ticket, drawn)) for ticket, drawn in zip(tickets, drawings, strict=True)]

    # --- the loaders' threads ----------------------------------------------------------------------------------

    def _load(self) -> None:
        while (job := self._loads.get()) is not None:
            load, ticket = job
            try:
                if ticket is None or not ticket.cancelled:
                    load()
            except Exception as error:
                if ticket is not None:
                    ticket.reply(excuse(ticket.request.seq, error))
                continue
            if ticket is not None:
                self._arrivals.put(ticket)
                if self._ended:
                    self._refuse_rest()
        self._loads.put(None)  # for the next of them

    def _waiting(self) -> Iterator[Job | None]:
        while self._line:
            yield self._line.take()
        while not self._loads.empty():
            yield (self._loads.get() or (None, None))[1]
        self._loads.put(None)  # in place of one the loaders have not seen yet


def _draw(bundle: Bundle, plans: list[Plan]) -> list[Drawn]:
    """Decode and place the codes of all `plans` together, and give each its share."""
    model = bundle.model
    codes = np.concatenate([plan.codes for plan in plans]) if len(plans) > 1 else plans[0].codes
    if not (np.abs(codes) <= FARTHEST).all():  # also false for NaN
        raise ProtocolError(f"the codes reach beyond {FARTHEST:,.0f}; choose a place nearer to the data")
    # Nothing to decode is no reason to bother the model: places outside the map want no picture.
    z = torch.from_numpy(codes).to(model.device)
    pictures = model.paint(z) if len(codes) else torch.empty(0, *model.config.image_shape)  # (n, C, H, W)
    pixels = pictures.mul(255).round_().to(torch.uint8).cpu().numpy().transpose(0, 2, 3, 1)  # (n, H, W, C)
    wanted = [plan.codes[plan.placed] for plan in plans if plan.placed is not None]
    places = bundle.map.place(np.concatenate(wanted)) if wanted else None  # (p, 2)
    drawings, start, first = [], 0, 0
    for plan in plans:
        end = start + len(plan.codes)
        last = first if plan.placed is None else first + len(plan.codes[plan.placed])
        drawings.append(Drawn(pictures, slice(start, end), pixels[start:end], None if plan.placed is None else places[first:last]))
        start, first = end, last
    return drawings


def _finish(ticket: Job, drawn: Drawn) -> bytes:
    try:
        return pack_reply(ticket.request.seq, ticket.prepared.arrays(drawn))
    except Exception as error:
        return excuse(ticket.request.seq, error)
