"""Each measure against a case whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import MixtureSameFamily, MultivariateNormal, Normal, kl_divergence

from vae.continuity import measures
from vae.continuity.estimates import share_interval
from vae.continuity.measures import Unmeasurable
from vae.latent.neighbours import Neighbours
from vae.models import Autoencoder, Posterior


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


def test_one_item_has_a_value_and_no_interval_and_none_is_unmeasurable() -> None:
    assert measures.mean_estimate(np.array([3.0])).to_dict() == {"value": 3.0, "n": 1}
    with pytest.raises(Unmeasurable, match="nothing"):
        measures.mean_estimate(np.empty(0))


def test_the_interval_of_a_share_is_that_of_wilson() -> None:
    assert share_interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    low, high = share_interval(0.0, 50)
    assert low == pytest.approx(0, abs=1e-12)
    assert 0 < high < 0.1


# --- likelihood: a linear-Gaussian VAE, x = W z + b + s ε, whose likelihood and posterior are known -----------------


class LinearGaussian:
    """Pictures of 6 values from codes of 3 numbers."""

    def __init__(self) -> None:
        draws = torch.Generator().manual_seed(5)
        self.weight, self.bias = torch.randn(6, 3, generator=draws), torch.randn(6, generator=draws)
        self.variance = 0.3
        clean = torch.randn(40, 3, generator=draws) @ self.weight.T + self.bias
        self.images = (clean + self.variance**0.5 * torch.randn(40, 6, generator=draws)).view(40, 1, 1, 6)
        self.precision = torch.eye(3) + self.weight.T @ self.weight / self.variance  # of p(z|x)

    def decode(self, codes: Tensor) -> Tensor:
        return (codes @ self.weight.T + self.bias).view(-1, 1, 1, 6)

    @property
    def truth(self) -> Tensor:
        marginal = MultivariateNormal(self.bias, self.weight @ self.weight.T + self.variance * torch.eye(6))
        return -marginal.log_prob(self.images.flatten(1)).double()

    @property
    def posterior_mean(self) -> Tensor:
        return (self.images.flatten(1) - self.bias) @ self.weight / self.variance @ torch.linalg.inv(self.precision)


def test_nll_of_a_linear_gaussian_vae_is_the_closed_form() -> None:
    vae = LinearGaussian()
    std = torch.linalg.inv(vae.precision).diagonal().sqrt().expand(40, 3) * 1.3  # a proposal that is not the posterior itself
    weigh = measures.gaussian_log_likelihood(vae.variance)
    once, often = (measures.nll_k(vae.decode, vae.images, vae.posterior_mean, std, weigh, k, seed=1) for k in (1, 3000))
    assert (often - vae.truth).abs().max() < 0.15
    assert (often - vae.truth).mean().abs() < 0.02
    assert once.mean() > often.mean() + 0.1, "one sample gives the evidence bound, which is looser"


def test_nll_is_exact_with_one_sample_where_the_posterior_is_exact() -> None:
    vae = LinearGaussian()
    vae.weight = torch.linalg.qr(vae.weight)[0] * 1.5  # orthogonal columns: the true posterior has no correlations
    vae.precision = torch.eye(3) + vae.weight.T @ vae.weight / vae.variance
    std = torch.linalg.inv(vae.precision).diagonal().sqrt().expand(40, 3)
    nll = measures.nll_k(vae.decode, vae.images, vae.posterior_mean, std, measures.gaussian_log_likelihood(vae.variance), 1)
    assert (nll - vae.truth).abs().max() < 1e-3


def test_nll_of_a_bernoulli_decoder_that_ignores_its_code_is_its_entropy_code() -> None:
    images = torch.tensor([[1.0, 0.0], [1.0, 1.0]]).view(2, 1, 1, 2)
    chance = torch.tensor([0.8, 0.25])
    nll = measures.nll_k(
        lambda codes: chance.expand(len(codes), 2).view(-1, 1, 1, 2),
        images,
        torch.zeros(2, 4),
        torch.ones(2, 4),
        measures.bernoulli_log_likelihood,
        7,
    )
    assert nll.tolist() == pytest.approx([-math.log(0.8 * 0.75), -math.log(0.8 * 0.25)], rel=1e-6)


def test_a_bernoulli_decoder_that_is_certain_and_wrong_costs_much_but_not_infinitely() -> None:
    wrong = measures.bernoulli_log_likelihood(torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1))
    assert -20 < wrong.item() < -10


def test_nll_takes_at_least_one_sample() -> None:
    with pytest.raises(ValueError, match="at least one"):
        measures.nll_k(lambda codes: codes, torch.zeros(1, 1), torch.zeros(1, 1), torch.ones(1, 1), measures.bernoulli_log_likelihood, 0)


# --- paths ----------------------------------------------------------------------------------------------------------


@given(scale=st.floats(0.1, 10), seed=st.integers(0, 1000))
def test_path_length_of_a_linear_decoder_is_the_squared_distance_of_the_ends_pictures(scale: float, seed: int) -> None:
    draws = torch.Generator().manual_seed(seed)
    weight = scale * torch.randn(3, 7, generator=draws, dtype=torch.float64)
    a, b = torch.randn(2, 9, 3, generator=draws, dtype=torch.float64)
    t = torch.rand(9, generator=draws, dtype=torch.float64)
    length = measures.path_length(lambda codes: codes @ weight, a, b, t)
    assert torch.allclose(length, ((b - a) @ weight).square().sum(1), rtol=1e-6)


def test_path_length_is_the_squared_speed_of_a_curved_decoder() -> None:
    a, b = torch.zeros(3, 1, dtype=torch.float64), torch.full((3, 1), 2.0, dtype=torch.float64)
    t = torch.tensor([0.0, 0.25, 0.5], dtype=torch.float64)
    length = measures.path_length(torch.sin, a, b, t)
    assert length.tolist() == pytest.approx([(2 * math.cos(2 * time)) ** 2 for time in t.tolist()], rel=1e-3)


def test_path_length_refuses_single_precision() -> None:
    with pytest.raises(ValueError, match="float64"):
        measures.path_length(lambda codes: codes, torch.zeros(1, 2), torch.ones(1, 2), torch.zeros(1))


class Torn:
    """A decoder of one number that draws a bar as long as the code, but for a tear at 0.5: there it jumps and draws rubble."""

    def decode(self, codes: Tensor) -> Tensor:
        length = codes + 20 * (codes > 0.5)
        rubble = 50.0 * ((codes > 0.5) & (codes < 0.6))
        return torch.cat([length, rubble], 1).view(-1, 1, 1, 2)


def test_a_tear_shows_in_the_step_ratio_and_its_rubble_is_off_the_manifold() -> None:
    codes = torch.linspace(0, 1, 65)[:, None]
    whole, torn = codes.expand(-1, 2)[:, None, None], Torn().decode(codes)
    assert measures.step_max_ratio(measures.step_sizes(whole)) == pytest.approx(1, rel=1e-3)
    assert measures.step_max_ratio(measures.step_sizes(torn)) > 20
    real = torch.cat([torch.linspace(0, 0.5, 200), torch.linspace(20.6, 21, 200)])[:, None] * torch.tensor([[1.0, 0.0]])
    off = measures.off_manifold(torn.flatten(1), real, 0.05)
    assert off.tolist() == ((codes[:, 0] > 0.5) & (codes[:, 0] < 0.6)).tolist()


def test_needless_class_changes_are_those_beyond_what_the_ends_require() -> None:
    classes = np.array([[1, 1, 1, 1], [1, 1, 2, 2], [1, 3, 2, 2], [1, 2, 1, 1], [1, 2, 1, 2]])
    assert measures.class_flips(classes).tolist() == [0, 0, 1, 2, 2]


# --- samples --------------------------------------------------------------------------------------------------------


def test_precision_and_recall_of_hand_made_sets() -> None:
    """Real points at 0, 1, 2, ..., 9 (third neighbour at most 3 away); samples at 4, 5, 6, 7 and one far off."""
    real = torch.arange(10.0)[:, None]
    samples = torch.tensor([[4.0], [5.0], [6.0], [7.0], [100.0]])
    assert measures.precision(samples, real, 3).tolist() == [True, True, True, True, False]
    # The samples' balls: 4 and 7 reach 3 far, 5 and 6 reach 2; the one at 100 reaches back to 5.
    assert measures.manifold_radii(samples, 3).tolist() == [9, 4, 4, 9, 95**2]
    assert measures.recall(samples[:4], real, 3).tolist() == [False] + [True] * 9


def test_the_same_set_is_covered_by_itself_also_where_points_coincide() -> None:
    points = torch.randn(50, 6, generator=torch.Generator().manual_seed(0)).repeat(6, 1) * 100
    assert measures.precision(points, points).all()
    assert not measures.precision(points + 1e4, points).any()


def test_too_few_pictures_have_neither_a_manifold_nor_a_frechet_distance() -> None:
    with pytest.raises(Unmeasurable, match="more than 3"):
        measures.precision(torch.zeros(9, 2), torch.zeros(3, 2))
    with pytest.raises(Unmeasurable, match="at least two"):
        measures.frechet_c(np.zeros((1, 3)), np.zeros((9, 3)))


# --- code space -----------------------------------------------------------------------------------------------------


def test_draws_of_the_prior_are_in_no_hole_of_a_code_that_says_nothing() -> None:
    codes, draws = torch.randn(2, 2000, 8, generator=torch.Generator().manual_seed(3))
    assert measures.hole_mass(draws, Neighbours(codes)).double().mean() < 0.03


def test_draws_far_from_every_code_are_in_a_hole() -> None:
    codes = torch.randn(500, 3, generator=torch.Generator().manual_seed(4))
    assert measures.hole_mass(codes + 50, Neighbours(codes)).all()


@pytest.mark.parametrize("codes", [torch.zeros(1, 3), torch.ones(9, 3)], ids=["one", "all the same"])
def test_codes_without_distances_have_no_holes_to_speak_of(codes: Tensor) -> None:
    with pytest.raises(Unmeasurable, match="coincide"):
        measures.hole_mass(torch.zeros(2, 3), Neighbours(codes))


def test_aggregate_density_is_that_of_the_mixture_of_posteriors() -> None:
    draws = torch.Generator().manual_seed(6)
    mean, std = 5 * torch.randn(30, 4, generator=draws), 0.05 + torch.rand(30, 4, generator=draws)
    points = torch.cat([mean[:10], 10 * torch.randn(10, 4, generator=draws), 100 + mean[:2]])  # some more than 10 σ away
    mixture = MixtureSameFamily(
        torch.distributions.Categorical(torch.ones(30)), torch.distributions.Independent(Normal(mean.double(), std.double()), 1)
    )
    assert torch.allclose(measures.aggregate_log_density(points, mean, std), mixture.log_prob(points.double()), rtol=1e-5)


def test_leaving_out_the_own_posterior_leaves_the_others() -> None:
    mean, std = torch.tensor([[0.0], [3.0], [5.0]]), torch.tensor([[1.0], [2.0], [0.5]])
    points = mean + 0.1
    others = [[1, 2], [0, 2], [0, 1]]
    expected = [measures.aggregate_log_density(points[row : row + 1], mean[rest], std[rest]).item() for row, rest in enumerate(others)]
    assert measures.aggregate_log_density(points, mean, std, own=False).tolist() == pytest.approx(expected)
    with pytest.raises(Unmeasurable, match="two images"):
        measures.aggregate_log_density(points[:1], mean[:1], std[:1], own=False)


def test_one_in_a_hundred_of_unseen_codes_lies_in_a_thin_place_and_a_gap_is_one() -> None:
    draws = torch.Generator().manual_seed(7)
    mean = torch.cat([torch.randn(1500, 2, generator=draws) - 10, torch.randn(1500, 2, generator=draws) + 10])
    std = torch.full_like(mean, 0.5)
    codes, unseen = (mean + std * torch.randn(mean.shape, generator=draws) for _ in range(2))
    assert measures.hole_mass_density(unseen, mean, std, codes).double().mean() == pytest.approx(0.01, abs=0.008)
    assert measures.hole_mass_density(torch.zeros(5, 2), mean, std, codes).all()


def test_retention_is_the_share_of_the_radius_over_which_the_class_is_kept() -> None:
    radii = np.linspace(0, 3, 7)
    kept = np.column_stack([np.ones(7), radii < 1.6, np.zeros(7)])
    assert measures.retention_auc(kept, radii).tolist() == pytest.approx([1, 1.75 / 3, 0])


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_codes_at_ten_standard_deviations_give_numbers(make_model: Callable[..., Autoencoder], kind: str) -> None:
    model = make_model(kind, latent_dim=4).eval().requires_grad_(False)
    draws = torch.Generator().manual_seed(8)
    mean, std = torch.randn(300, 4, generator=draws), torch.full((300, 4), 0.1)
    far = 10 * torch.nn.functional.normalize(torch.randn(200, 4, generator=draws)) * mean.std() * 2
    gaps = measures.cycle_gap(model, far, measures.code_radius(mean.numpy()))
    assert torch.isfinite(gaps).all() and (gaps > 0).all()
    assert measures.hole_mass(far, Neighbours(mean)).all()
    assert measures.hole_mass_density(far, mean, std, mean + std * torch.randn(300, 4, generator=draws)).all()
    assert torch.isfinite(measures.aggregate_log_density(far, mean, std)).all()
    pictures = model.decode(far)
    assert math.isfinite(measures.step_max_ratio(measures.step_sizes(pictures)))
    for weigh in (measures.gaussian_log_likelihood(0.01), measures.bernoulli_log_likelihood):
        assert torch.isfinite(measures.nll_k(model.decode, pictures, far, torch.full_like(far, 0.1), weigh, 3)).all()
    double = deepcopy(model).double()
    assert torch.isfinite(
        measures.path_length(double.decode, far[:9].double(), -far[:9].double(), torch.rand(9, dtype=torch.float64))
    ).all()
