"""The lines task: one line per image, from the centre to the border, at any angle. Everything about an image is one number.

Source: Berthelot, Raffel, Roy and Goodfellow, "Understanding and Improving Interpolation in Autoencoders via an
Adversarial Regularizer", 2018, section 3.1.
"""

from __future__ import annotations

import numpy as np

from vae.data.drawn import drawn
from vae.data.registry import DataSet, Images, register

SIDE, WIDTH = 32, 2.0
REACH = SIDE / 2 - 1  # from the centre to the end, pixels
SECTORS = tuple(f"{45 * sector}°" for sector in range(8))
COUNTS = {"train": 60_000, "test": 10_000}
BATCH = 5000


def draw_lines(angles: np.ndarray) -> np.ndarray:
    """Anti-aliased lines at `angles` (N,), radians counter-clockwise from the right: (N, 1, 32, 32) uint8, white on black.

    A pixel is as bright as the share of its width that the line covers across, by its distance from the line's middle.
    """
    at = np.arange(SIDE) + 0.5 - SIDE / 2
    x, y = np.meshgrid(at, -at)  # y grows upwards
    images = np.empty((len(angles), 1, SIDE, SIDE), np.uint8)
    for start in range(0, len(angles), BATCH):
        turn = np.asarray(angles[start : start + BATCH], np.float64)[:, None, None]
        along = (x * np.cos(turn) + y * np.sin(turn)).clip(0, REACH)  # (n, 32, 32), how far along the line its nearest point is
        distance = np.hypot(x - along * np.cos(turn), y - along * np.sin(turn))
        images[start : start + BATCH, 0] = np.rint(255 * (WIDTH / 2 + 0.5 - distance).clip(0, 1))
    return images


def random_angles(split: str) -> np.ndarray:
    """The angles of a split, uniform on the circle and always the same: (60,000,) for "train", (10,000,) for "test"."""
    return np.random.default_rng((1803, split == "test")).uniform(0, 2 * np.pi, COUNTS[split])


def sectors(angles: np.ndarray) -> np.ndarray:
    """Which of eight sectors, centred on multiples of 45°, each angle (N,) lies in: (N,) uint8."""
    return (np.rint(angles / (np.pi / 4)) % 8).astype(np.uint8)


def _load(split: str, _download: bool) -> Images:
    def draw() -> tuple[np.ndarray, np.ndarray]:
        angles = random_angles(split)
        return draw_lines(angles), sectors(angles)

    return Images(*drawn("lines", split, (COUNTS[split], 1, SIDE, SIDE), draw, [__file__]), SECTORS)


register(DataSet("lines", "Lines", SECTORS, (1, SIDE, SIDE), 3, lambda: True, _load))
