"""Two sets of points told apart by a classifier: where it cannot, they are of one distribution."""

from __future__ import annotations

import numpy as np

from vae.continuity.estimates import Estimate, Unmeasurable, mean_estimate
from vae.sentences import phrase

FEWEST = 50  # points on each side of each half


def told_apart(ours: np.ndarray, theirs: np.ndarray, seed: int = 0) -> Estimate:
    """How often boosted trees, trained on every second point, tell the others of `ours` (N, D) from those of `theirs` (N, D): ½ is chance, 1 always.

    Unmeasurable for fewer than 100 points.

    Source: Lopez-Paz and Oquab, "Revisiting Classifier Two-Sample Tests", 2017.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    if min(len(ours), len(theirs)) < 2 * FEWEST:
        raise Unmeasurable(
            phrase("telling codes from draws takes {fewest} images, and there are {count}", fewest=2 * FEWEST, count=len(ours))
        )
    points = np.concatenate([ours, theirs]).astype(np.float64)
    points = np.concatenate([points, (points**2).sum(1, keepdims=True)], 1)  # trees cut along single numbers; the length is none of them
    sides = np.arange(len(points)) >= len(ours)
    learned = np.arange(len(points)) % 2 == 0
    trees = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=15, early_stopping=False, random_state=seed)
    trees.fit(points[learned], sides[learned])
    return mean_estimate(trees.predict(points[~learned]) == sides[~learned], seed)
