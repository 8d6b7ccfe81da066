"""A change of page runs the other page's script: how long from the click until Streamlit has finished.

    python benchmarks/rerun.py [--changes 40]

In a headless Chromium, the links Compare and Explore are clicked in turn, each time when the page before has come to rest.
Measured in the page: from the `click` event to the arrival of the message that says that the script has finished. Beside it
the same with Streamlit's default of a full garbage collection after every run (`runner.postScriptGC`).
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

LONGEST = 30.0  # milliseconds, half of all changes
WARMING = 6  # changes before it counts

# Keeps what arrives on Streamlit's own socket, with the time of arrival.
PROBE = """
(() => {
  const probe = (window.probe = { clicked: [], arrived: [] });
  window.addEventListener("click", () => probe.clicked.push(performance.now()), true);
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


def reruns(browser: Browser, settings: tuple[str, ...], changes: int) -> list[float]:
    """Milliseconds of every change of page but the first few."""
    server = Server(settings=settings)
    server.start()
    try:
        with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
            context.add_init_script(COUNTER)
            context.add_init_script(PROBE)
            screen, times = Screen(context.new_page(), server), []
            screen.open(model="mnist-vae")
            for turn in range(WARMING + changes):
                screen.settle()
                screen.page.evaluate("() => { probe.clicked = []; probe.take(); }")
                screen.page.get_by_role("link", name=("Compare", "Explore")[turn % 2]).click()
                times.append(finished(screen) - screen.page.evaluate("probe.clicked[0]"))
                screen.ready()
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
    parser.add_argument("--changes", type=int, default=40)
    options = parser.parse_args()
    executable = chromium.find()
    medians = {}
    print("| settings | changes | p50 ms | p95 ms | p50, ours ÷ defaults |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser:
        for name, settings in (("Streamlit's defaults", ("--runner.postScriptGC", "true")), ("ours", ())):
            times = sorted(reruns(browser, settings, options.changes))
            medians[name] = statistics.median(times)
            ratio = f"{medians[name] / medians[next(iter(medians))]:.2f}" if len(medians) > 1 else ""
            print(f"| {name} | {len(times)} | {medians[name]:.1f} | {times[int(0.95 * (len(times) - 1))]:.1f} | {ratio} |", flush=True)
    print(f"\nOurs: p50 ≤ {LONGEST:.0f} ms: {'reached' if medians['ours'] <= LONGEST else 'missed'}")


if __name__ == "__main__":
    main()
