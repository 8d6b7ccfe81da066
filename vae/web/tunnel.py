"""The app's WebSockets over plain HTTP requests, for browsers behind something that lets no WebSocket through.

`POST {prefix}/tunnel/{socket}` opens one to what `SOCKETS` names, and answers `{"tunnel": id, "protocol"}`; a query `protocols` is what
a browser would say of subprotocols. `GET {prefix}/tunnel/open/{id}` answers what the app has said since, waiting some seconds for
something; `POST` to it tells the app something, `DELETE` ends it. One that is over is gone (410). A body is a sequence of messages,
each with its length before it (uint32, little-endian).

The app is asked with the headers of the request that opened the tunnel, through all its middleware: whoever is not let in by a
WebSocket is not let in here. What holds for peers that do not read holds here, too.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import struct
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Scope

from vae.live.answers import error_answer, json_answer, read_body
from vae.live.socket import PREFIX, prefix
from vae.sentences import phrase
from vae.web.peers import MOST_HELD, PATIENCE

SOCKETS = {
    "live": f"{PREFIX}/live",
    "studio": f"{PREFIX}/live/studio",
    "training": f"{PREFIX}/live/training",
    "streamlit": "/_stcore/stream",
}
MOST_TUNNELS = 128
MOST_TOLD = 1 << 20  # bytes that an app may have been told without having heard them
MOST_SAID = 4 << 20  # bytes that it may have said without anybody coming for them, or one message
HOLD = 15.0  # seconds that whoever asks waits for something to be said
OPENING = 10.0  # seconds that an app has to accept
OFTEN = 0.5  # seconds between two looks at who is still there
FEW = phrase("as many browsers as can be are here without WebSockets already; try again later")
CUT = phrase("the messages are cut short; reload the page")
CLOSED = phrase("this tunnel is closed; open another one")
NAMELESS = {b"content-length", b"content-type", b"transfer-encoding", b"connection"}  # headers of the request, not of the browser

log = logging.getLogger("vae.web")


class Tunnel:
    """A WebSocket of an app, whose other end comes by requests.

    Parameters
    ----------
    app : is asked
    scope : of the WebSocket
    """

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self.heard = time.monotonic()  # when somebody last came for what was said
        self.unread = 0  # bytes that were said and that nobody has come for
        self.writable = asyncio.Event()  # whether nothing is unread: by it the live channel knows, as of uvicorn's connections
        self.writable.set()
        self._said: deque[bytes] = deque()
        self._told: deque[Message] = deque([{"type": "websocket.connect"}])
        self._news = asyncio.Condition()  # of all of these
        self._listeners = 0
        self.protocol: str | None = None
        self.open = self.over = False
        self._task = asyncio.get_running_loop().create_task(self._run(app, scope), name="tunnel")

    async def opened(self) -> bool:
        """Whether the app has accepted, which is waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(OPENING), self._news:
                await self._news.wait_for(lambda: self.open or self.over)
        if not self.open:
            self.end()
        return self.open

    async def tell(self, messages: list[bytes]) -> None:
        """Tell the app; waits while it has not heard what it was told before."""
        async with self._news:
            await self._news.wait_for(lambda: self.over or sum(len(each.get("bytes", b"")) for each in self._told) < MOST_TOLD)
            self._told += [{"type": "websocket.receive", "bytes": each} for each in messages]
            self._news.notify_all()

    async def hear(self) -> list[bytes]:
        """What the app has said since; waits for something, but not for long."""
        self._listeners += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(HOLD), self._news:
                    await self._news.wait_for(lambda: bool(self._said) or self.over)
            async with self._news:
                said, self.unread = list(self._said), 0
                self._said.clear()
                self.writable.set()
                self._news.notify_all()
                return said
        finally:
            self._listeners -= 1
            self.heard = time.monotonic()

    def end(self) -> None:
        """Nobody is at the other end any more."""
        self._task.cancel()

    @property
    def forgotten(self) -> bool:
        """Whether nobody has come for so long that nobody will."""
        return not self._listeners and time.monotonic() - self.heard > PATIENCE

    async def _receive(self) -> Message:
        async with self._news:
            await self._news.wait_for(lambda: bool(self._told))
            message = self._told.popleft()
            self._news.notify_all()
            return message

    async def _send(self, message: Message) -> None:
        async with self._news:
            if message["type"] == "websocket.accept":
                self.open, self.protocol = True, message.get("subprotocol")
            elif message["type"] == "websocket.send":
                said = message.get("bytes") or (message.get("text") or "").encode()
                await self._news.wait_for(lambda: not self.unread or self.unread + len(said) <= MOST_SAID)
                self._said.append(said)
                self.unread += len(said)
                self.writable.clear()
            else:  # it closes, or turns us away
                self.over = True
            self._news.notify_all()

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            log.exception("a tunnel to %s failed", scope["path"])
        finally:
            self.over = True
            async with self._news:
                self._news.notify_all()


