"""An interval of few images holds the figure that it is of, and the truth nearly as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from vae.continuity.doctor.surgery import gaussian_correlation
from vae.continuity.estimates import Unmeasurable, resampled_estimate, subsampled_estimate

SETS = 40


@pytest.mark.parametrize(("count", "size", "together"), [(16, 6, 0.0), (60, 12, 0.3)])
def test_the_interval_of_the_correlation_holds_the_figure_of_every_small_set(count: int, size: int, together: float) -> None:
    matrix = np.full((size, size), together) + (1 - together) * np.eye(size)
    truth = -0.5 * np.linalg.slogdet(matrix)[1]
    found = []
    for seed in range(SETS):
        codes = np.random.default_rng(seed).multivariate_normal(np.zeros(size), matrix, count)
        figure = subsampled_estimate(lambda rows, codes=codes: gaussian_correlation(codes[rows]), count, seed, 60)
        assert figure.low <= figure.value <= figure.high
        found.append(figure)
    values = np.array([figure.value for figure in found])
    assert abs(values.mean() - truth) < 4 * values.std() / SETS**0.5, "it is biased"
    assert sum(figure.low <= truth <= figure.high for figure in found) >= 0.85 * SETS


def test_rows_drawn_twice_lift_a_correlation_and_halves_do_not() -> None:
    codes = np.random.default_rng(0).normal(size=(60, 12))

    def correlation(rows: np.ndarray) -> float:
        return gaussian_correlation(codes[rows])

    assert resampled_estimate(correlation, 60).low > gaussian_correlation(codes), "the bootstrap would do: take it"
    halves = subsampled_estimate(correlation, 60)
    assert halves.low <= 0 <= halves.high


def test_halves_of_a_mean_spread_as_its_standard_error() -> None:
    values = np.random.default_rng(0).normal(size=400)
    figure = subsampled_estimate(lambda rows: float(values[rows].mean()), 400, samples=2000)
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    with pytest.raises(Unmeasurable, match="fewer"):
        subsampled_estimate(lambda rows: 0.0, 1)
