"""Training: the command line's loop beside pythae's trainer and a plain PyTorch loop, and what the page Train makes of the other one.

    python benchmarks/train.py [--rounds 3] [--epochs 3] [--seconds 8] [--pythae PYTHON] [--only loops|page]

pythae needs an environment of its own, with the versions that are measured here:

    python -m venv /some/where && /some/where/bin/pip install -c constraints.txt pythae

and `--pythae /some/where/bin/python`; without it that row is skipped.

What is counted
---------------
loops : the same fully connected VAE with codes of 16 numbers, the same 20,000 pictures and batches, on one thread, each in a process
    of its own, in turn; images in a second of its processor time, which others on the machine change little, and in a second of
    the clock; the best round counts, without its first epoch. Ours does more than its peers: averaged weights, a
    schedule, clipped gradients, a log.
press → points : from the click on Train to the first frame with points of a later step, in a headless Chromium on the same machine:
    on a page that says it is ready; on one that was opened this moment; and right after another data set was chosen there
updates : how often a second the training's process publishes its weights and 1,000 points, and how often the page draws what is
    there, which may be the same twice
share : steps a second while the page is watched, beside those of `train --replay` with the page's own recording, by itself
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.driving import COUNTER, PATIENCE, Screen, Server
from vae import data

PEERS = Path(__file__).parent / "peers"
PICTURES = 20_000
NETWORKS = {"512-256, batch 256": (512, 256, 256), "128-64, batch 64": (128, 64, 64)}  # the command line's usual ones, and the page's
THEIRS, PLAIN = "pythae's trainer", "plain PyTorch loop"
AIMS = {THEIRS: 1.3, PLAIN: 0.95}  # times the images a second of each
LONGEST, FEWEST, SHARE = 2.0, 5.0, 0.7  # seconds from press to points; updates a second; of the command line's steps
WARMING = 2.0  # seconds of learning before it counts

# Notes when Train was pressed, and each step whose points were drawn: the page says the step and draws in the next frame.
PROBE = """() => {
  const status = document.querySelector(".ctm-trainstatus");
  const seen = (window.seen = { pressed: 0, steps: [] });
  window.addEventListener("click", () => (seen.pressed ||= performance.now()), true);
  new MutationObserver(() => {
    const step = Number(/^step ([\\d,]+)/.exec(status.textContent)?.[1].replaceAll(",", "") ?? 0);
    if (step > (seen.steps.at(-1)?.step ?? 0)) requestAnimationFrame(() => seen.steps.push({ at: performance.now(), step }));
  }).observe(status, { childList: true, characterData: true, subtree: true });
}"""


# --- loops -----------------------------------------------------------------------------------------------------


def loop(words: list[str]) -> None:
    """Train with the command line's loop, and tell what its peers tell of theirs."""
    import torch
    from network import SIZE, Stopwatch, asked

    from vae.models import ModelConfig
    from vae.training.loop import batches, train

    torch.set_num_threads(1)
    pictures, widths, batch_size, epochs = asked(words)
    images, watch = torch.from_numpy(np.load(pictures)), Stopwatch()
    settings = {"image_shape": tuple(images.shape[1:]), "batch_size": batch_size, "epochs": epochs, "learning_rate": 1e-3}
    config = ModelConfig(kind="vae", latent_dim=SIZE, hidden=widths, data="mnist", beta=1.0, **settings)
    size, steps = batches(config, len(images))
    watch.mark()
    with tempfile.TemporaryDirectory() as folder:
        train(config, images, Path(folder, "vae"), accelerator="cpu", progress=lambda step, _all, _loss: step % steps or watch.mark())
    watch.tell(size * steps)


