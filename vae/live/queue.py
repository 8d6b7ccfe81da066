"""The queue in front of the engine, one for each client, served in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Items of many clients, taken one client after the other, so that a client with many cannot hold up one with few."""

    def __init__(self) -> None:
        self._items: dict[Hashable, deque[T]] = {}  # in the order in which the clients have their turn
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, client: Hashable, item: T) -> None:
        """Put `item` behind the client's others; a client without any joins as the last in turn."""
        self._items.setdefault(client, deque()).append(item)
        self._count += 1

    def take(self) -> T:
        """The first item of the client whose turn it is, who then goes to the end of the turn; KeyError when empty."""
        if not self._items:
            raise KeyError("nobody is waiting")
        client = next(iter(self._items))  # None is a client like any other
        items = self._items.pop(client)
        item = items.popleft()
        if items:
            self._items[client] = items
        self._count -= 1
        return item

    def put_back(self, client: Hashable, item: T) -> None:
        """Undo the last `take`: `item` comes first again, and so does its client."""
        items = self._items.pop(client, deque())
        items.appendleft(item)
        self._items = {client: items, **self._items}
        self._count += 1
