"""A hand on a slider and over a map: how many of its movements become pictures, and how soon.

    python benchmarks/drag.py [--seconds 3] [--rounds 1] [--gradio PYTHON] [--training]

A headless Chromium moves the mouse for some seconds, as fast as the page takes it (once per animation frame). Measured are
Explore's first μ slider and its map, and Compare's radius slider; beside them the same decoder behind `st.slider` and
`st.image`, and behind Gradio's `Slider.input` and `Image`. Gradio needs an environment of its own:

    python -m venv /some/where && /some/where/bin/pip install -r benchmarks/requirements.txt

and `--gradio /some/where/bin/python`; without it that row is skipped.

With `--training` a pair of models learns MNIST (lines, where that is not on disk) meanwhile, as on the page Train, and ours alone
are measured.

What is counted
---------------
events : the `input` events of a slider, or the `pointermove` events over a map, that reached the page while the mouse moved
frames : how often a picture changed in that time. Ours count themselves in `data-frames`; a peer's are new `src` of its <img>
event → painted : every request on the live channel is stamped with the newest event before it was sent, and every reply
    carries its request's number; so a picture's delay runs from the newest event that it can have known of (when that
    reached the page) to the moment when the picture has been put on its canvas. Of two pictures that answer one
    event (Compare), the later counts. A peer's frames cannot be traced to their events, so this is left out for them.
last → last : from the last event of the drag to the last picture, with the mouse button still down
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.driving import COUNTER, ROOT, Screen, Server
from vae import data

PEERS = Path(__file__).parent / "peers"
LEAST_FRAMES, LONGEST = 0.95, 25.0  # share of events that become frames; milliseconds from event to painted, 95 %
BESIDE_TRAINING = 33.0  # the same milliseconds while a training learns

# Notes events, requests and pictures as they pass; reads nothing else of the page.
PROBE = """
(() => {
  const probe = (window.probe = { events: [], frames: [], asked: new Map(), answers: null });
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url, ...rest) {
      super(url, ...rest);
      this.live = String(url).includes("/continuum/live");
      if (this.live) this.addEventListener("message", ({ data }) => { probe.answers = probe.asked.get(new DataView(data).getUint32(0, true)) ?? null; });
    }
    send(data) {
      if (this.live) probe.asked.set(new DataView(data).getUint32(0, true), probe.events.length - 1);
      super.send(data);
    }
  };
  probe.watch = (type, within, pictures) => {
    probe.events = []; probe.frames = []; probe.asked.clear(); probe.answers = null;
    const listener = event => { if (event.target.closest?.(within)) probe.events.push(performance.now()); };
    window.addEventListener(type, listener, true);
    const observer = new MutationObserver(records => {
      const at = performance.now();
      for (const { target, addedNodes } of records)
        for (const node of [target, ...addedNodes]) if (node.matches?.(pictures)) probe.frames.push({ at, event: probe.answers });
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-frames", "src"] });
    probe.stop = () => {
      window.removeEventListener(type, listener, true);
      observer.disconnect();
      return { events: probe.events, frames: probe.frames };
    };
  };
})();
"""


@dataclass(frozen=True)
class Drag:
    """What one drag came to; times in milliseconds."""

    events: list[float]
    frames: list[dict]
    pictures: int = 1  # that answer one event

    @property
    def painted(self) -> float:
        """Pictures per event."""
        return len(self.frames) / self.pictures / max(1, len(self.events))

    @property
    def delays(self) -> list[float]:
        """From event to painted, one for every event that was answered."""
        last: dict[int, float] = {}
        for frame in self.frames:
            if frame["event"] is not None and frame["event"] >= 0:
                last[frame["event"]] = frame["at"] - self.events[frame["event"]]
        return sorted(last.values())

    @property
    def tail(self) -> float | None:
        """From the last event to the last picture after it; None where none came."""
        return self.frames[-1]["at"] - self.events[-1] if self.frames and self.frames[-1]["at"] >= self.events[-1] else None


def drag(
    page: Page, type_: str, within: str, pictures: str, points: Callable[[float], tuple[float, float]], seconds: float, count: int = 1
) -> Drag:
    """Move the mouse along `points` (of the time in seconds) and see what becomes of it."""
    page.evaluate("([type, within, pictures]) => probe.watch(type, within, pictures)", [type_, within, pictures])
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        page.mouse.move(*points(now))
    page.wait_for_timeout(500)  # what is still on its way counts as well
    return Drag(**page.evaluate("probe.stop()"), pictures=count)


def to_and_fro(box: dict) -> Callable[[float], tuple[float, float]]:
    """A hand on a slider: across its middle and back, 1.5 s each way."""

    def at(now: float) -> tuple[float, float]:
        share = abs((now / 1.5 + 0.5) % 2 - 1)
        return box["x"] + box["width"] * (0.15 + 0.7 * share), box["y"] + box["height"] / 2

    return at


def around(box: dict) -> Callable[[float], tuple[float, float]]:
    """A hand over a map: a circle about its middle, 2 s each round."""
    radius = 0.15 * min(box["width"], box["height"])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return lambda now: (x + radius * math.cos(math.pi * now), y + radius * math.sin(math.pi * now))


def hold(page: Page, points: Callable[[float], tuple[float, float]]) -> None:
    page.mouse.move(*points(0))
    page.mouse.down()


# --- the app and its peers -------------------------------------------------------------------------------------


def ours(browser: Browser, seconds: float, training: bool = False) -> Iterator[tuple[str, Drag]]:
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as cache,
        serving(Server({"VAE_CACHE": cache})) as server,
        visiting(browser) as page,
    ):
        screen = Screen(page, server)
        screen.open(model="mnist-vae")
        if training:
            learn(server)
        slider = "input[aria-label='μ 1']"
        points = to_and_fro(page.locator(slider).bounding_box())
        hold(page, points)
        yield "Explore, μ slider", drag(page, "input", slider, "canvas[aria-label='VAE decoding']", points, seconds)
        page.mouse.up()
        screen.settle()
        points = around(screen.map().bounding_box())
        yield "Explore, map", drag(page, "pointermove", "[role='application']", "canvas[aria-label='VAE hover decoding']", points, seconds)
        screen.open("/compare", dim=16, show="freedom")
        slider = "input[aria-label='Radius']"
        points = to_and_fro(page.locator(slider).bounding_box())
        hold(page, points)
        yield "Compare, radius slider", drag(page, "input", slider, "canvas[aria-label$='variations']", points, seconds, 2)


def learn(server: Server) -> None:
    """Have a training under way that learns for a minute."""

    def ask(path: str, **told: object) -> dict:
        question = urllib.request.Request(f"{server.url}/continuum/trainings{path}", json.dumps(told).encode() if told else None)
        with urllib.request.urlopen(question, timeout=60) as answer:
            return json.load(answer)

    path = f"/{ask('', data='mnist' if data.available('mnist') else 'lines')['name']}"
    for told in ({}, {"do": "run"}):
        while ask(path, **told)["phase"] != ("learning" if told else "paused"):
            time.sleep(0.1)


def streamlit(browser: Browser, seconds: float) -> Iterator[tuple[str, Drag]]:
    with serving(Server(script=PEERS / "streamlit_slider.py")) as server, visiting(browser) as page:
        page.goto(server.url)
        page.locator("img").wait_for()
        box = page.locator("[data-testid='stSlider']").bounding_box()
        thumb = page.get_by_role("slider").bounding_box()
        points = to_and_fro({**box, "y": thumb["y"], "height": thumb["height"]})
        page.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2)
        page.mouse.down()
        # Its thumb is no <input>: what counts is every movement of the mouse that reaches it.
        yield "st.slider + st.image", drag(page, "pointermove", "html", "img", points, seconds)


def gradio(browser: Browser, seconds: float, python: str) -> Iterator[tuple[str, Drag]]:
    server = Server()
    process = subprocess.Popen(
        [python, str(PEERS / "gradio_slider.py"), str(server.port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        with visiting(browser) as page:
            deadline = time.monotonic() + 120
            while True:
                try:
                    page.goto(server.url)
                    break
                except Exception:
                    if process.poll() is not None or time.monotonic() > deadline:
                        sys.exit(f"Gradio did not start: {process.stderr.read().decode() if process.poll() is not None else 'no answer'}")
                    time.sleep(0.2)
            page.locator("img").first.wait_for()
            slider = "input[type='range']"
            points = to_and_fro(page.locator(slider).bounding_box())
            hold(page, points)
            yield "Gradio Slider.input → Image", drag(page, "input", slider, "img", points, seconds)
    finally:
        process.kill()
        process.wait()


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def visiting(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        context.add_init_script(COUNTER)
        context.add_init_script(PROBE)
        page = context.new_page()
        page.set_default_timeout(120_000)
        yield page


def report(name: str, drags: list[Drag], longest: float | None) -> bool:
    """Print a row; whether it reaches what we promise, if we do: so many milliseconds, and most events as frames."""
    events, painted = sum(len(drag.events) for drag in drags), statistics.mean(drag.painted for drag in drags)
    delays = sorted(delay for drag in drags for delay in drag.delays)
    p50, p95 = (f"{delays[int(share * (len(delays) - 1))]:.1f}" if delays else "–" for share in (0.5, 0.95))
    tails = [drag.tail for drag in drags if drag.tail is not None]
    tail = f"{statistics.median(tails):.1f}" if tails else "never, until release" if not any(drag.frames for drag in drags) else "–"
    frames = sum(len(drag.frames) // drag.pictures for drag in drags)
    print(f"| {name} | {events} | {frames} | {100 * painted:.0f} % | {p50} | {p95} | {tail} |", flush=True)
    return longest is None or (painted >= LEAST_FRAMES and bool(delays) and float(p95) <= longest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--gradio", metavar="PYTHON", help="the Python of an environment that has Gradio")
    parser.add_argument("--training", action="store_true", help="measure ours while a training learns")
    options = parser.parse_args()
    executable, longest = chromium.find(), BESIDE_TRAINING if options.training else LONGEST
    fronts: list[tuple[Callable[..., Iterator[tuple[str, Drag]]], tuple]] = [(ours, (options.training,))]
    if not options.training:
        fronts.append((streamlit, ()))
    if options.gradio and not options.training:
        fronts.append((gradio, (options.gradio,)))
    print("| front end | events | frames | frames ÷ events | event → painted, p50 ms | p95 ms | last event → last frame, ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    reached = []
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        for front, more in fronts:
            rounds = [dict(front(browser, options.seconds, *more)) for _ in range(options.rounds)]
            for name in rounds[0]:
                reached.append(report(name, [drags[name] for drags in rounds], longest if front is ours else None))
    if not options.gradio and not options.training:
        print("\nGradio is left out; see the top of this file for how to measure it too.")
    print(f"\nOurs: frames ≥ {100 * LEAST_FRAMES:.0f} % of events and p95 ≤ {longest:.0f} ms: {'reached' if all(reached) else 'missed'}")


if __name__ == "__main__":
    main()