class Tunnels:
    """All tunnels of a server.

    Parameters
    ----------
    base : the path that the app is served under
    """

    def __init__(self, base: str = "") -> None:
        self._base = base.strip("/")
        self._open: dict[str, Tunnel] = {}
        self._watch: asyncio.Task[None] | None = None

    async def begin(self, request: Request) -> Response:
        """Open one."""
        path = SOCKETS.get(request.path_params["socket"])
        if path is None:
            return error_answer(phrase("there is no such socket; reload the page, it is older or newer than the server"), 404)
        if len(self._open) >= MOST_TUNNELS:
            return error_answer(FEW, 503)
        tunnel, name = Tunnel(request.app, self._scope(request, path)), secrets.token_urlsafe(16)
        self._open[name] = tunnel
        if self._watch is None or self._watch.done():
            self._watch = asyncio.get_running_loop().create_task(self._look(), name="tunnels")
        if not await tunnel.opened():
            return error_answer(phrase("this page is not let in"), 403)
        return json_answer({"tunnel": name, "protocol": tunnel.protocol})

    async def use(self, request: Request) -> Response:
        """Hear from one, tell it something, or end it."""
        tunnel = self._open.get(request.path_params["tunnel"])
        if tunnel is None or (tunnel.over and not tunnel.unread):
            return error_answer(CLOSED, 410)
        if request.method == "DELETE":
            tunnel.end()
        elif request.method == "POST":
            try:
                body = await read_body(request, MOST_TOLD)
                if body is None:
                    return error_answer(phrase("that is too much at once; send at most {most:,} bytes", most=MOST_TOLD), 413)
                await tunnel.tell(list(messages_of(body)))
            except ClientDisconnect:
                return Response(status_code=204)
            except ValueError:
                return error_answer(CUT, 400)
        else:
            said = b"".join(struct.pack("<I", len(each)) + each for each in await tunnel.hear())
            return Response(said, media_type="application/octet-stream", headers={"cache-control": "no-store"})
        return Response(status_code=204)

    def _scope(self, request: Request, path: str) -> Scope:
        path = f"/{self._base}{path}" if self._base else path
        protocols = [each.strip() for each in request.query_params.get("protocols", "").split(",")]
        headers = [(key, value) for key, value in request.scope["headers"] if key.lower() not in NAMELESS]
        if any(protocols):
            headers.append((b"sec-websocket-protocol", ", ".join(protocols).encode("latin-1", "replace")))
        query = "&".join(f"{key}={quote(request.query_params[key])}" for key in ("schema", "lang") if key in request.query_params)
        kept = ("asgi", "http_version", "client", "server", "root_path", "extensions")
        return {
            **{key: request.scope[key] for key in kept if key in request.scope},
            "type": "websocket",
            "scheme": "wss" if request.url.scheme == "https" else "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "subprotocols": [each for each in protocols if each],
            "state": {},
        }

    async def _look(self) -> None:
        """End those at whose other end nobody is, and the longest unread of those that hold too much together."""
        while self._open:
            await asyncio.sleep(OFTEN)
            for name, tunnel in list(self._open.items()):
                if tunnel.forgotten or (tunnel.over and not tunnel.unread):
                    tunnel.end()
                    del self._open[name]
            held = sum(tunnel.unread for tunnel in self._open.values())
            for name, tunnel in sorted(self._open.items(), key=lambda item: item[1].heard):
                if held <= MOST_HELD:
                    break
                held -= tunnel.unread
                tunnel.end()
                del self._open[name]


def messages_of(body: bytes) -> Iterator[bytes]:
    """The messages in a request's body; ValueError if the last is cut short."""
    at = 0
    while at < len(body):
        if at + 4 > len(body):
            raise ValueError(CUT)
        (length,) = struct.unpack_from("<I", body, at)
        if at + 4 + length > len(body):
            raise ValueError(CUT)
        yield body[at + 4 : at + 4 + length]
        at += 4 + length


def routes(base: str = "") -> list[BaseRoute]:
    """The routes to give to the app, below the path that it is served under."""
    start, tunnels = prefix(base), Tunnels(base)
    return [
        Route(f"{start}/tunnel/open/{{tunnel}}", tunnels.use, methods=["GET", "POST", "DELETE"]),
        Route(f"{start}/tunnel/{{socket}}", tunnels.begin, methods=["POST"]),
    ]
