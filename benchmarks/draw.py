"""Drawing from captions: how soon the first token and the last are on the wire, and what fifty who draw cost who drags a slider.

    python benchmarks/draw.py [--rounds 5] [--people 50] [--sliders 4] [--seconds 30]

Everything goes over the app's own WebSockets on loopback: server and clients share this machine's cores. The peer is the
same transformer without its cache, which reads all of a picture again for every token; it writes the same tokens. With
`checkpoints/dalle` the shipped painter is measured, else an untrained one of the same size.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vae.data.scenes import ANY, WORDS, random_scenes, word_ids
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_request, unpack_reply
from vae.live.wire.schema import DECODE, DRAW
from vae.store.checkpoints import find_model
from vae.store.files import write_json
from vae.store.folders import CONFIG, MODEL, PAINTER
from vae.store.painters import painter_names
from vae.store.tensors import write_tensors

SLIDER, DALLE = "mnist-vae", "dalle"
COUNT, CELLS, RATE = 32, 64, 30
SETTINGS = {"guidance": 3.0, "temperature": 1.0, "top_k": 64}
PEER = 4  # pictures that the peer draws; all 32 would take it minutes


def serve(listener: socket.socket) -> None:
    """The live channel and the studio, until the parent closes our standard input."""
    import uvicorn
    from starlette.applications import Starlette

    from vae.live import gallery
    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.socket import routes
    from vae.live.studio import Studio

    logging.disable(logging.INFO)
    library = Library("cpu")
    engine, studio = Engine(library), Studio()
    engine.start()
    studio.start()
    engine.warm(SLIDER)
    studio.warm(DALLE)
    gc.freeze()
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    app = Starlette(routes=[*routes(engine, library), *gallery.routes(studio)])
    config = uvicorn.Config(app, ws="websockets-sansio", ws_per_message_deflate=False, log_level="error", access_log=False, lifespan="off")
    print("ready", flush=True)
    uvicorn.Server(config).run([listener])


@dataclass
class Drawing:
    """What one who draws has got so far: seconds to the first token and to the last (NaN where there is none yet), cells, bytes."""

    first: float = np.nan
    last: float = np.nan
    cells: int = 0
    size: int = 0


async def draw(port: int, seed: int, drawing: Drawing) -> Drawing:
    """Draw 32 pictures as the page does."""
    from websockets.asyncio.client import connect

    words = word_ids([random_scenes(1, seed)[0].words])[0]
    async with connect(f"ws://127.0.0.1:{port}/continuum/live/studio", compression=None, max_size=None) as client:
        start, seen = time.perf_counter(), -1
        while True:
            await client.send(pack_request(request(1, DRAW, DALLE, seen=seen, count=COUNT, seed=seed, words=words, **SETTINGS)))
            frame = await client.recv()
            reply = unpack_reply(frame)
            if reply.status != OK:
                raise RuntimeError(reply.sentence)
            answer = answer_of(DRAW, reply.arrays)
            drawing.size += len(frame)
            drawing.cells = answer["progress"]["at"]
            if len(answer["tokens"]):
                seen = drawing.cells
                drawing.first = np.fmin(drawing.first, time.perf_counter() - start)
            if len(answer["order"]):
                drawing.last = time.perf_counter() - start
                return drawing


async def drag(port: int, phase: float, until: asyncio.Event) -> list[float]:
    """A hand on a slider: round trips in seconds, 30 events a second, until told to stop."""
    from websockets.asyncio.client import connect

    trips, mean = [], np.zeros(16, np.float32)
    async with connect(f"ws://127.0.0.1:{port}/continuum/live", compression=None) as client:
        event = time.perf_counter() + phase
        while not until.is_set():
            await asyncio.sleep(max(0, event - time.perf_counter()))
            mean[0] = np.sin(3 * event)
            sent = time.perf_counter()
            await client.send(pack_request(request(1, DECODE, SLIDER, codes=mean[None])))
            if unpack_reply(await client.recv()).status != OK:
                raise RuntimeError("the slider got no picture")
            trips.append(time.perf_counter() - sent)
            event += max(1, (time.perf_counter() - event) // (1 / RATE)) / RATE
    return trips


async def crowd(port: int, people: int, sliders: int, seconds: float) -> tuple[list[float], list[Drawing]]:
    """Slider round trips while `people` draw for a while, and how far they came; who is dropped raises an error."""
    until = asyncio.Event()
    hands = [asyncio.create_task(drag(port, i / RATE / sliders, until)) for i in range(sliders)]
    drawings = [Drawing() for _ in range(people)]
    tasks = [asyncio.create_task(draw(port, 1000 + seed, drawing)) for seed, drawing in enumerate(drawings)]
    await asyncio.sleep(seconds)
    until.set()
    trips = [trip for part in await asyncio.gather(*hands) for trip in part]
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result
    return trips, drawings


def beside_uncached() -> tuple[float, float]:
    """Seconds for a few pictures' tokens with the cache and without it, on one thread; both must be the same."""
    import torch

    from vae.drawing.painter import load_painter

    torch.set_num_threads(1)
    painter = load_painter(DALLE, "cpu")
    words = random_scenes(1, 0)[0].words
    guidance, temperature, top_k = SETTINGS.values()
    with torch.inference_mode():
        painter.start(words, PEER).advance(2)
        start = time.perf_counter()
        drawing = painter.start(words, PEER, guidance=guidance, temperature=temperature, top_k=top_k)
        drawing.advance(CELLS)
        cached = time.perf_counter() - start
        twin = painter.start(words, PEER, guidance=guidance, temperature=temperature, top_k=top_k)
        prompt = torch.cat([painter.embed(words)[None].expand(PEER, -1, -1), painter.embed([ANY] * 6)[None].expand(PEER, -1, -1)])
        written = torch.zeros(2 * PEER, CELLS, dtype=torch.int64)
        dice = [np.random.default_rng((0, row)) for row in range(PEER)]
        start = time.perf_counter()
        for cell in range(CELLS):
            logits = painter.transformer(prompt, written)[1][:, cell]
            noise = np.stack([each.random(painter.codebook_size, np.float32) for each in dice])
            written[:, cell] = twin._choose(logits, noise).repeat(2)
        uncached = time.perf_counter() - start
    if not torch.equal(written[:PEER], drawing.tokens):
        print("(the peer's tokens differ in some cells: rounding tipped a choice)")
    return cached, uncached


