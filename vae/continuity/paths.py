"""How pictures change along a path, and whether they stay among real ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

EPSILON = 1e-4  # the step in t that `path_length` looks at


def step_sizes(pictures: Tensor) -> Tensor:
    """How far each picture is from the one before, as the root of summed squared pixel differences: (T − 1,) from (T, C, H, W)."""
    return (pictures[1:] - pictures[:-1]).flatten(1).norm(dim=1)


def step_max_ratio(steps: Tensor) -> float:
    """Largest step of a path divided by its mean step: 1 is perfectly even, a jump shows as a large value.

    A path on which nothing changes is even: 1.
    """
    mean = steps.mean().item()
    return steps.max().item() / mean if mean > 0 else 1.0


def path_length(generate: Callable[[Tensor], Tensor], a: Tensor, b: Tensor, t: Tensor, epsilon: float = EPSILON) -> Tensor:
    """How fast what `generate` makes changes on the straight way from `a` to `b`: ‖G(z(t+ε)) − G(z(t))‖² ÷ ε², (N,).

    The mean over pairs of encoded test images and t uniform in [0, 1] is `path_length`. Its ends are images, so it does
    not depend on how large a model's codes are.

    Parameters
    ----------
    generate : codes (N, D) to what is measured, (N, ...): the pictures, or a classifier's features of them. Both in
        float64: the difference of two float32 numbers ε apart would be rounding noise
    a, b : (N, D) float64, the two ends
    t : (N,) float64, where on the way
    epsilon : the step in t

    Raises
    ------
    ValueError
        If the codes are not float64.

    Source: Karras et al., "A Style-Based Generator Architecture for Generative Adversarial Networks", 2019, section 4.1,
    with our own features and straight lines.
    """
    if not a.dtype == b.dtype == t.dtype == torch.float64:
        raise ValueError("path length needs codes and times in float64; convert the model and them with .double()")

    def at(time: Tensor) -> Tensor:
        return generate(a + time[:, None] * (b - a)).flatten(1)

    return (at(t + epsilon) - at(t)).square().sum(1) / epsilon**2


def class_flips(classes: np.ndarray) -> np.ndarray:
    """Changes of class along paths beyond the one that different ends require: (P,) from `classes` (P, T), T at least 1."""
    classes = np.asarray(classes)
    return (classes[:, 1:] != classes[:, :-1]).sum(1) - (classes[:, 0] != classes[:, -1])


def off_manifold(features: Tensor, reference: Tensor, threshold: float) -> Tensor:
    """Which pictures look like no real one: (N,) bool; their share is `off_manifold_rate`.

    Parameters
    ----------
    features : (N, F), φ of the pictures
    reference : (M, F), φ of real training images
    threshold : the 99th percentile of the distances from φ of real test images to the nearest of `reference`, so that 1 %
        of unseen real images are called off the manifold, too
    """
    return torch.cat([torch.cdist(part, reference).amin(1) for part in features.split(1000)]) > threshold
