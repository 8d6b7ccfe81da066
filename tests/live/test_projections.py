"""Models on other maps than their own: every operation answers on the projection that a request names."""

from dataclasses import replace

import numpy as np
import pytest

from vae.live.cached import Slow
from vae.live.projections import MOST_VIEWS, ProjectionError
from vae.live.terrain import centres
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import OK, unpack_reply
from vae.live.wire.schema import AT, BALLOONS, CONTRAST, DECODE, IMAGE, PLANE
from vae.store.files import CheckpointError
from vae.store.folders import TSNE
from vae.tasks.embed import EmbedRequest, embed

PROJECTIONS = ["pca", "raw_4_0", "toward_0_1_2_-1"]


@pytest.fixture
def asked(engine):
    """Asks on a projection and names the answer: `asked(operation, model, projection, ...)`."""

    def asked(operation, model, projection, **fields):
        reply = unpack_reply(engine.submit(replace(request(7, operation, model, **fields), projection=projection)).result())
        sizes = {"H": 8, "W": 8} | {name: value for name, value in fields.items() if isinstance(value, int)}
        return answer_of(operation, reply.arrays, sizes) if reply.status == OK else reply.sentence

    return asked


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_places_and_codes_lead_to_each_other_on_a_projection(asked, library, projection):
    view, codes = library.get("vae-5", projection), library.get("vae-5").atlas.codes
    assert np.array_equal(view.atlas.codes, codes) and view.atlas.places.shape == (200, 2)
    there = asked(AT, "vae-5", projection, x=30, y=-4)
    assert there["spot"]["inside"] == 1
    fell = asked(DECODE, "vae-5", projection, codes=there["code"][None])
    assert np.allclose([fell["places"]["x"][0], fell["places"]["y"][0]], [30, -4], atol=1e-4)
    assert np.array_equal(fell["pixels"], there["pixels"])
    place = asked(IMAGE, "vae-5", projection, row=3)["place"]
    assert np.allclose([place["x"], place["y"]], view.atlas.places[3])


def test_without_a_projection_the_map_is_the_models_own(asked, library):
    own = library.get("vae-5")
    place = asked(IMAGE, "vae-5", "", row=3)["place"]
    assert np.allclose([place["x"], place["y"]], own.atlas.places[3])
    assert not np.allclose(own.atlas.places, library.get("vae-5", "pca").atlas.places)


def test_a_window_shows_the_codes_of_the_plane(asked, library):
    view = library.get("vae-5", "raw_4_0")
    window = {"x0": -1, "x1": 1, "y0": 2, "y1": 4, "columns": 3, "rows": 2}
    answer = asked(PLANE, "vae-5", "raw_4_0", **window)
    assert (answer["inside"] == 1).all()
    codes = view.map.plane.codes(centres(np.array([-1, 1, 2, 4]), 3, 2))
    pixels = asked(DECODE, "vae-5", "raw_4_0", codes=codes)["pixels"]
    assert np.array_equal(answer["mosaic"], pixels.reshape(2, 3, 8, 8, 1).swapaxes(1, 2).reshape(16, 24, 1))


def test_balloons_on_two_numbers_are_their_sigma(asked, library):
    shapes = asked(BALLOONS, "vae-5", "raw_4_0", rows=np.arange(5))["shapes"]
    std = library.get("vae-5").atlas.std[:5]
    assert np.allclose(shapes["across"], std[:, 4]) and np.allclose(shapes["up"], std[:, 0])


def test_an_outline_takes_in_what_lies_in_it_on_that_map(asked, library):
    places = library.get("vae-5", "raw_4_0").atlas.places
    outline = np.array([[0, -9], [9, -9], [9, 9], [0, 9]], np.float32)
    counts = asked(CONTRAST, "vae-5", "raw_4_0", first=-1, second=-1, reach=1, code=np.zeros(5), outline=outline)["counts"]
    assert counts["first"] == (places[:, 0] > 0).sum()


@pytest.mark.parametrize(
    ("name", "projection", "why"),
    [
        ("vae-2", "pca", "one map"),
        ("vae-5", "isomap", "no such projection"),
        ("vae-5", "raw_1", "no such projection"),
        ("vae-5", "raw_1_x", "no such projection"),
        ("vae-5", "raw_1_5", "from 0 to 4"),
        ("vae-5", "toward_0_9_1_2", "at least one image"),
        ("vae-5", "toward_0_1_1_0", "one and the same"),
        ("vae-5", "toward_0_1_2_2", "two different sets"),
    ],
)
def test_what_the_codes_cannot_be_seen_on_is_refused_with_a_reason(asked, library, name, projection, why):
    with pytest.raises(ProjectionError, match=why):
        library.get(name, projection)
    assert why in asked(AT, name, projection, x=0, y=0)


def test_a_view_is_made_once_and_of_many_those_used_last_are_held(library):
    library.get("vae-5")
    with pytest.raises(Slow):
        library.now("vae-5", "pca")
    first = library.get("vae-5", "pca")
    assert library.now("vae-5", "pca") is first
    for up in range(1, 5):
        for across in (0, 5 - up):
            if across != up:
                library.get("vae-5", f"raw_{across}_{up}")
    assert MOST_VIEWS == 8 and library.now("vae-5", "raw_0_4")
    for down in range(1, 5):
        library.get("vae-5", f"raw_{down}_0")
    with pytest.raises(Slow):
        library.now("vae-5", "pca")


def test_a_plane_says_how_much_of_the_codes_it_holds(library):
    codes = library.get("vae-5").atlas.codes
    assert library.get("vae-5").share is None
    assert library.get("vae-5", "raw_4_0").share == pytest.approx(codes[:, [4, 0]].var(0).sum() / codes.var(0).sum(), rel=1e-4)
    assert library.get("vae-2").trust.get().overlap == 1
    own, pca = library.get("vae-5").trust.get(), library.get("vae-5", "pca").trust.get()
    assert own.overlap < pca.overlap < 1, "places by dice keep fewer than a plane does"


def test_a_layout_that_was_made_beside_the_map_is_one_more(own_models_root, library, rewrite, asked, monkeypatch):
    monkeypatch.setattr("vae.latent.projection.fit_tsne", lambda codes, seed: 3 * codes[:, [2, 0]])
    assert library.describe("mine")["layouts"] == []
    with pytest.raises(CheckpointError, match="missing"):
        library.get("mine", "tsne")
    made = embed(EmbedRequest(name="mine", projection="tsne"))
    assert (made.path, made.codes) == (own_models_root / "mine" / TSNE, 200)
    view = library.get("mine", "tsne")
    assert library.describe("mine")["layouts"] == ["tsne"] and view.share is None
    x, y = (float(value) for value in view.atlas.places[11])
    assert np.allclose(asked(AT, "mine", "tsne", x=x, y=y)["code"], view.atlas.codes[11], atol=1e-4)
    assert asked(AT, "mine", "tsne", x=1e4, y=0)["spot"]["inside"] == 0

    rewrite(own_models_root / "mine", "vae", 5, seed=1)
    with pytest.raises(CheckpointError, match="make it again with: python -m vae embed mine --projection tsne"):
        library.get("mine", "tsne")
    rewrite(own_models_root / "mine", "vae", 2)
    with pytest.raises(ValueError, match="one map"):
        embed(EmbedRequest(name="mine", projection="tsne"))
