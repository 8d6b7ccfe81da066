"""A WebSocket by plain requests: what is said and told comes in order, nobody is let in otherwise than by a WebSocket, and nothing is held for who does not come."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

from tests.web.asking import Reply
from vae.live import socket as live
from vae.live.bundle import Library
from vae.live.engine import Engine
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, OTHER_VERSION, pack_request, unpack_reply
from vae.live.wire.schema import DECODE
from vae.web import tunnel
from vae.web.guard import Access, Guard
from vae.web.tunnel import MOST_TOLD, messages_of

PAGE = {"host": "localhost:8501", "origin": "http://localhost:8501", "cookie": "a=b"}
Ask = Callable[..., Awaitable[Reply]]


def talk(app: Starlette, story: Callable[[Ask], Awaitable[None]]) -> None:
    """Tell a story of requests to `app`, all on one event loop."""

    async def ask(method: str, path: str, body: bytes = b"", **more: str) -> Reply:
        address, _, query = path.partition("?")
        headers = [(key.encode(), value.encode()) for key, value in {**PAGE, **more}.items()]
        scope: Scope = {"type": "http", "method": method, "scheme": "http", "path": address, "raw_path": address.encode(), "root_path": "",
                        "query_string": query.encode(), "headers": headers, "http_version": "1.1", "asgi": {"version": "3.0"},
                        "client": ("127.0.0.1", 50000), "server": ("localhost", 8501)}  # fmt: skip
        reply, parts = Reply(), [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return parts.pop() if parts else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            reply.status = message.get("status", reply.status)
            reply.body += message.get("body", b"")

        await app(scope, receive, send)
        return reply

    asyncio.run(asyncio.wait_for(story(ask), 60))


def bundled(*messages: bytes) -> bytes:
    return b"".join(struct.pack("<I", len(each)) + each for each in messages)


class Echo:
    """Says what it is told, after the name of its cookie; "many" is answered without an end, "bye" with one."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.left, self.said = asyncio.Event(), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept", "subprotocol": (scope["subprotocols"] or [None])[0]})
        try:
            while (message := await receive())["type"] == "websocket.receive":
                if message["bytes"] == b"bye":
                    await send({"type": "websocket.close", "code": 1000})
                    return
                while message["bytes"] == b"many":
                    await send({"type": "websocket.send", "bytes": bytes(1 << 20)})
                    self.said += 1
                await send({"type": "websocket.send", "bytes": message["bytes"]})
        finally:
            self.left.set()


def echoing(base: str = "") -> tuple[Starlette, Echo]:
    echo, start = Echo(), f"/{base}" if base else ""
    routes = [WebSocketRoute(f"{start}/continuum/live", echo), *tunnel.routes(base)]
    return Starlette(routes=routes, middleware=[Middleware(Guard, access=Access)]), echo


@pytest.mark.parametrize("base", ["", "lab"])
def test_what_is_told_is_answered_in_order(base: str) -> None:
    app, echo = echoing(base)
    start = f"/{base}/continuum/tunnel" if base else "/continuum/tunnel"

    async def story(ask: Ask) -> None:
        opened = await ask("POST", f"{start}/live?protocols=one,%20two&schema=abc")
        assert opened.status == 200 and opened.json["protocol"] == "one"
        scope = echo.scopes[0]
        assert scope["subprotocols"] == ["one", "two"] and scope["query_string"] == b"schema=abc"
        assert (b"cookie", b"a=b") in scope["headers"] and (b"sec-websocket-protocol", b"one, two") in scope["headers"]
        line = f"{start}/open/{opened.json['tunnel']}"
        heard: list[bytes] = []
        assert (await ask("POST", line, bundled(b"1", b"", b"2" * 70_000))).status == 204
        assert (await ask("POST", line, bundled(b"3"))).status == 204
        while len(heard) < 4:
            heard += messages_of((await ask("GET", line)).body)
        assert heard == [b"1", b"", b"2" * 70_000, b"3"]
        await ask("POST", line, bundled(b"bye"))
        assert (await ask("GET", line)).body == b""
        assert (await ask("GET", line)).status == 410

    talk(app, story)


