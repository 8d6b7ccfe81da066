import numpy as np
import pytest
import torch

from vae.latent.directions import inside, jacobians, mean_difference, metrics, singular_directions

LINEAR = torch.tensor([[3.0, 0, 0], [0, 0.5, 0], [0, 0, 2], [0, 0, 0]], dtype=torch.float64)  # pixels by code
AXES = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


def linear(codes: torch.Tensor) -> torch.Tensor:
    return (codes @ torch.from_numpy(AXES).T @ LINEAR.T).unflatten(1, (1, 2, 2))


def test_the_jacobian_of_a_linear_decoder_is_its_matrix():
    slopes = jacobians(linear, torch.randn(5, 3, dtype=torch.float64))
    assert torch.allclose(slopes, (LINEAR @ torch.from_numpy(AXES)).expand(5, 4, 3))


def test_the_jacobian_of_a_curved_decoder_is_exact_at_each_code():
    codes = torch.tensor([[0.3, -1.0], [2.0, 0.5]], dtype=torch.float64)
    slopes = jacobians(lambda z: torch.stack([z[:, 0].sin(), z[:, 0] * z[:, 1]], 1), codes)
    expected = [[[np.cos(x), 0], [y, x]] for x, y in codes.tolist()]
    assert np.allclose(slopes, expected)


def test_derivatives_are_there_under_inference_mode_too():
    with torch.inference_mode():
        codes = torch.randn(2, 3, dtype=torch.float64)
        assert metrics(linear, codes).shape == (2, 3, 3)


def test_a_linear_decoders_singular_directions_are_found_largest_first():
    metric = metrics(linear, torch.zeros(1, 3, dtype=torch.float64))[0].numpy()
    found = singular_directions(metric, 3)
    assert np.allclose(found.values, [3, 2, 0.5])
    assert np.allclose(np.abs(found.directions @ AXES.T), np.eye(3)[[0, 2, 1]], atol=1e-7)


def test_a_move_is_measured_in_the_coordinates_of_the_factor():
    factor = AXES.T @ np.diag([0.1, 10.0, 1.0])  # the second axis is where the codes spread
    metric = metrics(linear, torch.zeros(1, 3, dtype=torch.float64))[0].numpy()
    found = singular_directions(metric, 2, factor)
    assert np.allclose(found.values, [5, 2])
    assert np.allclose(np.linalg.norm(np.linalg.solve(factor, found.directions.T), axis=0), 1)
    for direction, value in zip(found.directions, found.values, strict=True):
        change = linear(torch.from_numpy(direction)[None]).norm().item()
        assert change == pytest.approx(value)


def test_order_and_signs_follow_the_directions_before():
    metric = AXES.T @ np.diag([9.0, 1.0, 4.0]) @ AXES
    before = singular_directions(metric, 3).directions
    turned = AXES.T @ np.diag([3.9, 1.0, 4.0]) @ AXES  # the leading one has become the second
    after = singular_directions(turned, 3, before=-before)
    assert np.allclose(after.directions, -before)
    assert after.values[1] > after.values[0]


def test_collapsed_dimensions_have_no_direction():
    metric, factor = np.diag([4.0, 1.0, 0.0]), np.diag([1.0, 1.0, 0.0])
    found = singular_directions(metric, 3, factor)
    assert np.allclose(found.values, [2, 1, 0]) and (found.directions[:2, 2] == 0).all()
    assert np.isfinite(singular_directions(metric, 3, factor, before=found.directions).directions).all()


def test_more_directions_than_dimensions_are_refused():
    with pytest.raises(ValueError, match="1 to 2"):
        singular_directions(np.eye(2), 3)


def test_two_classes_differ_by_their_means():
    codes = np.array([[1, 2], [3, 4], [10, 0], [20, 40]], np.float32)
    labels = np.array([0, 0, 1, 2])
    assert mean_difference(codes, labels == 1, labels == 0).tolist() == [8, -3]
    assert np.allclose(mean_difference(codes, labels == 2, labels != 2), [20 - 14 / 3, 38])
    with pytest.raises(ValueError, match="at least one image"):
        mean_difference(codes, labels == 5, labels == 0)


def test_the_inside_of_an_outline_is_told_from_its_outside():
    arrow = np.array([[0, 0], [4, 0], [4, 4], [2, 1]])  # not convex
    places = np.array([[3, 0.5], [3.5, 2], [2, 2], [-1, 0.5], [5, 1], [1, 0.25]])
    assert inside(places, arrow).tolist() == [True, True, False, False, False, True]
    assert not inside(places, np.empty((0, 2))).any()
