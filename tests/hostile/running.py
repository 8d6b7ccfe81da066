"""A server as people run it, with small models, and how hostile peers talk to it."""

from __future__ import annotations

import http.client
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.checkpoints import put_model
from tests.browser.driving import Server

LIVE = "/continuum/live"


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Server]:
    """The app with two models of 2 and 5 numbers in `folder`, on a port of its own."""
    for kind in ("ae", "vae"):
        put_model(folder, kind, kind, dim=5)
        put_model(folder, f"{kind}-2", kind)
    server = Server({"VAE_CHECKPOINTS": str(folder), **environment})
    server.start()
    try:
        yield server
    finally:
        server.stop()


def connection(server: Server) -> http.client.HTTPConnection:
    """One to the server, to ask with whatever headers."""
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers with small letters and body of an answer."""
    line = connection(server)
    line.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
    reply = line.getresponse()
    found = reply.status, {key.lower(): value for key, value in reply.getheaders()}, reply.read()
    line.close()
    return found


def raw(server: Server, text: bytes = b"") -> socket.socket:
    """A bare connection on which `text` has been sent."""
    found = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    found.sendall(text)
    return found


def shaken(server: Server, path: str = LIVE, **headers: str) -> socket.socket:
    """A WebSocket, by hand, so that anything may be sent on it; the answer to the handshake has been read."""
    host = urlsplit(server.url).netloc
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", *(f"{key}: {value}" for key, value in headers.items())]  # fmt: skip
    found = raw(server, "\r\n".join([*lines, "", ""]).encode())
    said = b""
    while b"\r\n\r\n" not in said:
        said += found.recv(1)
    assert b" 101 " in said.splitlines()[0], said
    return found


def frame(payload: bytes, opcode: int = 2, promised: int | None = None) -> bytes:
    """A masked frame of a client, whose head may promise more bytes than follow."""
    length = len(payload) if promised is None else promised
    head = bytes([0x80 | opcode]) + (bytes([0x80 | length]) if length < 126 else b"\xfe" + struct.pack("!H", length) if length < 65536 else
                                     b"\xff" + struct.pack("!Q", length))  # fmt: skip
    return head + b"\0\0\0\0" + payload


def resident(server: Server) -> int:
    """Bytes of memory that the server's process holds."""
    assert server.process is not None
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