def stand_in(root: Path) -> None:
    """An untrained painter of the shipped one's size, beside the shipped models."""
    import torch

    from vae.drawing.painter import MAP
    from vae.models.clip import Clip
    from vae.models.discrete import ScalarTokenizer
    from vae.models.transformer import Transformer

    torch.manual_seed(0)
    tokenizer = ScalarTokenizer()
    size = tokenizer.codebook_size
    parts = {"tokenizer": (tokenizer, {"kind": "fsq"}), "transformer": (Transformer(len(WORDS), size), {"kind": "transformer", "codebook_size": size, "width": 192, "layers": 6}),
             "clip": (Clip(len(WORDS), WORDS.index(ANY)), {"kind": "clip"})}  # fmt: skip
    for name, (model, config) in parts.items():
        write_tensors(root / DALLE / name / MODEL, model.state_dict())
        write_json(root / DALLE / name / CONFIG, config | {"encoder_sha256": tokenizer.encoder_sha256})
    write_tensors(root / DALLE / MAP, {"places": torch.randn(size, 2)})
    write_json(root / DALLE / PAINTER, {"kind": "dalle", "tokenizer": "tokenizer"})
    (root / SLIDER).symlink_to(find_model(SLIDER))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--sliders", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(socket.socket(fileno=options.serve))
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:
        shipped = DALLE in painter_names()
        if not shipped:
            stand_in(Path(folder))
            os.environ["VAE_CHECKPOINTS"] = folder
        print(
            f"{'the shipped painter' if shipped else 'an untrained painter of the same size'}; {os.cpu_count()} cores shared by server and clients\n"
        )
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        command = [sys.executable, __file__, "--serve", str(listener.fileno())]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[listener.fileno()])
        ending.callback(lambda: (server.stdin.close(), server.wait(10)))
        if server.stdout.readline().strip() != b"ready":
            raise SystemExit("the server did not start")
        report(listener.getsockname()[1], options)


def report(port: int, options: argparse.Namespace) -> None:
    """Measure and print."""
    print("| what | ours | aim or peer |\n| --- | ---: | --- |", flush=True)
    alone = [asyncio.run(draw(port, seed, Drawing())) for seed in range(options.rounds)]
    first, last, size = (np.median([getattr(each, fact) for each in alone]) for fact in ("first", "last", "size"))
    print(f"| first token of 32 pictures, median of {options.rounds} | {1000 * first:.0f} ms | ≤ 150 ms |")
    print(f"| all 64 tokens of 32 pictures, ranked | {last:.2f} s, {size / 1e6:.1f} MB | ≤ 2 s |", flush=True)
    cached, uncached = beside_uncached()
    print(
        f"| {PEER} pictures' tokens | {cached:.2f} s | without the cache {uncached:.2f} s; ours ÷ peer {cached / uncached:.2f} |",
        flush=True,
    )
    quiet, _ = asyncio.run(crowd(port, 0, options.sliders, 5))
    trips, drawings = asyncio.run(crowd(port, options.people, options.sliders, options.seconds))
    median, tail = (1000 * np.quantile(trips, share) for share in (0.5, 0.95))
    before = ", ".join(f"{1000 * np.quantile(quiet, share):.1f}" for share in (0.5, 0.95))
    cells, waits = [drawing.cells for drawing in drawings], [drawing.first for drawing in drawings]
    print(f"| slider p50, p95 while {options.people} draw | {median:.1f}, {tail:.1f} ms | p95 ≤ 100 ms; while nobody draws {before} ms |")
    print(
        f"| their cells after {options.seconds:.0f} s, fewest and most | {min(cells)}, {max(cells)} of {CELLS} | everybody in turn, nobody dropped |"
    )
    print(f"| their first token, median and worst | {np.median(waits):.1f}, {np.max(waits):.1f} s | |")


if __name__ == "__main__":
    main()
