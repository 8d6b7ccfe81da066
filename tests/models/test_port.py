"""A family of models is one file: what is registered is trained, stored, loaded and measured like those that are shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from vae.continuity.terrain import slopes
from vae.latent.directions import jacobians
from vae.models import Autoencoder, Family, ModelConfig, Posterior, families, family, port, register
from vae.store.checkpoints import load_model
from vae.training.loop import train


class Linear(Autoencoder):
    """An autoencoder without a nonlinearity before its sigmoid."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.trunk = nn.Identity()
        self.mean = nn.Linear(config.pixels, config.latent_dim)
        self.decoder = nn.Linear(config.latent_dim, config.pixels)


@pytest.fixture
def linear(monkeypatch: pytest.MonkeyPatch) -> Family:
    monkeypatch.setattr(port, "_families", dict(port._families))
    return register(Family("linear", "LIN", "Linear autoencoder", has_std=False, build=Linear))


def test_a_registered_family_is_trained_stored_and_loaded(
    linear: Family, make_config: Callable[..., ModelConfig], blobs: Tensor, checkpoints: Path
) -> None:
    train(replace(make_config(), kind="linear"), blobs, checkpoints / "line", accelerator="cpu")
    model = load_model("line", "cpu")
    assert isinstance(model, Linear)
    assert (model.spec.kind, model.spec.latent_dim, model.spec.image_shape, model.spec.has_std) == ("linear", 2, (1, 8, 8), False)
    posterior = model.encode(blobs[:3] / 255)
    assert isinstance(posterior, Posterior)
    assert posterior.mean.shape == (3, 2)
    assert not posterior.std.any()
    assert model.decode(posterior.mean).shape == (3, 1, 8, 8)
    assert linear in families()


def test_a_family_without_exact_slopes_has_torch_s(linear: Family, make_config: Callable[..., ModelConfig]) -> None:
    model = family("linear").build(replace(make_config(), kind="linear"))
    codes = torch.randn(4, 2)
    assert model.slopes is None
    assert torch.allclose(slopes(model, codes), jacobians(model.paint, codes).mT)


def test_exact_slopes_are_those_of_torch(make_model: Callable[..., Autoencoder]) -> None:
    model, codes = make_model("vae"), torch.randn(5, 2)
    assert model.slopes is not None
    assert torch.allclose(model.slopes(codes), jacobians(model.paint, codes).mT, atol=1e-6)


def test_a_kind_is_registered_once(linear: Family) -> None:
    with pytest.raises(ValueError, match="there is a family of kind 'linear' already"):
        register(Family("linear", "L2", "Another", has_std=True, build=Linear))
    with pytest.raises(ValueError, match="kind is 'gan'; it must be one of ae, vae, linear"):
        family("gan")
