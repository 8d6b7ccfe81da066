"""Something that stands between a browser and the server and can be told to pass no WebSocket of ours."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Passes connections on to a port of this machine, and while `blocked` refuses those that ask for the live channel."""

    def __init__(self, port: int) -> None:
        self.blocked = False
        self.refused = 0
        self._behind = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):  # it has been stopped
            while True:
                threading.Thread(target=self._pass, args=(self._door.accept()[0],), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = client.recv(65536)
            if self.blocked and b"/continuum/live" in head.partition(b"\r\n")[0]:
                self.refused += 1
                client.sendall(REFUSED)
                return
            with socket.create_connection(("127.0.0.1", self._behind)) as server:
                server.sendall(head)
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
