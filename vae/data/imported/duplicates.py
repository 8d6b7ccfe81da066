"""Pictures that are nearly the same: sizes, compression or a little brightness apart."""

from __future__ import annotations

import numpy as np

BITS = 4  # of 64 that may differ
DIFFERENCE = 8.0  # root of the mean squared difference of pixels, of 255
TURNS = (0, 16, 32, 48)
REACH = 8  # neighbours in each order that are compared
CHUNK = 4096  # pairs at a time


def near_duplicates(fingerprints: np.ndarray, pixels: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Pairs of rows that are nearly the same picture: (M, 2) int64, each with the smaller row first, sorted.

    Candidates differ in few bits of their fingerprints, and are neighbours when all are sorted by them, in four orders that begin
    with other bits each; of those, pairs whose pixels hardly differ remain. So it takes N log N, and may miss some among many.

    Parameters
    ----------
    fingerprints : (N,) uint64
    pixels : (N, C, H, W) uint8, which may be on disk
    plain : (N,) bool, rows of a single colour, which are like no other
    """
    rows = np.flatnonzero(~plain)
    values, candidates = fingerprints[rows], [np.empty((0, 2), np.int64)]
    for turn in TURNS:
        turned = (values << np.uint64(turn)) | (values >> np.uint64((64 - turn) % 64)) if turn else values
        order = np.argsort(turned, kind="stable")
        for step in range(1, min(REACH + 1, len(rows))):
            first, second = order[:-step], order[step:]
            near = np.bitwise_count(values[first] ^ values[second]) <= BITS
            candidates.append(np.sort(rows[np.stack([first[near], second[near]], 1)], axis=1))
    pairs = np.unique(np.concatenate(candidates), axis=0)
    same = [np.zeros(0, bool)]
    for start in range(0, len(pairs), CHUNK):
        first, second = pairs[start : start + CHUNK].T
        apart = pixels[first].astype(np.float32) - pixels[second]
        same.append(np.square(apart).mean((1, 2, 3)) <= DIFFERENCE**2)
    return pairs[np.concatenate(same)]
