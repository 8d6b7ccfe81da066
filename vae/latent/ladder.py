"""Maps of the same images by several models, laid so that points travel from one to the next rather than jump."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
from scipy.linalg import orthogonal_procrustes


def align_planes(planes: list[np.ndarray]) -> np.ndarray:
    """Each plane of codes turned, mirrored, moved and scaled to lie on the one before as closely as it can.

    What is between points of one plane (angles, ratios of distances) stays as it was.

    Parameters
    ----------
    planes : S arrays (N, 2), the same N images in the same order

    Returns
    -------
    (S, N, 2) float32, the first one centred and of unit root-mean-square radius

    Source: Schönemann, "A Generalized Solution of the Orthogonal Procrustes Problem", 1966.
    """
    aligned: list[np.ndarray] = []
    for plane in planes:
        centred = np.asarray(plane, np.float64) - np.mean(plane, 0, dtype=np.float64)
        centred /= max(np.sqrt((centred**2).sum(1).mean()), 1e-12)
        aligned.append(centred @ orthogonal_procrustes(centred, aligned[-1])[0] if aligned else centred)
    return np.stack(aligned).astype(np.float32)


def align_maps(codes: list[np.ndarray], seed: int, neighbours: int = 15, min_dist: float = 0.1) -> np.ndarray:
    """UMAPs of several models' codes, fitted together so that an image's places in neighbouring maps attract each other.

    Parameters
    ----------
    codes : S arrays (N, D), the same N images in the same order; D may differ
    seed : of the layout
    neighbours, min_dist : as in `fit_umap`

    Returns
    -------
    (S, N, 2) float32

    Raises
    ------
    ValueError
        If there are fewer than two models or fewer than 4 images.

    Source: McInnes, Healy and Melville, "UMAP", 2018, and the aligned variant in umap-learn.
    """
    if len(codes) < 2 or len(codes[0]) < 4:
        raise ValueError(f"aligned maps need at least 2 models and 4 images, not {len(codes)} and {len(codes[0]) if codes else 0}")
    from umap import AlignedUMAP  # compiles for tens of seconds

    same = {row: row for row in range(len(codes[0]))}
    mapper = AlignedUMAP(n_neighbors=min(neighbours, len(codes[0]) - 1), min_dist=min_dist, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that a seed rules out threads, which is what is wanted
        maps = mapper.fit([np.asarray(part, np.float32) for part in codes], relations=[same for _ in pairwise(codes)]).embeddings_
    places = np.stack([np.asarray(part, np.float64) for part in maps])
    places -= places.mean((0, 1))
    return (places / np.sqrt((places**2).sum(2).mean())).astype(np.float32)
