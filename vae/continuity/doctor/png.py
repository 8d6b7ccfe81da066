"""Pictures small enough to be written into a report."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image
from torch import Tensor

LARGEST = 64  # pixels of a side


def addresses(images: Tensor) -> list[str]:
    """PNG files as data addresses of images (N, C, H, W) in [0, 1], no side longer than `LARGEST`."""
    return [_address(picture) for picture in (images.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()]


def _address(pixels: np.ndarray) -> str:
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels[..., :3])
    picture.thumbnail((LARGEST, LARGEST))
    file = io.BytesIO()
    picture.save(file, "png", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
