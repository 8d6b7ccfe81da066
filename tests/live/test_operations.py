import numpy as np
import pytest
import torch

from vae.continuity.measures import cycle_gap, step_sizes
from vae.latent.paths import evenly, lerp, slerp
from vae.latent.sampling import noise
from vae.live.bundle import Originals
from vae.live.wire.frames import BAD_REQUEST, FARTHEST, NOT_AVAILABLE, OK
from vae.models.flow import Flow
from vae.store.priors import save_prior

DECODE, VARY, AT, IMAGE, SAMPLE, PATH, ALONG, PERTURB, PLANE, VERDICTS, KEPT, TERRAIN, HOLE, CLIMB, BALLOONS = range(1, 16)
A, B = np.array([1, -1, 0.5, 0, 2], np.float32), np.array([-1, 0.2, 0.5, 1, -1], np.float32)


@pytest.fixture
def bundle(library):
    return library.get("vae-5")


def decoded(bundle, codes) -> np.ndarray:
    """(N, H, W, C) in [0, 255], not rounded."""
    return bundle.model.decode(torch.tensor(np.asarray(codes, np.float32))).mul(255).permute(0, 2, 3, 1).numpy()


def assert_pictures(pixels, bundle, codes):
    assert pixels.dtype == np.uint8
    assert np.abs(pixels - decoded(bundle, codes)).max() <= 0.51


def test_decode_gives_pictures_and_places(engine, ask, bundle):
    pixels, places = ask(engine, DECODE, "vae-5", bundle.atlas.codes[:9]).arrays
    assert_pictures(pixels, bundle, bundle.atlas.codes[:9])
    assert np.allclose(places, bundle.atlas.places[:9], atol=1e-5)


def test_vary_begins_with_the_mean_and_adds_dice_that_stay(engine, ask, bundle):
    std = np.full(5, 0.3)
    pixels, places = ask(engine, VARY, "vae-5", 3, 4, A, std).arrays
    assert_pictures(pixels, bundle, np.vstack([A, A + 0.3 * noise(4, 5, 3)]))
    assert places.shape == (5, 2)
    more, _ = ask(engine, VARY, "vae-5", 3, 9, A, std).arrays
    assert np.array_equal(more[:5], pixels)


def test_vary_answers_wherever_the_mean_can_be_decoded(engine, ask, bundle):
    far = np.full(5, FARTHEST)
    pixels, _ = ask(engine, VARY, "vae-5", 3, 4, far, far).arrays
    assert_pictures(pixels, bundle, np.vstack([far, np.clip(far + FARTHEST * noise(4, 5, 3), -FARTHEST, FARTHEST)]))


def test_vary_without_spread_repeats_the_mean(engine, ask):
    pixels, _ = ask(engine, VARY, "ae-5", 3, 4, A, np.zeros(5)).arrays
    assert (pixels == pixels[0]).all()


def test_at_a_data_point_is_its_code(engine, ask, bundle):
    pixels, code, facts = ask(engine, AT, "vae-5", bundle.atlas.places[11]).arrays
    assert np.allclose(code, bundle.atlas.codes[11], atol=1e-4)
    assert_pictures(pixels, bundle, code[None])
    assert facts.dtype == np.int32 and facts[0] == 1
    found = bundle.map.inverse(bundle.atlas.places[11])
    assert facts[1:].tolist() == bundle.atlas.labels[found.vertices[0]].tolist()


def test_outside_the_map_there_is_no_picture(engine, ask):
    pixels, code, facts = ask(engine, AT, "vae-5", 1e4, 0).arrays
    assert pixels.shape == (0, 8, 8, 1) and np.isnan(code).all() and facts.tolist() == [0, -1, -1, -1]


def test_everywhere_is_inside_for_two_dimensions(engine, ask):
    pixels, code, facts = ask(engine, AT, "ae-2", 50, -50).arrays
    assert pixels.shape == (1, 8, 8, 1) and code.tolist() == [50, -50] and facts[0] == 1


