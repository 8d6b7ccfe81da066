"""Each measure against a case whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from vae.continuity import measures
from vae.models import Posterior


class Linear:
    """A model whose decoder and encoder are exact inverses of each other, but for a shift of every code by `gap`."""

    def __init__(self, gap: float = 0.0) -> None:
        self.gap = gap

    def decode(self, codes: Tensor) -> Tensor:
        return codes[:, None, None, :]  # (N, 1, 1, D)

    def encode(self, images: Tensor) -> Posterior:
        mean = images.flatten(1) + self.gap
        return Posterior(mean, torch.zeros_like(mean))


def test_squared_error_is_per_pixel_and_per_image() -> None:
    images = torch.zeros(2, 1, 2, 2)
    reconstructions = torch.stack([torch.full((1, 2, 2), 0.5), torch.zeros(1, 2, 2)])
    assert measures.squared_errors(images, reconstructions).tolist() == [0.25, 0.0]


def test_active_units_are_dimensions_whose_mean_varies() -> None:
    draws = np.random.default_rng(0).standard_normal((5000, 3))
    assert measures.active_units(draws * [1.0, 0.05, 0.2]) == 2


@given(mean=st.floats(-3, 3), std=st.floats(0.05, 4))
def test_kl_is_the_closed_form(mean: float, std: float) -> None:
    expected = kl_divergence(Normal(mean, std), Normal(0.0, 1.0)).item()
    kl = measures.kl_per_dimension(np.full((7, 2), mean), np.full((7, 2), std))
    assert kl == pytest.approx([expected] * 2, rel=1e-5, abs=1e-6)


def test_elbo_without_kl_is_the_best_gaussian_likelihood() -> None:
    error, pixels = 0.02, 10
    at_best = Normal(0.0, math.sqrt(error))
    expected = pixels * (at_best.log_prob(torch.tensor(math.sqrt(error))).item())
    assert measures.gaussian_elbo(error, 0.0, pixels) == pytest.approx(expected, rel=1e-5)
    assert measures.gaussian_elbo(error, 3.0, pixels) == pytest.approx(expected - 3.0, rel=1e-5)


def test_frechet_of_two_gaussians_is_the_closed_form() -> None:
    covariance = np.diag([4.0, 9.0])
    assert measures.frechet(np.zeros(2), covariance, np.zeros(2), covariance) == pytest.approx(0, abs=1e-9)
    # commuting covariances: the squared distance of the means plus that of the standard deviations
    assert measures.frechet(np.array([3.0, 4.0]), np.eye(2), np.zeros(2), covariance) == pytest.approx(25 + (2 - 1) ** 2 + (3 - 1) ** 2)


def test_frechet_is_symmetric_for_covariances_that_do_not_commute() -> None:
    draws = np.random.default_rng(1)
    a, b = (root @ root.T for root in draws.standard_normal((2, 4, 4)))
    means = draws.standard_normal((2, 4))
    assert measures.frechet(means[0], a, means[1], b) == pytest.approx(measures.frechet(means[1], b, means[0], a))


def test_frechet_interval_holds_the_value_of_samples_of_one_distribution() -> None:
    draws = np.random.default_rng(2)
    reference = draws.standard_normal((4000, 3))
    shifted = measures.frechet_c(draws.standard_normal((4000, 3)) + np.array([1.0, 0.0, 0.0]), reference)
    assert shifted.low <= shifted.value <= shifted.high
    assert shifted.value == pytest.approx(1.0, abs=0.15)
    assert shifted.n == 4000


def test_step_ratio_is_one_on_an_even_path_and_large_at_a_jump() -> None:
    even = torch.linspace(0, 1, 65)[:, None, None, None]
    assert measures.step_max_ratio(measures.step_sizes(even)) == pytest.approx(1, rel=1e-4)
    torn = (torch.arange(65) > 30).float()[:, None, None, None]
    assert measures.step_max_ratio(measures.step_sizes(torn)) == pytest.approx(64)


def test_step_ratio_of_a_path_on_which_nothing_changes_is_one() -> None:
    assert measures.step_max_ratio(measures.step_sizes(torch.ones(65, 1, 2, 2))) == 1.0


def test_cycle_gap_is_zero_for_a_perfect_cycle_and_in_units_of_the_radius() -> None:
    codes = torch.randn(20, 4, generator=torch.Generator().manual_seed(0))
    assert measures.cycle_gap(Linear(), codes, 2.0).max() == 0
    assert measures.cycle_gap(Linear(gap=0.5), codes, 2.0).tolist() == pytest.approx([0.5 * 2 / 2.0] * 20, rel=1e-5)


def test_code_radius_is_the_root_mean_square_distance_from_the_mean() -> None:
    assert measures.code_radius(np.array([[5.0, 5.0], [5.0, 7.0]])) == pytest.approx(1.0)


def test_bootstrap_interval_of_a_constant_has_no_width() -> None:
    estimate = measures.mean_estimate(np.full(50, 3.0))
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (3.0, 3.0, 3.0, 50)


def test_bootstrap_interval_has_the_width_of_the_normal_one() -> None:
    values = np.random.default_rng(3).standard_normal(4000)
    estimate = measures.mean_estimate(values)
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 / math.sqrt(4000), rel=0.15)
