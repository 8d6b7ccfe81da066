"""Laying the map: where each code of a data set goes in the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vae.latent.plane import principal_plane
from vae.latent.projection import fit_umap

FEW = 50  # codes: UMAP makes clusters of fewer where there are none
SAME = 1e-6  # of their size: a spread of codes below this share is rounding
GOLDEN = np.pi * (3 - np.sqrt(5))  # the angle between two seeds of a sunflower
BREADTH = 0.15  # of a strip, as a share of its length


@dataclass(frozen=True)
class Layout:
    """Places on the map.

    places : (N, 2) float32
    settings : how they were found: `method`, and more for some
    note : a sentence, where the codes are out of the ordinary
    """

    places: np.ndarray
    settings: dict[str, Any] = field(default_factory=dict)
    note: str | None = None


def lay(codes: np.ndarray, *, seed: int, neighbours: int = 15, min_dist: float = 0.1, quick: bool = False,
        on_progress: Callable[[float], None] | None = None) -> Layout:  # fmt: skip
    """A map of `codes` (N, D) float32: of two numbers the plane itself, of more by UMAP.

    Codes of one number lie on a strip: along it runs the number, and across it nothing. Few codes lie in the plane in which they differ
    most. Where all codes are the same, they are spread over a disc, so that they can be seen; the note says so. `quick` takes that plane however many there are.
    """
    count, dim = codes.shape
    spread = float(np.abs(codes - codes.mean(0)).max())
    if spread <= SAME * max(1.0, float(np.abs(codes).max())):
        if dim == 2:
            return Layout(codes, {"method": "identity"}, COLLAPSED.format(count=count))
        return Layout(disc(count), {"method": "disc"}, COLLAPSED.format(count=count) + "; the map is a disc of one and the same code")
    if dim == 2:
        return Layout(codes, {"method": "identity"})
    if dim == 1:
        return Layout(strip(codes[:, 0]), {"method": "strip"})
    if count < FEW or quick:
        return Layout(principal_plane(codes).places(codes), {"method": "pca"})
    places = fit_umap(codes, seed=seed, neighbours=neighbours, min_dist=min_dist, on_progress=on_progress)
    return Layout(places, {"method": "umap", "seed": seed, "neighbours": neighbours, "min_dist": min_dist})


COLLAPSED = (
    "all {count} images have one and the same code, so the model tells nothing apart; train a VAE with a smaller --beta, or for more epochs"
)


def disc(count: int) -> np.ndarray:
    """`count` places evenly over a disc of radius 1: (count, 2) float32. Source: Vogel, "A better way to construct the sunflower head", 1979."""
    at = np.arange(count)
    radius, angle = np.sqrt((at + 0.5) / count), GOLDEN * at
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]).astype(np.float32)


def strip(numbers: np.ndarray) -> np.ndarray:
    """Places (N, 2) float32 of `numbers` (N,): along the strip themselves, across it evenly, so that none hides another."""
    across = (np.arange(len(numbers)) * GOLDEN / (2 * np.pi)) % 1 - 0.5
    return np.column_stack([numbers, BREADTH * np.ptp(numbers) * across]).astype(np.float32)