def test_who_is_not_let_in_by_a_websocket_is_not_let_in_here() -> None:
    app, echo = echoing()

    async def story(ask: Ask) -> None:
        assert (await ask("POST", "/continuum/tunnel/live", origin="http://evil.example")).status == 403
        assert (await ask("POST", "/continuum/tunnel/live", host="evil.example")).status == 403
        assert (await ask("POST", "/continuum/tunnel/studio")).status == 403  # there is none in this app
        assert (await ask("POST", "/continuum/tunnel/..%2flive")).status == 404
        assert (await ask("POST", "/continuum/tunnel/any")).status == 404
        assert (await ask("GET", "/continuum/tunnel/open/any")).status == 410
        assert not echo.scopes

    talk(app, story)


def test_odd_bodies_are_refused_and_the_tunnel_stays() -> None:
    app, _ = echoing()

    async def story(ask: Ask) -> None:
        line = "/continuum/tunnel/open/" + (await ask("POST", "/continuum/tunnel/live")).json["tunnel"]
        for body in (b"\1", b"\5\0\0\0abc", bundled(b"x") + b"\xff\xff\xff\xff"):
            assert (await ask("POST", line, body)).status == 400
        assert (await ask("POST", line, bytes(MOST_TOLD + 1))).status == 413
        await ask("POST", line, bundled(b"still here"))
        assert list(messages_of((await ask("GET", line)).body)) == [b"still here"]

    talk(app, story)


def test_whoever_does_not_come_for_what_was_said_is_dropped_and_holds_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "OFTEN", 0.01)
    app, echo = echoing()

    async def story(ask: Ask) -> None:
        line = "/continuum/tunnel/open/" + (await ask("POST", "/continuum/tunnel/live")).json["tunnel"]
        await ask("POST", line, bundled(b"many"))
        while echo.said < 4:  # megabytes: as much as may lie unread
            await asyncio.sleep(0.01)
        monkeypatch.setattr(tunnel, "PATIENCE", 0.0)
        await echo.left.wait()
        assert echo.said == 4
        while (await ask("GET", line)).status != 410:
            await asyncio.sleep(0.01)

    talk(app, story)


def test_so_many_may_be_open_and_one_that_is_ended_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tunnel, "OFTEN", 0.01)
    monkeypatch.setattr(tunnel, "MOST_TUNNELS", 2)
    app, echo = echoing()

    async def story(ask: Ask) -> None:
        names = [(await ask("POST", "/continuum/tunnel/live")).json["tunnel"] for _ in range(2)]
        full = await ask("POST", "/continuum/tunnel/live")
        assert full.status == 503 and "try again later" in full.error
        await ask("DELETE", f"/continuum/tunnel/open/{names[0]}")
        await echo.left.wait()
        while (await ask("POST", "/continuum/tunnel/live")).status != 200:
            await asyncio.sleep(0.01)

    talk(app, story)


def test_the_live_channel_answers_through_it_with_its_own_limits() -> None:
    library = Library("cpu")
    engine = Engine(library)
    engine.start()
    app = Starlette(routes=[*live.routes(engine, library), *tunnel.routes()], middleware=[Middleware(Guard, access=Access)])

    async def story(ask: Ask) -> None:
        line = "/continuum/tunnel/open/" + (await ask("POST", "/continuum/tunnel/live")).json["tunnel"]
        await ask("POST", line, bundled(pack_request(request(3, DECODE, "vae-5", codes=np.zeros((1, 5)))), bytes(100_000)))
        heard: list[bytes] = []
        while len(heard) < 2:
            heard += messages_of((await ask("GET", line)).body)
        first, second = map(unpack_reply, heard)
        assert (first.seq, first.status) == (3, OK) and first.arrays[0].shape == (1, 8, 8, 1)
        assert "send at most" in second.sentence
        other = "/continuum/tunnel/open/" + (await ask("POST", "/continuum/tunnel/live?schema=0123")).json["tunnel"]
        await ask("POST", other, bundled(pack_request(request(3, DECODE, "vae-5", codes=np.zeros((1, 5))))))
        assert unpack_reply(next(messages_of((await ask("GET", other)).body))).status == OTHER_VERSION

    talk(app, story)
    engine.stop()
