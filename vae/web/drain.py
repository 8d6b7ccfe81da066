"""How a server that is told to end (SIGTERM) leaves: it wants no visitors, answers what it has been asked, and sends pages elsewhere."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from vae.web.health import Health
from vae.web.peers import Peer

SHOWN = 1.0  # seconds for which who asks is still told that this server is not ready
PARTING = 2.0  # seconds that replies under way may take; then the server stops, which gives peers `peers.GOODBYE`
OFTEN = 0.05  # seconds between two looks


class Drain:
    """Comes before the end of a server, once: a second signal ends it as the first would have without this.

    Parameters
    ----------
    server : the server
    health : is told that the server leaves
    hand_over : what others can go on with is given up meanwhile, each on a thread of its own
    """

    def __init__(self, server: uvicorn.Server, health: Health, *hand_over: Callable[[], None]) -> None:
        self._server, self._health, self._hand_over = server, health, hand_over
        self._task: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Take the place of what SIGTERM did; on the main thread, on the running event loop."""
        loop = asyncio.get_running_loop()

        def told(number: int, frame: FrameType | None) -> None:
            if self._health.leaving:
                self._server.handle_exit(number, frame)
            else:
                loop.call_soon_threadsafe(self.begin)

        signal.signal(signal.SIGTERM, told)

    def begin(self) -> None:
        """Leave; on the event loop."""
        if self._task is None:
            self._health.leaving = True
            print(self._words(), flush=True)
            self._task = asyncio.get_running_loop().create_task(self._leave(), name="drain")

    async def _leave(self) -> None:
        for give_up in self._hand_over:
            threading.Thread(target=give_up, name="hand over", daemon=True).start()
        for peer in self._peers():
            peer.part()
        began = time.monotonic()
        while (gone := time.monotonic() - began) < SHOWN or (gone < PARTING and self._peers()):
            await asyncio.sleep(OFTEN)
        self._server.handle_exit(signal.SIGTERM, None)

    def _words(self) -> str:
        """What there still is to do, for who reads the server's output."""
        cycles = [getattr(connection, "cycle", None) for connection in self._server.server_state.connections]
        requests, live = sum(not (cycle is None or cycle.response_complete) for cycle in cycles), len(self._peers())
        return f"stopping: answering {_counted(requests, 'request')}, closing {_counted(live, 'live connection')}…"

    def _peers(self) -> list[Peer]:
        return [connection for connection in self._server.server_state.connections if isinstance(connection, Peer)]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
