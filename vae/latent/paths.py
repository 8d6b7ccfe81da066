"""Ways through code space from one code to another."""

from __future__ import annotations

import numpy as np

# Below this sine two directions count as parallel: dividing by it would lose every digit of a float32 code.
PARALLEL = 1e-6


def evenly(frames: int) -> np.ndarray:
    """`frames` times evenly spaced from 0 to 1, both included: (frames,) float64; one frame alone stands at 0."""
    return np.linspace(0.0, 1.0, frames)


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The straight line from `a` to `b`.

    Parameters
    ----------
    a, b : (D,) codes
    t : (T,) times; 0 is `a` and 1 is `b`, exactly

    Returns
    -------
    (T, D) float32
    """
    a, b, t = _ends(a, b, t)
    return _exact(a + t[:, None] * (b - a), a, b, t)


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The great arc from `a` to `b` around the origin, its norm going in a straight line from the one's to the other's.

    Where no arc is defined, because an end is zero or the ends point the same or the opposite way, it is the
    straight line of `lerp`. The source's weights are applied to the directions alone: applied to ends of different norm
    they overshoot both when the ends point nearly opposite ways.

    Parameters
    ----------
    a, b : (D,) codes
    t : (T,) times; 0 is `a` and 1 is `b`, exactly

    Returns
    -------
    (T, D) float32

    Source: Shoemake, "Animating Rotation with Quaternion Curves", 1985; White, "Sampling Generative Networks", 2016.
    """
    a, b, t = _ends(a, b, t)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) == 0:
        return lerp(a, b, t)
    u, v = a / lengths[0], b / lengths[1]
    # The half-angle form stays accurate for small angles, where the arc cosine of u·v does not.
    angle = 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))
    if np.sin(angle) < PARALLEL:
        return lerp(a, b, t)
    weights = np.sin((1 - t) * angle) / np.sin(angle), np.sin(t * angle) / np.sin(angle)
    directions = weights[0][:, None] * u + weights[1][:, None] * v  # (T, D), each of norm 1
    return _exact(((1 - t) * lengths[0] + t * lengths[1])[:, None] * directions, a, b, t)


def _ends(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b, t = (np.asarray(value, np.float64) for value in (a, b, t))
    if a.ndim != 1 or a.shape != b.shape or t.ndim != 1:
        raise ValueError(f"a path needs two codes of one size and a list of times, not shapes {a.shape}, {b.shape} and {t.shape}")
    return a, b, t


def _exact(codes: np.ndarray, a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    codes[t == 0], codes[t == 1] = a, b  # rounding must not move the ends
    return codes.astype(np.float32)
