"""A hand on the map and a newcomer, while eight others ask without pause for the most that one request may.

    python benchmarks/fairness.py [--seconds 8] [--clients 8] [--model scenes-vae]

The most expensive operation is found first, by asking each once for the most that its limits allow. Then eight clients loop on
it, each asking again as soon as it is answered; beside them one client hovers over the map of the default model, 30 places a
second, and again and again somebody new connects, opens an image and draws 64 codes. The peer is the same load with the cheapest
operation in the expensive one's place: one decoded code.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.live.wire import schema
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, Request, pack_request, unpack_reply
from vae.live.wire.schema import AT, DECODE, DEFAULT_MODEL, IMAGE, SAMPLE
from vae.store.atlases import Atlas, load_atlas
from vae.store.checkpoints import find_model

RATE = 30  # places a second that a hand asks for
HOVER, FIRST = 50, 1000  # milliseconds: what they are to be


def serve(listener: socket.socket, *names: str) -> None:
    """Answer on `listener` until the parent closes our standard input."""
    import uvicorn
    from starlette.applications import Starlette

    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.socket import routes

    library = Library("cpu")
    engine = Engine(library)
    engine.start()
    for name in names:
        bundle = engine.warm(name)
        for part in (bundle.judge, bundle.typical, bundle.unfolded, bundle.terrain.density, bundle.terrain.unreal):
            part.get()
    gc.freeze()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print("ready", flush=True)
    uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes(engine, library)), ws="websockets-sansio", log_level="error", lifespan="off")
    ).run([listener])


def most(name: str, atlas: Atlas) -> dict[str, Request]:
    """The largest request of each operation that can be large."""
    dim, a, b = atlas.codes.shape[1], atlas.codes[0], atlas.codes[1]
    low, high = atlas.places.min(0), atlas.places.max(0)
    window = {"x0": low[0], "x1": high[0], "y0": low[1], "y1": high[1]}
    side = int((schema.LIMITS.most_jacobians // (dim + 2)) ** 0.5) or 1
    asked = {
        "vary": {"seed": 1, "count": 1023, "mean": a, "std": np.ones(dim)},
        "sample": {"seed": 1, "count": 1024, "temperature": 1, "source": "prior"},
        "path": {"way": "line", "frames": 1024, "a": a, "b": b},
        "kept": {"seed": 1, "count": 1023, "radius": 1, "code": a},
        "plane": {**window, "columns": 32, "rows": 32},
        "relax": {"start": "line", "segments": 64, "iterations": 4, "a": a, "b": b},
        "handles": {"count": dim, "reach": 3, "code": a},
        "climb": {"stride": 0, "steps": 32, "code": 3 * a},
    }  # fmt: skip
    by_name = {operation.name: operation for operation in schema.LIVE.values()}
    found = {key: request(0, by_name[key], name, **values) for key, values in asked.items()}
    for field in schema.FIELDS:
        cells = side if field == "stretch" else 32
        found[f"terrain {field}"] = request(0, schema.TERRAIN, name, field=field, **window, columns=cells, rows=cells)
    return found


async def trip(client, asked: Request) -> float:
    """Seconds from a request to its answer."""
    sent = time.perf_counter()
    await client.send(pack_request(asked))
    reply = unpack_reply(await client.recv())
    if reply.status != OK:
        raise RuntimeError(reply.sentence)
    return time.perf_counter() - sent


async def loop_on(url: str, asked: Request, until: float) -> int:
    from websockets.asyncio.client import connect

    count = 0
    async with connect(url, compression=None, max_size=None) as client:
        while time.perf_counter() < until:
            await trip(client, asked)
            count += 1
    return count


async def hover(url: str, atlas: Atlas, until: float) -> list[float]:
    from websockets.asyncio.client import connect

    trips, dice = [], np.random.default_rng(0)
    async with connect(url, compression=None) as client:
        event = time.perf_counter()
        while event < until:
            await asyncio.sleep(event - time.perf_counter())
            x, y = atlas.places[dice.integers(len(atlas))]
            trips.append(await trip(client, request(0, AT, DEFAULT_MODEL, x=x, y=y)))
            event += max(1, (time.perf_counter() - event) // (1 / RATE)) / RATE
    return trips


async def visit(url: str, until: float) -> list[tuple[float, float]]:
    """How long newcomers wait for an image and for draws, counted from the moment they connect."""
    from websockets.asyncio.client import connect

    waits = []
    while time.perf_counter() < until:
        began = time.perf_counter()
        async with connect(url, compression=None, max_size=None) as client:
            await trip(client, request(0, IMAGE, DEFAULT_MODEL, row=len(waits)))
            first = time.perf_counter() - began
            await trip(client, request(0, SAMPLE, DEFAULT_MODEL, seed=len(waits), count=64, temperature=1, source="prior"))
            waits.append((first, time.perf_counter() - began))
        await asyncio.sleep(0.2)
    return waits


async def load(url: str, asked: Request, atlas: Atlas, clients: int, seconds: float) -> tuple[str, bool]:
    """A row of the table, and whether it holds the bar."""
    until = time.perf_counter() + seconds
    crowd = [loop_on(url, asked, until) for _ in range(clients)]
    *counts, trips, waits = await asyncio.gather(*crowd, hover(url, atlas, until), visit(url, until))
    p50, p95, worst = 1000 * np.quantile(trips, [0.5, 0.95, 1])
    first, drawn = 1000 * np.max(waits, 0)
    row = f"{sum(counts) / seconds:,.1f} | {len(trips)} | {p50:.1f} | {p95:.1f} | {worst:.0f} | {first:.0f} | {drawn:.0f} | {min(counts)}–{max(counts)}"
    return row, p95 <= HOVER and first <= FIRST


async def measure(url: str, options: argparse.Namespace) -> None:
    from websockets.asyncio.client import connect

    atlas, own = load_atlas(find_model(options.model)), load_atlas(find_model(DEFAULT_MODEL))
    requests = most(options.model, atlas)
    async with connect(url, compression=None, max_size=None) as client:
        await trip(client, requests["relax"])  # torch loads its derivatives
        alone = {}
        for key, asked in requests.items():
            with contextlib.suppress(RuntimeError):  # a floor that these pictures do not have
                alone[key] = await trip(client, asked)
    worst = max(alone, key=lambda key: alone[key])
    print(
        f"{options.model}, alone: "
        + ", ".join(f"{key} {1000 * seconds:.0f} ms" for key, seconds in sorted(alone.items(), key=lambda item: -item[1]))
        + "\n"
    )
    print(
        f"| {options.clients} clients loop on | answers/s | hover events | hover p50 ms | p95 ms | worst ms | newcomer's image, ms at most | and draws | answers of one of them |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    cheap = request(0, DECODE, options.model, codes=atlas.codes[:1])
    held = []
    for title, asked in ((f"{worst}, the most expensive", requests[worst]), ("one decoded code", cheap)):
        row, good = await load(url, asked, own, options.clients, options.seconds)
        print(f"| {title} | {row} |", flush=True)
        held.append(good)
    print(
        f"\nhover p95 ≤ {HOVER:.0f} ms and a newcomer's image ≤ {FIRST:.0f} ms under the most expensive: {'held' if held[0] else 'not held'}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--model", default="scenes-vae")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(socket.socket(fileno=options.serve), options.model, DEFAULT_MODEL)
        return
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    command = [sys.executable, __file__, "--serve", str(listener.fileno()), "--model", options.model]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[listener.fileno()])
    try:
        assert server.stdout is not None
        if server.stdout.readline().strip() != b"ready":
            raise SystemExit("the server did not start")
        asyncio.run(measure(f"ws://127.0.0.1:{listener.getsockname()[1]}/continuum/live", options))
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(10)


if __name__ == "__main__":
    main()
