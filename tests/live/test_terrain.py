import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from vae import cli
from vae.continuity.measures import cycle_gap
from vae.continuity.terrain import AggregatePosterior, log_stretch
from vae.live.bundle import Library
from vae.live.cached import Slow
from vae.live.terrain import Terrain, centres
from vae.live.wire.frames import NOT_AVAILABLE, OK
from vae.store import folders

IMAGE, TERRAIN, HOLE, CLIMB, BALLOONS, VERDICTS = 4, 12, 13, 14, 15, 10
GAP, STRETCH, DENSITY, ENTROPY = range(4)


def measured(bundle, field: int, codes: torch.Tensor) -> np.ndarray:
    """What a floor should be, from the measures themselves."""
    dim = codes.shape[1]
    unit = bundle.radius / dim**0.5
    if field == GAP:
        return cycle_gap(bundle.model, codes, bundle.radius).numpy()
    if field == STRETCH:
        return log_stretch(bundle.model, codes).numpy() + dim * np.log10(unit)
    if field == DENSITY:
        return AggregatePosterior.of(bundle.atlas.codes, bundle.atlas.std).log_density(codes).numpy() + dim * np.log(unit)
    shares = bundle.judge.get().model(bundle.model.decode(codes)).softmax(1).double().numpy()
    return -(shares * np.log(shares)).sum(1)


