"""A sheet of pictures of a painter's words: every object in every tint, and the backgrounds, as its tokenizer paints them."""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image

from vae.data.scenes import BACKGROUNDS, OBJECTS, SIDE, TINTS, Scene, render
from vae.models.discrete import Tokenizer

COLUMNS = len(TINTS)  # of the sheet: a tint each
BACKDROP = "white"  # behind every object
SHOWN = "star", "orange"  # in front of every background, the last row
QUALITY = 82  # of the file, of 100
AT_ONCE = 64  # pictures


def scenes_of_words() -> list[Scene]:
    """What the sheet shows, row by row: all tints of each object, then the backgrounds."""
    objects = [Scene(((name, tint),), BACKDROP) for name in OBJECTS for tint in TINTS]
    return objects + [Scene((SHOWN,), background) for background in BACKGROUNDS]


@torch.inference_mode()
def sheet(tokenizer: Tokenizer, seed: int = 0) -> bytes:
    """The sheet as a WebP file, `COLUMNS` pictures of 48 x 48 in a row.

    Raises
    ------
    vae.data.scenes.FontError
        If the emoji font that true scenes are rendered with is not there.
    """
    pictures = torch.from_numpy(render(scenes_of_words(), seed)).float() / 255
    painted = torch.cat([tokenizer.decode(tokenizer.encode(part)) for part in pictures.split(AT_ONCE)])
    pixels = painted.mul(255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    rows = -(-len(pixels) // COLUMNS)
    canvas = np.full((rows, COLUMNS, SIDE, SIDE, 3), 255, np.uint8)
    canvas.reshape(-1, SIDE, SIDE, 3)[: len(pixels)] = pixels
    file = io.BytesIO()
    Image.fromarray(canvas.swapaxes(1, 2).reshape(rows * SIDE, COLUMNS * SIDE, 3)).save(file, "WEBP", quality=QUALITY, method=6)
    return file.getvalue()
