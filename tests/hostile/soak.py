"""Two hundred people who come and go for a while, beside a thousand sockets that say nothing: a bounded script, `make soak`.

    python -m tests.hostile.soak [--minutes 10] [--people 200] [--silent 1000] [--seed 0]

A person opens a page, which runs its script, and the live channel, asks for the model and its map, moves a hand over the map for
some seconds, thirty places a second, looks for some seconds, and goes after a minute or so, now and then without a word; then
somebody else comes. Meanwhile requests without an end are begun, and must be closed. The server is the one people run, with the
shipped models, on the same cores. It fails where what it is to hold does not: the line at the end says which. Linux alone tells
what a process holds.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.browser.driving import Server
from tests.hostile.running import LIVE, resident
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_request, unpack_reply
from vae.live.wire.schema import AT, IMAGE, SAMPLE
from vae.store.atlases import load_atlas
from vae.store.checkpoints import find_model
from vae.web.peers import allow_many_files

MODELS = ("mnist-vae", "mnist-ae", "fashion-mnist-vae", "scenes-vae")
RATE = 30  # places a second under a moving hand
STAY = 60.0  # seconds, on average, that somebody stays
WARM = 0.3  # of the time, after which memory is to stay as it is
TAIL, GROWTH, CLOSED = 100.0, 0.05, 30.0  # milliseconds of the p95, share of memory, seconds until half a request is closed
HALVES = (
    b"",
    b"GET / HTT",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
    b"POST /continuum/captions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\na",
)


@dataclass
class Seen:
    """What has been measured: answers (ms, of pictures under a hand), seconds until half requests were closed, (seconds, bytes) held,
    people who are there and who have come, and what went wrong."""

    answers: array[float] = field(default_factory=lambda: array("f"))
    pages: array[float] = field(default_factory=lambda: array("f"))
    closed: list[float] = field(default_factory=list)
    held: list[tuple[float, int]] = field(default_factory=list)
    there: int = 0
    come: int = 0
    wrong: list[str] = field(default_factory=list)


class Crowd:
    """The people, and those who are none."""

    def __init__(self, server: Server, seed: int, until: float) -> None:
        self._server, self._until = server, until
        self._seeds = itertools.count(1000 * seed)
        self._places = {name: load_atlas(find_model(name)).places for name in MODELS}
        self.seen = Seen()

    async def person(self) -> None:
        """One after the other, in the same chair."""
        dice = np.random.default_rng(next(self._seeds))
        await asyncio.sleep(dice.uniform(0, 10))
        while (left := self._until - time.monotonic()) > 0:
            self.seen.there += 1
            self.seen.come += 1
            try:
                await self._visit(np.random.default_rng(next(self._seeds)), min(left, dice.exponential(STAY)))
            except (OSError, WebSocketException, RuntimeError, TimeoutError) as error:
                self.seen.wrong.append(f"{type(error).__name__}: {error}")
            self.seen.there -= 1
            await asyncio.sleep(dice.exponential(1.0))

    async def _visit(self, dice: np.random.Generator, seconds: float) -> None:
        end, name = time.monotonic() + seconds, MODELS[dice.integers(len(MODELS))]
        began = time.perf_counter()
        await self._get("/")
        where = f"ws://127.0.0.1:{self._server.port}"
        async with connect(f"{where}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=60) as page:
            await self._run_script(page)
            for path in ("", f"/{name}", f"/{name}/map"):
                await self._get(f"/continuum/models{path}")
            async with connect(f"{where}{LIVE}", compression=None, max_size=None, open_timeout=60) as live:
                await trip(live, pack_request(request(0, IMAGE, name, row=int(dice.integers(len(self._places[name]))))))
                self.seen.pages.append(1000 * (time.perf_counter() - began))
                while time.monotonic() < end:
                    await self._move(live, name, dice, dice.uniform(1, 3))
                    if dice.random() < 0.1:
                        await trip(live, pack_request(request(0, SAMPLE, name, seed=1, count=64, temperature=1, source="prior")))
                    await asyncio.sleep(min(dice.uniform(3, 9), max(0.0, end - time.monotonic())))
                if dice.random() < 0.3:  # a closed lid says nothing
                    live.transport.abort()
                    page.transport.abort()

    async def _move(self, live: ClientConnection, name: str, dice: np.random.Generator, seconds: float) -> None:
        places, event = self._places[name], time.perf_counter()
        end = event + seconds
        while event < end:
            await asyncio.sleep(event - time.perf_counter())
            x, y = places[dice.integers(len(places))]
            self.seen.answers.append(1000 * await trip(live, pack_request(request(0, AT, name, x=x, y=y))))
            event += max(1, (time.perf_counter() - event) // (1 / RATE)) / RATE

    async def _run_script(self, page: ClientConnection) -> None:
        """Have Streamlit run the page's script, as its own page does once it is there."""
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        await page.send(asked.SerializeToString())
        async with asyncio.timeout(60):
            while True:
                said = ForwardMsg.FromString(bytes(await page.recv()))
                if said.WhichOneof("type") == "script_finished":
                    return

    async def _get(self, path: str) -> None:
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._server.port}\r\nConnection: close\r\n\r\n".encode())
            head = await reader.readline()
            while await reader.read(1 << 16):
                pass
            writer.close()
        if b" 200 " not in head:
            raise RuntimeError(f"{path} was answered with {head.decode().strip()}")

    async def half(self) -> None:
        """Begin a request without an end, again and again, and wait until it is closed."""
        for number in itertools.count():
            if time.monotonic() > self._until - CLOSED:
                return
            reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
            writer.write(HALVES[number % len(HALVES)])
            began = time.monotonic()
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(4 * CLOSED):
                    while await reader.read(1 << 10):
                        pass
            self.seen.closed.append(time.monotonic() - began)
            writer.close()

    async def look(self, started: float) -> None:
        """Note what the server holds, and say once a minute how it goes."""
        said, answers = time.monotonic(), 0
        print(
            "| minute | people there | come | answers/s | p95 ms | resident, MB |\n| ---: | ---: | ---: | ---: | ---: | ---: |", flush=True
        )
        while (now := time.monotonic()) < self._until:
            self.seen.held.append((now - started, resident(self._server)))
            if now - said >= 60:
                new = self.seen.answers[answers:]
                figures = (
                    f"{len(new) / (now - said):,.0f} | {np.quantile(new, 0.95) if new else np.nan:.1f} | {self.seen.held[-1][1] / 1e6:.0f}"
                )
                print(f"| {(now - started) / 60:.0f} | {self.seen.there} | {self.seen.come} | {figures} |", flush=True)
                said, answers = now, len(self.seen.answers)
            await asyncio.sleep(1)


