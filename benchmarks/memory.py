"""One server process with every shipped model opened, beside a process that only imports Streamlit and torch.

    python benchmarks/memory.py

Every model is described, its map fetched, and one image, one wall of samples and one path asked of it over the live
channel, so that classifiers and, where they are on disk, original images are loaded as well. Memory is what is resident.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from websockets.sync.client import connect

from tests.browser.driving import ROOT, Server
from vae.live.wire import schema
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, pack_request, unpack_reply

MOST = 1500.0  # MB

BARE = "import streamlit, torch, sys; print('ready', flush=True); sys.stdin.read()"


def resident(pid: int) -> float:
    """MB of memory that a process has in RAM."""
    return int(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True).stdout) * 1024 / 1e6


def bare() -> float:
    """MB of a process with the two imports."""
    with subprocess.Popen([sys.executable, "-c", BARE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        size = resident(process.pid)
        process.stdin.close()
    return size


def open_all(server: Server) -> list[str]:
    """Use every model once; the names of those that could be."""
    with urllib.request.urlopen(f"{server.url}/continuum/models", timeout=120) as reply:
        models = [model for model in json.load(reply) if model["usable"]]
    with connect(f"{server.url.replace('http', 'ws')}/continuum/live", max_size=None) as live:
        for model in models:
            for address in ("", "/map"):
                urllib.request.urlopen(f"{server.url}/continuum/models/{model['name']}{address}", timeout=120).read()
            ends = {"a": [0.0] * model["latent_dim"], "b": [1.0] * model["latent_dim"]}
            for operation, asked in (
                (schema.IMAGE, {"row": 0}),
                (schema.SAMPLE, {"seed": 1, "count": 64, "temperature": 1, "source": "prior"}),
                (schema.PATH, {"way": "line", "frames": 16, **ends}),
            ):
                live.send(pack_request(request(1, operation, model["name"], **asked)))
                reply = unpack_reply(live.recv(timeout=120))
                if reply.status != OK:
                    sys.exit(f"{model['name']}: {reply.sentence}")
    return [model["name"] for model in models]


def main() -> None:
    server = Server()
    server.start()
    try:
        names = open_all(server)
        ours = resident(server.process.pid)
    finally:
        server.stop()
    alone = bare()
    print("| | resident, MB | ÷ the imports |")
    print("| --- | ---: | ---: |")
    print(f"| import streamlit, torch | {alone:,.0f} | 1 |")
    print(f"| the server with {len(names)} models open | {ours:,.0f} | {ours / alone:.2f} |")
    print(f"\nOurs: ≤ {MOST:,.0f} MB: {'reached' if ours <= MOST else 'missed'}")


if __name__ == "__main__":
    main()