def test_image_without_its_data_set_has_a_reconstruction_alone(engine, ask, bundle):
    pixels, original, mean, std, place, error, label = ask(engine, IMAGE, "vae-5", 7).arrays
    assert_pictures(pixels, bundle, bundle.atlas.codes[7:8])
    assert original.shape == (0, 8, 8, 1) and np.isnan(error).all()
    assert np.array_equal(mean, bundle.atlas.codes[7]) and np.array_equal(std, bundle.atlas.std[7])
    assert np.array_equal(place, bundle.atlas.places[7]) and label.tolist() == [bundle.atlas.labels[7]]


def test_image_with_its_data_set_has_the_original_and_the_error(engine, ask, bundle, monkeypatch):
    originals = torch.randint(256, (200, 1, 8, 8), dtype=torch.uint8)
    monkeypatch.setattr(bundle.originals, "held", lambda: Originals(originals))
    _, original, *_, error, _ = ask(engine, IMAGE, "vae-5", 7).arrays
    assert np.array_equal(original[0, :, :, 0], originals[7, 0].numpy())
    expected = ((original / 255 - decoded(bundle, bundle.atlas.codes[7:8]) / 255) ** 2).mean()
    assert error[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("source", [0, 1, 2])
def test_samples_are_the_pictures_of_their_codes(engine, ask, bundle, source):
    pixels, places, codes, verdicts = ask(engine, SAMPLE, "vae-5", 5, 12, 0.5, source).arrays
    dice = 0.5 * noise(12, 5, 5)
    expected = (dice, bundle.gaussian.sample(dice), bundle.mixture.get().sample(12, 0.5, 5))[source]
    assert np.allclose(codes, expected, atol=1e-6)
    assert_pictures(pixels, bundle, codes)
    assert places.shape == (12, 2) and verdicts.shape == (12, 4)


def test_samples_of_a_learned_prior_are_the_same_dice_moved_and_models_without_one_say_so(own_models_root, library, engine, ask):
    reply = ask(engine, SAMPLE, "mine", 5, 12, 0.5, 3)
    assert reply.status == NOT_AVAILABLE and "mine has no learned prior; make one with: python -m vae prior mine" in reply.sentence
    assert not library.describe("mine")["learned"]
    still = Flow(5)
    torch.nn.init.zeros_(still.layers[-1].weight)
    torch.nn.init.zeros_(still.layers[-1].bias)
    still.factors = 2 * torch.eye(5)[None]
    save_prior(own_models_root / "mine", still)
    assert library.describe("mine")["learned"], "a page that opens sees it"
    assert np.allclose(ask(engine, SAMPLE, "mine", 5, 12, 0.5, 3).arrays[2], noise(12, 5, 5), atol=1e-6)


def test_two_models_throw_the_same_dice(engine, ask):
    assert np.array_equal(ask(engine, SAMPLE, "vae-5", 5, 3, 1, 0).arrays[2], ask(engine, SAMPLE, "ae-5", 5, 3, 1, 0).arrays[2])


def test_verdicts_are_the_classifiers(engine, ask, bundle):
    *_, codes, verdicts = ask(engine, SAMPLE, "vae-5", 5, 40, 1, 0).arrays
    judge = bundle.judge.get()
    probabilities = judge.model(bundle.model.decode(torch.from_numpy(codes.copy()))).softmax(1)
    assert verdicts[:, 0].tolist() == probabilities.argmax(1).tolist()
    assert np.allclose(verdicts[:, 1], probabilities.max(1).values, atol=1e-5)
    assert set(verdicts[:, 2]) <= {0, 1} and set(verdicts[:, 3]) <= {0, 1}


def test_far_codes_are_called_far(engine, ask, bundle):
    near = ask(engine, VERDICTS, "vae-5", bundle.atlas.codes[3]).arrays[0]
    far = ask(engine, VERDICTS, "vae-5", np.full(5, 50)).arrays[0]
    assert (near[:, 3] == 0).all() and (far[:, 3] == 1).all()


def test_without_a_classifier_there_is_no_class(own_models_root, engine, ask):
    verdicts = ask(engine, SAMPLE, "mine", 5, 3, 1, 0).arrays[3]
    assert (verdicts[:, 0] == -1).all() and np.isnan(verdicts[:, 1:3]).all()
    share, label = ask(engine, KEPT, "mine", 5, 3, 1, A).arrays[0]
    assert np.isnan(share) and label == -1


@pytest.mark.parametrize(("kind", "way"), [(0, lerp), (1, slerp)])
def test_a_path_shows_its_frames_and_measures_65_codes(engine, ask, bundle, kind, way):
    pixels, places, steps, (ratio, gap), verdicts = ask(engine, PATH, "vae-5", kind, 7, A, B).arrays
    assert_pictures(pixels, bundle, way(A, B, evenly(7)))
    codes = torch.from_numpy(way(A, B, evenly(65)))
    assert np.allclose(places, bundle.map.place(codes), atol=1e-4) and verdicts.shape == (7, 4)
    expected = step_sizes(bundle.model.decode(codes)).numpy()
    assert np.allclose(steps, expected, rtol=1e-3, atol=1e-5)
    assert ratio == pytest.approx(expected.max() / expected.mean(), rel=1e-3)
    assert gap == pytest.approx(cycle_gap(bundle.model, codes, bundle.radius).mean().item(), rel=1e-3)


def test_a_path_that_goes_nowhere_is_even(engine, ask):
    _, _, steps, (ratio, _), _ = ask(engine, PATH, "vae-5", 0, 2, A, A).arrays
    assert (steps == 0).all() and ratio == 1


@pytest.mark.parametrize("kind", [0, 1])
def test_along_a_path_agrees_with_its_frames(engine, ask, kind):
    frames = ask(engine, PATH, "vae-5", kind, 5, A, B).arrays[0]
    for frame, t in enumerate(evenly(5)):
        pixels, place, code = ask(engine, ALONG, "vae-5", kind, t, A, B).arrays
        assert np.abs(pixels[0].astype(int) - frames[frame]).max() <= 1
        assert place.shape == (1, 2) and code.shape == (5,)


def test_variations_keep_their_class_at_radius_zero(engine, ask, bundle):
    pixels, places = ask(engine, PERTURB, "vae-5", 1, 6, 0, A).arrays
    assert_pictures(pixels, bundle, np.tile(A, (6, 1)))
    assert places.shape == (6, 2)
    share, label = ask(engine, KEPT, "vae-5", 1, 6, 0, A).arrays[0]
    assert share == 1 and label == ask(engine, VERDICTS, "vae-5", A).arrays[0][0, 0]


def test_the_share_counts_the_variations_that_keep_their_class(engine, ask, bundle):
    pixels, _ = ask(engine, PERTURB, "vae-5", 1, 50, 3, A).arrays
    share, label = ask(engine, KEPT, "vae-5", 1, 50, 3, A).arrays[0]
    moved = bundle.gaussian.perturb(A, noise(50, 5, 1), 3)
    assert_pictures(pixels, bundle, moved)
    assert share == pytest.approx((ask(engine, VERDICTS, "vae-5", moved).arrays[0][:, 0] == label).mean())


def test_the_first_row_of_a_plane_is_its_top(engine, ask, library):
    mosaic, inside = ask(engine, PLANE, "ae-2", 0, 3, 0, 2, 3, 2).arrays
    assert mosaic.shape == (16, 24, 1) and inside.tolist() == [[1, 1, 1], [1, 1, 1]]
    centres = [[0.5, 1.5], [1.5, 1.5], [2.5, 1.5], [0.5, 0.5], [1.5, 0.5], [2.5, 0.5]]
    cells = mosaic.reshape(2, 8, 3, 8, 1).swapaxes(1, 2).reshape(6, 8, 8, 1)
    assert_pictures(cells, library.get("ae-2"), centres)


def test_cells_outside_the_map_are_black(engine, ask):
    mosaic, inside = ask(engine, PLANE, "vae-5", -1000, 1000, -1, 1, 101, 1).arrays
    assert inside[0, 50] == 1 and inside[0, 0] == inside[0, 100] == 0
    outside = np.repeat(inside[0] == 0, 8)
    assert (mosaic[:, outside] == 0).all() and (mosaic[:, ~outside] > 0).any()


def test_verdicts_on_codes_are_those_on_samples(engine, ask):
    *_, codes, expected = ask(engine, SAMPLE, "vae-5", 5, 30, 1, 0).arrays
    assert np.allclose(ask(engine, VERDICTS, "vae-5", codes).arrays[0], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("operation", "numbers", "sentence"),
    [
        (0, [], "no operation 0"),
        (255, [], "no operation 255"),
        (VERDICTS, [1, 2], "1 to 1024 times 5"),
        (DECODE, [], "1 to 1024 times 5"),
        (DECODE, [1, 2, 3], "1 to 1024 times 5"),
        (DECODE, np.zeros(5 * 1025), "1 to 1024 times 5"),
        (DECODE, [1e7, 0, 0, 0, 0], "nearer to the data"),
        (VARY, [0, 0, *A, *(-A)], "at least 0"),
        (VARY, [0, 1024, *A, *A], "count is 1024"),
        (VARY, [0.5, 1, *A, *A], "seed is 0.5"),
        (VARY, [-1, 1, *A, *A], "seed is -1"),
        (VARY, [0, 1, *A], "ends before σ"),
        (VARY, [0, 1, *A, *np.full(5, 3e38)], "nearer to the data"),
        (AT, [0], "ends before y"),
        (AT, [0, 0, 0], "3 numbers where 2"),
        (IMAGE, [200], "row is 200; it must be a whole number from 0 to 199"),
        (IMAGE, [-1], "row is -1"),
        (SAMPLE, [0, 0, 1, 0], "count is 0"),
        (SAMPLE, [0, 1, -1, 0], "temperature is -1; it must be at least 0"),
        (SAMPLE, [0, 1, 1, 4], "distribution is 4"),
        (PATH, [2, 5, *A, *B], "kind is 2"),
        (PATH, [0, 1, *A, *B], "frames is 1"),
        (ALONG, [0, 1.5, *A, *B], "t is 1.5; it must be from 0 to 1"),
        (PERTURB, [0, 1, -0.5, *A], "radius is -0.5"),
        (KEPT, [0, 1, -0.5, *A], "radius is -0.5"),
        (PLANE, [0, 1, 0, 1, 40, 40], "at most 1024"),
        (PLANE, [0, 1, 0, 1, 0, 40], "columns is 0"),
        (TERRAIN, [4, 0, 1, 0, 1, 8, 8], "field is 4"),
        (TERRAIN, [0, 0, 1, 0, 1, 40, 40], "at most 1024"),
        (TERRAIN, [1, 0, 1, 0, 1, 40, 5], "at most 164"),
        (HOLE, [1, 2], "ends before code"),
        (CLIMB, [-1, 4, *A], "stride is -1"),
        (CLIMB, [0, 33, *A], "steps is 33"),
        (BALLOONS, [200], "from 0 to 199"),
        (BALLOONS, [0.5], "a whole number"),
        (BALLOONS, [*range(65)], "at most 64"),
    ],
)
def test_what_it_cannot_take_is_refused_with_a_sentence(engine, ask, operation, numbers, sentence):
    reply = ask(engine, operation, "vae-5", numbers)
    assert reply.status == BAD_REQUEST and sentence in reply.sentence
    assert ask(engine, DECODE, "vae-5", A).status == OK
