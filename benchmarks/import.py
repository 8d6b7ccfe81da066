"""Importing folders of pictures, beside a plain loop over torchvision's ImageFolder that resizes and stacks the same files.

    python benchmarks/import.py [--photos FOLDER] [--count 10000] [--tiny 100000]

Writes the files first, in ten classes: JPEGs of 256 × 192, smooth and noisy like photographs; with `--photos`, the pictures of a
folder over and over, each time shifted by some more pixels, so that all differ; with `--tiny`, PNGs of 16 × 16. Both are run in turn,
the import's start and the loop's included; the import decodes in as many processes as there are cores and also hashes, splits,
compares and writes. Memory is the most that all processes of a run have together, what they share counted once (Linux alone tells).
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
LEAST = 300.0  # pictures a second on two cores
PERIOD = 0.2  # seconds between two looks at the memory
SHIFT = 3  # pixels


@dataclass(frozen=True)
class Run:
    """Seconds that a command took, and the most memory that its processes had, in MB; None where the system does not tell."""

    seconds: float
    memory: float | None


def made() -> Iterator[bytes]:
    """JPEGs of 256 × 192, each from its own seed."""
    for number in count():
        rng = np.random.default_rng(number)
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((256, 192), Image.Resampling.BICUBIC)
        noisy = np.asarray(coarse, np.int16) + rng.integers(-12, 13, (192, 256, 3), np.int16)
        yield filed(noisy.clip(0, 255).astype(np.uint8), "JPEG", quality=85)


def shifted(photos: Path) -> Iterator[bytes]:
    """The pictures of a folder over and over, each time shifted by some more pixels."""
    paths = sorted(path for path in photos.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        sys.exit(f"there are no pictures in {photos}; --photos takes a folder of JPEG or PNG files")
    for turn in count():
        for path in paths:
            pixels = np.asarray(Image.open(path).convert("RGB"))
            yield filed(np.roll(pixels, SHIFT * turn, (0, 1)), "JPEG", quality=90) if turn else path.read_bytes()


def tiny() -> Iterator[bytes]:
    """PNGs of 16 × 16, each from its own seed."""
    for number in count():
        yield filed(np.random.default_rng(number).integers(0, 256, (16, 16, 3), np.uint8), "PNG")


def filed(pixels: np.ndarray, form: str, **options: int) -> bytes:
    """A picture's file of these pixels (H, W, 3) uint8."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, form, **options)
    return held.getvalue()


def write(pictures: Iterator[bytes], folder: Path, number: int) -> None:
    """The first `number` of `pictures` as files of ten classes."""
    for place in range(10):
        (folder / f"class {place}").mkdir(parents=True)
    for place, content in enumerate(islice(pictures, number)):
        ending = "jpg" if content.startswith(b"\xff\xd8") else "png"
        (folder / f"class {place % 10}" / f"{place}.{ending}").write_bytes(content)


def measured(command: list[str], environment: dict[str, str]) -> Run:
    """A command in a process group of its own, by which its processes are known."""
    started, most = time.perf_counter(), 0
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while True:
            try:
                _, said = process.communicate(timeout=PERIOD)
                break
            except subprocess.TimeoutExpired:
                most = max(most, memory_of(process.pid))
    if process.returncode:
        sys.exit(said.decode())
    return Run(time.perf_counter() - started, most / 1e6 if most else None)


def memory_of(group: int) -> int:
    """Bytes of all processes of a group, those that several share divided among them; 0 where the system does not tell."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                rows = (folder / "smaps_rollup").read_text().splitlines()
                total += next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) * 1024
        except (OSError, StopIteration):  # it has ended meanwhile
            continue
    return total


def ours(folder: Path, datasets: Path, size: int) -> Run:
    """The command `import`."""
    words = [sys.executable, "-m", "vae", "import", str(folder), "--name", "pictures", "--size", str(size), "--replace"]
    return measured(words, {**os.environ, "VAE_DATASETS": str(datasets)})


def theirs(folder: Path, size: int) -> Run:
    """A plain loop."""
    loop = f"""
import torch
from torchvision import datasets, transforms
shape = transforms.Compose([transforms.Resize({size}), transforms.CenterCrop({size}), transforms.PILToTensor()])
torch.stack([picture for picture, label in datasets.ImageFolder({str(folder)!r}, shape)])
"""
    return measured([sys.executable, "-c", loop], dict(os.environ))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="a folder of pictures to repeat")
    parser.add_argument("--count", type=int, default=10_000, help="pictures of each kind")
    parser.add_argument("--tiny", type=int, default=0, help="pictures of 16 × 16")
    parser.add_argument("--runs", type=int, default=2, help="of each; the quicker one counts")
    asked = parser.parse_args()
    kinds = [("made, 256 × 192 to 64 × 64", made(), asked.count, 64)]
    if asked.photos:
        kinds.append((f"{asked.photos.name}, to 32 × 32", shifted(asked.photos), asked.count, 32))
    if asked.tiny:
        kinds.append(("tiny, 16 × 16", tiny(), asked.tiny, 16))
    print("| pictures | | import, a second | ImageFolder in a loop | ratio | memory of the import, MB | of the loop |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    slowest = float("inf")
    for name, pictures, number, size in kinds:
        with tempfile.TemporaryDirectory() as place:
            folder, datasets = Path(place, "pictures"), Path(place, "datasets")
            write(pictures, folder, number)
            runs = [(ours(folder, datasets, size), theirs(folder, size)) for _ in range(asked.runs)]
        here, there = (min(column, key=lambda run: run.seconds) for column in zip(*runs, strict=True))
        rates = number / here.seconds, number / there.seconds
        memory = " | ".join("not known" if run.memory is None else f"{run.memory:,.0f}" for run in (here, there))
        print(f"| {name} | {number:,} | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f} | {memory} |", flush=True)
        slowest = min(slowest, rates[0])
    print(f"\nOurs: ≥ {LEAST:.0f} pictures a second: {'reached' if slowest >= LEAST else 'missed'}")


if __name__ == "__main__":
    main()
