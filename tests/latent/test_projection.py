import sys
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.latent.projection import Map, fit_tsne, fit_umap
from vae.latent.sampling import noise

SEEDS = st.integers(0, 1000)


def random_map(seed: int, count: int = 60, dim: int = 5) -> Map:
    return Map(noise(count, dim, seed), 10 * noise(count, 2, seed + 1), False)


@given(SEEDS, st.integers(3, 60))
def test_a_data_point_gives_back_its_code(seed, count):
    chart = random_map(seed, count)
    found = chart.inverse(chart.places)
    assert found.inside.all()
    assert np.allclose(found.codes, chart.codes, atol=1e-5)
    assert (found.vertices == np.arange(count)[:, None]).any(1).all()


@given(SEEDS, st.integers(0, 59))
def test_between_data_points_it_is_linear(seed, row):
    chart = random_map(seed)
    inner = chart.inverse(chart.places.mean(0, keepdims=True) + chart.places[row] * 0.01)
    corners = inner.vertices[0]
    if not inner.inside[0]:
        return
    shares = np.array([0.5, 0.3, 0.2])
    found = chart.inverse((shares @ chart.places[corners])[None])
    assert found.inside.all() and set(found.vertices[0]) == set(corners)
    assert np.allclose(found.codes[0], shares @ chart.codes[corners], atol=1e-4)


def test_outside_the_hull_there_is_nothing():
    found = random_map(0).inverse(np.array([[1e4, 0.0], [0.0, 0.0]]))
    assert found.inside.tolist() == [False, True]
    assert np.isnan(found.codes[0]).all() and np.isfinite(found.codes[1]).all()
    assert found.vertices[0].tolist() == [-1, -1, -1]


def test_points_in_one_place_do_not_break_it():
    codes, places = noise(40, 5, 0), 10 * noise(40, 2, 1)
    places[20:] = places[:20]
    chart = Map(codes, places, False)
    found = chart.inverse(places)
    assert found.inside.all()
    own = np.abs(found.codes[:, None] - codes[None]).max(2) < 1e-5
    assert all(own[row, row % 20] or own[row, row % 20 + 20] for row in range(40))


@pytest.mark.parametrize(
    "places", [np.zeros((5, 2)), np.outer(np.arange(5), [1, 2]) / 3, np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]])]
)
def test_points_on_a_line_leave_everything_outside(places):
    chart = Map(noise(len(places), 3, 0), places, False)
    found = chart.inverse(places)
    assert not found.inside.any() and (found.vertices == -1).all()


def test_no_place_has_no_code():
    found = random_map(0).inverse(np.empty((0, 2)))
    assert found.codes.shape == (0, 5) and found.inside.shape == (0,) and found.vertices.shape == (0, 3)


@given(SEEDS, st.integers(1, 60))
def test_the_code_of_a_data_point_falls_on_its_place(seed, count):
    chart = random_map(seed, count)
    assert np.allclose(chart.place(chart.codes), chart.places, atol=1e-5)


def test_a_code_nearby_falls_nearby_and_one_far_away_stays_on_the_map():
    chart = random_map(4)
    nearby = chart.place(chart.codes + np.float32(1e-4))
    assert np.abs(nearby - chart.places).max() < 1e-2
    far = chart.place(1e5 * noise(5, 5, 9))
    assert (far >= chart.places.min(0)).all() and (far <= chart.places.max(0)).all()


def test_the_plane_of_a_two_dimensional_model_is_its_code_space():
    codes = noise(30, 2, 0)
    chart = Map(codes, codes, True)
    xy = np.array([[0.25, -3.5], [1e3, 1e3]])
    found = chart.inverse(xy)
    assert found.inside.all() and np.array_equal(found.codes, xy.astype(np.float32))
    nearest = np.argsort(np.linalg.norm(codes - xy[0], axis=1))[:3]
    assert found.vertices[0].tolist() == nearest.tolist()
    assert np.array_equal(chart.place(codes), codes)


def test_a_plane_of_two_points_repeats_one_as_the_third_corner():
    codes = np.array([[0.0, 0.0], [1.0, 0.0]], np.float32)
    assert Map(codes, codes, True).inverse(np.array([[0.1, 0.0]])).vertices.tolist() == [[0, 1, 1]]


def test_codes_that_are_no_places_are_refused():
    with pytest.raises(ValueError, match="size 3"):
        Map(noise(9, 3, 0), noise(9, 2, 0), True)
    with pytest.raises(ValueError, match="as many places"):
        Map(noise(9, 3, 0), noise(8, 2, 0), False)


def test_umap_is_asked_for_a_repeatable_map_and_its_progress_is_passed_on(monkeypatch):
    asked = {}

    class Stub:
        """In place of the real one, whose compilation takes half a minute."""

        def __init__(self, **settings: object) -> None:
            asked.update(settings)

        def fit_transform(self, codes: np.ndarray) -> np.ndarray:
            from tqdm import tqdm

            for _ in tqdm(range(4), **{**asked["tqdm_kwds"], "mininterval": 0}):
                pass
            return codes[:, :2].astype(np.float64)

    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=Stub))
    shares: list[float] = []
    places = fit_umap(noise(10, 4, 0), seed=7, on_progress=shares.append)
    assert places.shape == (10, 2) and places.dtype == np.float32
    assert (asked["random_state"], asked["n_jobs"], asked["n_neighbors"], asked["init"]) == (7, 1, 9, "pca")
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and 0.5 in shares


def test_a_map_of_too_few_codes_is_refused():
    with pytest.raises(ValueError, match="at least 4"):
        fit_umap(noise(3, 4, 0), seed=0)


def test_t_sne_lays_the_same_map_for_the_same_seed_and_keeps_groups_apart():
    codes = noise(40, 5, 0) + 50 * (np.arange(40) % 2)[:, None]
    places = fit_tsne(codes, 3)
    assert places.shape == (40, 2) and places.dtype == np.float32 and np.array_equal(fit_tsne(codes, 3), places)
    nearest = np.square(places[:, None] - places).sum(2) + np.where(np.eye(40), np.inf, 0)
    assert (nearest.argmin(1) % 2 == np.arange(40) % 2).all()
    with pytest.raises(ValueError, match="at least 4 codes"):
        fit_tsne(codes[:3], 0)
