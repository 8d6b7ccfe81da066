import pytest
import torch

from vae.continuity.geodesic import curve_length, geodesic, geodesic_ratio


def globe(codes: torch.Tensor) -> torch.Tensor:
    """Longitude and latitude to a point of the unit sphere."""
    longitude, latitude = codes.T
    return torch.stack([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()], 1)


def codes(*rows: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def test_with_a_linear_decoder_the_straight_line_is_the_shortest():
    a, b = codes((1, 2), (-3, 0.5))
    assert geodesic_ratio(lambda z: z @ codes((1, 2, 0), (0, 1, -3)), a, b) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("latitude", "turn"), [(0.9, 2.0), (0.5, 1.0), (0.0, 1.5)])
def test_along_a_circle_of_latitude_the_ratio_to_the_great_circle_is_known(latitude, turn):
    a, b = codes((0, latitude), (turn, latitude))
    circle = turn * torch.cos(a[1])
    assert curve_length(globe, torch.stack([a, b])) == pytest.approx(circle.item(), rel=1e-9)
    angle = torch.arccos(globe(a[None])[0] @ globe(b[None])[0])
    assert geodesic_ratio(globe, a, b) == pytest.approx((circle / angle).item(), rel=2e-3)


def test_the_ends_of_a_geodesic_are_exact():
    a, b = torch.tensor([0.1, 0.7]), torch.tensor([1.3, 0.2])
    curve = geodesic(globe, a, b)
    assert torch.equal(curve[0], a) and torch.equal(curve[-1], b)


@pytest.mark.parametrize("decode", [globe, lambda z: z * 0])
def test_between_equal_codes_the_ratio_is_one(decode):
    a = torch.tensor([0.1, 0.7])
    assert geodesic_ratio(decode, a, a) == 1
