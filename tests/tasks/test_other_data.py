"""A model can be mapped, measured and drawn from on other images than its own, and knows its own again under another name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch

from vae import data
from vae.continuity import scorecard as card
from vae.data.imported import store
from vae.data.registry import DataError
from vae.live.bundle import Library
from vae.store.atlases import load_atlas
from vae.store.checkpoints import save_model
from vae.store.folders import METRICS
from vae.tasks.embed import EmbedRequest, embed
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.sample import SampleRequest, sample
from vae.tasks.train import TrainRequest, train
from vae.training import features

SMALL = {"size": 8, "hidden": (16,), "batch_size": 8, "epochs": 1, "device": "cpu", "threads": 1, "latent_dim": 2}


@pytest.fixture
def trained(checkpoints: Path, make_pictures: Callable, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model called `mine` of forty pictures in the folder `pets`, which has become a data set."""
    for name, value in (("DRAWS", 60), ("PAIRS", 2), ("GEODESICS", 1), ("SPEEDS", 10), ("WEIGHED", 5), ("SAMPLES", 2), ("RETAINED", 10)):
        monkeypatch.setattr(card, name, value)
    monkeypatch.setattr(card.measures, "frechet_c", partial(card.measures.frechet_c, resamples=4))
    monkeypatch.setattr(features, "FEWEST_STEPS", 4)
    monkeypatch.setattr(features, "MOST_STEPS", 4)
    pictures = make_pictures("pets", 40)
    train(TrainRequest(out=checkpoints / "mine", data=str(pictures), **SMALL))
    return pictures


def test_a_models_own_images_are_known_under_another_name(trained: Path, checkpoints: Path) -> None:
    embed(EmbedRequest(name="mine", device="cpu"))
    before = evaluate(EvaluateRequest(name="mine", device="cpu"))
    import_images(ImportRequest(source=trained, name="animals", size=8))
    shutil.rmtree(store.folder_of("pets"))
    assert not Library("cpu").describe("mine")["originals"]
    with pytest.raises(DataError, match="no data set or folder"):
        evaluate(EvaluateRequest(name="mine", device="cpu"))
    embed(EmbedRequest(name="mine", device="cpu", data="animals"))
    assert Library("cpu").describe("mine")["originals"], "the map remembers whose images it shows"
    found = evaluate(EvaluateRequest(name="mine", device="cpu", data="animals"))
    assert found.paths == [checkpoints / "mine" / METRICS], "the same images give the model's own figures"
    assert found.metrics == before.metrics, "and have the same judge"
    assert not any("wrote" in note for note in found.notes)


def test_figures_on_other_images_do_not_take_the_place_of_its_own(trained: Path, checkpoints: Path, make_pictures: Callable) -> None:
    other = make_pictures("birds", 50, seed=4)
    before = evaluate(EvaluateRequest(name="mine", device="cpu"))
    found = evaluate(EvaluateRequest(name="mine", device="cpu", data=str(other)))
    assert found.paths == [checkpoints / "mine" / "metrics-on-birds.json"]
    assert found.metrics[0]["data"] == "birds" and found.metrics[0]["test_images"] == 5
    assert found.metrics[0]["classifier_sha256"] != before.metrics[0]["classifier_sha256"]
    assert json.loads((checkpoints / "mine" / METRICS).read_text("utf-8")) == before.metrics[0]


def test_a_map_of_other_images_shows_these(trained: Path, checkpoints: Path, make_pictures: Callable) -> None:
    other = make_pictures("birds", 50, seed=4)
    assert embed(EmbedRequest(name="mine", device="cpu", data=str(other))).codes == 50
    assert load_atlas(checkpoints / "mine").settings["data"] == "birds"
    library = Library("cpu")
    facts = library.describe("mine")
    assert (facts["count"], facts["originals"]) == (50, True)
    shown = library.get("mine").originals.get()
    assert shown.sentence is None
    birds = [data.load("birds", split).images for split in ("test", "train")]
    assert torch.equal(shown.images, torch.cat(birds))


def test_draws_are_fitted_to_the_images_that_are_named(trained: Path, checkpoints: Path, tmp_path: Path) -> None:
    wall = tmp_path / "wall.png"
    request = {"name": "mine", "out": wall, "count": 4, "device": "cpu"}
    assert sample(SampleRequest(**request, data=str(trained), distribution="fitted")).path == wall, "no atlas is needed"
    with pytest.raises(ValueError, match="add --distribution fitted or mixture, or leave --data out"):
        SampleRequest(**request, data=str(trained))


def test_a_folder_becomes_a_data_set_in_the_models_size_and_colours(
    checkpoints: Path, make_pictures: Callable, make_model: Callable
) -> None:
    save_model(checkpoints / "grey", make_model("vae", image_shape=(1, 8, 8)))
    embed(EmbedRequest(name="grey", device="cpu", data=str(make_pictures("birds", 40))))
    assert store.read_facts("birds").shape == (1, 8, 8)


@pytest.mark.parametrize("work", [lambda **how: embed(EmbedRequest(**how)), lambda **how: evaluate(EvaluateRequest(**how))])
def test_images_of_another_shape_and_data_that_is_nowhere_are_refused_with_what_to_do(trained: Path, work: Callable) -> None:
    with pytest.raises(DataError, match=r"lines has images of 1×32×32 and the model takes 3×8×8; import them anew with .* --size 8"):
        work(name="mine", device="cpu", data="lines")
    with pytest.raises(DataError, match="no data set or folder named 'nowhere'"):
        work(name="mine", device="cpu", data="nowhere")


def test_images_that_have_changed_since_the_training_are_told_of(trained: Path, checkpoints: Path) -> None:
    (trained / "train" / "0003.png").write_bytes((trained / "train" / "0004.png").read_bytes())
    import_images(ImportRequest(source=trained, name="pets", size=8, replace=True))
    words = "no longer those that it was trained on"
    assert any(words in note for note in embed(EmbedRequest(name="mine", device="cpu")).notes)
    found = evaluate(EvaluateRequest(name="mine", device="cpu"))
    assert any(words in note for note in found.notes)
    assert "judge" not in found.metrics[0], "no encoder is trained on other images in the name of those"
