"""Things that take long to load: loaded once, used by many, loaded again when their files have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast

from vae.store.files import is_passing

T = TypeVar("T")


class Slow(Exception):
    """Raised in place of waiting: run `load` on a thread that may wait, then ask again."""

    def __init__(self, load: Callable[[], object]) -> None:
        super().__init__("not loaded yet")
        self.load = load


class Cached(Generic[T]):
    """A value that `load` makes, kept until what `stamp` returns changes.

    An exception of a type in `errors` is kept just the same, so that a broken file is read once, and read again as
    soon as it has been repaired. One that is of the moment, such as too many open files, is not.
    """

    def __init__(self, load: Callable[[], T], stamp: Callable[[], Hashable], errors: tuple[type[Exception], ...] = ()) -> None:
        self._load = load
        self._stamp = stamp
        self._errors = errors
        self._lock = threading.Lock()
        self._held: tuple[Hashable, T | None, Exception | None] | None = None  # stamp, value, error; replaced as a whole

    def get(self) -> T:
        """The value, loading it if need be; callers wait for one load together."""
        with self._lock:
            stamp = self._stamp()  # taken before the load, so that a file changed meanwhile is read again
            if self._held is None or self._held[0] != stamp:
                try:
                    self._held = stamp, self._load(), None
                except self._errors as error:
                    if is_passing(error):
                        raise
                    self._held = stamp, None, error
            return self._open(self._held)

    def held(self) -> T:
        """The value that was loaded last, however old, else Slow; looks at no file and never waits."""
        held = self._held
        if held is None or held[2] is not None:
            raise Slow(self.get)
        return cast(T, held[1])

    def now(self) -> T:
        """The value if it is there and still good, else Slow; never waits."""
        held = self._held
        if held is None or held[0] != self._stamp():
            raise Slow(self.get)
        return self._open(held)

    def peek(self) -> T | None:
        """The value that was loaded last and is still good, else None; looks at the stamp and never loads."""
        held = self._held
        if held is not None and held[0] != self._stamp():
            self._held = held = None
        return None if held is None else held[1]

    @staticmethod
    def _open(held: tuple[Hashable, T | None, Exception | None]) -> T:
        if held[2] is not None:
            raise held[2].with_traceback(None)
        return cast(T, held[1])
