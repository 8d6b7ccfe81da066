"""What strangers do to a running server, and that it goes on as if nothing had been."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.driving import Server
from tests.hostile.running import LIVE, ask, connection, frame, raw, running, shaken
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_request, unpack_reply
from vae.live.wire.schema import DECODE, SAMPLE
from vae.store.folders import ATLAS, MODEL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

STREAM = "/_stcore/stream"


@pytest.fixture(scope="module")
def models_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def server(models_root: Path) -> Iterator[Server]:
    with running(models_root) as server:
        yield server
        assert "Traceback" not in server.said


def answers(server: Server, model: str = "vae") -> bool:
    """Whether a hand on a slider gets its picture."""
    with connect(f"ws://127.0.0.1:{server.port}{LIVE}", compression=None) as client:
        client.send(pack_request(request(1, DECODE, model, codes=np.zeros((1, 5)))))
        return unpack_reply(client.recv(60)).status == OK


@pytest.mark.parametrize(
    "path", ["/", "/models", "/continuum/models", "/continuum/static/main.js", "/_stcore/health", "/_stcore/host-config"]
)
def test_nothing_is_told_under_a_name_that_is_not_ours(server: Server, path: str) -> None:
    status, headers, body = ask(server, path, host="evil.example")
    assert status == 403 and b"does not know itself by that name" in body
    assert "default-src 'self'" in headers["content-security-policy"]
    assert ask(server, path, origin="http://evil.example")[0] == 403


@pytest.mark.parametrize("path", [LIVE, "/continuum/live/studio", STREAM])
@pytest.mark.parametrize("origin", ["http://evil.example", "http://[::1", "null"])
def test_no_channel_is_open_to_a_foreign_page(server: Server, path: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal, connect(f"ws://127.0.0.1:{server.port}{path}", origin=origin):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/", "/continuum/models", "/continuum/plotly.min.js", "/continuum/nothing", "/_stcore/health"])
def test_everything_carries_the_headers(server: Server, path: str) -> None:
    _, headers, _ = ask(server, path)
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_files_overwritten_in_place_end_nothing(server: Server, models_root: Path) -> None:
    assert ask(server, "/continuum/models/ae/map")[0] == 200 and answers(server, "ae")
    for name in (ATLAS, MODEL):
        with (models_root / "ae" / name).open("r+b") as file:
            file.truncate(0)
            file.write(b"nothing")
    assert answers(server, "ae")  # what was read is still there
    assert ask(server, "/continuum/models/ae")[0] == 422
    assert answers(server)


@pytest.mark.parametrize("path", [LIVE, STREAM])
def test_a_frame_that_promises_too_much_ends_its_connection_at_once(server: Server, path: str) -> None:
    with shaken(server, path) as line:
        line.sendall(frame(b"x" * 100, promised=100 << 20))
        assert line.recv(4)[0] & 15 == 8  # close
    assert answers(server)


def test_nothing_is_uploaded_through_streamlit(server: Server) -> None:
    assert ask(server, "/_stcore/upload_file/any/any", "PUT", content_length="0")[0] in (400, 403, 404, 405)


@pytest.mark.parametrize("value", ["bytes=0-0" + ",0-0" * 4000, "bytes=-1", "bytes=9999999999-", "bytes=x", "bytes=5-2", "lines=1-2"])
def test_odd_ranges_are_answered(server: Server, value: str) -> None:
    status, _, body = ask(server, "/continuum/plotly.min.js", range=value)
    assert status in (200, 206, 400, 416) and len(body) < 6e6


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\x16\x03\x01" * 50, b"GET /\0 HTTP/1.1\r\n\r\n",
                                  b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 100_000 + b"\r\n", b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\n\r\n"])  # fmt: skip
def test_what_is_no_request_or_has_headers_without_end_is_refused(server: Server, text: bytes) -> None:
    reply = b""
    try:
        with raw(server, text) as line:
            reply = line.recv(100)
    except ConnectionError:
        return  # it was cut off
    assert reply[:9] in (b"HTTP/1.1 ", b"") and (not reply or reply[9:10] == b"4")


def test_a_traversal_or_a_null_byte_leads_nowhere(server: Server) -> None:
    for path in ("/continuum/static/..%2f..%2fview.py", "/continuum/static/%00", "/continuum/certificates/%00", "/continuum/models/%00/map",
                 "/continuum/certificates/..%2f..%2fae", "/continuum/certificates/%5c%5cevil.example%5cshare", "/continuum/models/%ff"):  # fmt: skip
        status, _, body = ask(server, path)
        assert status in (200, 400, 404) and b"Traceback" not in body, path
        assert status != 200 or body == b'{"state":"none"}', path


def test_a_thousand_silent_sockets_disturb_nobody_and_those_that_never_ask_are_closed(server: Server) -> None:
    idle = [shaken(server) for _ in range(500)]  # pages that lie open: they may stay
    never = [raw(server) for _ in range(250)] + [raw(server, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ") for _ in range(250)]
    began = time.monotonic()
    assert answers(server)
    for line in never:
        with suppress(ConnectionError):
            assert line.recv(100)[:9] in (b"", b"HTTP/1.1 ")  # which waits until it is closed
        line.close()
    assert time.monotonic() - began < 90, "it is to be 30 s; three times that on a busy machine"
    assert answers(server)
    idle[0].sendall(frame(b"short"))
    assert idle[0].recv(2)[0] == 0x82  # it is answered: a binary frame
    for line in idle:
        line.close()


@pytest.mark.parametrize("socket_of", ["live", "studio", "training", "streamlit"])
def test_no_tunnel_is_open_to_a_foreign_page(server: Server, socket_of: str) -> None:
    for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}, {"sec_fetch_site": "cross-site"}):
        assert ask(server, f"/continuum/tunnel/{socket_of}", "POST", content_length="0", **headers)[0] == 403
    assert ask(server, f"/continuum/tunnel/{socket_of}", "POST", content_length="0")[0] == 200


def test_the_page_brings_what_stands_in_for_websockets(server: Server) -> None:
    for path in ("/", "/models"):
        _, headers, body = ask(server, path, accept="text/html", accept_encoding="gzip")
        assert body.index(b"./continuum/static/wire/tunnel.js") < body.index(b"./static/js/index.")
        assert int(headers["content-length"]) == len(body)
    assert b"tunnel.js" not in ask(server, "/continuum/static/main.js", accept="text/html")[2]


def test_a_server_stops_within_ten_seconds_whatever_its_peers_do(models_root: Path, tmp_path: Path) -> None:
    with running(tmp_path) as server:
        lines: list[socket.socket | http.client.HTTPConnection] = []
        many = pack_request(request(1, SAMPLE, "vae", seed=1, count=1024, temperature=1, source="prior"))
        for _ in range(8):
            line = shaken(server)
            line.sendall(frame(many) * 20)  # whose answers nobody reads
            lines += [line, shaken(server, STREAM), raw(server, b"GET / HTT")]
        lines.append(connection(server))
        assert answers(server)
        assert server.process is not None
        before = time.monotonic()
        server.process.terminate()
        server.process.wait(60)
        assert time.monotonic() - before < 30, "it is to be 10 s; three times that on a busy machine"
        for line in lines:
            line.close()
