"""The KL term taken apart, against Gaussians of which every part is known."""

from __future__ import annotations

import numpy as np
import pytest

from vae.continuity.doctor.surgery import gaussian_correlation, split_kl
from vae.continuity.measures import kl_per_dimension

COUNT = 3000


def means(covariance: np.ndarray, count: int = COUNT) -> np.ndarray:
    return np.random.default_rng(0).multivariate_normal(np.zeros(len(covariance)), covariance, count)


def test_the_parts_add_up_to_the_kl_term() -> None:
    dice = np.random.default_rng(1)
    mean, std = dice.normal(0, 2, (COUNT, 3)), dice.uniform(0.1, 1.5, (COUNT, 3))
    split = split_kl(mean, std)
    whole = split.information + split.correlation + split.marginal.sum(1)
    error = 4 * whole.std() / COUNT**0.5  # one draw stands for each posterior
    assert whole.mean() == pytest.approx(kl_per_dimension(mean, std).sum(), abs=error)


@pytest.mark.parametrize("together", [0.0, 0.6, 0.9])
def test_gaussians_have_the_information_and_the_correlation_of_the_book(together: float) -> None:
    """μ ~ N(0, S), z = μ + σε: information ½ log det(I + S/σ²), correlation −½ log det of the correlations of S + σ²I, marginals N(0, 1)."""
    noise = 0.25
    covariance = (1 - noise) * np.array([[1, together], [together, 1]])
    split = split_kl(means(covariance), np.full((COUNT, 2), noise**0.5))
    whole = covariance + noise * np.eye(2)
    assert split.information.mean() == pytest.approx(0.5 * np.log(np.linalg.det(np.eye(2) + covariance / noise)), abs=0.05)
    assert split.correlation.mean() == pytest.approx(-0.5 * np.log(np.linalg.det(whole)), abs=0.05)
    assert split.marginal.mean(0) == pytest.approx([0, 0], abs=0.02)


def test_posteriors_that_are_the_prior_have_no_part_at_all() -> None:
    split = split_kl(np.zeros((200, 2)), np.ones((200, 2)))
    for part in (split.information, split.correlation, split.marginal):
        assert np.abs(part).max() < 1e-5


def test_posteriors_that_are_all_the_same_say_nothing_and_differ_from_the_prior_in_their_numbers() -> None:
    split = split_kl(np.tile([2.0, 0.0], (500, 1)), np.tile([1.0, 0.5], (500, 1)))
    assert np.abs(split.information).max() < 1e-5 and np.abs(split.correlation).max() < 1e-5
    error = 4 * split.marginal.std(0) / 500**0.5
    assert np.all(np.abs(split.marginal.mean(0) - [2.0, 0.5 * (0.25 - 1 - np.log(0.25))]) < error)


def test_codes_that_are_far_apart_name_their_image() -> None:
    split = split_kl(np.arange(64.0)[:, None] * 100, np.ones((64, 1)))
    assert split.information.mean() == pytest.approx(np.log(64))


def test_the_gaussian_correlation_is_that_of_the_book_and_none_where_numbers_do_not_vary() -> None:
    codes = means(np.array([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1]]))
    assert gaussian_correlation(codes) == pytest.approx(-0.5 * np.log(1 - 0.8**2), abs=0.05)
    assert abs(gaussian_correlation(means(np.eye(20), 1000))) < 0.03, "chance is not taken off"
    assert gaussian_correlation(np.zeros((10, 3))) == 0
    codes[:, 2] = 5
    assert gaussian_correlation(codes) == pytest.approx(-0.5 * np.log(1 - 0.8**2), abs=0.05)
