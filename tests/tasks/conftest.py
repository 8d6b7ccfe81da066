"""Small pictures on disk, and models trained on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SIDE = 8
Make = Callable[..., Path]


@pytest.fixture
def make_pictures(tmp_path: Path) -> Make:
    """Writes a folder of so many pictures of 8×8 pixels, of one soft spot each, every tenth in `test`, the others in `train`:
    `make(name, count, classes=2, alike=False)`."""

    def make(name: str, count: int, classes: int = 1, *, alike: bool = False, seed: int = 0) -> Path:
        draws = np.random.default_rng(seed)
        y, x = np.mgrid[:SIDE, :SIDE]
        for row in range(count):
            down, right = (3.5, 3.5) if alike else draws.uniform(1, 6, 2)
            spot = np.exp(-((y - down) ** 2 + (x - right) ** 2) / 4)
            folder = tmp_path / name / ("test" if row % 10 == 9 else "train") / (f"class {row % classes}" if classes > 1 else ".")
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray((255 * spot[..., None] * [1.0, 0.8, 0.6]).astype(np.uint8)).save(folder / f"{row:04d}.png")
        return tmp_path / name

    return make
