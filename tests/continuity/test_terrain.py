import numpy as np
import pytest
import torch
from torch import nn

from vae.continuity import measures
from vae.continuity.terrain import AggregatePosterior, bandwidth, class_entropy, log_stretch, slopes
from vae.latent.directions import jacobians


@pytest.fixture
def linear(make_model):
    """A model whose decoder, up to the sigmoid, is a matrix, and that matrix."""

    def make(dim: int):
        model = make_model(latent_dim=dim).double()
        matrix = torch.randn(64, dim, dtype=torch.float64, generator=torch.Generator().manual_seed(dim))
        model.decoder = nn.Linear(dim, 64, bias=False).double()
        model.decoder.weight.data = matrix
        model.paint = lambda codes: model.decoder(codes).unflatten(1, (1, 8, 8))
        return model, matrix

    return make


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_a_linear_decoder_stretches_alike_everywhere_and_as_its_matrix_says(linear, dim):
    model, matrix = linear(dim)
    found = log_stretch(model, torch.randn(9, dim, dtype=torch.float64))
    expected = 0.5 * torch.linalg.slogdet(matrix.T @ matrix)[1] / np.log(10)
    assert torch.allclose(found, expected.expand(9))


@pytest.mark.parametrize("dim", [2, 5])
def test_the_jacobian_is_autograds_also_under_inference_mode(make_model, dim):
    model = make_model(latent_dim=dim)
    with torch.inference_mode():
        codes = torch.randn(4, dim)
        found = jacobians(model.paint, codes).mT
    for code, columns in zip(codes.tolist(), found, strict=True):
        rows = torch.autograd.functional.jacobian(lambda z: model.paint(z[None]).flatten(), torch.tensor(code))  # (P, D)
        assert torch.allclose(columns.T, rows, atol=1e-6)


def test_a_dead_dimension_has_no_volume_and_a_faint_one_a_small_one(linear):
    model, matrix = linear(5)
    whole = log_stretch(model, torch.zeros(1, 5, dtype=torch.float64))
    matrix[:, 3] *= 1e-9
    assert torch.allclose(log_stretch(model, torch.zeros(1, 5, dtype=torch.float64)), whole - 9)
    matrix[:, 3] = 0
    assert log_stretch(model, torch.zeros(1, 5, dtype=torch.float64)).item() == -np.inf


def test_entropy_is_ln_k_for_no_idea_and_zero_for_certainty():
    scores = torch.zeros(2, 10, dtype=torch.float64)
    scores[1, 4] = 1000
    assert class_entropy(scores).tolist() == pytest.approx([np.log(10), 0])


def test_one_posterior_is_its_gaussian(dim=3):
    mean, std = np.array([[1.0, -2, 0.5]]), np.array([[0.5, 2, 0.01]])
    density = AggregatePosterior.of(mean, std)
    codes = torch.tensor(mean + np.array([[0, 0, 0], [1, -1, 0.02], [30, 0, 0]]))
    expected = torch.distributions.Normal(torch.tensor(mean), torch.tensor(std)).log_prob(codes).sum(1)
    assert torch.allclose(density.log_density(codes), expected)
    assert torch.allclose(density.gradient(codes), (torch.tensor(mean) - codes) / torch.tensor(std) ** 2)


def test_the_aggregate_of_gaussians_that_are_gaussian_again():
    """μ from N(0, 1 − s²) and σ = s make q(z) = N(0, 1)."""
    dice, s = np.random.default_rng(0), 0.6
    mean = dice.normal(scale=np.sqrt(1 - s**2), size=(20_000, 2))
    density = AggregatePosterior.of(mean, np.full_like(mean, s))
    codes = torch.tensor([[0, 0], [1, -1], [0.5, 1.5]])
    expected = torch.distributions.Normal(0, 1).log_prob(codes).sum(1).double()
    assert torch.allclose(density.log_density(codes), expected, atol=0.05)
    assert torch.allclose(density.gradient(codes), -codes.double(), atol=0.1)


def test_an_autoencoders_bandwidth_follows_the_scale_of_its_codes_and_stays_within_its_bounds():
    codes = np.random.default_rng(0).normal(size=(500, 2))
    width = bandwidth(codes)
    assert 0.1 < width < 0.7  # the best for 500 normal points is about 500^(-1/6) = 0.35
    assert bandwidth(100 * codes + 7) == pytest.approx(100 * width)
    assert AggregatePosterior.of(codes, np.zeros_like(codes)).width == width
    twins = np.repeat(codes[:5], 2, 0)
    assert bandwidth(twins) == pytest.approx((twins - twins.mean(0)).std() / 256, rel=1e-6)  # the narrowest that is tried
    assert bandwidth(codes[:1]) == bandwidth(np.ones((4, 3))) == 1


def test_the_gradient_is_that_of_the_log_density():
    dice = np.random.default_rng(1)
    density = AggregatePosterior.of(dice.normal(size=(50, 4)), dice.uniform(0.2, 1, size=(50, 4)))
    codes = torch.tensor(dice.normal(size=(6, 4)), requires_grad=True)
    density._terms(codes).logsumexp(1).sum().backward()
    assert torch.allclose(density.gradient(codes.detach()), codes.grad)


def test_a_climb_leads_uphill_in_equal_steps_to_the_data():
    dice = np.random.default_rng(1)
    density = AggregatePosterior.of(dice.normal(size=(50, 3)), dice.uniform(0.2, 1, size=(50, 3)))
    start = torch.tensor([9.0, -5, 3])
    way = density.climb(start, 0.5, 64)
    assert torch.equal(way[0], start.double())
    heights = density.log_density(way)
    assert (heights.diff() > 0).all() and len(way) > 10
    assert torch.allclose(way.diff(dim=0).norm(dim=1), torch.tensor(0.5, dtype=torch.float64))
    assert (way[-1] - density.mean).norm(dim=1).min() < 1
    assert len(density.climb(start, 0.5, 3)) == 4
    assert len(density.climb(density.mean[0], 1e6, 9)) == 1  # every step would lead down


def test_the_map_and_the_scorecard_mean_the_same_density():
    dice = np.random.default_rng(0)
    mean, std, codes = dice.normal(size=(80, 5)), dice.uniform(0.05, 1, size=(80, 5)), torch.from_numpy(dice.normal(size=(30, 5)))
    expected = measures.aggregate_log_density(codes, torch.from_numpy(mean), torch.from_numpy(std))
    assert torch.allclose(AggregatePosterior.of(mean, std).log_density(codes), expected, rtol=1e-5)


def test_a_fully_connected_decoder_hands_down_the_same_derivatives_as_the_general_way(make_model) -> None:
    for kind, dim, hidden in (("ae", 2, (16,)), ("vae", 5, (24, 16)), ("vae", 7, (24, 20, 16))):
        model = make_model(kind, latent_dim=dim, hidden=hidden).eval().double()
        codes = 3 * torch.randn(6, dim, dtype=torch.float64)
        assert torch.allclose(slopes(model, codes), jacobians(model.paint, codes).mT, rtol=1e-10, atol=1e-14)


def test_terms_that_count_for_nothing_leave_the_density_what_it_is() -> None:
    dice = np.random.default_rng(4)
    mean, std = dice.normal(size=(3000, 3)) * 50, np.full((3000, 3), 0.05)
    codes = torch.from_numpy(np.concatenate([mean[:50] + 0.02, dice.normal(size=(50, 3)) * 500]))
    density = AggregatePosterior.of(mean, std)
    assert torch.allclose(density.log_density(codes), density._terms(codes).logsumexp(1), rtol=1e-12, atol=1e-12)
