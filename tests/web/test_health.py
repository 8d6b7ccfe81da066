"""Whether a server lives and wants visitors, and how it leaves when it is told to end."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from tests.browser.driving import Server
from tests.hostile.running import LIVE, ask, running
from tests.jobs.helping import until
from tests.web.asking import Asker
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_request, unpack_reply
from vae.live.wire.schema import DECODE, SAMPLE
from vae.web import health
from vae.web.health import DEAD, LEAVING, STARTING, Gate, Health
from vae.web.peers import SERVICE_RESTART


def test_a_server_is_ready_once_it_is_warm_until_it_leaves_or_dies() -> None:
    alive = True
    condition = Health(lambda: alive)
    asker = Asker(health.routes(condition, "/base"))
    assert asker.ask("GET", "/base/continuum/health").json == {"ok": True}
    reply = asker.ask("GET", "/base/continuum/ready")
    assert (reply.status, reply.json) == (503, {"ok": False, "why": STARTING})
    condition.warm = True
    assert asker.ask("GET", "/base/continuum/ready").status == 200
    condition.leaving = True
    assert asker.ask("GET", "/base/continuum/ready").json["why"] == LEAVING
    assert asker.ask("GET", "/base/continuum/health").status == 200
    condition.leaving = alive = False
    for path in ("health", "ready"):
        assert asker.ask("GET", f"/base/continuum/{path}").json["why"] == DEAD


@pytest.mark.parametrize("reachable", [True, False])
def test_no_websocket_is_opened_on_a_server_that_leaves(reachable: bool) -> None:
    """Its connection is cut where it can be reached, which every proxy takes to the next server; else it is turned away."""
    condition = Health(lambda: True)
    seen: list[str] = []

    class Protocol:
        if reachable:
            transport = SimpleNamespace(abort=lambda: seen.append("abort"))

        def __init__(self) -> None:
            self.messages = iter(["websocket.connect", "websocket.disconnect"])

        async def receive(self) -> Message:
            return {"type": next(self.messages)}

    async def send(message: Message) -> None:
        seen.append(message["type"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    for leaving in (False, True):
        condition.leaving = leaving
        for kind in ("http", "websocket"):
            asyncio.run(Gate(app, condition)({"type": kind}, Protocol().receive, send))
    assert seen == ["http", "websocket", "http", "abort" if reachable else "websocket.close"]


def status(server: Server) -> int:
    try:
        return ask(server, "/continuum/ready")[0]
    except OSError:
        return 0


@pytest.mark.slow
def test_a_server_that_is_told_to_end_answers_first_and_sends_its_pages_elsewhere(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        until(lambda: status(server) == 200, "the server")
        address = f"ws://127.0.0.1:{server.port}{LIVE}"
        many = pack_request(request(1, SAMPLE, "vae", seed=1, count=1024, temperature=1, source="prior"))
        with connect(address, compression=None, max_size=None) as idle, connect(address, compression=None, max_size=None) as busy:
            idle.send(pack_request(request(1, DECODE, "vae", codes=np.zeros((1, 5)))))
            assert unpack_reply(idle.recv(60)).status == OK
            busy.send(many)
            assert server.process is not None
            began = time.monotonic()
            server.process.terminate()
            assert unpack_reply(busy.recv(60)).status == OK
            until(lambda: status(server) == 503, "word that it leaves")
            for line in (idle, busy):
                with pytest.raises(ConnectionClosed) as ended:
                    line.recv(60)
                assert ended.value.rcvd is not None and ended.value.rcvd.code == SERVICE_RESTART
            with pytest.raises((OSError, WebSocketException)), connect(address, compression=None):
                pass
        server.process.wait(60)
        assert time.monotonic() - began < 30, "it is to be 10 s; three times that on a busy machine"
        assert re.search(r"^stopping: answering \d+ requests?, closing 2 live connections…$", server.said, re.M)
        assert server.said.rstrip().endswith("stopped")
        assert "Traceback" not in server.said
