"""How much memory peers can have a running server hold: a bounded script.

    python -m tests.hostile.memory [--seconds 12]

Each attack runs for some seconds against a server of its own kind of run, with the shipped models; its resident memory before and
at most meanwhile is printed. It fails where one makes it grow by more than 150 MB. Linux alone tells what a process holds.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from websockets.sync.client import connect

from tests.browser.driving import Server
from tests.hostile import running
from tests.hostile.running import LIVE, frame, raw, resident, shaken
from vae.data.scenes import word_ids
from vae.live.wire.asking import request
from vae.live.wire.frames import pack_request, unpack_reply
from vae.live.wire.schema import DRAW, SAMPLE
from vae.web.tunnel import MOST_TUNNELS

MOST = 150e6  # bytes that it may grow by
STUDIO = "/continuum/live/studio"
WORDS = word_ids([("red", "apple", "nothing", "nothing", "nothing", "white")])[0]


def drawing(seed: int, count: int = 32) -> bytes:
    return pack_request(request(1, DRAW, "dalle", seen=-1, count=count, seed=seed, guidance=3, temperature=1, top_k=64, words=WORDS))


def draws(seed: int, count: int = 1024) -> bytes:
    return pack_request(request(1, SAMPLE, "scenes-vae", seed=seed, count=count, temperature=1, source="prior"))


def ask(server: Server, path: str, message: bytes) -> None:
    with connect(f"ws://127.0.0.1:{server.port}{path}", compression=None, max_size=None, open_timeout=60) as client:
        client.send(message)
        unpack_reply(client.recv(120))


def unfinished(server: Server) -> list[socket.socket]:
    """Frames that promise 200 MB, and parts of messages that never end."""
    lines = []
    for path in (LIVE, "/_stcore/stream") * 10:
        for promised in (200 << 20, 3 << 20):
            line = shaken(server, path)
            with suppress(OSError):
                line.sendall(frame(bytes(3 << 20), promised=promised + 10))
            lines.append(line)
    return lines


def unread(server: Server) -> list[socket.socket]:
    """A hundred clients who ask for as much as they may and read nothing."""
    lines = [shaken(server) for _ in range(100)]
    for seed, line in enumerate(lines):
        with suppress(OSError):
            line.sendall(frame(draws(seed)) * 3)
    return lines


def unheard(server: Server) -> list[socket.socket]:
    """As many tunnels as there may be, through which as much is asked, and nobody comes for the answers."""
    bodies = b"".join(struct.pack("<I", len(each)) + each for each in (draws(seed) for seed in range(3)))
    opened = 0
    for _ in range(MOST_TUNNELS):
        status, _, said = running.ask(server, "/continuum/tunnel/live", "POST", content_length="0")
        if status == 200:
            line = running.connection(server)
            line.request("POST", f"/continuum/tunnel/open/{json.loads(said)['tunnel']}", bodies)
            opened += line.getresponse().status < 300
            line.close()
    if opened < MOST_TUNNELS // 2:
        raise SystemExit(f"of {MOST_TUNNELS} tunnels {opened} took requests")
    return []


def pings(server: Server) -> list[socket.socket]:
    """Pings without end, whose answers nobody reads."""
    lines = [shaken(server, path) for path in (LIVE, "/_stcore/stream") * 4]
    flood = frame(b"x" * 125, opcode=9) * 4000
    for _ in range(20):
        for line in lines:
            with suppress(OSError):
                line.sendall(flood)
    return lines


def drawings(server: Server) -> list[socket.socket]:
    """Sixty drawings of thirty-two pictures at once."""
    lines = [shaken(server, STUDIO) for _ in range(60)]
    for seed, line in enumerate(lines):
        line.sendall(frame(drawing(seed + 100)))
    return lines


def silent(server: Server) -> list[socket.socket]:
    """Connections that say nothing, half a request, or a body a byte at a time."""
    lines = [raw(server) for _ in range(500)]
    lines += [raw(server, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ") for _ in range(250)]
    head = b"POST /continuum/captions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\na"
    return lines + [raw(server, head) for _ in range(250)]


ATTACKS: tuple[Callable[[Server], list[socket.socket]], ...] = (unfinished, unread, unheard, pings, drawings, silent)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("attacks", nargs="*", help="by name; all of them if none is named")
    options = parser.parse_args()
    failed = False
    server = Server()
    server.start()
    try:
        ask(server, LIVE, draws(0))
        ask(server, STUDIO, drawing(0))
        time.sleep(12)  # derivatives are loaded, the first drawing ends
        print("| attack | resident before, MB | at most, MB | grown by, MB | connections left |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for attack in ATTACKS:
            if options.attacks and attack.__name__ not in options.attacks:
                continue
            before, seen, ended = resident(server), [0], threading.Event()

            def watch(seen: list[int] = seen, ended: threading.Event = ended) -> None:
                while not ended.wait(0.05):
                    seen[0] = max(seen[0], resident(server))

            watcher = threading.Thread(target=watch)
            watcher.start()
            lines = attack(server)
            time.sleep(options.seconds)
            ended.set()
            watcher.join()
            left = sum(map(is_open, lines))
            for line in lines:
                line.close()
            grown = seen[0] - before
            failed |= grown > MOST
            print(
                f"| {attack.__name__} | {before / 1e6:.0f} | {seen[0] / 1e6:.0f} | {grown / 1e6:.0f} | {left} of {len(lines)} |", flush=True
            )
            ask(server, LIVE, draws(1, 4))  # it still answers
    finally:
        server.stop()
    print(f"\nthe bar is {MOST / 1e6:.0f} MB: {'passed over' if failed else 'held'}")
    return int(failed)


def is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        while line.recv(1 << 20):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
