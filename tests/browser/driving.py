"""What a person does with the app, for tests: a real server, a page, its pictures, its map."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import numpy as np
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page
from scipy.spatial import Delaunay, cKDTree

from vae.live.wire.frames import unpack_reply
from vae.sentences import catalogue

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000  # milliseconds until a condition counts as never met; a busy machine is no failure

# Counts what goes over the live channel, so that a test can wait until every question has its answer.
COUNTER = """
(() => {
  const live = (window.liveTest = { waiting: 0, calm: 0, asked: 0, open: 0 });
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    #live; #waiting = 0;
    constructor(url, ...rest) {
      super(url, ...rest);
      this.#live = String(url).includes("/continuum/live");
      if (!this.#live) return;
      this.addEventListener("message", () => { this.#waiting -= 1; live.waiting -= 1; });
      let open = 0;
      this.addEventListener("open", () => { open = 1; live.open += 1; });
      this.addEventListener("close", () => { live.open -= open; open = 0; live.waiting -= this.#waiting; this.#waiting = 0; });
    }
    send(data) {
      super.send(data);
      if (!this.#live) return;
      this.#waiting += 1; live.waiting += 1; live.asked += 1; live.calm = 0;
    }
  };
})();
"""

# Whoever has been here before is not invited again.
INVITED = "try { localStorage.setItem('continuum.invited', '1'); } catch {}"

# Three frames without a question: an event may wait for the next frame before it is asked.
CALM = "() => { const live = window.liveTest; live.calm = live.waiting ? 0 : live.calm + 1; return live.calm > 3; }"

PIXELS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return [canvas.height, canvas.width, btoa(text)];
}"""

# What lies under and over the points, without themselves.
LAID_OVER = """map => [...map.querySelectorAll("canvas:not(.ctm-points)")].map(canvas => canvas.toDataURL()).join()"""

# The window's pixel of the map's upper left corner, the place there, and the places' change per pixel.
FRAME = """map => {
  const [x0, x1, y0, y1] = map.dataset.window.split(" ").map(Number);
  const { left, top, width, height } = map.getBoundingClientRect();
  return [[left, top], [x0, y1], [(x1 - x0) / width, (y0 - y1) / height], [width, height]];
}"""

# Which pixels of the window a hand can reach the map at, past everything that lies over it.
REACHABLE = """(map, pixels) => pixels.map(([x, y]) => {
  const top = document.elementFromPoint(x, y);
  return map.contains(top) && !top.closest("button");
})"""


class Server:
    """`streamlit run` in a process of its own, on a free port that it keeps when it is started again.

    Parameters
    ----------
    environment : variables to set beside ours
    script : what to run
    settings : further options of `streamlit run`
    home : the folder to run it in
    base : path that the app is served under, as in /lab
    host : address to listen on
    """

    def __init__(
        self,
        environment: dict[str, str] | None = None,
        script: str | Path = "app.py",
        settings: tuple[str, ...] = (),
        home: Path = ROOT,
        base: str = "",
        host: str = "127.0.0.1",
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.bind((host, 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}{base}"
        self.environment = {**os.environ, **(environment or {})}
        self._command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", *settings]
        self._command += ["--server.baseUrlPath", base] if base else []
        self._command += ["--server.port", str(self.port), "--server.address", host]
        self._home = home
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process writes to it)
        self.process: subprocess.Popen | None = None

    def launch(self) -> None:
        """Start the process."""
        self.process = subprocess.Popen(self._command, cwd=self._home, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        deadline = time.monotonic() + 2 * PATIENCE / 1000
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the server does not answer; it said:\n{self.said}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill it, as a power cut would; where its lines are counted, it may first write them down."""
        if self.process is not None:
            if "COVERAGE_PROCESS_CONFIG" in os.environ:
                self.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(20)
            self.process.kill()
            self.process.wait()

    @property
    def said(self) -> str:
        """What it has written so far."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as reply:
                return reply.status == 200
        except OSError:
            return False

    def map(self, model: str, projection: str = "") -> tuple[np.ndarray, np.ndarray]:
        """Places (N, 2) and labels (N,) of a model's map, its own or another projection."""
        with urllib.request.urlopen(f"{self.url}/continuum/models/{model}/map?projection={projection}", timeout=30) as reply:
            places, labels = unpack_reply(reply.read()).arrays
        return places.astype(float), labels


class Screen:
    """A page in the browser, under a test's hand."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.language = "en"  # what names stand for on the page, where a test opens it in another one
        self.outage = False  # set where a test takes the server away: what the browser says of that is no error
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"an exception in the page: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        # On a deep link Streamlit's own client first looks for its server beside the page.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", "") and not self.outage:
            self.problems.append(f"an error in the console: {message.text} {message.location.get('url', '')}".rstrip())

    # --- going somewhere ---------------------------------------------------------------------------------------

    def open(self, address: str = "/", **view: object) -> Screen:
        """Go to an address with `view` as its parameters and wait until the page has drawn itself."""
        self.page.goto(self.server.url + address + (f"?{urlencode(view)}" if view else ""))
        return self.ready()

    def ready(self) -> Screen:
        """Wait until the maps are drawn and every picture that was asked for is painted."""
        self.page.locator('.ctm-page:not([inert], [aria-busy]) [role="application"]').first.wait_for()
        self.page.wait_for_function("""() => [...document.querySelectorAll('[role="application"]')].every(map => map.dataset.points)""")
        self.status("live")
        return self.settle()

    def settle(self) -> Screen:
        """Wait until every question on the live channel has been answered."""
        self.page.evaluate("() => { window.liveTest.calm = 0; }")
        self.page.wait_for_function(CALM, polling="raf")
        return self

    def status(self, words: str) -> None:
        """Wait until the connection's status says `words`."""
        self.page.get_by_role("status").filter(has_text=self.said(words)).first.wait_for()

    @property
    def address(self) -> dict[str, str]:
        """The parameters in the address bar."""
        return parameters(self.page.evaluate("location.search"))

    def until_address(self, good: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """Wait until the address bar's parameters are `good`, and return them."""
        while not good(parameters(search := self.page.evaluate("location.search"))):
            self.page.wait_for_function("before => location.search !== before", arg=search)
        return parameters(search)

    # --- by role and name --------------------------------------------------------------------------------------

    def said(self, words: str, **values: object) -> str:
        """English words as the page says them; {name} in them is what `values` has of that name."""
        text = str(catalogue(self.language)["sentences"].get(words, words))
        return text.format(**values) if values else text

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.said(name), exact=True)

    def slider(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=self.said(name), exact=True)

    def choice(self, name: str) -> Locator:
        return self.page.get_by_role("combobox", name=self.said(name), exact=True)

    def analysis(self) -> Screen:
        """Unfold Explore's controls of analysis."""
        if self.button("Analysis").get_attribute("aria-expanded") != "true":
            self.button("Analysis").click()
        return self

    def value(self, slider: str) -> float:
        return float(self.slider(slider).input_value())

    def canvas(self, name: str) -> Locator:
        """A picture by its accessible name, also while it is hidden."""
        return self.page.locator(f'canvas[role="img"][aria-label="{name}"]')

    def map(self, name: str = "Latent map") -> Locator:
        return self.page.get_by_role("application", name=name, exact=True)

    # --- pictures ----------------------------------------------------------------------------------------------

    def frames(self, picture: str) -> int:
        """How often a picture has been painted."""
        return int(self.canvas(picture).get_attribute("data-frames"))

    def pixels(self, picture: str) -> np.ndarray:
        """(H, W, 4) uint8."""
        height, width, text = self.canvas(picture).evaluate(PIXELS)
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)

    def repaint(self, picture: str, act: Callable[[], object]) -> np.ndarray:
        """Do something that must paint a picture anew; its pixels once everything has come to rest."""
        before = self.frames(picture)
        act()
        self.painted(picture, before)
        return self.settle().pixels(picture)

    def painted(self, picture: str, before: int = 0) -> None:
        """Wait until a picture has been painted more than `before` times."""
        words = "([name, before]) => Number(document.querySelector(`canvas[role=img][aria-label='${name}']`)?.dataset.frames) > before"
        self.page.wait_for_function(words, arg=[picture, before], polling="raf")

    # --- the map -----------------------------------------------------------------------------------------------

    def laid_over(self, map_name: str = "Latent map") -> str:
        """What is drawn over a map's points: cursor, path, draws."""
        return self.map(map_name).evaluate(LAID_OVER)

    def in_window(self, places: np.ndarray, map_name: str = "Latent map") -> np.ndarray:
        """The pixels (N, 2) of the window where `places` (N, 2) of a map are."""
        corner, origin, step, _ = np.array(self.map(map_name).evaluate(FRAME))
        return corner + (np.asarray(places, float) - origin) / step

    def on_map(self, pixel: np.ndarray, map_name: str = "Latent map") -> np.ndarray:
        """The place (2,) of the map at a pixel of the window."""
        corner, origin, step, _ = np.array(self.map(map_name).evaluate(FRAME))
        return origin + (np.asarray(pixel, float) - corner) * step

    def alone(self, places: np.ndarray, map_name: str = "Latent map", count: int = 1) -> list[int]:
        """Rows of the `count` images that stand most by themselves within a map, where a hand can reach them."""
        pixels = np.round(self.in_window(places, map_name))
        distance = cKDTree(pixels).query(pixels, 2)[0][:, 1]
        within = Delaunay(self.in_window(places, map_name)).find_simplex(pixels) >= 0
        candidates = np.argsort(-np.where(within, distance, -1))[:60]
        return [int(row) for row in candidates[self._reachable(pixels[candidates], map_name)][:count]]

    def gaps(self, places: np.ndarray, map_name: str = "Latent map") -> tuple[np.ndarray, np.ndarray, float]:
        """A pixel in the widest gap between the images, one far outside all of them, and how far the gap's nearest image is."""
        corner, _, _, size = np.array(self.map(map_name).evaluate(FRAME))
        x, y = np.meshgrid(*(np.arange(8, side - 8, 6) for side in size))
        grid = np.round(corner + np.column_stack([x.ravel(), y.ravel()]))
        pixels = self.in_window(places, map_name)
        distance = cKDTree(pixels).query(grid)[0]
        inside = Delaunay(pixels).find_simplex(grid) >= 0
        widest = [np.argsort(-np.where(kind, distance, -1))[:200] for kind in (inside, ~inside)]
        gap, outside = (candidates[self._reachable(grid[candidates], map_name)][0] for candidates in widest)
        return grid[gap], grid[outside], float(distance[gap])

    def _reachable(self, pixels: np.ndarray, map_name: str) -> np.ndarray:
        return np.array(self.map(map_name).evaluate(REACHABLE, pixels.tolist()), bool)

    def hover(self, pixel: np.ndarray) -> None:
        self.page.mouse.move(float(pixel[0]), float(pixel[1]))

    def click(self, pixel: np.ndarray) -> None:
        self.page.mouse.click(float(pixel[0]), float(pixel[1]))


def parameters(search: str) -> dict[str, str]:
    """The parameters after an address' question mark."""
    return {key: values[0] for key, values in parse_qs(search.removeprefix("?")).items()}


def opaque(pixels: np.ndarray) -> bool:
    """Whether something has been painted everywhere."""
    return bool((pixels[..., 3] == 255).all())


def difference(a: np.ndarray, b: np.ndarray) -> int:
    """The largest difference between two pictures, in steps of 255."""
    return int(np.abs(a.astype(int) - b).max())


@contextlib.contextmanager
def visited(server: Server, browser: BrowserContext) -> Iterator[Screen]:
    """A page of a server that runs for it alone; at the end neither may have complained."""
    server.start()
    screen = Screen(browser.new_page(), server)
    yield screen
    screen.page.close()
    server.stop()
    assert not screen.problems
    assert "Traceback" not in server.said
