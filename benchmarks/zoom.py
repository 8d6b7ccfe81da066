"""How smoothly the map moves under the hand, with the test set's 10,000 points and with the training set's 60,000 besides.

    python benchmarks/zoom.py [--seconds 3]

A headless Chromium drags the map of a 2-dimensional model to and fro and then turns the wheel over it; counted are the
frames that the page draws meanwhile. The larger map holds the same codes seven times over, slightly moved. The points
are drawn by the processor, whether there is a graphics card or not.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.driving import COUNTER, Screen, Server
from vae.store.atlases import Atlas, load_atlas, save_atlas
from vae.store.checkpoints import find_model

NAME = "mnist-vae-2"
FRAMES = (
    "() => { window.drawn = 0; const count = () => { window.drawn += 1; requestAnimationFrame(count); }; requestAnimationFrame(count); }"
)


def enlarged(folder: Path, times: int) -> None:
    """Put the model into `folder` with its atlas `times` over."""
    target = folder / NAME
    shutil.copytree(find_model(NAME), target)
    atlas = load_atlas(target)
    moved = np.random.default_rng(0).normal(0, 0.02, (times * len(atlas), 2)).astype(np.float32)
    codes = np.tile(atlas.codes, (times, 1)) + moved
    std, labels = np.tile(atlas.std, (times, 1)), np.tile(atlas.labels, times)
    save_atlas(target, Atlas(codes, std, labels, codes, atlas.classes, atlas.settings))


def moves(browser: Browser, times: int, seconds: float) -> tuple[int, float, float]:
    """Points on the map, and frames a second while it is dragged and while it is zoomed."""
    with tempfile.TemporaryDirectory() as folder:
        enlarged(Path(folder), times)
        server = Server({"VAE_CHECKPOINTS": folder, "VAE_DATA": folder})
        server.start()
        try:
            with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
                context.add_init_script(COUNTER)
                screen = Screen(context.new_page(), server)
                screen.open(model=NAME)
                points = int(screen.map().get_attribute("data-points"))
                box = screen.map().bounding_box()
                x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
                mouse, rates = screen.page.mouse, []
                screen.page.evaluate(FRAMES)
                for drag in (True, False):
                    mouse.move(x, y)
                    if drag:
                        mouse.down()
                    screen.page.evaluate("() => { window.drawn = 0; }")
                    start = time.perf_counter()
                    while (passed := time.perf_counter() - start) < seconds:
                        if drag:
                            mouse.move(x + 120 * math.sin(4 * passed), y + 80 * math.sin(3 * passed))
                        else:
                            mouse.wheel(0, 40 if int(passed) % 2 else -40)
                    rates.append(screen.page.evaluate("window.drawn") / (time.perf_counter() - start))
                    if drag:
                        mouse.up()
                return points, *rates
        finally:
            server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds
    executable = chromium.find()  # asks Playwright, so before it is at work
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        rows = [moves(browser, times, seconds) for times in (1, 7)]
    print("| points | frames a second, dragging | zooming |\n| ---: | ---: | ---: |")
    for points, drag, zoom in rows:
        print(f"| {points:,} | {drag:.0f} | {zoom:.0f} |")
    print(f"\n70,000 ÷ 10,000 points: {rows[1][1] / rows[0][1]:.2f} dragging, {rows[1][2] / rows[0][2]:.2f} zooming")


if __name__ == "__main__":
    main()
