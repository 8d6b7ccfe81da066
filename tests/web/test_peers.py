"""Peers that do not read, do not ask, or ask without end."""

from __future__ import annotations

import asyncio
import errno
from types import SimpleNamespace

import pytest
from starlette.types import Message, Receive, Scope, Send

from vae.web import peers
from vae.web.peers import GOODBYE, HALF_OPEN, MOST_HELD, MOST_PINGS, MOST_UNREAD, PATIENCE, Pace, Peer, Watch


class Connection:
    """A connection as uvicorn has it, with so many bytes that wait for its peer."""

    def __init__(self, unread: int = 0, http: bool = False) -> None:
        self.transport, self.unread, self.aborted, self.closing = self, unread, False, False
        self.handshake_complete = True
        if http:
            self.cycle = None

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.closing

    def abort(self) -> None:
        self.aborted = True


def watched(*connections: Connection) -> tuple[Watch, SimpleNamespace]:
    server = SimpleNamespace(server_state=SimpleNamespace(connections=set(connections)), should_exit=False)
    return Watch(server), server


def test_a_peer_that_reads_nothing_for_ten_seconds_is_dropped() -> None:
    stalled, slow, idle = Connection(1000), Connection(1000), Connection()
    watch, _ = watched(stalled, slow, idle)
    for second in range(2 * round(PATIENCE)):
        watch.look(float(second))
        slow.unread -= 1
        assert stalled.aborted == (second > PATIENCE)
    assert not slow.aborted and not idle.aborted


def test_a_peer_for_whom_more_and_more_waits_is_dropped_too() -> None:
    flooding = Connection(1)
    watch, _ = watched(flooding)
    for second in range(round(PATIENCE) + 2):
        watch.look(float(second))
        flooding.unread += 1000
    assert flooding.aborted
    large = Connection(MOST_UNREAD + 1)
    watched(large)[0].look(0.0)
    assert large.aborted


def test_where_all_together_leave_too_much_those_go_that_have_done_so_longest() -> None:
    share = MOST_UNREAD - 1
    many = [Connection() for _ in range(MOST_HELD // share + 2)]
    watch, _ = watched(*many)
    for second, connection in enumerate(many):
        watch.look(second / 10)
        connection.unread = share
    watch.look(len(many) / 10)
    aborted = [connection.aborted for connection in many]
    assert aborted[0] and not aborted[-1] and aborted == sorted(aborted, reverse=True)


def test_a_request_that_does_not_come_is_not_waited_for() -> None:
    silent, talking, shaking = Connection(http=True), Connection(http=True), Connection()
    shaking.handshake_complete = False
    watch, _ = watched(silent, talking, shaking)
    for second in range(round(HALF_OPEN) + 2):
        talking.cycle = SimpleNamespace(response_complete=second % 3 == 0)
        watch.look(float(second))
    assert silent.aborted and shaking.aborted and not talking.aborted


def test_a_server_that_stops_waits_two_seconds_for_its_peers() -> None:
    peer = Connection(10)
    watch, server = watched(peer)
    server.should_exit = True
    watch.look(0.0)
    assert not peer.aborted
    watch.look(GOODBYE + 0.1)
    assert peer.aborted
    closing = Connection(10)
    closing.closing = True
    watch, _ = watched(closing)
    watch.look(0.0)
    watch.look(GOODBYE + 0.1)
    assert closing.aborted


def test_a_flood_of_pings_ends_the_connection() -> None:
    written: list[bytes] = []
    peer = object.__new__(Peer)
    peer.loop = SimpleNamespace(time=lambda: 5.0)
    peer.conn = SimpleNamespace(data_to_send=lambda: [b"pong"])
    peer.transport = connection = Connection()
    connection.write = written.append
    for _ in range(MOST_PINGS):
        peer.handle_ping()
    assert len(written) == MOST_PINGS and not connection.aborted
    peer.handle_ping()
    assert len(written) == MOST_PINGS and connection.aborted


@pytest.mark.parametrize(("pieces", "ends"), [([b"a", b"b", None], "disconnect"), ([b"a", b""], "request")])
def test_a_body_that_stops_coming_ends_its_request(monkeypatch: pytest.MonkeyPatch, pieces: list, ends: str) -> None:
    monkeypatch.setattr(peers, "PATIENCE", 0.05)
    waiting = list(pieces)
    got: list[Message] = []

    async def receive() -> Message:
        piece = waiting.pop(0)
        if piece is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not got or (got[-1]["type"] == "http.request" and got[-1]["more_body"]):
            got.append(await receive())

    scope = {"type": "http", "headers": [(b"content-length", b"9")]}
    asyncio.run(asyncio.wait_for(Pace(app)(scope, receive, receive), 60))
    assert got[-1]["type"] == f"http.{ends}"


def test_too_many_connections_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    peers.tell_once(loop)
    for _ in range(2048):
        loop.call_exception_handler({"message": "accept", "exception": OSError(errno.EMFILE, "Too many open files")})
    assert len(caplog.records) == 1 and "Too many open files" in caplog.text
    loop.call_exception_handler({"message": "something else", "exception": ValueError("odd")})
    assert "something else" in caplog.text
    loop.close()


def test_as_many_files_may_be_open_as_the_system_lets_us() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        peers.allow_many_files(300)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 300
        peers.allow_many_files(280)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
