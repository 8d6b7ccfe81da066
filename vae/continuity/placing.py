"""One picture in the world of a model: how its figures stand among those of the model's own images, and what that says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from vae.continuity.measures import code_radius, cycle_gap, squared_errors
from vae.data.framing import framing_of
from vae.models import Model
from vae.sentences import Sentence, listed, phrase
from vae.store.atlases import Atlas
from vae.store.files import CheckpointError
from vae.store.usual import QUANTILES, Usual, load_usual, save_usual

MOST = 10_000  # images that are measured, evenly spaced
NEAREST = 6  # images that are named or shown as the nearest ones
AT_ONCE = 500
OUTSIDE = 0.999  # share of the images with a smaller figure, from which on a picture is none of this world
EDGE = 0.95  # … at its edge

World = Literal["inside", "edge", "outside"]


@dataclass(frozen=True)
class Placed:
    """The figures of one picture.

    error : squared error per pixel of its reconstruction
    gap : cycle gap of its code
    error_share, gap_share : of the model's own images, those with a smaller one; NaN where theirs are not known
    error_ratio : the error divided by their median; NaN likewise
    far : whether its code is farther from every image's than 99 % of codes are from theirs
    """

    error: float
    gap: float
    error_share: float
    gap_share: float
    error_ratio: float
    far: bool


def measure_usual(
    model: Model, codes: np.ndarray, images: Tensor | None, radius: float, on_progress: Callable[[float], None] = lambda share: None
) -> Usual:
    """What is usual of a model's own images.

    Parameters
    ----------
    codes : (N, D), the images' posterior means
    images : (N, C, H, W) uint8; None where they are not on disk, and errors stay unknown
    radius : as `cycle_gap` has it
    on_progress : told the share of the work that is done, 0 to 1
    """
    rows = np.unique(np.linspace(0, len(codes) - 1, min(len(codes), MOST)).round().astype(int))
    errors, gaps, seen = [], [], []
    with torch.inference_mode():
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            z = torch.from_numpy(codes[part]).to(model.device, model.dtype)
            pictures = model.paint(z)
            gaps.append(cycle_gap(model, z, radius or 1, pictures).float().cpu())
            if images is not None:
                errors.append(squared_errors(images[part].to(model.device, model.dtype) / 255, pictures).float().cpu())
            elif start == 0:
                seen.append(pictures.float().cpu())
            on_progress((start + len(part)) / len(rows))
    framing = framing_of(torch.cat(seen) if images is None else images)
    return Usual(_quantiles(errors), _quantiles(gaps), len(rows), framing)


def usual_of(
    folder: Path,
    model: Model,
    atlas: Atlas,
    images: Callable[[], Tensor | None],
    on_progress: Callable[[float], None] = lambda share: None,
) -> Usual:
    """What is usual of the images of `atlas`: as it is stored in `folder`, else measured now, and stored where `images` are to be had."""
    with suppress(CheckpointError):
        return load_usual(folder)
    there = images()
    usual = measure_usual(model, atlas.codes, there, code_radius(atlas.codes), on_progress)
    if there is not None:
        with suppress(OSError):  # a folder that may not be written to
            save_usual(folder, usual)
    return usual


def share_below(quantiles: np.ndarray, value: float) -> float:
    """The share of those that `quantiles` (1001,) are of which lie below `value`, to a thousandth; NaN where none are known."""
    if not len(quantiles):
        return float("nan")
    return float(np.searchsorted(quantiles, value) / len(quantiles)) if value <= quantiles[-1] else 1.0


def place_figures(usual: Usual, *, error: float, gap: float, far: bool) -> Placed:
    """The figures of a picture with this squared error, cycle gap and distance, beside what is usual."""
    median = float(usual.errors[len(usual.errors) // 2]) if len(usual.errors) else float("nan")
    ratio = error / median if median > 0 else float("nan")
    return Placed(error, gap, share_below(usual.errors, error), share_below(usual.gaps, gap), ratio, far)


def world(placed: Placed) -> World:
    """Whether the picture is from this model's world: outside from a share of 0.999 on, at the edge from 0.95 on, or if its code is far."""
    share = float(np.nanmax([placed.error_share, placed.gap_share, 0]))
    if share >= OUTSIDE:
        return "outside"
    return "edge" if share >= EDGE or placed.far else "inside"


def verdict(placed: Placed, count: int) -> str:
    """The same as a sentence; `count` images are what it is measured by."""
    gap = _beyond(placed.gap, placed.gap_share, count)
    if np.isnan(placed.error_share):
        known = phrase("its code comes back from decoding and encoding off by {figure}", figure=gap)
        note = [phrase("The images that the squared error would be measured by are not on disk.")]
    else:
        known, note = _rebuilt(placed, count, gap), []
    far = [phrase("Its code is far from theirs.")] if placed.far else []
    place = world(placed)
    if place == "outside":
        said = [phrase("Not from this world: {known}.", known=known), phrase("It draws the nearest thing it knows.")]
    elif place == "edge":
        said = [phrase("At the edge of this world: {known}.", known=known)]
    else:
        said = [phrase("From this world, as far as its figures tell: {known}.", known=known)]
    return listed([*said, *far, *note], " ")


def _rebuilt(placed: Placed, count: int, gap: str) -> Sentence:
    """Its squared error, also beside the median one where it is a multiple of that, and its cycle gap where that stands out more."""
    told = {"figure": _beyond(placed.error, placed.error_share, count), "ratio": placed.error_ratio, "gap": gap}
    apart = placed.gap_share > placed.error_share and placed.gap_share >= EDGE
    if placed.error_ratio >= 2:
        if apart:
            return phrase("its squared error is {figure} and {ratio:.0f} times the median one's, and its cycle gap is {gap}", **told)
        return phrase("its squared error is {figure} and {ratio:.0f} times the median one's", **told)
    return (
        phrase("its squared error is {figure}, and its cycle gap is {gap}", **told)
        if apart
        else phrase("its squared error is {figure}", **told)
    )


def _beyond(value: float, share: float, count: int) -> Sentence:
    if share >= 1:
        whose = phrase("all {count:,} of the model's own images", count=count)
    else:
        whose = phrase("{share:.1f} % of the model's own images", share=100 * share)
    return phrase("{value:.3g}, more than that of {whose}", value=value, whose=whose)


def _quantiles(parts: list[Tensor]) -> np.ndarray:
    if not parts:
        return np.empty(0, np.float32)
    return np.quantile(torch.cat(parts).double().numpy(), np.linspace(0, 1, QUANTILES)).astype(np.float32)