@pytest.mark.parametrize("field", range(4))
@pytest.mark.parametrize("name", ["vae-5", "ae-2"])
def test_a_floor_is_its_measure_on_the_map_and_nothing_outside(engine, ask, library, name, field):
    bundle = library.get(name)
    window = np.array([-30, 2, -3, 3.0])
    (values,) = ask(engine, TERRAIN, name, field, window, 9, 5).arrays
    found = bundle.map.inverse(centres(window, 9, 5))
    assert values.shape == (5, 9) and values.dtype == np.float32
    assert np.array_equal(np.isnan(values.ravel()), ~found.inside)
    expected = measured(bundle, field, torch.from_numpy(found.codes[found.inside]))
    assert np.allclose(values.ravel()[found.inside], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("field", range(4))
@pytest.mark.parametrize("aligned", [True, False])
def test_a_floor_in_tiles_is_the_floor_in_one_piece_and_comes_again_as_it_was(engine, ask, library, field, aligned):
    terrain = library.get("vae-5").terrain
    x0, x1, _, y1 = terrain.window + (0 if aligned else 0.37)
    step = (x1 - x0) / 4
    tiles = [
        [ask(engine, TERRAIN, "vae-5", field, x0 + i * step, x0 + (i + 1) * step, y1 - (j + 1) * step, y1 - j * step, 4, 4).arrays[0] for i in range(4)]
        for j in range(4)
    ]  # fmt: skip
    bands = [ask(engine, TERRAIN, "vae-5", field, x0, x1, y1 - (j + 1) * step, y1 - j * step, 16, 4).arrays[0] for j in range(4)]
    assert np.allclose(np.block(tiles), np.vstack(bands), rtol=1e-3, atol=1e-4, equal_nan=True)
    (again,) = ask(engine, TERRAIN, "vae-5", field, x0, x0 + step, y1 - step, y1, 4, 4).arrays
    assert np.allclose(again, tiles[0][0], rtol=1e-3, atol=1e-4, equal_nan=True)


@pytest.mark.parametrize("name", ["vae-5", "ae-2"])
def test_the_overview_is_worked_out_once(engine, ask, library, monkeypatch, name):
    bundle = library.get(name)
    first = ask(engine, TERRAIN, name, GAP, bundle.terrain.window, 8, 8).arrays[0]
    monkeypatch.setattr(bundle.terrain, "measure", lambda field: pytest.fail("measured again"))
    assert np.array_equal(ask(engine, TERRAIN, name, GAP, bundle.terrain.window, 8, 8).arrays[0], first, equal_nan=True)
    assert bundle.terrain.known("cycle_gap", bundle.terrain.window * 2, 8, 8) is None


def test_without_a_classifier_there_is_no_entropy_but_every_other_floor(own_models_root, engine, ask):
    assert ask(engine, TERRAIN, "mine", ENTROPY, -1, 1, -1, 1, 2, 2).status == NOT_AVAILABLE
    for field in (GAP, STRETCH, DENSITY):
        assert ask(engine, TERRAIN, "mine", field, -1, 1, -1, 1, 2, 2).status == OK


def test_where_the_length_of_a_code_changes_nothing_there_is_no_stretch_but_every_other_floor(own_models_root, engine, ask, rewrite):
    rewrite(own_models_root / "mine", "ae", 2, sphere=True)
    reply = ask(engine, TERRAIN, "mine", STRETCH, -1, 1, -1, 1, 2, 2)
    assert reply.status == NOT_AVAILABLE and "another floor" in reply.sentence
    for field in (GAP, DENSITY):
        (values,) = ask(engine, TERRAIN, "mine", field, -1, 1, -1, 1, 3, 3).arrays  # the middle is where there is no direction
        assert np.isfinite(values).all()


@pytest.mark.slow
def test_the_command_writes_an_overview_that_is_read_back_until_the_weights_change(own_models_root, library, rewrite):
    rewrite(own_models_root / "mine", "vae", 2)
    done = CliRunner().invoke(cli.app, ["terrain", "mine", "--device", "cpu"])
    assert done.exit_code == 0 and (own_models_root / "mine" / folders.TERRAIN).is_file()
    fresh = overview(Library("cpu"))
    assert np.isfinite(fresh.known("density", fresh.window, 64, 64)).all()
    assert (fresh.known("entropy", fresh.window, 8, 8) == np.inf).all(), "there is no classifier"
    rewrite(own_models_root / "mine", "vae", 2, seed=1)
    other = overview(Library("cpu"))
    assert (other.known("density", other.window, 8, 8) == np.inf).all()


def overview(library: Library) -> Terrain:
    """The terrain of "mine", with what has been written of it."""
    terrain = library.get("mine").terrain
    with pytest.raises(Slow) as slow:
        terrain.known("density", terrain.window, 8, 8)
    slow.value.load()
    return terrain


@pytest.mark.parametrize("name", ["vae-5", "ae-2"])
def test_the_nearest_hole_is_one_and_no_other_is_nearer(engine, ask, library, name):
    bundle = library.get(name)
    unreal = bundle.terrain.unreal.get()
    start = bundle.atlas.codes[3]
    pixels, code, place, (share, far, gap, judged), (row, label) = ask(engine, HOLE, name, start).arrays
    assert judged == 1 and 0 < share < 1 and far >= 0 and gap >= 0
    assert ask(engine, VERDICTS, name, code).arrays[0][0, 2] == 1
    distances = np.linalg.norm(unreal.places - bundle.atlas.places[3], axis=1)
    assert np.linalg.norm(place - bundle.atlas.places[3]) == pytest.approx(distances.min(), abs=1e-4)
    assert pixels.shape == (1, 8, 8, 1)
    assert row == np.linalg.norm(bundle.atlas.codes - code, axis=1).argmin() and label == bundle.atlas.labels[row]


def test_without_a_classifier_a_hole_is_where_no_code_was_drawn(own_models_root, engine, ask, rewrite):
    rewrite(own_models_root / "mine", "vae", 2)
    _, code, _, (share, far, _, judged), _ = ask(engine, HOLE, "mine", 0, 0).arrays
    assert judged == 0 and far > 1 and 0 < share < 1
    assert ask(engine, VERDICTS, "mine", code).arrays[0][0, 3] == 1


def test_a_map_without_a_hole_says_so(engine, ask, library, monkeypatch):
    bundle = library.get("vae-5")
    none = type(bundle.terrain.unreal.get())(np.empty((0, 5), np.float32), np.empty((0, 2), np.float32), 0.0, True)
    monkeypatch.setattr(bundle.terrain.unreal, "now", lambda: none)
    pixels, code, place, figures, who = ask(engine, HOLE, "vae-5", np.zeros(5)).arrays
    assert len(pixels) == 0 and np.isnan(code).all() and np.isnan(place).all() and figures[0] == 0 and who.tolist() == [-1, -1]


@pytest.mark.parametrize("name", ["vae-5", "ae-5", "vae-2"])
def test_the_way_back_climbs_to_the_data_and_can_be_asked_in_pieces(engine, ask, library, name):
    bundle = library.get(name)
    start = 4 * bundle.atlas.codes[0]
    codes, places, heights, (stride, ended) = ask(engine, CLIMB, name, 0, 32, start).arrays
    assert np.allclose(codes[0], start) and (np.diff(heights) > 0).all() and len(codes) > 3
    assert np.allclose(np.linalg.norm(np.diff(codes, axis=0), axis=1), stride, rtol=1e-4)
    assert np.allclose(places, bundle.map.place(codes.copy()), atol=1e-4)
    assert np.allclose(heights, measured(bundle, DENSITY, torch.from_numpy(codes.copy())), rtol=1e-3), "as the floor has it"
    pieces, done = [start], 0
    while not done:
        part, _, _, (_, done) = ask(engine, CLIMB, name, stride, 2, pieces[-1]).arrays
        pieces += list(part[1:])
    assert np.allclose(pieces[: len(codes)], codes, atol=1e-3)
    if ended:
        assert len(pieces) == len(codes)


def test_in_the_plane_a_balloon_is_the_posteriors_ellipse(engine, ask, library):
    std = library.get("vae-2").atlas.std[[4, 9]]
    (shapes,) = ask(engine, BALLOONS, "vae-2", 4, 9).arrays
    assert np.allclose(shapes[:, :2], std)


@pytest.mark.parametrize("name", ["vae-2", "vae-5"])
def test_a_balloon_reaches_as_far_as_codes_are_drawn(engine, ask, library, name):
    atlas = library.get(name).atlas
    (shapes,) = ask(engine, BALLOONS, name, 7).arrays
    distance = np.linalg.norm(atlas.codes - atlas.codes[7], axis=1)
    distance[7] = np.inf
    assert shapes.shape == (1, 3)
    assert shapes[0, 2] == pytest.approx(np.linalg.norm(atlas.std[7]) / distance.min(), rel=1e-3)


def test_on_a_umap_a_balloon_is_to_the_places_around_it_as_sigma_to_their_codes(engine, ask, library):
    bundle = library.get("vae-5")
    (shapes,) = ask(engine, BALLOONS, "vae-5", 7).arrays
    codes, places = bundle.atlas.codes, bundle.map.places
    distance = np.linalg.norm(codes - codes[7], axis=1)
    apart = np.linalg.norm(places - places[7], axis=1)
    expected = np.linalg.norm(bundle.atlas.std[7]) * np.sort(apart)[1:9].mean() / np.sort(distance)[1:9].mean()
    assert np.allclose(shapes[0, :2], expected, rtol=1e-3)


@pytest.mark.parametrize("name", ["ae-2", "ae-5"])
def test_an_autoencoders_balloon_has_no_size(engine, ask, name):
    assert not ask(engine, BALLOONS, name, 0, 1, 2).arrays[0].any()
