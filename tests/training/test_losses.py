"""The loss is the published one, and each of its terms does something."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal
from torch.distributions import kl_divergence as reference

from vae.models import Pass
from vae.training.losses import MIN_VARIANCE, bernoulli_objective, kl_divergence, objective

means = st.floats(-50, 50, width=32)
log_variances = st.floats(-12, 6, width=32)


@given(means, log_variances)
def test_the_kl_divergence_is_the_closed_form(mean: float, log_variance: float) -> None:
    mean, log_variance = torch.tensor([mean, log_variance], dtype=torch.double)
    expected = reference(Normal(mean, log_variance.mul(0.5).exp()), Normal(torch.zeros(()).double(), torch.ones(()).double()))
    torch.testing.assert_close(kl_divergence(mean, log_variance), expected, rtol=1e-9, atol=1e-9)


@given(means, st.one_of(log_variances, st.floats(-(2**-10), 2**-10, width=32)))
def test_the_kl_divergence_is_never_negative(mean: float, log_variance: float) -> None:
    assert kl_divergence(torch.tensor(mean), torch.tensor(log_variance)) >= 0


def test_the_kl_divergence_is_never_negative_around_a_switched_off_dimension() -> None:
    log_variance = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0)) * 1e-3
    assert kl_divergence(torch.zeros(()), log_variance).min() >= 0


def test_the_kl_divergence_is_zero_at_the_prior_alone() -> None:
    assert kl_divergence(torch.zeros(()), torch.zeros(())) == 0
    assert kl_divergence(torch.tensor(0.1), torch.zeros(())) > 0
    assert kl_divergence(torch.zeros(()), torch.tensor(0.1)) > 0


def a_pass(variational: bool = True) -> tuple[torch.Tensor, Pass]:
    generator = torch.Generator().manual_seed(5)
    images, painted = torch.rand(2, 6, 1, 4, 4, generator=generator)
    mean, log_variance = torch.randn(2, 6, 3, generator=generator)
    leaves = [painted.requires_grad_(), mean.requires_grad_(), log_variance.requires_grad_()]
    return images, Pass(*leaves) if variational else Pass(*leaves[:2])


def test_an_autoencoder_minimises_half_the_summed_squared_error() -> None:
    images, output = a_pass(variational=False)
    expected = sum(((a - b) ** 2).sum() for a, b in zip(output.images, images, strict=True)) / len(images)
    loss = objective(images, output, beta=0.0)
    torch.testing.assert_close(loss.squared_error, expected)
    torch.testing.assert_close(loss.total, expected / 2)
    assert loss.kl == 0


def test_without_a_kl_weight_a_vae_minimises_what_an_autoencoder_does() -> None:
    images, output = a_pass()
    plain = objective(images, output._replace(log_variance=None), beta=0.0)
    variational = objective(images, output, beta=0.0)
    assert torch.equal(variational.total, plain.total)
    expected, gradient = (torch.autograd.grad(loss.total, output.images)[0] for loss in (plain, variational))
    assert torch.equal(gradient, expected)
    assert variational.kl > 0  # still reported


@pytest.mark.parametrize("beta", [0.5, 1.0])
def test_a_bernoulli_decoder_minimises_the_surprise_plus_the_kl(beta: float) -> None:
    images, output = a_pass()
    images, output = (images > 0.5).float(), output._replace(images=output.images.detach().clamp(0.01, 0.99))
    likelihood = torch.where(images == 1, output.images, 1 - output.images).log().flatten(1).sum(1).mean()
    loss = bernoulli_objective(images, output, beta)
    torch.testing.assert_close(loss.total, beta * loss.kl - likelihood)
    torch.testing.assert_close(loss.kl, objective(images, output, beta).kl)
    plain = bernoulli_objective(images, output._replace(log_variance=None), 0.0)
    torch.testing.assert_close(plain.total, -likelihood)
    assert plain.kl == 0


@pytest.mark.parametrize("l2", [0.25, 4.0])
def test_the_weight_on_an_autoencoders_codes_pulls_as_the_kls_mean_does(l2: float) -> None:
    """d total / d z = l2 σ² z / N, which is what β does to μ; nothing else changes."""
    images, output = a_pass(variational=False)
    variance = (output.images.detach() - images).square().mean()
    pictures, codes = torch.autograd.grad(objective(images, output, 0.0, l2).total, [output.images, output.mean])
    torch.testing.assert_close(codes, l2 * variance * output.mean.detach() / len(images))
    assert torch.equal(pictures, torch.autograd.grad(objective(images, output, 0.0).total, output.images)[0])


@pytest.mark.parametrize("beta", [0.25, 1.0, 4.0])
def test_the_kl_weight_reaches_the_gradient_in_proportion(beta: float) -> None:
    """d total / d μ = β σ² μ / N and d total / d log σ² = β σ² (exp(log σ²) - 1) / 2N, with σ² the mean squared error."""
    images, output = a_pass()
    variance = (output.images.detach() - images).square().mean()
    mean, log_variance = torch.autograd.grad(objective(images, output, beta).total, [output.mean, output.log_variance])
    torch.testing.assert_close(mean, beta * variance * output.mean.detach() / len(images))
    torch.testing.assert_close(log_variance, beta * variance * (output.log_variance.detach().exp() - 1) / (2 * len(images)))


def test_the_total_descends_along_the_elbo_of_a_gaussian_decoder_with_the_optimal_variance() -> None:
    """The gradient is σ² times that of (P/2) log(mean squared error) + KL, P pixels: no scale hides in it."""
    images, output = a_pass()
    leaves = [output.images, output.mean, output.log_variance]
    mse = (output.images - images).square().mean()
    negative_elbo = images[0].numel() / 2 * mse.log() + kl_divergence(output.mean, output.log_variance).sum(1).mean()
    expected = torch.autograd.grad(negative_elbo, leaves)
    for gradient, other in zip(torch.autograd.grad(objective(images, output, 1.0).total, leaves), expected, strict=True):
        torch.testing.assert_close(gradient, mse.detach() * other)


def test_a_perfect_reconstruction_keeps_a_floor_under_the_variance() -> None:
    images, output = a_pass()
    loss = objective(images, output._replace(images=images), 1.0)
    torch.testing.assert_close(loss.total, MIN_VARIANCE * loss.kl)
    assert loss.total > 0