def loops(options: argparse.Namespace) -> None:
    """Measure the loops, and print their table."""
    name = "mnist" if data.available("mnist") else "lines"
    heads = f"one thread, {name} | images a second of its processor time | by the clock | ours ÷ it | by the clock"
    print(f"| {heads} |\n| --- | ---: | ---: | ---: | ---: |")
    reached = True
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder, "pictures.npy")
        np.save(pictures, data.load(name, "train").images[:PICTURES].numpy())
        for title, settings in NETWORKS.items():
            words = [pictures, *settings, options.epochs]
            commands = {"ours": [sys.executable, __file__, "--loop", *words]}
            if options.pythae:
                commands[THEIRS] = [options.pythae, PEERS / "pythae_training.py", *words]
            commands[PLAIN] = [sys.executable, PEERS / "plain_training.py", *words]
            rates: dict[str, list[tuple[float, float]]] = {kind: [] for kind in commands}
            for turn in range(options.rounds):
                for kind in sorted(commands, reverse=turn % 2 == 1):  # none is always the first
                    told = json.loads(said(commands[kind]))
                    rates[kind].append((told["images"] / told["busy"], told["images"] / told["clock"]))
            best = {kind: tuple(map(max, zip(*rounds, strict=True))) for kind, rounds in rates.items()}
            for kind, (busy, clock) in best.items():
                ratios = f"{best['ours'][0] / busy:.2f} | {best['ours'][1] / clock:.2f}"
                print(f"| {title}: {kind} | {busy:,.0f} | {clock:,.0f} | {ratios} |", flush=True)
                reached &= best["ours"][0] >= AIMS.get(kind, 0) * busy
    if not options.pythae:
        print("\npythae is left out; see the top of this file for how to measure it too.")
    aims = f"≥ {AIMS[THEIRS]} times the images of {THEIRS} and ≥ {AIMS[PLAIN]} times those of a {PLAIN}"
    print(f"\nOurs: {aims}: {'reached' if reached else 'missed'}\n", flush=True)


def said(command: list[object]) -> str:
    """The last line that a process prints."""
    one = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, env=os.environ | one)
    if ended.returncode:
        sys.exit(ended.stderr)  # among which pythae writes its progress
    return ended.stdout.splitlines()[-1]


# --- the page --------------------------------------------------------------------------------------------------


