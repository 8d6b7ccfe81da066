"""A figure with its interval, and what to say where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vae.sentences import phrase


class Unmeasurable(ValueError):
    """A figure cannot be computed from what is there; the message is the reason, in a sentence for people."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % bootstrap interval and the number of items it was computed from.

    `low` and `high` are NaN where one item alone was measured: nothing is then known of the spread.
    """

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float]:
        """Plain JSON types, six significant digits; without "low" and "high" where there is no interval."""
        interval = {"low": short(self.low), "high": short(self.high)} if math.isfinite(self.low) else {}
        return {"value": short(self.value), **interval, "n": self.n}


def mean_estimate(values: np.ndarray, seed: int = 0, resamples: int = 1000) -> Estimate:
    """The mean of `values` (N,) with its percentile bootstrap interval; Unmeasurable if there are none.

    Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979.
    """
    values = np.asarray(values, np.float64)
    if not len(values):
        raise Unmeasurable(phrase("there is nothing to measure it on"))
    if len(values) == 1:
        return Estimate(float(values[0]), math.nan, math.nan, 1)
    draws = np.random.default_rng(seed)
    means = np.array([values[draws.integers(len(values), size=len(values))].mean() for _ in range(resamples)])
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(values.mean(), low, high, len(values))


def resampled_estimate(statistic: Callable[[np.ndarray], float], n: int, seed: int = 0, resamples: int = 200) -> Estimate:
    """`statistic` of the rows 0 to n − 1 with its percentile bootstrap interval; it is called with rows (n,), some of them twice.

    Unmeasurable if there are no rows.
    """
    if not n:
        raise Unmeasurable(phrase("there is nothing to measure it on"))
    value = float(statistic(np.arange(n)))
    if n == 1:
        return Estimate(value, math.nan, math.nan, 1)
    draws = np.random.default_rng(seed)
    low, high = np.quantile([statistic(draws.integers(n, size=n)) for _ in range(resamples)], [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def subsampled_estimate(statistic: Callable[[np.ndarray], float], n: int, seed: int = 0, samples: int = 200) -> Estimate:
    """`statistic` of the rows 0 to n − 1 with an interval from halves of them, drawn without replacement.

    For a statistic that the bootstrap lifts because it draws rows twice, such as a correlation. Of halves, a mean spreads about the
    whole's as the whole's does about the truth: its variance is (1/m − 1/n) σ², σ²/n for m = n/2. The interval is laid about the figure by
    the halves' own median, so that it holds the figure whatever is left of a bias. Unmeasurable for fewer than two rows.

    Source: Politis and Romano, "Large Sample Confidence Regions Based on Subsamples under Minimal Assumptions", 1994.
    """
    if n < 2:
        raise Unmeasurable(phrase("a half is taken of two at least, and there are fewer"))
    value, dice = float(statistic(np.arange(n))), np.random.default_rng(seed)
    halves = np.array([statistic(dice.permutation(n)[: n // 2]) for _ in range(samples)])
    low, high = value + np.quantile(halves - np.median(halves), [0.025, 0.975])
    return Estimate(value, float(low), float(high), n)


def ratio_estimate(above: np.ndarray, below: np.ndarray, seed: int = 0) -> Estimate:
    """The mean of `above` (N,) divided by that of `below` (N,), both of the same items, with its bootstrap interval."""
    above, below = np.asarray(above, np.float64), np.asarray(below, np.float64)
    return resampled_estimate(lambda rows: above[rows].mean() / max(below[rows].mean(), np.finfo(np.float64).tiny), len(above), seed)


def share_estimate(hits: int, n: int) -> Estimate:
    """The share of `hits` among `n` with its interval (`share_interval`)."""
    low, high = share_interval(hits / n, n)
    return Estimate(hits / n, max(0.0, low), min(1.0, high), n)


def share_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of `n` items, for where only the share itself was kept.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    """
    z = 1.959964
    centre, width = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - width) / (1 + z * z / n), (centre + width) / (1 + z * z / n)


def short(value: float, digits: int = 6) -> float:
    """`value` with that many significant digits."""
    return float(f"{value:.{digits}g}")
