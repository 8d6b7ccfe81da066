"""A thread that is watched: if it raises, it goes on with what comes next; if it hangs, another takes its place."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Literal, TypeVar

import torch

T = TypeVar("T")
Why = Literal["raised", "hung", "abandoned"]

log = logging.getLogger("vae.live")


class Replaced(BaseException):
    """Ends a thread that hung, was replaced and has come back: nothing is its business any more."""


class _Away(AbstractContextManager[None]):
    """The lock is given away within. Made once for each thread: several are entered for every request."""

    __slots__ = ("_back", "_go", "_watched")

    def __init__(self, go: Callable[[bool], None], back: Callable[[], None], watched: bool) -> None:
        self._go, self._back, self._watched = go, back, watched

    def __enter__(self) -> None:
        self._go(self._watched)

    def __exit__(self, *_: object) -> None:
        self._back()


class Supervised(Generic[T]):
    """Does one piece of work after another on a thread of its own.

    The thread holds a lock, within which alone it touches what it shares with the one that may replace it, and gives it away
    for what may take long: `waiting` for something to do, without an end, and `working`, whose time is watched.

    Parameters
    ----------
    name : of the thread
    piece : does a piece of work, given this; returns False when there will be no more
    failed : is told, within the lock, what was held and why that comes to nothing: the piece raised, hung, or was abandoned
    patience : seconds that it may be `working` on one thing
    torch_threads : torch's threads for what runs on it
    """

    def __init__(
        self,
        name: str,
        piece: Callable[[Supervised[T]], bool],
        failed: Callable[[list[T], Why], None],
        patience: float,
        torch_threads: int = 1,
    ) -> None:
        self.patience = patience
        self._name, self._piece, self._failed, self._torch_threads = name, piece, failed, torch_threads
        self._lock = threading.Lock()
        self._held: dict[T, None] = {}
        self._working_since: float | None = None
        self._waits, self._works = _Away(self._go_away, self._come_back, False), _Away(self._go_away, self._come_back, True)
        self._thread = self._made()

    @property
    def started(self) -> bool:
        """Whether it has ever been started."""
        return self._thread.ident is not None

    @property
    def alive(self) -> bool:
        """Whether it works."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin; once."""
        self._thread.start()

    def join(self, patience: float) -> None:
        """Wait until it has ended, or for `patience` seconds."""
        if self.started and self._thread is not threading.current_thread():
            self._thread.join(patience)

    def abandon(self) -> None:
        """Leave the thread to itself, should it not have ended, and put none in its place."""
        with self._lock:
            if self._thread.is_alive():
                self._thread = self._made()
                self._give_up("abandoned")

    def hold(self, item: T) -> None:
        """On the thread: it is at work on `item`, until the piece ends or lets go of it."""
        self._held[item] = None

    def let_go(self, item: T) -> None:
        """On the thread: `item` is somebody else's now."""
        self._held.pop(item, None)

    def waiting(self) -> AbstractContextManager[None]:
        """On the thread: what is done within may take for ever, and touches nothing that is shared."""
        return self._waits

    def working(self) -> AbstractContextManager[None]:
        """On the thread: what is done within may hang, and touches nothing that is shared."""
        return self._works

    def look(self, now: float) -> bool:
        """Replace the thread if it has been `working` on one thing for too long; whether it was."""
        with self._lock:
            if self._working_since is None or now - self._working_since <= self.patience:
                return False
            frame = sys._current_frames().get(self._thread.ident or 0)
            at = "".join(traceback.format_stack(frame)) if frame else "it has ended"
            log.error(
                "%s has been at work for %.0f s and is left behind, another takes its place; it is here:\n%s",
                self._name,
                now - self._working_since,
                at,
            )
            self._give_up("hung")
            self._thread = self._made()
            self._thread.start()
        return True

    def _made(self) -> threading.Thread:
        return threading.Thread(target=self._run, name=self._name, daemon=True)

    def _go_away(self, watched: bool) -> None:
        if watched:
            self._working_since = time.monotonic()
        self._lock.release()

    def _come_back(self) -> None:
        self._lock.acquire()
        if threading.current_thread() is not self._thread:
            self._lock.release()
            raise Replaced
        self._working_since = None

    def _give_up(self, why: Why) -> None:
        held, self._held, self._working_since = list(self._held), {}, None
        self._failed(held, why)

    def _run(self) -> None:
        torch.set_num_threads(self._torch_threads)
        self._lock.acquire()
        try:
            while self._goes_on():
                pass
        except Replaced:  # the lock is another thread's
            return
        self._lock.release()

    def _goes_on(self) -> bool:
        try:
            more = self._piece(self)
        except Exception:
            log.exception("%s failed; it goes on with what comes next", self._name)
            self._give_up("raised")
            return True
        self._held.clear()
        return more
