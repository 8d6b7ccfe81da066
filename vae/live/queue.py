"""The queue in front of a worker, one for each client, served so that everybody gets an equal share of its time."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Items of many clients. The client comes first for whom the least time has been spent, with what the next item is expected to
    take; among equals, the one who waits longest.

    What an item costs is known once it is done, and then charged. Nobody saves up: a client that was away has as much behind
    it as the one that was served last, so a newcomer comes before all who have just had long work done, and no sooner than
    that. Without charges each has its turn, one after the other.

    Source: self-clocked fair queueing; Golestani, 1994.
    """

    def __init__(self) -> None:
        self._items: dict[Hashable, deque[tuple[T, float]]] = {}  # of those that wait, those first who have waited longest since their turn
        self._spent: dict[Hashable, float] = {}  # seconds, of those that wait and those that are ahead of the rest
        self._due: dict[Hashable, float] = {}  # what was spent for each that waits, and its next item is expected to take
        self._now = 0.0  # what was due of the client that was served last: newcomers begin there, so that they are not always first
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, client: Hashable, item: T, expected: float = 0.0) -> None:
        """Put `item`, expected to take so many seconds, behind the client's others; a client without any joins as the last in turn."""
        items = self._items.get(client)
        if items is None:
            items = self._items[client] = deque()
            self._spent[client] = spent = max(self._spent.get(client, 0.0), self._now)
            self._due[client] = spent + expected
        items.append((item, expected))
        self._count += 1

    def take(self) -> T:
        """The first item of the client whose turn it is, who then goes to the end of the turn; KeyError when empty."""
        if not self._items:
            raise KeyError("nobody is waiting")
        client = min(self._items, key=self._due.__getitem__)  # the first among equals
        items = self._items.pop(client)
        item, _ = items.popleft()
        self._now = max(self._now, self._due[client])
        if items:
            self._items[client] = items
            self._due[client] = self._spent[client] + items[0][1]
        else:
            del self._due[client]
        self._count -= 1
        return item

    def put_back(self, client: Hashable, item: T) -> None:
        """Undo the last `take`: `item` comes first again, and so does its client."""
        items = self._items.pop(client, deque())
        items.appendleft((item, 0.0))
        self._items = {client: items, **self._items}
        self._due[client] = self._spent.setdefault(client, self._now)
        self._count += 1

    def drop(self, client: Hashable) -> None:
        """Forget everything that waits for a client; what has been spent for it stays so."""
        self._count -= len(self._items.pop(client, ()))
        self._due.pop(client, None)

    def spent(self, client: Hashable) -> float:
        """Seconds that stand against a client, to be compared with another's."""
        return self._spent.get(client, self._now)

    def charge(self, client: Hashable, seconds: float) -> None:
        """Say that so much time has been spent for a client."""
        self._spent[client] = self._spent.get(client, self._now) + seconds
        if client in self._items:
            self._due[client] = self._spent[client] + self._items[client][0][1]
        if not self._items:  # everybody has had what they asked for, so nobody is ahead of anybody
            self._now = max(self._now, self._spent[client])
        if len(self._spent) > 2 * len(self._items) + 64:  # who is not ahead of the rest begins like a newcomer anyway
            self._spent = {each: spent for each, spent in self._spent.items() if spent > self._now or each in self._items}
