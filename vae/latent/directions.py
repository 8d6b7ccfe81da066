"""Directions in code space that mean something: what the decoder answers to most, and what tells two sets of codes apart."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.func import jvp, vmap

Decode = Callable[[Tensor], Tensor]

# torch's own rules for forward derivatives, which the first `jvp` loads, still use what torch itself warns of.
warnings.filterwarnings("ignore", r"`torch\.jit\.script` is deprecated", FutureWarning, r"torch\.jit\._script")


@dataclass(frozen=True)
class Singular:
    """Leading singular directions of a decoder at a code.

    directions : (k, D) float64; moving the code by one of them moves it by 1 in the coordinates of `factor`
    values : (k,) float64, picture change (root of summed squared pixel differences) per 1 of such a move
    """

    directions: np.ndarray
    values: np.ndarray


@torch.inference_mode(False)
@torch.no_grad()
def jacobians(decode: Decode, codes: Tensor) -> Tensor:
    """Exact derivatives of the picture by the code, one for each of `codes` (N, D): (N, P, D), P the pixels of a picture.

    One forward-mode Jacobian-vector product for each of the D coordinates, all in one pass. `decode` takes codes (M, D)
    to pictures (M, ...), each picture from its own code alone.
    """
    codes = codes.clone()  # what was made under inference mode cannot be differentiated

    def along(tangent: Tensor) -> Tensor:
        return jvp(lambda z: decode(z).flatten(1), (codes,), (tangent.expand_as(codes),))[1]

    columns = vmap(along)(torch.eye(codes.shape[1], dtype=codes.dtype, device=codes.device))  # (D, N, P)
    return columns.permute(1, 2, 0)


def metrics(decode: Decode, codes: Tensor) -> Tensor:
    """The decoder's pull-back metric JᵀJ at each of `codes` (N, D): (N, D, D).

    Its quadratic form is the squared change of the picture for a small move of the code.
    Source: Shao, Kumar and Fletcher, "The Riemannian Geometry of Deep Generative Models", 2018.
    """
    slopes = jacobians(decode, codes)
    return slopes.transpose(1, 2) @ slopes


def singular_directions(metric: np.ndarray, count: int, factor: np.ndarray | None = None, before: np.ndarray | None = None) -> Singular:
    """The directions in which a small move of the code changes the picture most.

    These are the right singular vectors of J·factor, from the eigenvectors of factorᵀ JᵀJ factor, largest value first.
    With the factor of a Gaussian fitted to the codes, a move of 1 is one standard deviation of the codes that way.

    Parameters
    ----------
    metric : (D, D), JᵀJ at the code
    count : how many, at most D
    factor : (D, D), maps the coordinates in which moves are measured to codes; the identity if left out
    before : (k, D) directions found at a code nearby; order and signs then follow them, so that a slider keeps its meaning

    Raises
    ------
    ValueError
        If `count` is not between 1 and D.
    """
    size = len(metric)
    if not 1 <= count <= size:
        raise ValueError(f"{count} directions are asked of codes of size {size}; ask for 1 to {size}")
    factor = np.eye(size) if factor is None else np.asarray(factor, np.float64)
    # By torch, which keeps to the threads that it has been given: NumPy would start threads of its own.
    scale = torch.from_numpy(factor)
    squares, axes = torch.linalg.eigh(scale.T @ torch.as_tensor(np.asarray(metric, np.float64)) @ scale)
    values = squares.flip(0)[:count].clamp_min(0).sqrt().numpy()
    axes = axes.T.flip(0)[:count].numpy()  # (k, D), orthonormal where moves are measured
    directions = axes @ factor.T
    if before is None:
        largest = np.take_along_axis(directions, np.abs(directions).argmax(1)[:, None], 1)
        return Singular(directions * np.where(largest < 0, -1, 1), values)
    from scipy.optimize import linear_sum_assignment  # a tenth of a second, which the first picture need not wait for

    then = np.asarray(before, np.float64) @ torch.linalg.pinv(scale).T.numpy()
    likeness = then @ axes.T  # (previous, now)
    rows, columns = linear_sum_assignment(-np.abs(likeness))
    rest = [column for column in range(count) if column not in columns]
    order = np.concatenate([columns, rest]).astype(int)
    signs = np.ones(count)
    signs[: len(rows)] = np.where(likeness[rows, columns] < 0, -1, 1)
    return Singular(directions[order] * signs[:, None], values[order])


def mean_difference(codes: np.ndarray, chosen: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Mean of the `chosen` codes minus mean of the `others`: (D,) float32.

    Parameters
    ----------
    codes : (N, D)
    chosen, others : (N,) bool, at least one true in each

    Raises
    ------
    ValueError
        If either set is empty.

    Source: Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016 (attribute vectors).
    """
    if not chosen.any() or not others.any():
        raise ValueError("a direction needs at least one image on each side; choose others")
    return (codes[chosen].mean(0, dtype=np.float64) - codes[others].mean(0, dtype=np.float64)).astype(np.float32)


def inside(places: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Which of `places` (N, 2) lie inside the polygon `outline` (M, 2), by the even-odd rule: (N,) bool."""
    x, y = np.asarray(places, np.float64).T
    within = np.zeros(len(x), bool)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, 0), strict=True):
        if y0 == y1:
            continue  # a level edge is never crossed by a level ray
        within ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return within
