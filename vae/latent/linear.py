"""How nearly the codes of one model are a linear map of another's codes of the same images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae.sentences import phrase

FEWEST = 4  # images: each half has to have two


@dataclass(frozen=True)
class LinearMap:
    """What the best linear map from one model's codes to another's misses, on images that it was not fitted to.

    share : of the variance of the other's codes; 0 where it misses nothing, about 1 where it knows nothing
    lengths : (N,) float32, of each image, in units of the root-mean-square distance of the other's codes from their mean
    """

    share: float
    lengths: np.ndarray


def linear_map(first: np.ndarray, second: np.ndarray) -> LinearMap:
    """The map from the codes `first` (N, D) to the codes `second` (N, E) of the same images in the same order.

    Each half of the images, every other one, is measured by the least squares of the other half, with a constant beside the numbers.

    Raises
    ------
    ValueError
        If they are not of as many images, at least 4.
    """
    if len(first) != len(second) or len(first) < FEWEST:
        raise ValueError(
            phrase(
                "a linear map needs two codes of each of at least {fewest} images, not {one} and {other}",
                fewest=FEWEST,
                one=len(first),
                other=len(second),
            )
        )
    a = np.column_stack([first, np.ones(len(first))]).astype(np.float64)  # (N, D + 1)
    b = second.astype(np.float64)
    missed = np.empty_like(b)
    for half in (slice(0, None, 2), slice(1, None, 2)):
        other = slice(1 - half.start, None, 2)
        missed[half] = b[half] - a[half] @ np.linalg.lstsq(a[other], b[other], rcond=None)[0]
    squares, spread = np.square(missed).sum(1), np.square(b - b.mean(0)).sum(1).mean()
    spread = spread or 1.0  # codes that are all the same are missed by nothing
    return LinearMap(float(squares.mean() / spread), np.sqrt(squares / spread).astype(np.float32))
