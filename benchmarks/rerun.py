"""A committed change reruns the page: how long from letting go of a slider until Streamlit has finished.

    python benchmarks/rerun.py [--commits 40]

In a headless Chromium, an arrow key moves Explore's first μ slider again and again, each time after
the page has come to rest; each press commits the new view, and Streamlit runs the page's script. Measured in the page: from the slider's `change` event to the arrival of the message that
says that the script has finished. Beside it the same page with Streamlit's default of a full garbage collection after
every run (`runner.postScriptGC`).
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
            screen.slider("μ 1").focus()
            times = []
            for turn in range(WARMING + commits):
                screen.page.evaluate("() => { probe.committed = []; probe.take(); }")
                screen.page.keyboard.press("ArrowRight" if turn % 2 else "ArrowLeft")
                times.append(finished(screen) - screen.page.evaluate("probe.committed[0]"))
                screen.page.locator('[data-test-script-state="notRunning"]').wait_for()
                screen.settle()
            return times[WARMING:]
    finally:
        server.stop()


def finished(screen: Screen) -> float:
    """When the message arrived that ends a run, on the page's clock."""
    while True:
        screen.page.wait_for_function("probe.arrived.length > 0", polling=5)
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
