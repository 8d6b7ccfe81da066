"""The decoded landscape under a moving map, and a hand on a slider while the ground is being worked out.

    python benchmarks/landscape.py [--seconds 3]

A headless Chromium drags Compare's maps, whose floor is decoded pictures (24×24 of them in each of the two models), and counts
how often each floor is laid anew. Then it drags Explore's first μ slider while the map's floor is worked out tile by tile,
over and over: `event → painted` is reckoned as in `drag.py`. Last, how long the ground takes to be there: from its first choice
to the first picture and to the finest cells, for an autoencoder and a VAE side by side, all that must be loaded once included.

The peer beside us is Streamlit alone: `st.slider` + `st.image`, which `drag.py` measures. It has no landscape to compare.
"""

from __future__ import annotations

import argparse
import math
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, sync_playwright

from benchmarks.drag import drag, hold, serving, to_and_fro, visiting
from tests.browser import chromium
from tests.browser.driving import Screen, Server

GROUNDS = ("cycle-gap", "stretch", "density", "entropy")
LEAST_FPS, LONGEST, FIRST, FINEST = 20.0, 50.0, 200.0, 2000.0  # pictures a second; milliseconds

# Resolves with the milliseconds from the choice of a floor to its first painting and to the end of its last tile.
GROUND = """name => new Promise(done => {
  const choice = document.querySelector("select[aria-label='Floor of the map']"), floors = [...document.querySelectorAll("canvas.ctm-floor")];
  const paintings = [];
  let calm = 0, first = new Map();
  const observer = new MutationObserver(records => { for (const { target } of records) if (!target.hidden) { paintings.push(performance.now()); if (!first.has(target)) first.set(target, performance.now()); } });
  for (const floor of floors) observer.observe(floor, { attributes: true, attributeFilter: ["data-frames"] });
  const start = performance.now();
  choice.value = name;
  choice.dispatchEvent(new Event("change"));
  const look = () => {
    const live = window.liveTest;
    calm = live.waiting || first.size < floors.length ? 0 : calm + 1;
    if (calm < 20) return requestAnimationFrame(look);
    observer.disconnect();
    done([Math.max(...first.values()) - start, paintings.at(-1) - start]);
  };
  look();
})"""

# Chooses no floor and then the floor again, over and over: what has been worked out is forgotten each time.
AGAIN = """name => {
  const choice = document.querySelector("select[aria-label='Floor of the map']");
  window.again = setInterval(() => { for (const value of ["none", name]) { choice.value = value; choice.dispatchEvent(new Event("change")); } }, 700);
}"""


def landscape(browser: Browser, server: Server, dim: int, seconds: float) -> tuple[float, float]:
    """Pictures laid under each of the two maps in a second while one of them, then the other is dragged; and the smaller of both."""
    with visiting(browser) as page:
        screen = Screen(page, server)
        screen.open("/compare", dim=dim, show="plane" if dim == 2 else "path", floor="pictures")
        found = []
        for name in ("AE latent map", "VAE latent map"):
            box = screen.map(name).bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

            def around(now: float, x: float = x, y: float = y) -> tuple[float, float]:
                return x + 60 * math.cos(math.pi * now), y + 60 * math.sin(math.pi * now)

            hold(page, around)
            told = drag(page, "pointermove", "html", f"[aria-label='{name}'] canvas.ctm-floor", around, seconds)
            page.mouse.up()
            screen.settle()
            during = [frame["at"] for frame in told.frames]
            found.append((len(during) - 1) / ((during[-1] - during[0]) / 1000) if len(during) > 2 else 0.0)
        return found[0], found[1]


def slider_over_ground(browser: Browser, server: Server, ground: str, seconds: float) -> list[float]:
    """Delays from event to painted of a hand on μ 1 while the floor `ground` is worked out again and again."""
    with visiting(browser) as page:
        screen = Screen(page, server)
        screen.open(model="mnist-vae", floor=ground)
        screen.map().focus()
        for _ in range(4):  # past the overview, which the server remembers
            page.keyboard.press("+")
        screen.settle()
        slider = "input[aria-label='μ 1']"
        points = to_and_fro(page.locator(slider).bounding_box())
        hold(page, points)
        page.evaluate(AGAIN, ground)
        told = drag(page, "input", slider, "canvas[aria-label='VAE decoding']", points, seconds)
        page.evaluate("clearInterval(window.again)")
        page.mouse.up()
        return told.delays


def ground_times(browser: Browser, server: Server, dim: int, ground: str) -> tuple[float, float]:
    """Milliseconds from the choice of a floor that has not been worked out before to its first picture and to its finest cells."""
    with visiting(browser) as page:
        Screen(page, server).open("/compare", dim=dim, show="path")
        return tuple(page.evaluate(GROUND, ground))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    executable, reached = chromium.find(), []
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        print("| landscape of both models, code size | AE dragged, pictures a second | VAE dragged |\n| --- | ---: | ---: |", flush=True)
        with serving(Server()) as server:
            for dim in (2, 16):
                speeds = landscape(browser, server, dim, options.seconds)
                reached.append(min(speeds) >= LEAST_FPS)
                print(f"| {dim} | {speeds[0]:.1f} | {speeds[1]:.1f} |", flush=True)
            print("\n| μ slider while the floor is worked out | event → painted, p50 ms | p95 ms |\n| --- | ---: | ---: |", flush=True)
            for ground in GROUNDS:
                delays = slider_over_ground(browser, server, ground, options.seconds)
                p50, p95 = (delays[int(share * (len(delays) - 1))] for share in (0.5, 0.95))
                reached.append(p95 <= LONGEST)
                print(f"| {ground} | {p50:.1f} | {p95:.1f} |", flush=True)
        print("\n| floor of both models | code size | first picture, ms | finest cells, ms |\n| --- | ---: | ---: | ---: |", flush=True)
        with serving(Server()) as server:
            for dim in (2, 16):
                for ground in GROUNDS:
                    first, finest = ground_times(browser, server, dim, ground)
                    reached.append(first <= FIRST and finest <= FINEST)
                    print(f"| {ground} | {dim} | {first:.0f} | {finest:.0f} |", flush=True)
    aims = f"≥ {LEAST_FPS:.0f} pictures a second, p95 ≤ {LONGEST:.0f} ms, first picture ≤ {FIRST:.0f} ms, finest cells ≤ {FINEST:.0f} ms"
    print(f"\nAims, on two idle cores: {aims}: {'reached' if all(reached) else 'missed'}")


if __name__ == "__main__":
    main()
