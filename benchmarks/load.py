"""Many people on one live channel: our engine and socket beside the simplest server that could do the same.

    python benchmarks/load.py [--seconds 4] [--rounds 3] [--clients 1 20 60 100]

Every client drags a μ slider: 30 events a second, one decode request in flight, the newest event sent on reply. The
simplest server answers each request with a forward pass of its own on the event loop; both send the same frames (the
picture and its place on the map) of the same model, over loopback, each from a process of its own. The clients run in
another process on the same cores. Both servers are measured in turn, round by round, and the table pools the rounds.

It takes `checkpoints/mnist-vae` if it is there, and otherwise an untrained model of the same size.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.latent.sampling import noise
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_reply, pack_request, unpack_reply, unpack_request
from vae.live.wire.schema import DECODE
from vae.models import ModelConfig, build
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import find_model, model_names, read_config, save_model

NAME = "mnist-vae"
RATE = 30  # events a second and client


# --- servers ---------------------------------------------------------------------------------------------------


def serve(kind: str, listener: socket.socket) -> None:
    """Run one of the two servers on `listener` until the parent closes our standard input."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import WebSocketRoute

    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.socket import routes

    logging.disable(logging.INFO)  # a line for every connection would be part of what is measured
    library = Library("cpu")
    if kind == "ours":
        engine = Engine(library)
        engine.start()
        engine.warm(NAME)
        app = Starlette(routes=routes(engine, library))
    else:
        app = Starlette(routes=[WebSocketRoute("/continuum/live", simplest(library.get(NAME)))])
    gc.freeze()  # as the app does once it is warm: a collection of torch's modules would be the slowest thing here
    threading.Thread(target=attend, daemon=True).start()
    config = uvicorn.Config(app, ws="websockets-sansio", ws_per_message_deflate=False, log_level="error", access_log=False, lifespan="off")
    print("ready", flush=True)
    uvicorn.Server(config).run([listener])


def attend() -> None:
    """Tell the parent how much processor time this process has used whenever it asks, and go when it goes."""
    for _ in sys.stdin:
        print(time.process_time(), flush=True)
    os._exit(0)


def simplest(bundle):
    """The WebSocket endpoint that anybody would write first: it decodes where it stands."""
    import torch
    from starlette.websockets import WebSocket

    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        async for frame in websocket.iter_bytes():
            asked = unpack_request(frame)
            with torch.inference_mode():
                codes = torch.from_numpy(asked.payload).reshape(-1, bundle.model.config.latent_dim)
                pixels = bundle.model.decode(codes).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
                places = bundle.map.place(codes)
            await websocket.send_bytes(pack_reply(asked.seq, [pixels, places]))

    return endpoint


# --- clients ---------------------------------------------------------------------------------------------------


