"""Nets that begin as principal components."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vae.models import Autoencoder, architecture
from vae.models.linear import LinearModel
from vae.models.residual import EDGE, held

Make = Callable[..., Autoencoder]


def begun(make_model: Make, images: Tensor, kind: str = "ae", **changes: object) -> Autoencoder:
    model = make_model(kind, **{"architecture": "residual", "hidden": (4, 4), "dense": 6, "latent_dim": 5} | changes)
    begin = architecture("residual").begin
    assert begin is not None
    begin(model, images)
    return model.eval()


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_model_begins_as_principal_components(make_model: Make, blobs: Tensor, kind: str) -> None:
    model, linear, pictures = begun(make_model, blobs, kind), LinearModel.fit(blobs, 5), blobs[:40].float() / 255
    mean = model.encode(pictures).mean
    torch.testing.assert_close(mean, linear.encode(pictures) / linear.spread, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(model.decode(mean), linear.decode(linear.encode(pictures)), atol=0.02, rtol=0)
    errors = [(shown - pictures).square().mean() for shown in (model.decode(mean), linear.decode(linear.encode(pictures)))]
    assert errors[0] <= errors[1] * 1.05
    if kind == "vae":  # numbers that say much are certain
        std = model.encode(pictures).std
        assert ((std > 0) & (std <= 1)).all() and (std[0].diff() >= -1e-6).all()


def test_more_numbers_than_there_are_pictures_say_nothing(make_model: Make, blobs: Tensor) -> None:
    model, pictures = begun(make_model, blobs[:3], latent_dim=9), blobs[:3].float() / 255
    mean = model.encode(pictures).mean
    assert mean.isfinite().all() and (mean[:, 3:] == 0).all()
    torch.testing.assert_close(model.decode(mean), pictures, atol=0.02, rtol=0)


def test_a_pair_begins_alike(make_model: Make, blobs: Tensor) -> None:
    plain, variational = (begun(make_model, blobs, kind).state_dict() for kind in ("ae", "vae"))
    assert all(torch.equal(variational[key], value) for key, value in plain.items())


def test_values_are_held_between_black_and_white_without_a_corner() -> None:
    values = torch.linspace(-3, 4, 20001, dtype=torch.double, requires_grad=True)
    shown = held(values)
    assert shown.min() > 0 and shown.max() < 1 and (shown.diff() >= 0).all()
    inside = (values > EDGE) & (values < 1 - EDGE)
    assert torch.equal(shown[inside], values[inside])
    (slope,) = torch.autograd.grad(shown.sum(), values)
    assert slope.diff().abs().max() < 0.02 and slope.isfinite().all()
    assert held(torch.tensor([-1e30, 1e30])).isfinite().all()
