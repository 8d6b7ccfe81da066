"""Small pictures' files, for the tests of importing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image


def png(colour: object = (10, 20, 30), size: tuple[int, int] = (8, 8), mode: str = "RGB", form: str = "PNG", **options: object) -> bytes:
    """A picture's file, of one colour."""
    held = io.BytesIO()
    Image.new(mode, size, colour).save(held, form, **options)  # type: ignore[arg-type]
    return held.getvalue()


def noise(seed: int, side: int = 8) -> np.ndarray:
    """Random pixels (side, side, 3) uint8, repeatable from the seed."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


def filed(pixels: np.ndarray, form: str = "PNG", **options: object) -> bytes:
    """A picture's file of these pixels (H, W, 3) uint8."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, form, **options)
    return held.getvalue()


def noisy(seed: int, form: str = "PNG", side: int = 8, **options: object) -> bytes:
    """A picture's file of random pixels."""
    return filed(noise(seed, side), form, **options)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Files below `folder`, which is returned."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
