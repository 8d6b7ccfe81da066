import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vae.latent.geodesic import CURVE_STEPS, along, energy, length, relax
from vae.models import ModelConfig, build


def straight(a, b, segments: int = 16) -> torch.Tensor:
    a, b = torch.as_tensor(a, dtype=torch.float64), torch.as_tensor(b, dtype=torch.float64)
    return a + torch.linspace(0, 1, segments + 1, dtype=torch.float64)[:, None] * (b - a)


def linear(codes: torch.Tensor) -> torch.Tensor:
    return codes @ torch.tensor([[1.0, 2, 0], [0, 1, -3]], dtype=codes.dtype)


def globe(codes: torch.Tensor) -> torch.Tensor:
    """Longitude and latitude to a point of the unit sphere, whose geodesics are great circles."""
    longitude, latitude = codes.T
    return torch.stack([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()], 1)


def settle(decode, curve: torch.Tensor, most: int = 40) -> tuple[torch.Tensor, list[float]]:
    energies = [energy(decode(along(curve))).item()]
    for _ in range(most):
        relaxed = relax(decode, curve)
        curve = relaxed.curve
        energies.append(relaxed.energy)
        if relaxed.fell <= 1e-9 * relaxed.energy:
            break
    return curve, energies


def test_with_a_linear_decoder_the_straight_line_stays():
    curve = straight([1, -2], [-3, 0.5])
    relaxed = relax(linear, curve)
    assert torch.allclose(relaxed.curve, curve, atol=1e-6)
    assert relaxed.energy == pytest.approx((linear(curve[-1:]) - linear(curve[:1])).square().sum().item())


def test_with_a_linear_decoder_any_curve_becomes_the_straight_line():
    curve = straight([1, -2], [-3, 0.5])
    bent = curve.clone()
    bent[1:-1] += torch.randn(15, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(settle(linear, bent)[0], curve, atol=1e-3)


@pytest.mark.parametrize("ends", [((0, 0.9), (2, 0.9)), ((-1, 0.2), (1.2, 1.2)), ((0, -0.5), (0.5, 1))])
def test_on_a_sphere_it_becomes_the_great_circle(ends):
    start = straight(*ends)
    curve, energies = settle(globe, start)
    a, b = globe(start[[0, -1]])
    angle = torch.arccos(a @ b).item()
    points = globe(along(curve))
    normal = torch.linalg.cross(a, b)
    assert length(points).item() == pytest.approx(angle, rel=2e-3)  # 16 straight pieces are not quite a circle
    assert energies[-1] == pytest.approx(angle**2, rel=4e-3)
    assert (points @ normal / normal.norm()).abs().max() < 0.02, "it leaves the plane of the great circle"
    steps = (points[1:] - points[:-1]).norm(dim=1)
    assert steps.max() / steps.mean() < 1.1, "its speed is not constant"


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 1000), size=st.sampled_from([2, 16, 64]))
def test_the_energy_never_rises_and_the_ends_stay(seed, size):
    torch.manual_seed(seed)
    model = build(ModelConfig(kind="ae", latent_dim=size, image_shape=(1, 8, 8), data="made", hidden=(24, 16))).eval().requires_grad_(False)
    for weights in model.decoder.parameters():
        weights.mul_(4)  # a rough decoder
    a, b = torch.randn(2, size) * 2
    curve = a + torch.linspace(0, 1, 17)[:, None] * (b - a)
    energies = [energy(model.paint(along(curve))).item()]
    for _ in range(6):
        with torch.inference_mode():
            relaxed = relax(model.paint, curve)
        assert torch.equal(relaxed.curve[[0, -1]], curve[[0, -1]])
        curve = relaxed.curve
        energies.append(relaxed.energy)
    assert (np.diff(energies) <= 0).all() and energies[-1] < energies[0]
    assert energies[-1] == pytest.approx(energy(model.paint(along(curve))).item(), rel=1e-5)


@pytest.mark.parametrize("decode", [linear, globe, lambda codes: codes * 0])
def test_equal_ends_stay_where_they_are(decode):
    curve = straight([0.3, 0.2], [0.3, 0.2])
    relaxed = relax(decode, curve)
    assert torch.equal(relaxed.curve, curve) and relaxed.energy == relaxed.fell == 0


@pytest.mark.parametrize("far", [float("nan"), float("inf")])
def test_numbers_that_lead_nowhere_leave_the_curve_as_it_is(far):
    curve = straight([0.0, 0.0], [1.0, far])
    assert torch.equal(torch.nan_to_num(relax(globe, curve).curve), torch.nan_to_num(curve))


def test_a_dimension_that_does_nothing_is_left_alone():
    curve = straight([0.0, 0.9, -1.0], [2.0, 0.9, 4.0])
    relaxed, _ = settle(lambda codes: globe(codes[:, :2]), curve)
    assert torch.allclose(relaxed[:, 2], curve[:, 2], atol=1e-6)


def test_codes_along_a_curve_pass_through_its_nodes():
    curve = torch.randn(9, 3)
    codes = along(curve)
    assert codes.shape == (CURVE_STEPS + 1, 3) and torch.allclose(codes[::8], curve, atol=1e-6)
    assert torch.allclose(codes[4], (curve[0] + curve[1]) / 2, atol=1e-6)
    assert torch.equal(codes[[0, -1]], curve[[0, -1]])


@pytest.mark.parametrize(("segments", "steps"), [(1, 64), (5, 64), (16, 20)])
def test_segments_that_do_not_share_the_steps_are_refused(segments, steps):
    with pytest.raises(ValueError, match="divisor"):
        relax(linear, straight([0.0, 0], [1.0, 1], segments), steps)
