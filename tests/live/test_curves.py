"""The live operations that need the decoder's derivatives."""

import numpy as np
import pytest
import torch

from vae.continuity.measures import step_sizes
from vae.latent.paths import evenly, lerp, slerp
from vae.live.wire.frames import BAD_REQUEST, OK

DECODE, RELAX, HANDLES, CONTRAST = 1, 16, 17, 18
A, B = np.array([1, -1, 0.5, 0, 2], np.float32), np.array([-1, 0.2, 0.5, 1, -1], np.float32)


@pytest.fixture
def bundle(library):
    return library.get("vae-5")


def decoded(bundle, codes) -> torch.Tensor:
    return bundle.model.decode(torch.tensor(np.asarray(codes, np.float32)))


def assert_pictures(pixels, bundle, codes):
    assert pixels.dtype == np.uint8
    assert np.abs(pixels - decoded(bundle, codes).mul(255).permute(0, 2, 3, 1).numpy()).max() <= 0.51


@pytest.mark.parametrize(("kind", "way"), [(0, lerp), (1, slerp)])
def test_without_an_iteration_a_way_is_measured_as_it_is(engine, ask, bundle, kind, way):
    curve, pixels, places, steps, (energy, length) = ask(engine, RELAX, "vae-5", kind, 16, 0, A, B).arrays
    assert np.array_equal(curve, way(A, B, evenly(17)))
    assert pixels.shape[0] == 65 and places.shape == (65, 2) and steps.shape == (64,)
    assert_pictures(pixels[::4], bundle, curve)
    assert steps.sum() == pytest.approx(length, rel=1e-4) and 64 * (steps**2).sum() == pytest.approx(energy, rel=1e-4)
    if kind == 0:
        codes = way(A, B, evenly(65))
        assert_pictures(pixels, bundle, codes)
        assert np.allclose(steps, step_sizes(decoded(bundle, codes)).numpy(), rtol=1e-3, atol=1e-5)


def test_asked_again_and_again_the_energy_falls_until_it_rests(engine, ask):
    curve, *_, (start, straight) = ask(engine, RELAX, "vae-5", 0, 16, 1, A, B).arrays
    first = ask(engine, RELAX, "vae-5", 0, 16, 0, A, B).arrays[-1][0]
    energies = [first, start]
    for _ in range(30):
        curve, pixels, *_, (energy, length) = ask(engine, RELAX, "vae-5", 2, 16, 1, curve).arrays
        energies.append(energy)
    assert (np.diff(energies) <= 1e-4 * first).all() and energies[-1] < first
    assert energies[-2] - energies[-1] <= 1e-3 * energies[-1]
    assert length <= straight
    assert np.array_equal(curve[0], A) and np.array_equal(curve[-1], B)
    ends = ask(engine, DECODE, "vae-5", A, B).arrays[0].astype(int)
    assert np.abs(pixels[[0, -1]] - ends).max() <= 1


def test_a_curve_between_equal_ends_has_no_energy(engine, ask):
    curve, _, _, steps, (energy, length) = ask(engine, RELAX, "vae-5", 0, 16, 1, A, A).arrays
    assert (curve == A).all() and energy == length == 0 and (steps == 0).all()


def test_handles_change_the_picture_as_much_as_they_say(engine, ask, bundle):
    directions, values, pixels = ask(engine, HANDLES, "vae-5", 3, 2, A).arrays
    assert directions.shape == (3, 5) and (np.diff(values) <= 0).all()
    whitened = np.linalg.solve(bundle.gaussian.factor, directions.T.astype(np.float64)).T
    assert np.allclose(whitened @ whitened.T, np.eye(3), atol=1e-5)
    small = 1e-2
    ahead, back = decoded(bundle, A + small * directions), decoded(bundle, A - small * directions)
    assert np.allclose((ahead - back).flatten(1).norm(dim=1) / (2 * small), values, rtol=1e-2)
    assert_pictures(pixels[1::2], bundle, A + 2 * directions)
    assert_pictures(pixels[::2], bundle, A - 2 * directions)


def test_handles_keep_the_order_and_signs_that_are_sent(engine, ask):
    directions = ask(engine, HANDLES, "vae-5", 3, 2, A).arrays[0]
    turned = directions[[2, 0, 1]] * np.array([[1], [-1], [1]], np.float32)
    assert np.allclose(ask(engine, HANDLES, "vae-5", 3, 2, A, turned).arrays[0], turned, atol=1e-5)


def test_a_contrast_is_the_difference_of_two_classes(engine, ask, bundle):
    direction, pixels, counts = ask(engine, CONTRAST, "vae-5", 2, 0, 2, A).arrays
    codes, labels = bundle.atlas.codes, bundle.atlas.labels
    assert np.allclose(direction, codes[labels == 2].mean(0) - codes[labels == 0].mean(0), atol=1e-5)
    assert counts.tolist() == [(labels == 2).sum(), (labels == 0).sum()]
    assert_pictures(pixels, bundle, [A - 2 * direction, A + 2 * direction])


def test_an_outline_is_set_against_the_rest(engine, ask, bundle):
    box = np.array([[-4, -4], [0, -4], [0, 0], [-4, 0]], np.float32)
    direction, _, counts = ask(engine, CONTRAST, "vae-5", -1, -1, 2, A, box).arrays
    chosen = ((bundle.atlas.places > -4) & (bundle.atlas.places < 0)).all(1)
    codes = bundle.atlas.codes
    assert counts.tolist() == [chosen.sum(), (~chosen).sum()]
    assert np.allclose(direction, codes[chosen].mean(0) - codes[~chosen].mean(0), atol=1e-5)


@pytest.mark.parametrize(
    ("operation", "numbers", "sentence"),
    [
        (RELAX, [3, 16, 1, *A, *B], "kind is 3"),
        (RELAX, [0, 5, 1, *A, *B], "divisor of 64"),
        (RELAX, [0, 1, 1, *A, *B], "segments is 1"),
        (RELAX, [0, 16, 9, *A, *B], "iterations is 9"),
        (RELAX, [0, 16, 1, *A], "ends before B"),
        (RELAX, [2, 16, 1, *A, *B], "ends before curve"),
        (RELAX, [2, 2, 1, *A, *B, *A, 0], "numbers where"),
        (RELAX, [2, 2, 1, *A, *(1e7 * A), *B], "nearer to the data"),
        (HANDLES, [6, 2, *A], "count is 6; it must be a whole number from 1 to 5"),
        (HANDLES, [2, -1, *A], "reach is -1"),
        (HANDLES, [1, 2, *A, *A, *B], "2 directions found before"),
        (HANDLES, [1, 2, *A, 1], "1 to 1024 times 5"),
        (HANDLES, [1, 2, *np.full(5, 3e38)], "nearer to the data"),
        (CONTRAST, [3, 0, 2, *A], "first is 3"),
        (CONTRAST, [0, 1, 2, *np.full(5, 3e38)], "nearer to the data"),
        (CONTRAST, [-1, -1, 2, *A], "at least one image on each side"),
        (CONTRAST, [-1, 0, 2, *A, 1, 2, 3], "times 2"),
    ],
)
def test_what_it_cannot_take_is_refused_with_a_sentence(engine, ask, operation, numbers, sentence):
    reply = ask(engine, operation, "vae-5", numbers)
    assert reply.status == BAD_REQUEST and sentence in reply.sentence
    assert ask(engine, DECODE, "vae-5", A).status == OK
