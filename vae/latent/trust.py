"""How far a map can be trusted: whether neighbours among codes are neighbours on the map, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae.sentences import phrase

NEIGHBOURS = 15
MOST = 2000  # codes that are measured: their distances are all held at once


@dataclass(frozen=True)
class Trust:
    """How well a map keeps neighbours, each from 0 to 1; 1 is a map on which all are kept.

    trustworthiness : lower the farther among the codes those lie that are neighbours on the map
    continuity : lower the farther on the map those lie that are neighbours among the codes
    overlap : the mean share of a code's neighbours that are its neighbours on the map, too
    neighbours : how many of each code were looked at
    rows : among how many codes
    """

    trustworthiness: float
    continuity: float
    overlap: float
    neighbours: int
    rows: int


def trust_of(codes: np.ndarray, places: np.ndarray, neighbours: int = NEIGHBOURS, most: int = MOST) -> Trust:
    """Measure a map of `codes` (N, D) at `places` (N, 2), among at most `most` of them that are evenly spaced.

    Raises
    ------
    ValueError
        If there are too few codes to have so many neighbours and as many others: 2 · neighbours + 1.

    Source: Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", 2001.
    """
    if len(codes) <= 2 * neighbours:
        raise ValueError(
            phrase(
                "{count} codes are too few to say how far their map can be trusted; {enough} are enough",
                count=len(codes),
                enough=2 * neighbours + 1,
            )
        )
    rows = np.linspace(0, len(codes) - 1, min(len(codes), most)).round().astype(int)
    among_codes, on_map = _ranks(codes[rows]), _ranks(places[rows])
    near_codes, near_map = among_codes <= neighbours, on_map <= neighbours
    count = len(rows)
    worst = count * neighbours * (2 * count - 3 * neighbours - 1) / 2
    return Trust(
        trustworthiness=1 - float((among_codes[near_map] - neighbours).clip(0).sum()) / worst,
        continuity=1 - float((on_map[near_codes] - neighbours).clip(0).sum()) / worst,
        overlap=float((near_codes & near_map).sum()) / (count * neighbours),
        neighbours=neighbours,
        rows=count,
    )


def _ranks(points: np.ndarray) -> np.ndarray:
    """The place of every point in every other one's order of nearness, from 1: (N, N) int32; past the last for itself."""
    points = np.asarray(points, np.float64)
    points = points - points.mean(0)  # smaller numbers cancel less
    lengths = np.square(points).sum(1)
    squares = lengths[:, None] + lengths - 2 * points @ points.T
    np.fill_diagonal(squares, np.inf)
    ranks = np.empty(squares.shape, np.int32)
    np.put_along_axis(ranks, squares.argsort(1, kind="stable"), np.arange(1, len(points) + 1, dtype=np.int32)[None], 1)
    return ranks
