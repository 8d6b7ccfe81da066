"""Several Gaussians fitted to codes together."""

from __future__ import annotations

import numpy as np
import pytest

from vae.latent.mixture import COMPONENTS, Mixture, TooFewCodes


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    """Two groups of codes of three numbers, one with three times as many as the other."""
    draws = np.random.default_rng(0)
    wide = draws.normal((5, 0, 0), (1, 0.5, 0.1), (3000, 3))
    narrow = draws.normal((-5, 2, 0), 0.2, (1000, 3))
    return np.concatenate([wide, narrow]).astype(np.float32)


def test_draws_lie_where_the_codes_do(codes: np.ndarray) -> None:
    drawn = Mixture.fit(codes).sample(20_000, 1.0, seed=1)
    assert drawn.shape == (20_000, 3) and drawn.dtype == np.float32
    right = drawn[:, 0] > 0
    assert right.mean() == pytest.approx(0.75, abs=0.02)
    assert drawn[right].mean(0) == pytest.approx((5, 0, 0), abs=0.05) and drawn[~right].mean(0) == pytest.approx((-5, 2, 0), abs=0.05)
    assert drawn[right].std(0) == pytest.approx((1, 0.5, 0.1), rel=0.05)
    assert np.cov(drawn.T) == pytest.approx(np.cov(codes.T), abs=0.3)


def test_a_seed_is_a_draw_and_its_first_rows_do_not_depend_on_how_many_follow(codes: np.ndarray) -> None:
    mixture = Mixture.fit(codes)
    assert np.array_equal(mixture.sample(5, 0.7, seed=3), Mixture.fit(codes).sample(64, 0.7, seed=3)[:5])
    assert not np.array_equal(mixture.sample(5, 0.7, seed=3), mixture.sample(5, 0.7, seed=4))


def test_temperature_scales_the_way_from_the_middle_of_a_group(codes: np.ndarray) -> None:
    mixture = Mixture.fit(codes)
    still, half, whole = (mixture.sample(50, temperature, seed=2) for temperature in (0, 0.5, 1))
    assert np.isin(still.round(4), mixture.means.astype(np.float32).round(4)).all()
    assert np.allclose(half - still, (whole - still) / 2, atol=1e-5)


def test_codes_that_coincide_are_no_obstacle_and_too_few_are_told() -> None:
    assert np.allclose(Mixture.fit(np.ones((40, 2), np.float32)).sample(3, 1.0, seed=0), 1, atol=0.01)
    with pytest.raises(TooFewCodes, match=f"at least as many codes, and there are {COMPONENTS - 1}"):
        Mixture.fit(np.zeros((COMPONENTS - 1, 2), np.float32))
