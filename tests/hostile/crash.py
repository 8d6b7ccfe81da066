"""Processes killed at random moments, and what is found afterwards: a bounded script, `make crash`.

    python -m tests.hostile.crash [--kills 50] [--seed 0]

A training, an import and the queue of jobs are each begun, killed (SIGKILL, with all their children) at a random moment and begun
again, until they are done; the moments follow from the seed. Then what they made must be what an undisturbed run makes, nothing
half written may lie about, and no job that was acknowledged may be gone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from vae.store.tensors import read_tensors

QUEUE = """
import sys, time
from pathlib import Path
from tests.jobs import stubs
from vae.jobs.queue import Jobs
number, home = int(sys.argv[1]), Path(sys.argv[2])
jobs = Jobs(lease=1.0)
jobs.start()
for name in (f"{number} a", f"{number} b"):
    (home / f"{name}.go").write_text("end")
    try:
        print(jobs.ask(stubs.STUB, stubs.StubRequest(home=home, name=name, out=home / f"{name}.txt")).id, flush=True)
    except ValueError:  # many are waiting
        pass
while any(job.alive for job in jobs.all()):
    time.sleep(0.05)
jobs.stop()
"""


def begun(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def kill(process: subprocess.Popen[str]) -> str:
    """End it with all its children; what it has said."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()[0]


def until_done(command: list[str], environment: dict[str, str], dice: np.random.Generator, kills: int, longest: float) -> int:
    """Begin, kill and begin again; how often it was killed before it was let go to its end."""
    for done in range(kills):
        process = begun(command, environment)
        try:
            process.wait(float(dice.uniform(0.5, longest)))
            if process.returncode == 0:
                return done
        except subprocess.TimeoutExpired:
            kill(process)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0 or "nothing to resume" in ended.stderr, ended.stderr[-2000:]
    return kills


def pictures(folder: Path, count: int) -> Path:
    dice = np.random.default_rng(0)
    for row in range(count):
        path = folder / f"{row % 3}" / f"{row:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(256, size=(16, 16, 3), dtype=np.uint8)).save(path)
    return folder


def no_rest(folder: Path) -> None:
    """Nothing half written lies below `folder`."""
    rest = [path for path in folder.rglob(".*")]
    assert not rest, rest


def training(work: Path, environment: dict[str, str], dice: np.random.Generator, kills: int) -> int:
    spy = "from vae.training import loop; loop.SAVE_SECONDS = -1.0; from vae.cli import main; main()"
    source = pictures(work / "source", 120)

    def command(out: str, *more: str) -> list[str]:
        settings = ["--data", str(source), "--size", "16", "--epochs", "60", "--batch-size", "16", "--device", "cpu", "--latent-dim", "4"]
        return [sys.executable, "-c", spy, "train", *settings, "--out", str(work / "made" / out), *more]

    subprocess.run(command("whole"), env=environment, check=True, capture_output=True, timeout=600)
    killed = until_done(command("cut", "--resume"), environment, dice, kills, 8.0)
    cut, whole = (read_tensors(work / "made" / name / "model.safetensors")[0] for name in ("cut", "whole"))
    assert all(np.array_equal(cut[key].numpy(), whole[key].numpy()) for key in whole)
    no_rest(work / "made")
    return killed


def importing(work: Path, environment: dict[str, str], dice: np.random.Generator, kills: int) -> int:
    source = pictures(work / "many", 1500)
    command = [sys.executable, "-m", "vae", "import", str(source), "--size", "16", "--name"]
    subprocess.run([*command, "whole"], env=environment, check=True, capture_output=True, timeout=600)
    killed = until_done([*command, "cut", "--replace"], environment, dice, kills, 6.0)
    cut, whole = (json.loads((work / "datasets" / name / "dataset.json").read_text()) for name in ("cut", "whole"))
    assert cut["identity"] == whole["identity"]
    no_rest(work / "datasets")
    return killed


def queue(work: Path, environment: dict[str, str], dice: np.random.Generator, kills: int) -> int:
    acknowledged: set[str] = set()
    for done in range(kills):
        process = begun([sys.executable, "-c", QUEUE, str(done), str(work)], environment)
        time.sleep(float(dice.uniform(0.5, 4.0)))
        acknowledged |= set(kill(process).split())
    last = subprocess.run(
        [sys.executable, "-c", QUEUE, str(kills), str(work)], env=environment, check=True, capture_output=True, timeout=600, text=True
    )
    acknowledged |= set(last.stdout.split())
    from vae.jobs.table import JobTable
    from vae.store.database import Database

    os.environ["VAE_CACHE"] = environment["VAE_CACHE"]
    table = JobTable(Database(), 1.0)
    states = {id: job.state if (job := table.get(id)) else "gone" for id in acknowledged}
    assert set(states.values()) <= {"ready", "failed"}, states  # a job that outlived three servers counts as what ended them
    assert not list(work.glob("*.unfinished"))
    return kills


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for number, act in enumerate((training, importing, queue)):
        work = Path(tempfile.mkdtemp(prefix="crash-"))
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "VAE_DATASETS": str(work / "datasets"), "VAE_CACHE": str(work / "cache"),
                       "VAE_CHECKPOINTS": str(work / "made"), "PYTHONPATH": os.getcwd()}  # fmt: skip
        began = time.monotonic()
        killed = act(work, environment, np.random.default_rng([options.seed, number]), options.kills)
        print(f"{act.__name__}: killed {killed} times, nothing lost, nothing half written ({time.monotonic() - began:.0f} s)", flush=True)
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
