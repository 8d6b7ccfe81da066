import sys
import types
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.latent.ladder import align_maps, align_planes
from vae.latent.sampling import noise


@given(st.integers(0, 1000), st.floats(0.1, 50), st.floats(0, 7), st.booleans())
def test_a_plane_that_was_turned_mirrored_moved_and_scaled_falls_on_itself(seed, scale, angle, mirror):
    plane = noise(50, 2, seed) * [3, 1]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1 if mirror else 1])
    first, second = align_planes([plane, scale * plane @ turn.T + [7, -2]])
    assert np.allclose(first, second, atol=1e-4)
    assert np.allclose(first.mean(0), 0, atol=1e-5) and np.isclose((first**2).sum(1).mean(), 1, atol=1e-4)


@given(st.integers(0, 1000))
def test_a_plane_keeps_its_shape_and_comes_no_farther_than_it_was(seed):
    planes = [noise(40, 2, seed + step) * [2, 1] for step in range(3)]
    aligned = align_planes(planes)
    for plane, placed in zip(planes, aligned, strict=True):
        before, after = (np.linalg.norm(each[:, None] - each[None], axis=2) for each in (plane, placed))
        assert np.allclose(after * before.max() / after.max(), before, atol=1e-3 * before.max())
    for before, after in pairwise(aligned):
        turned = after @ np.array([[0, -1], [1, 0]])
        assert ((after - before) ** 2).sum() <= ((turned - before) ** 2).sum() + 1e-4


def test_planes_of_one_place_only_stay_finite():
    assert np.isfinite(align_planes([np.ones((5, 2)), np.zeros((5, 2))])).all()


def test_aligned_maps_are_asked_for_with_every_image_as_its_own_partner(monkeypatch):
    asked = {}

    class Stub:
        def __init__(self, **settings):
            asked.update(settings)

        def fit(self, codes, relations):
            asked.update(codes=codes, relations=relations)
            self.embeddings_ = [10 * part[:, :2] + 3 for part in codes]
            return self

    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(AlignedUMAP=Stub))
    places = align_maps([noise(10, 4, 0), noise(10, 6, 1), noise(10, 4, 2)], seed=7)
    assert places.shape == (3, 10, 2) and places.dtype == np.float32
    assert asked["random_state"] == 7 and asked["n_neighbors"] == 9
    assert asked["relations"] == [{row: row for row in range(10)}] * 2
    assert np.allclose(places.mean((0, 1)), 0, atol=1e-6) and np.isclose((places.astype(float) ** 2).sum(2).mean(), 1)


@pytest.mark.parametrize("codes", [[], [noise(10, 4, 0)], [noise(3, 4, 0), noise(3, 4, 0)]])
def test_too_little_for_aligned_maps_is_a_sentence(codes):
    with pytest.raises(ValueError, match="at least 2 models and 4 images"):
        align_maps(codes, seed=0)
