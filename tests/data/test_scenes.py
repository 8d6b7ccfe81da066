"""Captioned scenes: what is held out stays out, and a picture shows what its words say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import font
from vae import data
from vae.data.scenes import (
    ARRANGEMENTS,
    BACKGROUNDS,
    COUNTS,
    NOTHING,
    OBJECTS,
    RELATIONS,
    SIDE,
    SLOTS,
    TINTS,
    WORDS,
    FontError,
    Scene,
    arrangement,
    held_out,
    random_scenes,
    render,
    scenes_of,
    word_ids,
)

APPLE = Scene((("apple", "red"),), "white")


def test_the_world_is_as_large_as_it_says() -> None:
    assert len(OBJECTS) >= 60 and {"avocado", "chair"} < set(OBJECTS)
    assert (len(TINTS), len(BACKGROUNDS), len(RELATIONS)) == (8, 6, 4)
    assert len(set(WORDS)) == len(WORDS)


def test_every_object_has_exactly_one_held_out_tint_and_every_tint_its_share() -> None:
    pairs = [(name, tint) for name in OBJECTS for tint in TINTS if held_out(name, tint)]
    assert [name for name, _ in pairs] == list(OBJECTS)
    shares = [sum(each == tint for _, each in pairs) for tint in TINTS]
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize("things", [1, 2, None])
def test_no_seen_scene_holds_a_held_out_pair(things: int | None) -> None:
    seen = random_scenes(4000, 0, things=things)
    assert not any(held_out(*thing) for scene in seen for thing in scene.things)
    # ... and every other pair occurs, so nothing else is kept from those who learn
    if things != 1:
        assert len({thing for scene in seen for thing in scene.things}) == len(OBJECTS) * (len(TINTS) - 1)


def test_every_held_out_scene_holds_a_held_out_pair() -> None:
    scenes = random_scenes(300, 0, pairs="held out")
    assert all(scene.held_out and any(held_out(*thing) for thing in scene.things) for scene in scenes)
    assert {len(scene.things) for scene in scenes} == {1, 2}


def test_all_pairs_hold_both_kinds() -> None:
    assert {scene.held_out for scene in random_scenes(300, 0, pairs="all")} == {True, False}
    with pytest.raises(ValueError, match="seen, held out or all"):
        random_scenes(1, 0, pairs="some")


def test_the_same_seed_gives_the_same_scenes() -> None:
    assert random_scenes(50, 3) == random_scenes(50, 3) != random_scenes(50, 4)


def test_a_scene_has_six_words_at_fixed_places() -> None:
    one, two = APPLE.words, Scene((("car", "green"), ("pear", "blue")), "sand", "left of").words
    assert len(one) == len(two) == len(SLOTS)
    assert one == ("red", "apple", NOTHING, NOTHING, NOTHING, "white")
    assert two == ("green", "car", "left of", "blue", "pear", "sand")
    ids = word_ids([one, two])
    assert [[WORDS[place] for place in row] for row in ids] == [list(one), list(two)]
    assert word_ids([]).shape == (0, 6)


@pytest.mark.parametrize(
    ("things", "background", "relation"),
    [
        ((), "white", None),
        ((("apple", "red"),), "white", "above"),
        ((("apple", "red"), ("pear", "blue")), "white", None),
        ((("unicorn", "red"),), "white", None),
        ((("apple", "white"),), "white", None),
        ((("apple", "red"),), "red", None),
        ((("apple", "red"), ("pear", "blue")), "white", "beside"),
    ],
)
def test_an_impossible_scene_is_refused_with_a_sentence(things: tuple, background: str, relation: str | None) -> None:
    with pytest.raises(ValueError, match=r"scene|world|background"):
        Scene(things, background, relation)


def test_a_missing_font_gives_the_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_EMOJI_FONT", str(tmp_path / "none.ttf"))
    with pytest.raises(FontError, match=r"install Debian's fonts-noto-color-emoji, or set VAE_EMOJI_FONT"):
        render([APPLE], 0)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(FontError, match="fonts-noto-color-emoji"):
        render([APPLE], 0, tmp_path / "broken.ttf")


@font.needed
def test_the_same_seed_gives_the_same_picture() -> None:
    scenes = random_scenes(20, 0)
    pictures = render(scenes, 5)
    assert pictures.shape == (20, 3, SIDE, SIDE) and pictures.dtype == np.uint8
    assert np.array_equal(pictures, render(scenes, 5))
    assert not np.array_equal(pictures, render(scenes, 6))


@font.needed
def test_a_red_apple_on_a_white_background_is_red_in_the_middle_and_white_at_the_border() -> None:
    for picture in render([APPLE] * 20, 0).astype(int):
        border = np.concatenate([picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1]], axis=1)
        assert (border == 255).all()
        red, green, blue = picture[:, 22:26, 22:26].mean((1, 2))
        assert red > green + 60 and red > blue + 60


@font.needed
def test_things_stand_where_the_relation_says() -> None:
    expected = {"left of": (0, -1), "right of": (0, 1), "above": (-1, 0), "below": (1, 0)}
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    for relation, (down, right) in expected.items():
        scene = Scene((("heart", "red"), ("heart", "blue")), "white", relation)
        for picture in render([scene] * 8, 1).astype(int):
            redness = (picture[0] - picture[2]).clip(0)
            assert (redness * (x * right + y * down)).sum() > 5 * redness.sum()


@font.needed
def test_every_object_looks_like_no_other_and_every_tint_too() -> None:
    objects = render([Scene(((name, "blue"),), "white") for name in OBJECTS], 0)
    tints = render([Scene((("house", tint),), "white") for tint in TINTS], 0)
    assert len({picture.tobytes() for picture in objects}) == len(OBJECTS)
    means = np.array([picture.reshape(3, -1)[:, picture.reshape(3, -1).min(0) < 200].mean(1) for picture in tints])
    apart = np.linalg.norm(means[:, None] - means[None], axis=-1) + 1000 * np.eye(len(TINTS))
    assert apart.min() > 30


@font.needed
def test_scenes_are_a_data_set_without_held_out_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert COUNTS == {"train": 40_000, "test": 10_000}
    monkeypatch.setitem(COUNTS, "train", 4000)
    monkeypatch.setitem(COUNTS, "test", 300)
    assert not any(scene.held_out for split in COUNTS for scene in scenes_of(split))
    assert scenes_of("test") != scenes_of("train")[:300]
    images = data.load("scenes", "test")
    assert data.available("scenes") and images.classes == ARRANGEMENTS
    assert images.images.shape == (300, 3, SIDE, SIDE)
    assert images.images.equal(data.load("scenes", "test").images)
    assert images.labels.tolist() == [arrangement(scene.relation) for scene in scenes_of("test")]


def test_without_the_font_there_is_no_such_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_EMOJI_FONT", str(tmp_path / "none.ttf"))
    assert not data.available("scenes")
    monkeypatch.setitem(COUNTS, "test", 3)
    with pytest.raises(data.DataError, match="fonts-noto-color-emoji"):
        data.load("scenes", "test")


def test_arrangements_join_relations_that_look_alike() -> None:
    assert [arrangement(each) for each in (None, NOTHING, *RELATIONS)] == [0, 0, 1, 1, 2, 2]