async def trip(live: ClientConnection, asked: bytes) -> float:
    """Seconds from a request to its answer, which is to be one."""
    sent = time.perf_counter()
    await live.send(asked)
    reply = unpack_reply(bytes(await live.recv()))
    if reply.status != OK:
        raise RuntimeError(reply.sentence)
    return time.perf_counter() - sent


async def soak(server: Server, options: argparse.Namespace) -> bool:
    """Whether all held."""
    started = time.monotonic()
    crowd = Crowd(server, options.seed, started + 60 * options.minutes)
    silent = [await connect(f"ws://127.0.0.1:{server.port}{LIVE}", compression=None, open_timeout=60) for _ in range(options.silent)]
    people = [crowd.person() for _ in range(options.people)]
    await asyncio.gather(crowd.look(started), *people, *(crowd.half() for _ in range(8)))
    seen, warm = crowd.seen, 60 * options.minutes * WARM
    window = max(10.0, 0.1 * 60 * options.minutes)
    last = seen.held[-1][0]
    before = statistics.median(size for at, size in seen.held if warm <= at <= warm + window)
    after = statistics.median(size for at, size in seen.held if at >= last - window)
    p50, p95, worst = np.quantile(seen.answers, [0.5, 0.95, 1])
    alive = sum([await is_answered(line) for line in silent])
    for line in silent:
        line.transport.abort()
    for sentence in dict.fromkeys(seen.wrong):
        print(f"went wrong, {seen.wrong.count(sentence)} times: {sentence}", file=sys.stderr)
    print(f"\n{len(seen.answers):,} pictures under hands: p50 {p50:.1f} ms, p95 {p95:.1f} ms, at most {worst:.0f} ms")
    print(f"{seen.come:,} people came; half of them had their page and first picture within {np.quantile(seen.pages, 0.5):.0f} ms, 95 % within "
          f"{np.quantile(seen.pages, 0.95):.0f} ms, as far as the server goes")  # fmt: skip
    held: dict[str, Callable[[], bool]] = {
        f"p95 {p95:.1f} ms (at most {TAIL:.0f})": lambda: bool(p95 <= TAIL),
        f"memory {before / 1e6:.0f} MB after warm-up, {after / 1e6:.0f} MB at the end, {100 * (after / before - 1):+.1f} % (at most 5)": lambda: (
            after <= (1 + GROWTH) * before
        ),
        f"{alive} of {len(silent)} silent sockets are answered": lambda: alive == len(silent),
        f"{len(seen.closed)} half requests, the last closed after {max(seen.closed, default=0):.1f} s (at most {CLOSED:.0f})": lambda: (
            max(seen.closed, default=0) <= CLOSED
        ),
        f"{len(seen.wrong)} visits went wrong (none)": lambda: not seen.wrong,
        "nothing in the log": lambda: "Traceback" not in server.said,
    }
    for sentence, holds in held.items():
        print(f"{'held' if holds() else 'NOT HELD'}: {sentence}")
    return all(holds() for holds in held.values())


async def is_answered(line: ClientConnection) -> bool:
    """Whether a WebSocket that has said nothing yet, but that it is there, is answered when it does."""
    try:
        async with asyncio.timeout(10):
            await line.send(b"short")
            return isinstance(await line.recv(), bytes)
    except (OSError, WebSocketException, TimeoutError):
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--silent", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    allow_many_files()
    with tempfile.TemporaryDirectory() as folder:
        server = Server({"VAE_CACHE": str(Path(folder) / "cache")})
        server.start()
        try:
            return 0 if asyncio.run(soak(server, options)) else 1
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
