"""Which images of a data set are odd, as a model sees them: each function gives a score for every image, the higher the odder.

A score orders images; its size means something within one model and one data set alone.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vae.latent.neighbours import Neighbours
from vae.sentences import phrase

NEAREST = 10  # images whose distance makes a place thinly settled
VOTERS = 20  # images that are asked for the class
CANDIDATES = 16  # images nearest in code among which the nearest in pixels is looked for
SHRINK = 0.1  # share of the pooled covariance in a class's own, so that few images still make one that can be inverted
RIDGE = 1e-6  # of the mean variance, added to every variance: collapsed dimensions have none

KINDS = {  # what each score says, for a person
    "error": phrase("squared error: what the model rebuilds badly"),
    "density": phrase("far from all others: the mean distance to the ten nearest codes, in the code's own units"),
    "class": phrase("far from its own class: in standard deviations σ of the class's codes"),
    "twice": phrase("there twice: the root mean square difference from the nearest other picture"),
    "label": phrase("perhaps another class: votes of the twenty nearest codes for the commonest other class, less those for its own"),
}


def worded(kind: str, score: float) -> str:
    """A score of one of `KINDS` as a person reads it, three digits and its unit; "–" where there is none."""
    if not np.isfinite(score):
        return "–"
    if kind == "error":
        return f"{score:.3g} per pixel"
    if kind == "density":
        return f"{score:.3g} away"
    if kind == "class":
        return f"{score:.1f} σ"
    if kind == "twice":
        return f"{100 * max(0.0, -score):.1f} % of full brightness apart"
    return f"{100 * score:+.0f} % of the votes for another"


def sparsity(neighbours: Neighbours, nearest: int = NEAREST) -> np.ndarray:
    """Mean distance of each code to its `nearest` other codes: (N,) float32; zeros for a single code."""
    count = min(nearest, len(neighbours) - 1)
    if not count:
        return np.zeros(1, np.float32)
    return _others(neighbours, count)[0].mean(1)


def class_distance(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Distance of each code from the mean of its class, in standard deviations of the class (Mahalanobis): (N,) float32.

    A class's covariance is mixed with the mean of all classes', so that a class of few images has one, too.

    Parameters
    ----------
    codes : (N, D)
    labels : (N,) whole numbers
    """
    codes = codes.astype(np.float64)
    present, counts = np.unique(labels, return_counts=True)
    centred = codes.copy()
    for label in present:
        centred[labels == label] -= codes[labels == label].mean(0)
    pooled = centred.T @ centred / max(1, len(codes) - len(present))
    ridge = RIDGE * max(float(np.trace(pooled)) / len(pooled), 1e-30) * np.eye(len(pooled))
    distances = np.zeros(len(codes), np.float32)
    for label, count in zip(present, counts, strict=True):
        own = centred[labels == label]
        weight = SHRINK + (1 - SHRINK) * min(1.0, len(pooled) / count)  # few images: rather the pooled one
        covariance = weight * pooled + (1 - weight) * (own.T @ own) / max(1, count - 1) + ridge
        solved = torch.linalg.solve(torch.from_numpy(covariance), torch.from_numpy(own.T)).numpy()  # (D, n)
        distances[labels == label] = np.sqrt(np.maximum((own * solved.T).sum(1), 0))
    return distances


def likeness(neighbours: Neighbours, images: Tensor | None) -> tuple[np.ndarray, np.ndarray]:
    """How near the nearest other picture is: scores (N,) float32, minus the root of the mean squared difference in [0, 1], and which it is, (N,) int64.

    The nearest picture in pixels is looked for among those of the nearest codes; without pictures the codes' distance counts.

    Parameters
    ----------
    images : (N, C, H, W) uint8, or None
    """
    count = min(CANDIDATES, len(neighbours) - 1)
    if not count:
        return np.full(1, -np.inf, np.float32), np.zeros(1, np.int64)
    away, rows = _others(neighbours, count)
    if images is None:
        return -away[:, 0], rows[:, 0]
    scores, nearest = np.empty(len(rows), np.float32), np.empty(len(rows), np.int64)
    for start in range(0, len(rows), 256):
        near = rows[start : start + 256]
        own = images[start : start + 256].flatten(1).float() / 255  # (n, P)
        others = images[torch.from_numpy(near)].flatten(2).float() / 255  # (n, count, P)
        apart = (others - own[:, None]).square().mean(2).sqrt().numpy()  # (n, count)
        best = apart.argmin(1)
        scores[start : start + 256] = -np.take_along_axis(apart, best[:, None], 1)[:, 0]
        nearest[start : start + 256] = np.take_along_axis(near, best[:, None], 1)[:, 0]
    return scores, nearest


def disagreement(neighbours: Neighbours, labels: np.ndarray, voters: int = VOTERS) -> np.ndarray:
    """How much the nearest codes speak for another class than an image's own: (N,) float32 from −1, all agree, to 1, all for one other.

    The share of the commonest other class among the `voters` nearest codes, minus that of its own; nearer ones count more.
    """
    count = min(voters, len(neighbours) - 1)
    if not count:
        return np.full(1, -1, np.float32)
    away, rows = _others(neighbours, count)
    numbers = np.unique(labels, return_inverse=True)[1]
    weights = 1 / (away + np.maximum(away.mean(1, keepdims=True), np.finfo(np.float32).tiny))  # (N, count)
    votes = np.zeros((len(labels), numbers.max() + 1), np.float32)
    np.add.at(votes, (np.arange(len(labels))[:, None], numbers[rows]), weights / weights.sum(1, keepdims=True))
    own = votes[np.arange(len(labels)), numbers].copy()
    votes[np.arange(len(labels)), numbers] = 0
    return votes.max(1) - own


def _others(neighbours: Neighbours, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` nearest other codes of each: distances (N, count) float32, rows (N, count) int64."""
    own = torch.arange(len(neighbours))
    away, rows = [], []
    for part in own.split(1000):
        distances, found = neighbours.query(neighbours.codes[part.to(neighbours.codes.device)], count + 1)
        distances, found = distances.cpu(), found.cpu()
        itself = found == part[:, None]
        itself[~itself.any(1), -1] = True  # so many copies of it that it is not among them: then one of them stands for it
        away.append(distances[~itself].view(len(part), count))
        rows.append(found[~itself].view(len(part), count))
    return torch.cat(away).numpy(), torch.cat(rows).numpy()


def auroc(scores: np.ndarray, planted: np.ndarray) -> float:
    """Probability that a planted image scores higher than another one: 0.5 is chance, 1 perfect. `planted` is (N,) bool, some true, some false."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(planted, np.nan_to_num(scores, neginf=-1e30)))
