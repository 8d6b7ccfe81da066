import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from vae.latent.neighbours import Neighbours
from vae.latent.sampling import noise


def brute_force(codes: np.ndarray, z: np.ndarray, k: int) -> np.ndarray:
    return np.sort(cdist(z.astype(np.float64), codes.astype(np.float64)), axis=1)[:, :k]


@given(st.integers(1, 4000), st.integers(1, 9), st.integers(1, 8), st.integers(0, 1000), st.sampled_from([0.0, 30.0]))
def test_they_are_those_of_brute_force(count, dim, k, seed, away):
    codes, z, k = noise(count, dim, seed) + np.float32(away), 2 * noise(6, dim, seed + 1) + np.float32(away), min(k, count)
    distances, indices = Neighbours(codes).query(z, k)
    expected = brute_force(codes, z, k)
    assert np.allclose(distances, expected, rtol=1e-4, atol=1e-4)
    assert np.allclose(np.linalg.norm(codes[indices] - z[:, None], axis=2), expected, rtol=1e-4, atol=1e-4)
    assert all(len(set(row.tolist())) == k for row in indices)


def test_a_point_is_its_own_neighbour_at_no_distance():
    codes = 100 + noise(3000, 16, 0)
    distances, indices = Neighbours(codes).query(codes, 1)
    assert (distances == 0).all()
    assert indices[:, 0].tolist() == list(range(3000))


def test_many_questions_are_answered_in_parts(monkeypatch):
    codes, z = noise(700, 4, 0), noise(50, 4, 1)
    whole = Neighbours(codes).query(z, 5)
    monkeypatch.setattr("vae.latent.neighbours.AT_ONCE", 2000)
    parts = Neighbours(codes).query(z, 5)
    assert torch.equal(whole[1], parts[1]) and torch.equal(whole[0], parts[0])


def test_no_question_has_no_answer():
    distances, indices = Neighbours(noise(10, 3, 0)).query(np.empty((0, 3), np.float32), 2)
    assert distances.shape == indices.shape == (0, 2)


@pytest.mark.parametrize("k", [0, 11])
def test_an_impossible_k_is_refused(k):
    with pytest.raises(ValueError, match="from 1 to 10"):
        Neighbours(noise(10, 3, 0)).query(noise(1, 3, 1), k)


def test_the_typical_distance_is_the_99th_percentile():
    codes = noise(500, 3, 0)
    expected = np.quantile(brute_force(codes, codes, 2)[:, 1], 0.99)
    assert Neighbours(codes).typical == pytest.approx(expected, rel=1e-4)


def test_copies_have_no_distance_between_them():
    assert Neighbours(np.ones((20, 3), np.float32)).typical == 0


def test_a_single_point_is_never_far():
    assert Neighbours(np.ones((1, 3), np.float32)).typical == float("inf")
