"""Whether each number of a code stands for one factor of the pictures: measures for data whose factors are known.

Each takes what the published protocols take: codes (N, D), μ of the posteriors, and the factors (N, K) of the same pictures, whole numbers.
Source of the protocols: Locatello and others, "Challenging Common Assumptions in the Unsupervised Learning of Disentangled
Representations", 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

BINS = 20
BATCH = 64  # pictures with one factor the same, of which one vote is made
LEARNED, JUDGED = 10_000, 5_000  # votes, or points, to learn from and to be judged by


def mutual_information(codes: np.ndarray, factors: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Between each number of the code, cut into `bins` of equal width, and each factor, in nats: (D, K)."""
    found = np.empty((codes.shape[1], factors.shape[1]))
    for one, values in enumerate(codes.T):
        edges = np.histogram_bin_edges(values, bins)[1:-1]
        cut = np.digitize(values, edges)
        for other, factor in enumerate(factors.T):
            joint = np.zeros((bins, int(factor.max()) + 1))
            np.add.at(joint, (cut, factor), 1 / len(factor))
            apart = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
            there = joint > 0
            found[one, other] = (joint[there] * np.log(joint[there] / apart[there])).sum()
    return found


def mig(codes: np.ndarray, factors: np.ndarray, bins: int = BINS) -> float:
    """Mutual information gap: by how much the number that knows a factor best is ahead of the second, in the factor's entropy, on average.

    Source: Chen and others, "Isolating Sources of Disentanglement in Variational Autoencoders", 2018.
    """
    known = np.sort(mutual_information(codes, factors, bins), 0)
    second = known[-2] if len(known) > 1 else np.zeros(known.shape[1])
    return float(((known[-1] - second) / _entropies(factors)).mean())


@dataclass(frozen=True)
class Dci:
    """disentanglement, completeness : 0 to 1; informativeness : share of test points whose factors were predicted; importance : (D, K)"""

    disentanglement: float
    completeness: float
    informativeness: float
    importance: np.ndarray


def dci(codes: np.ndarray, factors: np.ndarray, test_codes: np.ndarray, test_factors: np.ndarray, seed: int = 0, trees: int = 100) -> Dci:
    """How unequally boosted trees that predict each factor use the numbers of the code.

    Source: Eastwood and Williams, "A Framework for the Quantitative Evaluation of Disentangled Representations", 2018.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    importance, right = np.zeros((codes.shape[1], factors.shape[1])), []
    for each in range(factors.shape[1]):
        learned = GradientBoostingClassifier(n_estimators=trees, random_state=seed).fit(codes, factors[:, each])
        importance[:, each] = np.abs(learned.feature_importances_)
        right.append(float((learned.predict(test_codes) == test_factors[:, each]).mean()))
    return Dci(_unequal(importance.T), _unequal(importance), float(np.mean(right)), importance)


def sap(codes: np.ndarray, factors: np.ndarray, test_codes: np.ndarray, test_factors: np.ndarray, seed: int = 0) -> float:
    """Separated attribute predictability: by how much the single number that predicts a factor best is ahead of the second, on average.

    Predictions are those of a linear support vector machine, C = 0.01. A number that does not vary predicts nothing.
    Source: Kumar, Sattigeri and Balakrishnan, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations", 2018.
    """
    from sklearn.svm import LinearSVC

    scores = np.zeros((codes.shape[1], factors.shape[1]))
    for one in range(codes.shape[1]):
        if codes[:, one].var() <= 1e-12:
            continue
        for other in range(factors.shape[1]):
            machine = LinearSVC(C=0.01, class_weight="balanced", random_state=seed).fit(codes[:, one : one + 1], factors[:, other])
            scores[one, other] = (machine.predict(test_codes[:, one : one + 1]) == test_factors[:, other]).mean()
    ordered = np.sort(scores, 0)
    return float((ordered[-1] - (ordered[-2] if len(ordered) > 1 else 0)).mean())


def factor_vae_score(
    represent: Callable[[np.ndarray], np.ndarray],
    sizes: Sequence[int],
    seed: int = 0,
    learned: int = LEARNED,
    judged: int = JUDGED,
    batch: int = BATCH,
) -> float:
    """How often the number that varies least among pictures with one factor the same tells which factor that is: 1/K to 1.

    Parameters
    ----------
    represent : factors (N, K) to codes (N, D)
    sizes : how many values each factor has
    learned, judged : votes
    batch : pictures for a vote

    Source: Kim and Mnih, "Disentangling by Factorising", 2018.
    """
    dice = np.random.default_rng(seed)
    whole = represent(dice.integers(0, sizes, (10_000, len(sizes)))).var(0)
    alive = np.flatnonzero(whole > 1e-12)
    if not len(alive):
        return 0.0

    def votes(count: int) -> np.ndarray:
        table = np.zeros((len(alive), len(sizes)), int)
        fixed = dice.integers(0, len(sizes), count)
        for start in range(0, count, 100):
            which = fixed[start : start + 100]
            factors = dice.integers(0, sizes, (len(which), batch, len(sizes)))
            rows = np.arange(len(which))
            factors[rows, :, which] = factors[rows, :1, which]
            codes = represent(factors.reshape(-1, len(sizes)))[:, alive].reshape(len(which), batch, -1)
            np.add.at(table, ((codes.var(1) / whole[alive]).argmin(1), which), 1)
        return table

    told = votes(learned).argmax(1)  # the factor that each number stands for
    table = votes(judged)
    return float(table[np.arange(len(alive)), told].sum() / table.sum())


def _unequal(importance: np.ndarray) -> float:
    """1 less the entropy of each column's shares in units of the most there can be, weighed by the column's sum."""
    total = importance.sum(0)
    shares = importance / np.maximum(total, 1e-12)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    entropy = -(shares * logs).sum(0) / max(1e-12, np.log(len(importance)))
    return float(((1 - entropy) * total).sum() / max(1e-12, total.sum()))


def _entropies(factors: np.ndarray) -> np.ndarray:
    """Of each factor, in nats: (K,)."""
    shares = [np.bincount(factor) / len(factor) for factor in factors.T]
    return np.array([-(share[share > 0] * np.log(share[share > 0])).sum() for share in shares])
