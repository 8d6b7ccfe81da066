"""A committed change reruns the page: how long from letting go of a slider until Streamlit has finished.

    python benchmarks/rerun.py [--commits 40]

In a headless Chromium, the mouse drags Explore's first μ slider a little, holds still for 0.3 s and lets go; that commits
the view, and Streamlit runs the page's script. Measured in the page: from the slider's `change` event to the arrival of the
message that says that the script has finished. (Without the pause, a browser that draws in software still composes the
drag's last picture, and that is what would be measured.) Beside it the same page with Streamlit's default of a full garbage
collection after every run (`runner.postScriptGC`).
"""

from __future__ import annotations

import argparse
import base64
import statistics
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import chromium
from tests.browser.driving import COUNTER, Screen, Server

LONGEST = 30.0  # milliseconds, half of all commits
WARMING = 5  # commits before it counts

# Keeps what arrives on Streamlit's own socket, with the time of arrival.
PROBE = """
(() => {
  const probe = (window.probe = { committed: [], arrived: [] });
  window.addEventListener("change", () => probe.committed.push(performance.now()), true);
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(url, ...rest) {
      super(url, ...rest);
      if (!String(url).includes("/_stcore/stream")) return;
      this.addEventListener("message", ({ data }) => probe.arrived.push([performance.now(), new Uint8Array(data)]));
    }
  };
  probe.take = () => probe.arrived.splice(0).map(([at, bytes]) => [at, btoa(String.fromCharCode(...bytes.subarray(0, 4096)))]);
})();
"""


def reruns(browser: Browser, settings: tuple[str, ...], commits: int) -> list[float]:
    """Milliseconds of every commit but the first few."""
    server = Server(settings=settings)
    server.start()
    try:
        with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
            context.add_init_script(COUNTER)
            context.add_init_script(PROBE)
            screen = Screen(context.new_page(), server)
            screen.open(model="mnist-vae")
            box = screen.slider("μ 1").bounding_box()
            y, times = box["y"] + box["height"] / 2, []
            for turn in range(WARMING + commits):
                screen.page.mouse.move(box["x"] + box["width"] * (0.4 + 0.2 * (turn % 2)), y)
                screen.page.mouse.down()
                screen.page.mouse.move(box["x"] + box["width"] * 0.5, y + 1)
                screen.page.mouse.move(box["x"] + box["width"] * (0.4 + 0.02 * (turn % 10)), y)
                screen.settle()
                screen.page.wait_for_timeout(300)
                screen.page.evaluate("() => { probe.committed = []; probe.take(); }")
                screen.page.mouse.up()
                times.append(finished(screen) - screen.page.evaluate("probe.committed[0]"))
                screen.page.locator('[data-test-script-state="notRunning"]').wait_for()
                screen.settle()
            return times[WARMING:]
    finally:
        server.stop()


def finished(screen: Screen) -> float:
    """When the message arrived that ends a run, on the page's clock."""
    while True:
        screen.page.wait_for_timeout(200)  # looking more often would keep the page busy while it is measured
        for at, data in screen.page.evaluate("probe.take()"):
            message = base64.b64decode(data)
            # Longer messages are cut; they carry the page's elements, and the last one is a few bytes.
            if len(message) < 4096 and ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
                return at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=40)
    options = parser.parse_args()
    executable = chromium.find()
    medians = {}
    print("| settings | commits | p50 ms | p95 ms | p50, ours ÷ defaults |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        for name, settings in (("Streamlit's defaults", ("--runner.postScriptGC", "true")), ("ours", ())):
            times = sorted(reruns(browser, settings, options.commits))
            medians[name] = statistics.median(times)
            ratio = f"{medians[name] / medians[next(iter(medians))]:.2f}" if len(medians) > 1 else ""
            print(f"| {name} | {len(times)} | {medians[name]:.1f} | {times[int(0.95 * (len(times) - 1))]:.1f} | {ratio} |", flush=True)
    print(f"\nOurs: p50 ≤ {LONGEST:.0f} ms: {'reached' if medians['ours'] <= LONGEST else 'missed'}")


if __name__ == "__main__":
    main()
