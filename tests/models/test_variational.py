"""What a VAE adds: codes drawn from a posterior."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from vae.models import Autoencoder

Make = Callable[..., Autoencoder]


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def test_a_code_is_the_mean_plus_noise_in_units_of_the_standard_deviation(make_model: Make, images: torch.Tensor) -> None:
    model, noise = make_model("vae"), torch.randn(3, 2)
    posterior = model.encode(images)
    torch.testing.assert_close(model(images, noise).images, model.decode(posterior.mean + posterior.std * noise))


def test_the_training_pass_gives_the_logarithm_of_the_variance(make_model: Make, images: torch.Tensor) -> None:
    model = make_model("vae")
    torch.testing.assert_close(model(images).log_variance, model.encode(images).std.square().log(), rtol=1e-4, atol=1e-5)


def test_noise_is_drawn_afresh_unless_it_is_given(make_model: Make, images: torch.Tensor) -> None:
    model, noise = make_model("vae"), torch.randn(3, 2)
    assert not torch.equal(model(images).images, model(images).images)
    assert torch.equal(model(images, noise).images, model(images, noise).images)


def test_an_autoencoder_heeds_no_noise(make_model: Make, images: torch.Tensor) -> None:
    model = make_model("ae")
    assert torch.equal(model(images, torch.randn(3, 2)).images, model(images).images)
    assert model(images).log_variance is None


@pytest.mark.parametrize("bias", [1e6, -1e6])
def test_the_standard_deviation_stays_positive_and_finite_whatever_the_head_says(
    make_model: Make, images: torch.Tensor, bias: float
) -> None:
    model = make_model("vae")
    torch.nn.init.constant_(model.log_variance.bias, bias)
    std = model.encode(images).std
    assert ((std > 0) & torch.isfinite(std)).all()
