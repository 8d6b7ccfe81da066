import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vae.latent.paths import evenly, lerp, slerp

COORDINATES = st.floats(-100, 100, width=32)
CODES = arrays(np.float32, 5, elements=COORDINATES)


@given(CODES, CODES, st.sampled_from([lerp, slerp]))
def test_ends_are_exact(a, b, way):
    path = way(a, b, np.array([0.0, 0.3, 1.0]))
    assert path.shape == (3, 5) and path.dtype == np.float32
    assert (path[0] == a).all() and (path[2] == b).all()
    assert np.isfinite(path).all()


@given(CODES, CODES)
def test_the_straight_line_is_even(a, b):
    steps = np.diff(lerp(a, b, evenly(9)).astype(np.float64), axis=0)
    assert np.allclose(steps, (b.astype(np.float64) - a) / 8, atol=1e-4)


@given(CODES, CODES, st.floats(0, 1))
def test_the_arc_keeps_the_norm(a, b, t):
    lengths = np.linalg.norm(a.astype(np.float64)), np.linalg.norm(b.astype(np.float64))
    if min(lengths) < 1e-3:
        return
    u, v = a / lengths[0], b / lengths[1]
    if np.linalg.norm(u - v) < 1e-3 or np.linalg.norm(u + v) < 1e-3:
        return
    assert np.linalg.norm(slerp(u, v, np.array([t]))[0]) == pytest.approx(1, abs=1e-5)


def test_the_arc_turns_evenly():
    path = slerp(np.array([2.0, 0.0]), np.array([0.0, 2.0]), evenly(7))
    assert np.allclose(np.degrees(np.arctan2(path[:, 1], path[:, 0])), np.linspace(0, 90, 7), atol=1e-4)


@pytest.mark.parametrize(("a", "b"), [([1, 2], [2, 4]), ([1, 2], [-1, -2]), ([0, 0], [3, 1]), ([3, 1], [0, 0]), ([0, 0], [0, 0])])
def test_without_an_arc_it_is_the_straight_line(a, b):
    t = evenly(5)
    assert np.array_equal(slerp(np.array(a), np.array(b), t), lerp(np.array(a), np.array(b), t))


def test_codes_of_different_size_are_refused():
    with pytest.raises(ValueError, match="one size"):
        lerp(np.zeros(2), np.zeros(3), np.zeros(1))


def test_even_times_include_both_ends():
    assert evenly(5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert evenly(1).tolist() == [0]


@given(CODES, CODES, st.floats(0, 1))
def test_the_arc_never_leaves_the_norms_of_its_ends(a, b, t):
    a, b = np.array(a), np.array(b)
    lengths = sorted((np.linalg.norm(a), np.linalg.norm(b)))
    if np.array_equal(slerp(a, b, evenly(5)), lerp(a, b, evenly(5))):
        return  # there is no arc between these
    norm = np.linalg.norm(slerp(a, b, np.array([t]))[0])
    assert lengths[0] * (1 - 1e-4) - 1e-6 <= norm <= lengths[1] * (1 + 1e-4) + 1e-6
