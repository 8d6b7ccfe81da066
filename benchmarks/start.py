"""From nothing to the first decoded picture in a browser, beside an import that every such app must pay.

    python benchmarks/start.py [--rounds 3]

Each round starts `python -c "import streamlit, torch"` and waits for its end, then starts the app and waits until a
browser, already open, has a decoded picture on its canvas. The first round only fills the disk cache. At the end it asks
whether UMAP was needed for any of that: it takes seconds to import.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.driving import ROOT, Server

MOST = 2.5  # times the import
HEAVY = ("umap", "numba", "llvmlite", "pynndescent")

# What the server imports, and all that is read to show every shipped map.
SHOW = f"""
import sys
from vae.ui.server import library
for name in library.names:
    library.describe(name)
    library.get(name).map
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""


def import_alone() -> float:
    """Seconds of the import."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import streamlit, torch"], cwd=ROOT, check=True)
    return time.perf_counter() - start


def first_picture(browser: Browser) -> tuple[float, set[str]]:
    """Seconds to the first picture, and which heavy libraries the server's process has mapped."""
    server = Server()
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        page = context.new_page()
        start = time.perf_counter()
        server.launch()
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                        break
                if server.process.poll() is not None:
                    sys.exit(f"the server has ended:\n{server.said}")
                time.sleep(0.01)
            page.goto(server.url, wait_until="commit")
            page.wait_for_function(
                "() => [...document.querySelectorAll('canvas[role=img]')].some(canvas => canvas.dataset.frames > 0)",
                timeout=300_000,
                polling="raf",
            )
            return time.perf_counter() - start, mapped(server.process.pid)
        finally:
            server.stop()


def mapped(pid: int) -> set[str]:
    """The heavy libraries with compiled parts that a process has loaded; empty where the system does not tell."""
    maps = Path(f"/proc/{pid}/maps")
    text = maps.read_text() if maps.exists() else ""
    return {name for name in HEAVY if f"/{name}/" in text}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    executable = chromium.find()
    imports, pictures, seen = [], [], set()
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        for _ in range(1 + options.rounds):
            imports.append(import_alone())
            seconds, loaded = first_picture(browser)
            pictures.append(seconds)
            seen |= loaded
    alone, ours = statistics.median(imports[1:]), statistics.median(pictures[1:])
    print("| | s, median | ÷ the import |")
    print("| --- | ---: | ---: |")
    print(f"| python -c 'import streamlit, torch' | {alone:.1f} | 1 |")
    print(f"| process start → first decoded picture in the browser | {ours:.1f} | {ours / alone:.2f} |")
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ
    ).stdout.split()
    seen |= set(shown)
    print(f"\nImported to show all shipped maps of {', '.join(HEAVY)}: {', '.join(sorted(seen)) or 'none'}")
    print(f"Ours: ≤ {MOST} times the import and no UMAP: {'reached' if ours <= MOST * alone and not seen else 'missed'}")


if __name__ == "__main__":
    main()
