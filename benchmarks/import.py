"""Importing a folder of photographs, beside a plain loop over torchvision's ImageFolder that resizes and stacks the same files.

Writes the files first: JPEGs of 256 × 192 in ten classes, smooth and noisy like photographs. Both are run in turn, twice, and the
better run of each counts; the import decodes in as many processes as there are cores and also hashes, splits, compares and writes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SIZE = 64


def write_photographs(folder: Path, count: int) -> None:
    """`count` JPEGs of 256 × 192, each from its own seed."""
    for number in range(count):
        rng = np.random.default_rng(number)
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((256, 192), Image.Resampling.BICUBIC)
        noisy = np.asarray(coarse, np.int16) + rng.integers(-12, 13, (192, 256, 3), np.int16)
        path = folder / f"class {number % 10}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=85)


def ours(folder: Path, datasets: Path) -> float:
    """Seconds of the command, its start included."""
    started = time.perf_counter()
    words = [sys.executable, "-m", "vae", "import", str(folder), "--name", "photographs", "--size", str(SIZE), "--replace"]
    subprocess.run(
        words, check=True, cwd=ROOT, env={**os.environ, "VAE_DATASETS": str(datasets)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def theirs(folder: Path) -> float:
    """Seconds of a plain loop in a process of its own, its start included."""
    loop = f"""
import torch
from torchvision import datasets, transforms
shape = transforms.Compose([transforms.Resize({SIZE}), transforms.CenterCrop({SIZE}), transforms.PILToTensor()])
torch.stack([picture for picture, label in datasets.ImageFolder({str(folder)!r}, shape)])
"""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", loop], check=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="photographs")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as place:
        folder, datasets = Path(place, "photographs"), Path(place, "datasets")
        write_photographs(folder, count)
        runs = [(ours(folder, datasets), theirs(folder)) for _ in range(2)]
    here, there = (min(column) for column in zip(*runs, strict=True))
    print(f"import: {count / here:.0f} pictures a second; ImageFolder in a loop: {count / there:.0f}; ratio {there / here:.2f}")


if __name__ == "__main__":
    main()
