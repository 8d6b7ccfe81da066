"""Derivatives by differences are those that torch works out, wherever torch asks for them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from vae.adapters.differences import differentiable, has_derivatives
from vae.latent.directions import jacobians
from vae.latent.geodesic import relax

SCALES = (0.01, 1.0, 100.0)  # of the codes


def decoder(scale: float) -> nn.Module:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
    net[0].weight.data /= scale
    return net


@pytest.mark.parametrize("scale", SCALES)
def test_they_are_the_derivatives_that_torch_works_out(scale: float) -> None:
    net = decoder(scale)

    def opaque(codes: Tensor) -> Tensor:
        return torch.from_numpy(net(codes).detach().numpy().copy())

    def ours(codes: Tensor) -> Tensor:
        return differentiable(opaque, codes, scale)

    codes = scale * torch.randn(9, 5)
    assert torch.equal(ours(codes), opaque(codes))
    assert has_derivatives(net, codes) and not has_derivatives(opaque, codes)
    torch.testing.assert_close(scale * jacobians(ours, codes), scale * jacobians(net, codes), atol=1e-4, rtol=0)

    gradients = []
    for decode in (net, ours):
        place = codes.clone().requires_grad_()
        decode(place).square().sum().backward()
        gradients.append(scale * place.grad)
    torch.testing.assert_close(*gradients, atol=1e-3, rtol=1e-3)

    exact, found = relax(net, codes), relax(ours, codes)
    assert found.fell > 0 and found.energy == pytest.approx(exact.energy, rel=1e-3)


def test_a_direction_of_no_length_changes_nothing() -> None:
    net, codes = decoder(1.0), torch.randn(2, 5)
    assert not torch.func.jvp(lambda place: differentiable(net, place), (codes,), (torch.zeros(2, 5),))[1].any()