def page(options: argparse.Namespace) -> None:
    """Measure the page, and print its tables."""
    names, executable = [name for name in ("mnist", "lines", "scenes") if data.available(name)], chromium.find()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["VAE_CACHE"] = cache
        print("| data | read or drawn the first time, s | again, s |\n| --- | ---: | ---: |")
        for name in names:
            print(f"| {name} | {loading(name):.2f} | {loading(name):.2f} |", flush=True)
        server = Server()
        server.start()
        try:
            with (
                sync_playwright() as playwright,
                closing(playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)) as browser,
            ):
                print("\n| press → points, s | page ready | just opened | just chosen |\n| --- | ---: | ---: | ---: |")
                waits: list[float] = []
                for name in names:
                    row = [from_ready(browser, server, name), from_opened(browser, server, name)]
                    row += [from_chosen(browser, server, name, names[names.index(name) - 1])] if len(names) > 1 else []
                    waits += row
                    print(f"| {name} | {' | '.join(f'{wait:.2f}' for wait in row)} |", flush=True)
                figures = {name: steady(browser, server, name, Path(cache), options.seconds) for name in names}
        finally:
            server.stop()
        print("\n| learning | published a second | drawn a second | steps a second | of the command line | share |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        reached = max(waits) <= LONGEST
        for name, (published, drawn, steps, recording) in figures.items():
            alone = float(said([sys.executable, __file__, "--again", recording]))
            reached &= min(published, drawn) >= FEWEST and steps >= SHARE * alone
            print(f"| {name} | {published:.1f} | {drawn:.1f} | {steps:,.0f} | {alone:,.0f} | {100 * steps / alone:.0f} % |", flush=True)
    bars = f"points after ≤ {LONGEST:.0f} s, ≥ {FEWEST:.0f} updates a second, ≥ {100 * SHARE:.0f} % of the command line's steps"
    print(f"\nThe page: {bars}: {'reached' if reached else 'missed'}")


def loading(name: str) -> float:
    """Seconds to have both splits of a data set."""
    start = time.perf_counter()
    for split in ("train", "test"):
        data.load(name, split)
    return time.perf_counter() - start


def again(path: str) -> None:
    """Take the steps of a recording once more, as `train --replay` does, and tell how many a second."""
    import torch

    from vae.training.recording import Recording
    from vae.training.trainer import replay

    torch.set_num_threads(1)
    recording = Recording.read(Path(path))
    images = data.load(recording.setup.data, "train")
    replay(recording.until(20), images.images, images.labels)  # the first steps allocate
    start = time.perf_counter()
    replay(recording, images.images, images.labels)
    print(recording.steps / (time.perf_counter() - start), flush=True)


@contextmanager
def opened(browser: Browser, server: Server, name: str) -> Iterator[Screen]:
    """The page Train with a data set, at the moment when its button is there; at the end nothing learns any more."""
    with closing(browser.new_context(viewport={"width": 1440, "height": 900})) as context:
        context.add_init_script(COUNTER)
        screen = Screen(context.new_page(), server)
        screen.page.goto(f"{server.url}/train?data={name}&dim=2")
        button(screen.page).wait_for()
        screen.page.evaluate(PROBE)
        yield screen
        button(screen.page).filter(has_text="Pause").click()
        says(screen.page, "paused")


def button(page: Page):
    return page.locator(".ctm-trainbar .ctm-primary")


def says(page: Page, words: str) -> None:
    expect(page.locator(".ctm-trainstatus")).to_contain_text(re.compile(words), timeout=PATIENCE)


def pressed(page: Page) -> float:
    """Press Train, and wait: seconds to the first points of a later step."""
    button(page).click()
    page.wait_for_function("() => seen.steps.length", timeout=PATIENCE, polling="raf")
    return page.evaluate("(seen.steps[0].at - seen.pressed) / 1000")


def from_ready(browser: Browser, server: Server, name: str) -> float:
    with opened(browser, server, name) as screen:
        says(screen.page, "step 0 · paused")
        screen.settle()
        return pressed(screen.page)


def from_opened(browser: Browser, server: Server, name: str) -> float:
    with opened(browser, server, name) as screen:
        return pressed(screen.page)


def from_chosen(browser: Browser, server: Server, name: str, before: str) -> float:
    with opened(browser, server, before) as screen:
        says(screen.page, "step 0 · paused")
        time.sleep(5)  # somebody looks at the page before choosing: a process is made ready meanwhile
        screen.choice("Data set").select_option(name)
        return pressed(screen.page)


def steady(browser: Browser, server: Server, name: str, cache: Path, seconds: float) -> tuple[float, float, float, Path]:
    """Updates published and drawn and steps taken a second, and the file of the recording."""
    with opened(browser, server, name) as screen:
        says(screen.page, "step 0 · paused")
        pressed(screen.page)
        run = screen.until_address(lambda view: "run" in view)["run"]
        number = np.memmap(cache / "trainings" / run / "now", np.int64, "r", 0, (1,))
        time.sleep(WARMING)
        published, start = int(number[0]), time.perf_counter()
        screen.page.evaluate("() => seen.steps.splice(0)")
        screen.page.wait_for_timeout(1000 * seconds)
        published, took = int(number[0]) - published, time.perf_counter() - start
        looks = screen.page.evaluate("seen.steps")
    with urllib.request.urlopen(f"{server.url}/continuum/trainings/{run}/recording", timeout=30) as answer:
        recording = cache / f"{name}.json"
        recording.write_bytes(answer.read())
    clock = (looks[-1]["at"] - looks[0]["at"]) / 1000
    return published / took, (len(looks) - 1) / clock, (looks[-1]["step"] - looks[0]["step"]) / clock, recording


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--pythae", metavar="PYTHON", help="the Python of an environment that has pythae")
    parser.add_argument("--only", choices=("loops", "page"))
    parser.add_argument("--loop", nargs=5, help=argparse.SUPPRESS)
    parser.add_argument("--again", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        loop(options.loop)
        return
    if options.again:
        again(options.again)
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    if options.only != "page":
        loops(options)
    if options.only != "loops":
        page(options)


if __name__ == "__main__":
    main()
