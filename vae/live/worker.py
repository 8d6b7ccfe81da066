"""A thread that answers requests, one frame for each, and the tickets with which they wait."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import torch

from vae.data import DataError
from vae.latent.mixture import TooFewCodes
from vae.live.supervised import Supervised, Why
from vae.live.wire.frames import NO_MODEL, NOT_AVAILABLE, SERVER_FAILED, ProtocolError, Request, pack_error
from vae.sentences import phrase, translated
from vae.store.files import CheckpointError
from vae.store.priors import NoPrior

STOPPED = phrase("the server is stopping; wait a moment and reload the page")
GONE = phrase("the connection was closed before its turn came; connect again")
FAILED = phrase("the server could not answer; try again, and see its log if that does not help")
HUNG = phrase(
    "this took so long that it was given up, and others are answered again; ask for less, and see the server's log if that does not help"
)
SENTENCES: dict[Why, str] = {"raised": FAILED, "hung": HUNG, "abandoned": STOPPED}

PATIENCE = 60.0  # seconds that one step of an answer may take; the longest take some seconds on a busy machine
LOOK = 1.0  # seconds between two looks at whether a thread hangs
GRACE = 3.0  # seconds that a stopping worker waits for what is under way

log = logging.getLogger("vae.live")


class Ticket:
    """A request on its way through a worker. `cancel` makes the worker forget it; its callback is then never called."""

    __slots__ = ("answered", "callback", "cancelled", "client", "here", "request")

    def __init__(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None) -> None:
        self.request = request
        self.client = client
        self.callback = callback
        self.here = here
        self.answered = False
        self.cancelled = False

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self.cancelled = True

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits."""
        return not self.cancelled and (self.here is None or self.here())

    def reply(self, frame: bytes) -> None:
        """Hand over the reply's frame, once, unless the ticket was cancelled; a callback that fails is logged."""
        if self.cancelled or self.answered:
            return
        self.answered = True
        try:
            self.callback(frame)
        except Exception:
            log.exception("a reply could not be handed over")

    def refuse(self, sentence: str) -> None:
        """Reply with status 4 and a sentence."""
        self.reply(pack_error(self.request.seq, SERVER_FAILED, translated(sentence, self.request.language)))


T = TypeVar("T", bound=Ticket)


class Worker(Generic[T]):
    """Answers requests on a thread of its own; subclasses say how: `_take_in`, `_work` and `_waiting` run on it.

    What raises ends only what was at work. What hangs is given up after a minute, with a sentence for whoever waits for it and
    the place in the log, and another thread goes on.

    Parameters
    ----------
    name : of the thread
    torch_threads : torch's threads for what runs on it
    """

    ticket: type[Any] = Ticket

    def __init__(self, name: str, torch_threads: int) -> None:
        self._arrivals: SimpleQueue[T | None] = SimpleQueue()  # None ends the worker
        self._ended = False
        self._lock = threading.Lock()
        self._main: Supervised[T] = Supervised(name, self._piece, self._failed, PATIENCE, torch_threads)
        self._supervised = [self._main]  # all threads that are watched
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to answer; requests that came before are answered first. Starting twice is starting once."""
        with self._lock:
            if not self._main.started and not self._ended:
                for each in self._supervised:
                    each.start()
                threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Finish what is under way, if that takes no more than some seconds, answer what still waits with status 4, and end.

        Stopping twice is stopping once.
        """
        with self._lock:
            if not self._main.started:
                self._ended = True
        self._end()
        until = time.monotonic() + GRACE
        for each in self._supervised:
            each.join(max(0.0, until - time.monotonic()))
            each.abandon()
        self._ended = True
        self._over.set()
        self._refuse_rest()

    @property
    def alive(self) -> bool:
        """Whether it answers."""
        return self._main.alive

    def look(self, now: float) -> None:
        """Give up what has hung for longer than it may, at the time `now` of the monotonic clock; the watchdog does, all the time."""
        for each in self._supervised:
            each.look(now)

    def ask(self, request: Request, client: Hashable, callback: Callable[[bytes], None], here: Callable[[], bool] | None = None) -> T:
        """Queue a request; never waits.

        Parameters
        ----------
        request : what is asked
        client : who asks; clients are served in turn
        callback : gets the reply's frame, once, usually on the worker's thread
        here : whether the client still waits; if not when its turn comes, it gets an error in place of work
        """
        ticket = self.ticket(request, client, callback, here)
        self._arrivals.put(ticket)
        if self._ended:  # it may have come too late for the worker to see it
            self._refuse_rest()
        return ticket

    def left(self, client: Hashable) -> None:
        """A client has closed its connection; never waits."""

    def submit(self, request: Request, client: Hashable = None) -> Future[bytes]:
        """`ask` with a future in place of the callback; cancelling the future forgets the request."""
        future: Future[bytes] = Future()

        def answer(frame: bytes) -> None:
            if future.set_running_or_notify_cancel():
                future.set_result(frame)

        ticket = self.ask(request, client, answer)
        future.add_done_callback(lambda done: ticket.cancel() if done.cancelled() else None)
        return future

    def _end(self) -> None:
        self._arrivals.put(None)

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            self.look(time.monotonic())

    # --- the worker's thread -----------------------------------------------------------------------------------

    def _piece(self, main: Supervised[T]) -> bool:
        if self._take_in():
            with torch.inference_mode():
                self._work()
            return True
        self._ended = True
        self._refuse_rest()
        return False

    def _next(self, wait: bool) -> T | None:
        """The next arrival, which the thread then holds; None ends the worker. queue.Empty if there is none and it is not to `wait`."""
        try:
            ticket = self._arrivals.get_nowait()
        except Empty:
            if not wait:
                raise
            with self._main.waiting():
                ticket = self._arrivals.get()
        if ticket is not None:
            self._main.hold(ticket)
        return ticket

    def _failed(self, held: list[T], why: Why) -> None:
        """Answer what a thread was at when it raised, hung or was abandoned."""
        for ticket in held:
            ticket.refuse(SENTENCES[why])
            ticket.cancel()  # whoever comes back to it later finds that nobody waits

    def _take_in(self) -> bool:
        """Take all arrivals, waiting for one if there is nothing to do; False when the worker is to end."""
        raise NotImplementedError

    def _work(self) -> None:
        """Do some of what there is to do."""
        raise NotImplementedError

    def _waiting(self) -> Iterator[T | None]:
        """Everything that was taken in and has no answer yet, which is thereby forgotten."""
        raise NotImplementedError

    def _refuse_rest(self) -> None:
        """Answer everything that has no thread left to answer it."""
        with self._lock:  # several threads may find that the worker has ended
            waiting = list(self._waiting())
            while not self._arrivals.empty():
                waiting.append(self._arrivals.get())
        for ticket in waiting:
            if ticket is not None:
                ticket.refuse(STOPPED)


def excuse(request: Request, error: Exception) -> bytes:
    """The reply to a request that ended in `error`."""
    status, sentence = SERVER_FAILED, str(FAILED)
    if isinstance(error, ProtocolError):
        status, sentence = error.status, str(error)
    elif isinstance(error, CheckpointError) and not isinstance(error, NoPrior):
        status, sentence = NO_MODEL, str(error)
    elif isinstance(error, DataError | TooFewCodes | NoPrior):
        status, sentence = NOT_AVAILABLE, str(error)
    else:
        log.error("a live request failed", exc_info=error)
    return pack_error(request.seq, status, translated(sentence, request.language))
