"""Planes through code space. As a map, each place of one is a code, and a code falls straight down on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae.sentences import phrase

PARALLEL = 1e-6  # of a direction's length: what it has across another one, below which both are one direction


@dataclass(frozen=True)
class Plane:
    """A plane through code space.

    origin : (D,) float64, the code at the place (0, 0)
    axes : (2, D) float64, of length 1 and perpendicular
    """

    origin: np.ndarray
    axes: np.ndarray

    def places(self, codes: np.ndarray) -> np.ndarray:
        """Where `codes` (N, D) fall on the plane, straight down: (N, 2) float32."""
        return ((np.asarray(codes, np.float64) - self.origin) @ self.axes.T).astype(np.float32)

    def codes(self, places: np.ndarray) -> np.ndarray:
        """The codes of `places` (M, 2): (M, D) float32."""
        return (self.origin + np.asarray(places, np.float64) @ self.axes).astype(np.float32)


def code_plane() -> Plane:
    """The plane of codes of two numbers itself: a code is its place."""
    return Plane(np.zeros(2), np.eye(2))


def principal_plane(codes: np.ndarray) -> Plane:
    """The plane through the mean of `codes` (N, D), D at least 2, in which they differ most: their leading principal components.

    The largest number of each axis is positive, so that the same codes give the same plane.
    """
    codes = np.asarray(codes, np.float64)
    mean = codes.mean(0)
    centred = codes - mean
    axes = np.linalg.eigh(centred.T @ centred)[1].T[:-3:-1]  # the last two eigenvectors, the larger first
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return Plane(mean, axes * np.where(largest < 0, -1, 1))


def raw_plane(codes: np.ndarray, across: int, up: int) -> Plane:
    """The plane on which two numbers of the code are the place, and all others are the means of `codes` (N, D).

    Raises
    ------
    ValueError
        If the two are one, or not among the D.
    """
    size = codes.shape[1]
    if across == up or not (0 <= across < size and 0 <= up < size):
        raise ValueError(
            phrase(
                "a map of two numbers needs two different ones from 0 to {last}, not {across} and {up}", last=size - 1, across=across, up=up
            )
        )
    origin = codes.mean(0, dtype=np.float64)
    origin[[across, up]] = 0
    return Plane(origin, np.eye(size)[[across, up]])


def directions_plane(codes: np.ndarray, across: np.ndarray, up: np.ndarray) -> Plane:
    """The plane through the mean of `codes` (N, D) along two directions (D,).

    Its first axis is `across`; the second is what `up` has perpendicular to it.

    Raises
    ------
    ValueError
        If both are one direction, or either has no length.
    """
    mean = codes.mean(0, dtype=np.float64)
    first, second = np.asarray(across, np.float64), np.asarray(up, np.float64)
    if not (first.any() and second.any()):
        raise ValueError(phrase("a direction leads from one set of images to another; choose two different sets"))
    first = first / np.linalg.norm(first)
    rest = second - (second @ first) * first
    if np.linalg.norm(rest) <= PARALLEL * np.linalg.norm(second):
        raise ValueError(phrase("the two directions are one and the same; choose another one"))
    return Plane(mean, np.stack([first, rest / np.linalg.norm(rest)]))
