import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.latent.sampling import Gaussian, draw, noise, prior

SEEDS = st.integers(0, 1 << 24)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20), SEEDS)
def test_the_first_rows_are_the_same_for_any_count(few, more, dim, seed):
    short, long = noise(few, dim, seed), noise(few + more, dim, seed)
    assert short.shape == (few, dim) and short.dtype == np.float32
    assert np.array_equal(short, long[:few])


def test_dice_are_standard_normal_and_differ_by_seed():
    dice = noise(20_000, 3, 0)
    assert np.allclose(dice.mean(0), 0, atol=0.03)
    assert np.allclose(np.cov(dice, rowvar=False), np.eye(3), atol=0.03)
    assert not np.array_equal(noise(4, 3, 0), noise(4, 3, 1))


def test_temperature_scales_the_prior():
    assert np.array_equal(prior(6, 4, 0.5, 9), 0.5 * noise(6, 4, 9))


@pytest.fixture
def codes() -> np.ndarray:
    """Correlated codes with one collapsed dimension and one that repeats another."""
    dice = noise(500, 4, 3).astype(np.float64)
    dice[:, 1] = 0.3 * dice[:, 0] + 0.1 * dice[:, 1]
    return np.column_stack([dice, np.full(500, 0.25), dice[:, 2]]) + 5


def test_the_factor_is_a_root_of_the_covariance(codes):
    fitted = Gaussian.fit(codes)
    assert np.allclose(fitted.factor @ fitted.factor.T, np.cov(codes, rowvar=False, bias=True), atol=1e-9)
    assert np.allclose(fitted.mean, codes.mean(0))


def test_samples_have_the_fitted_mean_and_covariance(codes):
    fitted = Gaussian.fit(codes)
    samples = fitted.sample(noise(40_000, 6, 1)).astype(np.float64)
    assert np.allclose(samples.mean(0), codes.mean(0), atol=0.03)
    assert np.allclose(np.cov(samples, rowvar=False), np.cov(codes, rowvar=False), atol=0.05)
    assert np.allclose(samples[:, 4], 5.25, atol=1e-5)


def test_whitened_codes_have_the_identity_as_covariance(codes):
    white = Gaussian.fit(codes).whiten(codes)
    covariance = np.cov(white, rowvar=False, bias=True)
    alive = np.diag(covariance) > 0.5
    assert alive.sum() == 4  # one dimension is collapsed, one is a copy
    assert np.allclose(covariance[np.ix_(alive, alive)], np.eye(4), atol=1e-6)
    assert np.allclose(white[:, ~alive], 0)


def test_the_radius_is_the_standard_deviation_along_every_whitened_axis():
    codes = noise(400, 5, 0) @ np.diag([3, 1, 0.2, 0.1, 2]) + 1
    fitted, code = Gaussian.fit(codes), codes[7]
    moved = fitted.perturb(code, noise(20_000, 5, 2), 1.7)
    steps = fitted.whiten(moved) - fitted.whiten(code[None])
    assert steps.std(0) == pytest.approx([1.7] * 5, rel=0.03)
    assert np.array_equal(fitted.perturb(code, noise(3, 5, 2), 0), np.tile(code, (3, 1)).astype(np.float32))


@pytest.mark.parametrize("codes", [np.ones((1, 3)), np.full((10, 3), 2.0)])
def test_codes_without_variance_are_no_error(codes):
    fitted = Gaussian.fit(codes)
    assert np.allclose(fitted.sample(noise(4, 3, 0)), codes[0])
    assert (fitted.whiten(codes) == 0).all()


def test_no_codes_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Gaussian.fit(np.empty((0, 3)))


def test_a_drawn_code_is_the_mean_without_spread_and_standard_normal_without_information():
    mean = noise(200, 3, 1)
    assert np.array_equal(draw(mean, np.zeros_like(mean)), mean)
    blind = draw(np.zeros((20_000, 2)), np.ones((20_000, 2)))
    assert blind.mean(0) == pytest.approx([0, 0], abs=0.03)
    assert blind.std(0) == pytest.approx([1, 1], rel=0.03)
