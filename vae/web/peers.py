"""What peers may do to the server that they talk to: how long they may leave what they were sent, and how slowly they may speak.

A peer that has not read for ten seconds is dropped, and so is one whose request does not come. Where all unread answers
together are too many, those go first that have lain longest. None of it asks an application's leave: it holds for every route.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from vae.store.files import is_passing

PATIENCE = 10.0  # seconds in which a peer must read something of what it was sent, or send something of what it began
HALF_OPEN = 20.0  # seconds in which a request, or the end of one, must have come
SLOWEST = 2048  # bytes a second that a request's body must come with, after the first PATIENCE
MOST_HELD = 32 << 20  # bytes that all peers together may leave unread
MOST_UNREAD = 20 << 20  # bytes that one may: the largest reply
OFTEN = 0.25  # seconds between two looks
GOODBYE = 2.0  # seconds that peers have to close their connections when the server stops
MOST_PINGS = 50  # in a second
SERVICE_RESTART = 1012  # why a WebSocket is closed, from IANA's registry of RFC 6455
QUIET = 60.0  # seconds between two complaints of one kind
CHUNK = 16 << 10  # bytes that are read of a WebSocket at once: many small frames in one piece would hold up everybody
M_MMAP_THRESHOLD = -3  # in glibc's malloc.h
LARGE_BLOCK = 4 << 20  # bytes

log = logging.getLogger("vae.web")


def running_server() -> uvicorn.Server | None:
    """The uvicorn server that this process runs, where it can be reached: it handles the signals that end it."""
    handler = signal.getsignal(signal.SIGINT)
    server = getattr(handler, "__self__", None)
    return server if isinstance(server, uvicorn.Server) else None


def allow_many_files(most: int = 65536) -> None:
    """Let this process have as many files and connections open as it may, up to `most`; systems start it with far fewer."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit; a container may forbid to change it
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def give_back_memory() -> None:
    """Have the C library give every large block back to the system as soon as it is freed.

    By itself glibc soon keeps blocks of up to 32 MB, for each thread apart: a few large answers would stay for ever.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def tell_once(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop say once a minute that there are too many connections; by itself it says so thousands of times a second."""
    told = -QUIET

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal told
        error = context.get("exception")
        if not (isinstance(error, OSError) and is_passing(error)):
            loop.default_exception_handler(context)
        elif time.monotonic() - told > QUIET:
            told = time.monotonic()
            log.error("a connection could not be accepted: %s; nobody new can come in until others have gone", error.strerror)

    loop.set_exception_handler(handle)


@dataclass
class Seen:
    """What is known of a connection.

    unread : bytes that it has been sent and has not taken, at the last look
    since : when it last took some, or had nothing to take
    filled : when it last had nothing to take
    waiting : since when a request is waited for; None while there is one
    closing : since when it is being closed
    """

    unread: int
    since: float
    filled: float
    waiting: float | None = None
    closing: float | None = None


class Watch:
    """Looks after all connections of a server, in one task of its event loop."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._server = server
        self._seen: dict[Any, Seen] = {}
        self._ending: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running event loop."""
        allow_many_files()
        give_back_memory()
        tell_once(asyncio.get_running_loop())
        self._server.config.timeout_graceful_shutdown = round(2 * GOODBYE)
        self._server.config.ws_protocol_class = Peer
        self._task = asyncio.get_running_loop().create_task(self._run(), name="peers")

    def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(OFTEN)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Drop every connection that has used up its time."""
        if self._server.should_exit and self._ending is None:
            self._ending = now
        connections = list(self._server.server_state.connections)
        self._seen = {each: self._seen.get(each) or Seen(0, now, now) for each in connections}
        held = 0
        for connection, seen in self._seen.items():
            _update(connection, seen, now)
            ended = self._ending is not None and now - self._ending > GOODBYE
            if ended or _overdue(seen, now):
                connection.transport.abort()
            else:
                held += seen.unread
        for connection, seen in sorted(self._seen.items(), key=lambda item: item[1].filled):
            if held <= MOST_HELD:
                break
            if seen.unread:
                connection.transport.abort()
                held -= seen.unread


def _update(connection: Any, seen: Seen, now: float) -> None:
    transport = connection.transport
    unread = transport.get_write_buffer_size()
    if unread == 0:
        seen.filled = now
    if unread == 0 or unread < seen.unread:
        seen.since = now
    seen.unread = unread
    if hasattr(connection, "cycle"):  # HTTP
        idle = connection.cycle is None or connection.cycle.response_complete
    else:
        idle = not connection.handshake_complete
    seen.waiting = _since(idle, seen.waiting, now)
    seen.closing = _since(transport.is_closing(), seen.closing, now)


def _since(true: bool, before: float | None, now: float) -> float | None:
    return None if not true else now if before is None else before


def _overdue(seen: Seen, now: float) -> bool:
    return (
        seen.unread > MOST_UNREAD
        or (seen.unread > 0 and now - seen.since > PATIENCE)
        or (seen.waiting is not None and now - seen.waiting > HALF_OPEN)
        or (seen.closing is not None and now - seen.closing > GOODBYE)
    )


class Peer(WebSocketsSansIOProtocol):
    """A WebSocket whose other end may not send pings without end, and which can be parted from between two replies."""

    _pings = 0
    _counted = 0.0
    _parting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(transport, "max_size"):
            transport.max_size = CHUNK

    def handle_ping(self) -> None:
        now = self.loop.time()
        if now - self._counted > 1:
            self._counted, self._pings = now, 0
        self._pings += 1
        if self._pings > MOST_PINGS:
            self.conn.data_to_send()  # the answers, which nobody shall have
            self.transport.abort()
        else:
            super().handle_ping()

    def part(self) -> None:
        """Close the connection once what has come on it is answered; its other end is told to connect again."""
        if self.handshake_complete and not self._parting:
            self._parting = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": SERVICE_RESTART})

    async def receive(self) -> Any:
        """What the app hears next. It hears of the parting after all that came before, and its replies have left then."""
        message = await super().receive()
        if self._parting and message["type"] == "websocket.disconnect":
            with suppress(InvalidState):  # it is closed already
                self.conn.send_close(SERVICE_RESTART)
                self.transport.write(b"".join(self.conn.data_to_send()))
        return message


class Pace:
    """Ends requests whose body comes too slowly or stops coming."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(dict(scope["headers"])):
            await self._app(scope, receive, send)
            return
        began, come, more = time.monotonic(), 0, True

        async def paced() -> Message:
            nonlocal come, more
            if not more:
                return await receive()
            left = PATIENCE + come / SLOWEST - (time.monotonic() - began)
            try:
                message = await asyncio.wait_for(receive(), max(0.0, min(PATIENCE, left)))
            except TimeoutError:
                more = False
                transport = getattr(getattr(receive, "__self__", None), "transport", None)
                if transport is not None:
                    transport.abort()
                return {"type": "http.disconnect"}
            come += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
            return message

        await self._app(scope, paced, send)


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request with these headers says that something follows them."""
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