async def drag(client, dim: int, start: float, seconds: float) -> list[float]:
    """One client's round trips in seconds."""
    trips: list[float] = []
    mean = np.zeros(dim, np.float32)
    event = start
    while event < start + seconds:
        await asyncio.sleep(event - time.perf_counter())
        mean[0] = np.sin(3 * event)
        sent = time.perf_counter()
        await client.send(pack_request(request(len(trips), DECODE, NAME, codes=mean[None])))
        reply = unpack_reply(await client.recv())
        trips.append(time.perf_counter() - sent)
        if (reply.seq, reply.status) != (len(trips) - 1, OK):
            raise RuntimeError(f"wrong reply: {reply.sentence}")
        # The newest event is sent at once; those before it, which nobody would have seen, are not.
        event += max(1, (time.perf_counter() - event) // (1 / RATE)) / RATE
    return trips


async def crowd(port: int, dim: int, clients: int, turn: int, seconds: float) -> list[list[float]]:
    """The round trips of `clients` clients at once. Like people, they keep no step: each starts at a random time of its own."""
    from websockets.asyncio.client import connect

    async with contextlib.AsyncExitStack() as stack:
        url = f"ws://127.0.0.1:{port}/continuum/live"
        sockets = [await stack.enter_async_context(connect(url, compression=None)) for _ in range(clients)]
        start = time.perf_counter() + 0.2
        phases = np.random.default_rng(turn).random(clients) / RATE  # the same for both servers
        return await asyncio.gather(*(drag(client, dim, start + phase, seconds) for client, phase in zip(sockets, phases, strict=True)))


def attract() -> None:
    """Be a crowd whenever the parent asks for one, until it goes."""
    for line in sys.stdin:
        print(json.dumps(asyncio.run(crowd(*json.loads(line)))), flush=True)


# --- the table -------------------------------------------------------------------------------------------------


def child(*words: object, **settings: object) -> subprocess.Popen:
    """This script again, as another process that we talk to in lines."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    return subprocess.Popen([sys.executable, __file__, *map(str, words)], **pipes, **settings)


def start(kind: str) -> tuple[subprocess.Popen, int]:
    """A server process and its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    process = child("--serve", kind, listener.fileno(), pass_fds=[listener.fileno()])
    if process.stdout.readline().strip() != "ready":
        raise SystemExit(f"the {kind} server did not start")
    return process, listener.getsockname()[1]


@dataclass(frozen=True)
class Round:
    """The round trips of every client in seconds, and the processor time the server used for them."""

    trips: list[list[float]]
    work: float


@dataclass(frozen=True)
class Figures:
    """A row of the table: replies per second, p50 and p95 in ms, slowest ÷ median client's p95, server's ms of work per reply."""

    rate: float
    median: float
    tail: float
    unfair: float
    work: float


def measure(people: subprocess.Popen, server: tuple[subprocess.Popen, int], dim: int, clients: int, turn: int, seconds: float) -> Round:
    """Let `people`, the process of the clients, be a crowd for one server."""
    process, port = server
    before = used(process)
    people.stdin.write(json.dumps([port, dim, clients, turn, seconds]) + "\n")
    trips = people.stdout.readline()
    if not trips:
        raise SystemExit("the clients' process has ended; see above")
    return Round(json.loads(trips), used(process) - before)


def used(process: subprocess.Popen) -> float:
    """The processor time a server has used, in seconds."""
    process.stdin.write("?\n")
    return float(process.stdout.readline())


def figures(rounds: list[Round], seconds: float) -> Figures:
    """What `rounds` of one server come to together."""
    trips = [1000 * trip for part in rounds for client in part.trips for trip in client]
    slow = [[np.quantile(client, 0.95) for client in part.trips] for part in rounds]
    unfair = statistics.mean(max(clients) / statistics.median(clients) for clients in slow)
    work = 1000 * sum(part.work for part in rounds) / len(trips)
    return Figures(len(trips) / seconds / len(rounds), *np.quantile(trips, [0.5, 0.95]), unfair, work)


def stand_in(root: Path) -> None:
    """An untrained model of the shipped one's size, with 10,000 random codes."""
    codes = noise(10_000, 16, 0)
    save_model(root / NAME, build(ModelConfig(kind="vae", latent_dim=16, image_shape=(1, 28, 28), data="mnist", beta=1.0)))
    labels, settings = np.zeros(len(codes), np.uint8), {"method": "umap", "splits": ["test"]}
    atlas = Atlas(codes, np.ones_like(codes), labels, codes[:, :2].copy(), ("0",), settings)
    save_atlas(root / NAME, atlas)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 20, 60, 100])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--crowd", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], socket.socket(fileno=int(options.serve[1])))
        return
    if options.crowd:
        attract()
        return

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        if NAME not in model_names():
            os.environ["VAE_CHECKPOINTS"] = str(folder)
            stand_in(folder)
        config = read_config(find_model(NAME))
        print(f"{NAME}, {config.latent_dim} dimensions, hidden {config.hidden}; {os.cpu_count()} cores shared by server and clients\n")
        servers = {kind: start(kind) for kind in ("ours", "simple")}
        people = child("--crowd")
        try:
            report(people, servers, config.latent_dim, options)
        finally:
            for process in (people, *(process for process, _ in servers.values())):
                process.stdin.close()
                process.wait(10)


def report(people: subprocess.Popen, servers: dict[str, tuple[subprocess.Popen, int]], dim: int, options: argparse.Namespace) -> None:
    """Measure and print the table."""
    print("| clients | server | replies/s | p50 ms | p95 ms | slowest ÷ median client | server's work, ms a reply | p95, ours ÷ simple |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for server in servers.values():
        measure(people, server, dim, 2, 0, 1)  # what is done once, such as imports at the first connection, is not what is measured
    for clients in options.clients:
        rounds: dict[str, list[Round]] = {kind: [] for kind in servers}
        for turn in range(options.rounds):
            for kind in sorted(servers, reverse=turn % 2 == 1):  # neither is always the first
                rounds[kind].append(measure(people, servers[kind], dim, clients, turn, options.seconds))
        table = {kind: figures(rounds[kind], options.seconds) for kind in servers}
        for kind, row in table.items():
            ratio = f"{row.tail / table['simple'].tail:.2f}" if kind == "ours" else ""
            times = f"{row.median:.1f} | {row.tail:.1f} | {row.unfair:.1f} | {row.work:.2f}"
            print(f"| {clients} | {kind} | {row.rate:,.0f} of {RATE * clients:,} | {times} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
