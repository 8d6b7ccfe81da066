"""The published interpolation table: how well a model interpolates between lines, where the right answer is known."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from vae.continuity.measures import mean_estimate
from vae.data.lines import draw_lines, random_angles
from vae.models import Autoencoder
from vae.sentences import phrase

PAIRS, LINE_FRAMES, TRUE_LINES = 256, 16, 10_000

# Mean distance and smoothness of Berthelot and others 2018, table 1 (16.8 million images, codes of 4 x 4 x 16 numbers).
PUBLISHED = {
    "AE": (6.88e-3, 0.44), "dropout": (2.85e-3, 0.74), "denoising": (4.21e-3, 0.66), "VAE": (1.21e-3, 0.49),
    "AAE": (3.26e-3, 0.14), "VQ-VAE": (5.41e-3, 0.77), "ACAI": (0.24e-3, 0.10),
}  # fmt: skip


@torch.inference_mode()
def lines_figures(model: Autoencoder, seed: int = 0) -> dict[str, dict[str, float]]:
    """`lines_distance` and `lines_smoothness` of straight paths between the codes of 256 pairs of test lines, 16 frames each.

    Parameters
    ----------
    model : of 1 x 32 x 32 images in [0, 1]
    seed : of the pairs

    Returns
    -------
    Two estimates as plain JSON types, over pairs; lower is better for both. Where every pair's frames all look like one
    line, as those of a collapsed model do, there is no smoothness to speak of, and the first comes alone.

    Raises
    ------
    ValueError
        If the model's images are of another shape.
    """
    if model.config.image_shape != (1, 32, 32):
        raise ValueError(
            phrase(
                "the lines task is about images of 1 x 32 x 32, and this model's are {shape}",
                shape=" x ".join(map(str, model.config.image_shape)),
            )
        )
    first, second = np.random.default_rng(seed).integers(10_000, size=(2, PAIRS))
    images = torch.from_numpy(draw_lines(random_angles("test")))
    codes = model.encode(images[np.concatenate([first, second])].float() / 255).mean
    t = torch.linspace(0, 1, LINE_FRAMES, device=codes.device)[:, None]
    paths = [model.decode(a + (b - a) * t) for a, b in codes.view(2, PAIRS, -1).unbind(1)]
    nearest = [match(frames) for frames in paths]
    distances = np.array([distance.mean() for distance, _ in nearest])
    uneven = np.array([unevenness(angles) for _, angles in nearest])
    figures = {"lines_distance": mean_estimate(distances).to_dict()}
    if np.isfinite(uneven).any():
        figures["lines_smoothness"] = mean_estimate(uneven[np.isfinite(uneven)]).to_dict()
    return figures


def match(frames: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The true line nearest to each of `frames` (T, 1, 32, 32) in [0, 1], by cosine distance of pixels scaled to [−1, 1].

    Returns
    -------
    distances : (T,)
    angles : (T,) radians in [0, 2π), of the nearest of 10,000 lines evenly spaced over the circle
    """
    closeness = _unit(frames) @ _true_lines().to(frames.device).T  # (T, 10,000)
    best, row = closeness.max(1)
    return (1 - best.double()).clamp_min(0).cpu().numpy(), row.cpu().numpy() * (2 * np.pi / TRUE_LINES)


def unevenness(angles: np.ndarray) -> float:
    """Largest change of angle in one step ÷ the change from first to last, less what it is on an even path.

    `angles` (T,) are unwrapped: a step is never more than half a turn. 0 for perfectly even steps, up to 1 − 1 / (T − 1)
    for a single jump, more for detours, NaN where first and last are the same.
    """
    unwrapped = np.unwrap(angles)
    whole = abs(unwrapped[-1] - unwrapped[0])
    return float(np.abs(np.diff(unwrapped)).max() / whole - 1 / (len(angles) - 1)) if whole > 1e-9 else float("nan")


@cache
def _true_lines() -> Tensor:
    return _unit(torch.from_numpy(draw_lines(np.arange(TRUE_LINES) * (2 * np.pi / TRUE_LINES))).float() / 255)


def _unit(images: Tensor) -> Tensor:
    """Images (N, C, H, W) in [0, 1] as vectors of length 1 of pixels in [−1, 1]: (N, C·H·W)."""
    return torch.nn.functional.normalize(images.float().flatten(1) * 2 - 1)
