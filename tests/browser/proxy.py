"""A proxy as apps are put behind: it takes a path off, names another host, or speaks TLS."""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import ssl
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit


class Proxy:
    """Passes every connection on to an app on this machine, HTTP and WebSocket; while `blocked` it lets no WebSocket through, while `deaf` nothing
    of the live channel, nor what stands in for it.

    One connection carries one request, so that everything after its head can go through as it is.

    Parameters
    ----------
    app : address of the app, as in http://127.0.0.1:8501
    prefix : path that is taken off before a request goes on; what is asked for outside of it is answered with 404 and kept in `strays`
    host : what the browser calls the proxy; the app is told its own name, whatever this is
    certificate : certificate and key in one PEM file; with it, the browser must speak TLS
    """

    def __init__(self, app: str, *, prefix: str = "", host: str = "127.0.0.1", certificate: Path | None = None) -> None:
        self.strays: list[str] = []
        self.blocked = self.deaf = False
        self.refused = 0
        self._app = urlsplit(app)
        self._prefix = prefix
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):  # either side may go whenever it likes
                    proxy._serve(self.request)

        socketserver.ThreadingTCPServer.daemon_threads = True
        socketserver.ThreadingTCPServer.request_queue_size = 128  # a page opens many connections at once
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://{host}:{self._server.server_address[1]}{prefix}{self._app.path}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Accept nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, browser: socket.socket) -> None:
        if self._context is not None:
            browser = self._context.wrap_socket(browser, server_side=True)
        head, rest = b"", b""
        while b"\r\n\r\n" not in head:
            part = browser.recv(65536)
            if not part:
                return
            head += part
        head, _, rest = head.partition(b"\r\n\r\n")
        request, *lines = head.decode("latin-1").split("\r\n")
        method, path, version = request.split(" ")
        if not path.startswith(f"{self._prefix}/"):
            self.strays.append(path)
            browser.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        upgrade = any(line.lower().startswith("upgrade:") for line in lines)
        if (self.blocked and upgrade) or (self.deaf and ("/continuum/live" in path or "/continuum/tunnel/" in path)):
            self.refused += 1
            browser.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        dropped = ("host:",) if upgrade else ("host:", "connection:")
        lines = [line for line in lines if not line.lower().startswith(dropped)]
        lines += [f"Host: {self._app.netloc}", *([] if upgrade else ["Connection: close"])]
        head = "\r\n".join([f"{method} {path[len(self._prefix) :]} {version}", *lines, "", ""])
        with socket.create_connection((self._app.hostname, self._app.port)) as app:
            app.sendall(head.encode("latin-1") + rest)
            _relay(browser, app)


def _relay(browser: socket.socket, app: socket.socket) -> None:
    """Pass everything on, both ways, until either side ends. In one thread: a TLS connection must not be read and written by two."""
    with selectors.DefaultSelector() as selector:
        for source, target in ((browser, app), (app, browser)):
            selector.register(source, selectors.EVENT_READ, target)
        while True:
            for key, _ in selector.select():
                if not _pass_on(key.fileobj, key.data):
                    return


def _pass_on(source: socket.socket, target: socket.socket) -> bool:
    """Pass on what has come; False once nothing will come any more."""
    while True:
        source.setblocking(False)
        try:
            part = source.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        finally:
            source.setblocking(True)
        if not part:
            return False
        target.sendall(part)


def certificate(folder: Path, host: str) -> Path:
    """A self-signed certificate for `host` with its key, in one PEM file."""
    path, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{host}", "-keyout", key, "-out", path], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path
