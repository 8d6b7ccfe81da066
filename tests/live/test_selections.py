"""What is found among a map's images, and what a selection of them has in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.pets import put_pets
from vae.live.bundle import Originals
from vae.live.cached import Cached
from vae.live.engine import Engine
from vae.live.selections import Column, SelectionError, Selections, column_of
from vae.live.wire.frames import BAD_REQUEST
from vae.live.wire.schema import ERRORS, PICTURES

NAME = "vae-5"


@pytest.fixture
def selections(engine: Engine) -> Selections:
    return Selections(engine)


@pytest.fixture
def originals(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """As though the data set were on disk."""
    images = torch.randint(0, 256, (200, 1, 8, 8), generator=torch.Generator().manual_seed(2)).to(torch.uint8)
    held = Cached(lambda: Originals(images, counts=(200,)), lambda: 0)
    held.get()
    object.__setattr__(engine.library.get(NAME), "originals", held)
    return images


def test_pictures_are_reconstructions_until_there_are_originals(engine, ask, library, request) -> None:
    rows, bundle = [3, 199, 3], library.get(NAME)
    pixels, originals = ask(engine, PICTURES.number, NAME, rows).arrays
    expected = bundle.model.decode(torch.from_numpy(bundle.atlas.codes[rows])).mul(255)
    assert originals.tolist() == [0] and np.abs(pixels[..., 0] - expected[:, 0].numpy()).max() <= 0.51
    assert np.isnan(ask(engine, ERRORS.number, NAME, rows).arrays[0]).all()
    images = request.getfixturevalue("originals")
    pixels, originals = ask(engine, PICTURES.number, NAME, rows).arrays
    assert originals.tolist() == [1] and np.array_equal(pixels[..., 0], images[rows, 0].numpy())
    (errors,) = ask(engine, ERRORS.number, NAME, rows).arrays
    assert np.allclose(errors, (expected / 255 - images[rows].float() / 255).square().mean((1, 2, 3)), rtol=1e-3)
    assert ask(engine, PICTURES.number, NAME, [200]).status == BAD_REQUEST


def test_words_find_classes_and_numbers(selections: Selections) -> None:
    atlas = selections.contents(NAME).atlas
    assert selections.find(NAME, {"text": " Square "}).rows.tolist() == np.flatnonzero(atlas.labels == 1).tolist()
    assert set(atlas.labels[selections.find(NAME, {"text": "s"}).rows]) == {1, 2}, "a part of a name finds all that have it"
    assert selections.find(NAME, {"text": "#12"}).rows.tolist() == [12]
    assert selections.find(NAME, {"text": "12"}).rows.tolist() == [12], "no class is called 12"
    assert selections.find(NAME, {"text": "#3-5, #198-900"}).rows.tolist() == [3, 4, 5, 198, 199]
    assert not len(selections.find(NAME, {"text": "hexagon"}).rows)
    for nothing in ({"text": " "}, {"column": "age", "is": "3"}, {"near": 200}, {"odd": "smell"}, {}, {"near": None}):
        with pytest.raises(SelectionError):
            selections.find(NAME, nothing)


def test_the_nearest_come_first(selections: Selections, originals: torch.Tensor) -> None:
    codes = selections.contents(NAME).atlas.codes
    found = selections.find(NAME, {"near": 7, "by": "codes", "count": 9})
    away = np.linalg.norm(codes - codes[7], axis=1)
    assert found.rows.tolist() == np.argsort(away)[:9].tolist() and np.allclose(found.scores, np.sort(away)[:9], atol=1e-5)
    found = selections.find(NAME, {"near": 7, "by": "pixels", "count": 500})
    away = ((originals.float() - originals[7].float()) / 255).square().mean((1, 2, 3)).sqrt().numpy()
    assert found.rows.tolist() == np.argsort(away, kind="stable").tolist() and found.rows[0] == 7


def test_without_originals_a_sentence_says_what_cannot_be_compared(selections: Selections) -> None:
    for asked in ({"near": 0, "by": "pixels"}, {"odd": "error"}):
        with pytest.raises(SelectionError, match="on disk"):
            selections.find(NAME, asked)


@pytest.mark.parametrize("kind", ["error", "density", "class", "twice", "label"])
def test_odd_ones_are_all_images_the_oddest_first(selections: Selections, originals: torch.Tensor, kind: str) -> None:
    found = selections.find(NAME, {"odd": kind})
    assert sorted(found.rows.tolist()) == list(range(200)) and (np.diff(found.scores) <= 0).all()
    if kind == "error":
        contents = selections.contents(NAME)
        assert np.allclose(contents.errors(found.rows[:5]), found.scores[:5])


def test_the_mean_of_a_selection_is_the_model_s(selections: Selections, originals: torch.Tensor, engine: Engine) -> None:
    rows, bundle = np.array([1, 4, 9, 16]), engine.library.get(NAME)
    codes = bundle.atlas.codes
    told = selections.mean(NAME, rows)
    assert np.allclose(told["code"], codes[rows].mean(0), atol=1e-6)
    assert np.allclose(told["direction"], codes[rows].mean(0) - np.delete(codes, rows, 0).mean(0), atol=1e-6)
    decoded = bundle.model.decode(torch.from_numpy(codes[rows].mean(0, keepdims=True))).mul(255)[0, 0].numpy()
    assert np.abs(told["pixels"][0, ..., 0] - decoded).max() <= 0.51
    assert np.array_equal(told["average"][0, ..., 0], originals[rows, 0].float().mean(0).round().numpy())
    assert told["traversal"].shape == (21, 8, 8, 1) and (np.diff(told["spread"]) <= 0).all()
    for axis in range(3):
        assert np.array_equal(told["traversal"][7 * axis + 3], told["pixels"][0]), "the middle is the mean"
    assert told["spread"][0] == pytest.approx(np.linalg.svd(codes[rows] - codes[rows].mean(0))[1][0] / 2, rel=1e-4)


def test_one_picture_has_no_axes_and_all_have_no_rest(selections: Selections) -> None:
    one = selections.mean(NAME, np.array([5]))
    assert one["traversal"].shape[0] == 0 and one["average"].shape[0] == 0
    assert np.isnan(selections.mean(NAME, np.arange(200))["direction"]).all()


def test_an_imported_data_set_is_filtered_by_its_columns_and_searched_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_model: Callable, selections: Selections
) -> None:
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path / "own"))
    pets = put_pets(tmp_path, tmp_path / "own", make_model)
    files = selections.contents(pets).manifest["path"].to_pylist()
    ages = [int(Path(file).stem) / 2 for file in files]
    columns = {column.name: column for column in selections.columns(pets)}
    assert columns["age"] == Column("age", "number", low=0, high=11.5) and columns["colour"].words == ("", "red")
    assert columns["split"].words == ("test", "train") and columns["path"].kind == "words"
    found = selections.find(pets, {"column": "age", "low": 2, "high": 4.5})
    assert found.rows.tolist() == [row for row, age in enumerate(ages) if 2 <= age <= 4.5]
    found = selections.find(pets, {"column": "colour", "is": "red"})
    assert sorted(ages[row] for row in found.rows) == [0, 0.5, 1, 1.5, 2]
    assert [files[row] for row in selections.find(pets, {"text": "OLD/18"}).rows] == ["dog, old/18.png"]
    with pytest.raises(SelectionError, match="choose another"):
        selections.find(pets, {"column": "weight", "is": "3"})


def test_columns_are_offered_as_what_they_hold() -> None:
    assert column_of("age", [3, None, 1.5]) == Column("age", "number", low=1.5, high=3)
    assert column_of("colour", ["red", None, "blue"]) == Column("colour", "words", ("", "blue", "red"))
    assert column_of("path", [str(number) + ".png" for number in range(500)]).kind == "text"
    assert column_of("old", [True, False]).words == ("False", "True")
