import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.latent.plane import directions_plane, principal_plane, raw_plane
from vae.latent.projection import Map
from vae.latent.sampling import noise

SEEDS = st.integers(0, 1000)


def planes(codes: np.ndarray, seed: int) -> list:
    return [principal_plane(codes), raw_plane(codes, 3, 1), directions_plane(codes, *noise(2, codes.shape[1], seed))]


@given(SEEDS)
def test_a_place_is_a_code_that_falls_on_that_place(seed):
    codes, places = 5 + noise(60, 5, seed), 10 * noise(20, 2, seed + 1)
    for plane in planes(codes, seed + 2):
        assert np.allclose(plane.axes @ plane.axes.T, np.eye(2))
        assert np.allclose(plane.places(plane.codes(places)), places, atol=1e-4)


@given(SEEDS)
def test_as_a_map_every_place_is_inside_and_codes_fall_straight_down(seed):
    codes, far = noise(60, 5, seed), 1e3 * noise(20, 2, seed + 1)
    for plane in planes(codes, seed + 2):
        chart = Map.on(plane, codes)
        found = chart.inverse(far)
        assert found.inside.all() and np.array_equal(found.codes, plane.codes(far))
        assert np.allclose(chart.place(codes), chart.places)
        apart = np.linalg.norm(codes - plane.codes(chart.places), axis=1)
        assert (apart <= np.linalg.norm(codes - plane.codes(chart.places + 0.1), axis=1)).all(), "no place is nearer"


def test_the_principal_plane_of_codes_in_a_plane_is_that_plane():
    axes = np.linalg.qr(noise(6, 2, 1).astype(float))[0].T  # (2, 6)
    inside = np.array([5.0, 2.0]) * noise(400, 2, 2)
    inside -= inside.mean(0)
    spread, turn = np.linalg.svd(inside, full_matrices=False)[1:]
    codes = 3 + inside @ axes
    plane = principal_plane(codes)
    assert np.allclose(plane.codes(plane.places(codes)), codes, atol=1e-5)
    assert np.allclose(np.abs(plane.axes @ axes.T), np.abs(turn), atol=1e-6)
    assert np.allclose(plane.places(codes).std(0) * 20, spread, rtol=1e-5)
    assert np.array_equal(principal_plane(codes).axes, plane.axes)


def test_two_numbers_are_the_place_itself_and_the_rest_are_means():
    codes = 4 + noise(50, 5, 0)
    plane = raw_plane(codes, 3, 1)
    assert np.array_equal(plane.places(codes), codes[:, [3, 1]])
    there = plane.codes(np.array([[7.0, -2.0]]))[0]
    assert there[[3, 1]].tolist() == [7, -2]
    assert np.allclose(there[[0, 2, 4]], codes.mean(0)[[0, 2, 4]])
    for across, up in ((1, 1), (5, 0), (-1, 0)):
        with pytest.raises(ValueError, match="two different ones from 0 to 4"):
            raw_plane(codes, across, up)


def test_across_runs_the_first_direction_and_the_second_lies_in_the_plane():
    codes, (first, second) = noise(50, 5, 0), noise(2, 5, 1)
    plane = directions_plane(codes, first, second)
    assert np.allclose(plane.axes[0], first / np.linalg.norm(first))
    assert np.allclose(plane.codes(plane.places(codes.mean(0) + second)), codes.mean(0) + second, atol=1e-5)
    with pytest.raises(ValueError, match="one and the same"):
        directions_plane(codes, first, -2 * first)
    for pair in ((first, np.zeros(5)), (np.zeros(5), second)):
        with pytest.raises(ValueError, match="two different sets"):
            directions_plane(codes, *pair)
