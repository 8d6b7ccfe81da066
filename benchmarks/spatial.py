"""A hand on a slider of a model of large pictures: how many are shown a second, beside the decoder alone.

    python benchmarks/spatial.py [--seconds 5] [--side 256]

The model is a small AutoencoderKL of diffusers with random weights, whose codes are 4 channels on a grid of an eighth of the pictures'
side. A headless Chromium drags Explore's first μ slider; while it moves, the page asks for smaller pictures where full ones do not keep
up, so the sizes that were shown are counted. Beside it the same decodes are made in a plain loop, with all of torch's threads and
nothing else at work. `overhead` is how many times as long a picture takes on the page as the decode of its size does.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import diffusers
import numpy as np
import torch
from playwright.sync_api import Browser, sync_playwright

import vae
from tests.browser import chromium
from tests.browser.checkpoints import put_atlas
from tests.browser.driving import COUNTER, INVITED, Screen, Server
from vae.adapters.adapted import Adapted
from vae.tasks.convert import ConvertRequest, convert
from vae.tasks.import_images import ImportRequest, import_images

NAME, PICTURE, SLIDER = "large", "VAE decoding", "input[aria-label='μ 1']"
MOST = 1.3  # times the decode alone
DOWN, UP = ("DownEncoderBlock2D",) * 4, ("UpDecoderBlock2D",) * 4
# The width of each picture as it is painted.
WATCH = """picture => {
  window.widths = [];
  const canvas = document.querySelector(`canvas[aria-label="${picture}"]`);
  new MutationObserver(() => window.widths.push(canvas.width)).observe(canvas, { attributes: true, attributeFilter: ["data-frames"] });
}"""


def put(folder: Path, side: int) -> None:
    """Make the model below `folder`, with the map of a few codes."""
    for name in ("checkpoints", "datasets"):
        os.environ[f"VAE_{name.upper()}"] = str(folder / name)
    pictures = np.random.default_rng(0).integers(0, 255, (40, side, side, 3), np.uint8)
    np.save(folder / "noise.npy", pictures)
    import_images(ImportRequest(source=folder / "noise.npy", name="noise", size=side))
    torch.manual_seed(0)
    model = diffusers.AutoencoderKL(
        block_out_channels=(16, 32, 64, 64), down_block_types=DOWN, up_block_types=UP, norm_num_groups=8, sample_size=side
    )
    model.save_pretrained(folder / "kl", safe_serialization=True)
    made = convert(ConvertRequest(source=str(folder / "kl"), name=NAME, data="noise", device="cpu"))
    put_atlas(made.folder, "vae", 4 * (side // 8) ** 2)


def dragged(browser: Browser, server: Server, seconds: float) -> Counter[int]:
    """How many pictures of each width were shown in so many seconds of dragging."""
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        for script in (COUNTER, INVITED):
            context.add_init_script(script)
        screen = Screen(context.new_page(), server)
        with urllib.request.urlopen(f"{server.url}/continuum/models/{NAME}", timeout=300) as answer:  # imports diffusers
            answer.read()
        screen.page.set_default_timeout(300_000)
        screen.open(model=NAME)
        box = screen.page.locator(SLIDER).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        screen.page.mouse.move(x, y)
        screen.page.mouse.down()

        def drag(seconds: float) -> None:
            start = time.perf_counter()
            while (passed := time.perf_counter() - start) < seconds:
                screen.page.mouse.move(x + 0.35 * box["width"] * (abs((passed / 1.5 + 0.5) % 2 - 1) * 2 - 1), y)

        drag(2)  # it finds the size that keeps up
        screen.page.evaluate(WATCH, PICTURE)
        drag(seconds)
        return Counter(screen.page.evaluate("window.widths"))


def bare(model: Adapted, side: int, width: int, seconds: float) -> float:
    """Seconds that one decode takes, of a picture of `width`."""
    codes, done = torch.randn(1, model.config.latent_dim), 0
    with torch.inference_mode():
        model.preview(codes, side // width) if width < side else model.paint(codes)
        start = time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            model.preview(codes, side // width) if width < side else model.paint(codes)
            done += 1
    return passed / done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--side", type=int, default=256)
    options = parser.parse_args()
    executable = chromium.find()  # asks Playwright, so before it is at work
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), options.side)
        server = Server()
        server.start()
        try:
            with (
                sync_playwright() as playwright,
                closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser,
            ):
                shown = dragged(browser, server, options.seconds)
        finally:
            server.stop()
        model = vae.load(NAME, "cpu")
        took = {width: bare(model, options.side, width, options.seconds) for width in {options.side, *shown}}
    print("| pictures of | shown a second, dragging | decodes a second, alone |\n| --- | ---: | ---: |")
    for width, seconds in sorted(took.items()):
        print(f"| {width} × {width} | {shown[width] / options.seconds:.1f} | {1 / seconds:.1f} |")
    overhead = options.seconds / sum(count * took[width] for width, count in shown.items())
    whole = options.seconds / sum(shown.values()) / took[options.side]
    print(f"\noverhead: {overhead:.2f}, beside full decodes: {whole:.2f} (≤ {MOST}: {'reached' if overhead <= MOST else 'missed'})")


if __name__ == "__main__":
    main()
