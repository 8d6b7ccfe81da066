"""The one thread that owns the device. It answers everyone's requests, all that wait with one decoding per model."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from queue import SimpleQueue

import numpy as np
import torch

from vae.checkpoint import CheckpointError
from vae.data import DataError
from vae.live.bundle import Bundle, Library
from vae.live.cached import Slow
from vae.live.line import Line
from vae.live.operations import Drawn, Plan, prepare
from vae.live.protocol import NO_MODEL, NOT_AVAILABLE, SERVER_FAILED, ProtocolError, Request, pack_error, pack_reply

LARGEST_TICK = 2048  # codes decoded together; what does not fit waits for the next tick
FARTHEST = 1e6  # size of a code's largest coordinate; float32 layers stay finite well beyond it

STOPPED = "the server is stopping; wait a moment and reload the page"
GONE = "the connection was closed before its turn came; connect again"
FAILED = "the server could not answer; try again, and see its log if that does not help"

log = logging.getLogger("vae.live")


class Ticket:
    """A request on its way through the engine. `cancel` makes the engine forget it; its callback is then never called."""

    __slots__ = ("bundle", "callback", "cancelled", "client", "here", "plan", "request")

    def __init__(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None) -> None:
        self.request = request
        self.client = client
        self.callback = callback
        self.here = here
        self.cancelled = False
        self.bundle: Bundle | None = None
        self.plan: Plan | None = None

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self.cancelled = True


class Engine:
    """Answers requests on a thread of its own.

    A tick takes everything that waits, one request per client in turn until 2,048 codes are reached, decodes the codes
    of each model together, finishes each request with its share, and hands out the replies. What must be read from
    disk first is read by a second thread, so that nobody else waits for it.

    Parameters
    ----------
    library : where the models come from
    threads : torch's threads for a decoding; by default half the cores, which leaves the rest to the event loop
    """

    def __init__(self, library: Library, threads: int | None = None) -> None:
        self.library = library
        self._threads = threads or max(1, torch.get_num_threads() // 2)
        self._arrivals: SimpleQueue[Ticket | None] = SimpleQueue()  # None ends the engine
        self._loads: SimpleQueue[tuple[Callable[[], object], Ticket | None] | None] = SimpleQueue()
        self._line: Line[Ticket] = Line()  # touched by the engine's thread alone
        self._ended = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._loader = threading.Thread(target=self._load, name="engine-loader", daemon=True)

    def start(self) -> None:
        """Begin to answer; requests that came before are answered first. Starting twice is starting once."""
        with self._lock:
            if self._thread.ident is None and not self._ended:
                self._thread.start()
                self._loader.start()

    def stop(self) -> None:
        """Finish the tick under way, answer what still waits with status 4, and end the threads. Stopping twice is stopping once."""
        with self._lock:
            started = self._thread.ident is not None
            if not started:
                self._ended = True
        self._arrivals.put(None)
        self._loads.put(None)
        if started and self._thread is not threading.current_thread():
            self._thread.join()
        self._refuse_rest()

    def ask(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None = None) -> Ticket:
        """Queue a request; never waits.

        Parameters
        ----------
        request : what is asked
        client : who asks; clients are served in turn
        callback : gets the reply's frame, once, usually on the engine's thread
        here : whether the client still waits; if not when its turn comes, it gets an error in place of work
        """
        ticket = Ticket(request, client, callback, here)
        self._arrivals.put(ticket)
        if self._ended:  # it may have come too late for the engine to see it
            self._refuse_rest()
        return ticket

    def submit(self, request: Request, client: Hashable = None) -> Future[bytes]:
        """`ask` with a future in place of the callback; cancelling the future forgets the request."""
        future: Future[bytes] = Future()

        def answer(frame: bytes) -> None:
            if future.set_running_or_notify_cancel():
                future.set_result(frame)

        ticket = self.ask(request, client, answer)
        future.add_done_callback(lambda done: ticket.cancel() if done.cancelled() else None)
        return future

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
            self.submit(Request(0, 1, name, np.zeros(bundle.model.config.latent_dim, np.float32))).result()
            self._loads.put((bundle.judge.get, None))
            self._loads.put((bundle.originals.get, None))
        return bundle

    # --- the engine's thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                while self._collect():
                    self._tick()
        finally:
            self._ended = True
            self._refuse_rest()

    def _collect(self) -> bool:
        """Move all arrivals into the line, waiting for one if the line is empty; False when the engine is to end."""
        while not (self._line and self._arrivals.empty()):
            ticket = self._arrivals.get()
            if ticket is None:
                return False
            self._line.add(ticket.client, ticket)
        return True

    def _tick(self) -> None:
        groups: dict[int, list[Ticket]] = {}  # by bundle
        replies: list[tuple[Ticket, bytes]] = []
        total = 0
        while self._line:
            ticket = self._line.take()
            if ticket.cancelled:
                continue
            if ticket.here and not ticket.here():
                replies.append((ticket, pack_error(ticket.request.seq, SERVER_FAILED, GONE)))
                continue
            try:
                if ticket.plan is None:
                    ticket.bundle = self.library.now(ticket.request.model)
                    ticket.plan = prepare(ticket.request.operation, ticket.bundle, ticket.request.payload)
            except Slow as slow:
                self._loads.put((slow.load, ticket))
                continue
            except Exception as error:
                replies.append((ticket, _excuse(ticket.request.seq, error)))
                continue
            if total and total + len(ticket.plan.codes) > LARGEST_TICK:
                self._line.put_back(ticket.client, ticket)
                break
            total += len(ticket.plan.codes)
            groups.setdefault(id(ticket.bundle), []).append(ticket)
        for tickets in groups.values():
            replies += self._answer(tickets)
        # All at once at the end: waking the event loop for each would have both threads fight for the interpreter.
        for ticket, frame in replies:
            _deliver(ticket, frame)

    def _answer(self, tickets: list[Ticket]) -> list[tuple[Ticket, bytes]]:
        """The replies to `tickets`, all of one model."""
        try:
            drawings = _draw(tickets[0].bundle, [ticket.plan for ticket in tickets])
        except Exception as error:
            if len(tickets) == 1:
                return [(tickets[0], _excuse(tickets[0].request.seq, error))]
            # One of them is at fault, and the others must not suffer for it.
            return [reply for ticket in tickets for reply in self._answer([ticket])]
        return [(ticket, _finish(ticket, drawn)) for ticket, drawn in zip(tickets, drawings, strict=True)]

    # --- the loader's thread -----------------------------------------------------------------------------------

    def _load(self) -> None:
        while (job := self._loads.get()) is not None:
            load, ticket = job
            try:
                if ticket is None or not ticket.cancelled:
                    load()
            except Exception as error:
                if ticket is not None:
                    _deliver(ticket, _excuse(ticket.request.seq, error))
                continue
            if ticket is not None:
                self._arrivals.put(ticket)
                if self._ended:
                    self._refuse_rest()

    def _refuse_rest(self) -> None:
        """Answer everything that has no thread left to answer it."""
        waiting: list[Ticket | None] = []
        with self._lock:  # several threads may find that the engine has ended
            while self._line:
                waiting.append(self._line.take())
            while not self._arrivals.empty():
                waiting.append(self._arrivals.get())
            while not self._loads.empty():
                waiting.append((self._loads.get() or (None, None))[1])
            self._loads.put(None)  # in place of one the loader has not seen yet
        for ticket in waiting:
            if ticket is not None:
                _deliver(ticket, pack_error(ticket.request.seq, SERVER_FAILED, STOPPED))


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


def _finish(ticket: Ticket, drawn: Drawn) -> bytes:
    try:
        return pack_reply(ticket.request.seq, ticket.plan.finish(drawn))
    except Exception as error:
        return _excuse(ticket.request.seq, error)


def _excuse(seq: int, error: Exception) -> bytes:
    """The reply to a request that ended in `error`."""
    if isinstance(error, ProtocolError):
        return pack_error(seq, error.status, str(error))
    if isinstance(error, CheckpointError):
        return pack_error(seq, NO_MODEL, str(error))
    if isinstance(error, DataError):
        return pack_error(seq, NOT_AVAILABLE, str(error))
    log.error("a live request failed", exc_info=error)
    return pack_error(seq, SERVER_FAILED, FAILED)


def _deliver(ticket: Ticket, frame: bytes) -> None:
    if ticket.cancelled:
        return
    try:
        ticket.callback(frame)
    except Exception:
        log.exception("a reply could not be handed over")
