"""Few pictures, one class, one number, one and the same code: all of it works from training to every page, or is refused before the training."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.test_javascript import node
from vae.continuity import scorecard as card
from vae.live.bundle import Library
from vae.live.engine import Engine
from vae.live.wire import schema
from vae.live.wire.asking import request as asking
from vae.live.wire.frames import unpack_reply
from vae.sentences import CATALOGUES
from vae.store.atlases import load_atlas
from vae.store.checkpoints import read_config
from vae.store.classifiers import Pictures, find_judge
from vae.tasks.embed import EmbedRequest, embed
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.train import TrainRequest, train
from vae.training import features
from vae.web.figures import figures

SMALL = {"size": 8, "hidden": (16,), "batch_size": 8, "epochs": 2, "device": "cpu", "threads": 1, "latent_dim": 3}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of few draws, and encoders of few steps: whether they can be had at all is asked here."""
    for name, value in (("DRAWS", 60), ("PAIRS", 2), ("GEODESICS", 1), ("SPEEDS", 10), ("WEIGHED", 5), ("SAMPLES", 2), ("RETAINED", 10)):
        monkeypatch.setattr(card, name, value)
    monkeypatch.setattr(card.measures, "frechet_c", partial(card.measures.frechet_c, resamples=4))
    monkeypatch.setattr(features, "FEWEST_STEPS", 4)
    monkeypatch.setattr(features, "MOST_STEPS", 4)


@pytest.fixture
def through(checkpoints: Path, small: None) -> Callable[..., tuple[dict, dict]]:
    """Train, embed, evaluate and open a model: its figures, and what the pages write about it."""

    def through(pictures: Path, **settings: object) -> tuple[dict, dict]:
        train(TrainRequest(out=checkpoints / "mine", data=str(pictures), **{**SMALL, **settings}))
        embed(EmbedRequest(name="mine", device="cpu"))
        figures = evaluate(EvaluateRequest(name="mine", device="cpu")).metrics[0]
        library = Library("cpu")
        return figures, library.describe("mine")

    return through


def ask_everything(library: Library, name: str) -> None:
    """Every question that the pages ask of a model is answered, and not by an error."""
    bundle = library.get(name)
    dim, places = bundle.model.config.latent_dim, bundle.atlas.places
    code, other = bundle.atlas.codes[0], bundle.atlas.codes[-1]
    (x0, y0), (x1, y1) = places.min(0), places.max(0)
    window = {"x0": x0, "x1": x1 + 1e-3, "y0": y0, "y1": y1 + 1e-3, "columns": 4, "rows": 4}
    asked = {
        schema.DECODE: {"codes": code[None]}, schema.AT: {"x": places[0, 0], "y": places[0, 1]}, schema.IMAGE: {"row": 0},
        schema.VARY: {"seed": 0, "count": 2, "mean": code, "std": np.ones(dim, np.float32)},
        schema.SAMPLE: {"seed": 0, "count": 4, "temperature": 1, "source": "fitted"}, schema.VERDICTS: {"codes": code[None]},
        schema.PATH: {"way": "line", "frames": 5, "a": code, "b": other}, schema.PLANE: window, schema.HOLE: {"code": code},
        schema.PERTURB: {"seed": 0, "count": 2, "radius": 1, "code": code}, schema.KEPT: {"seed": 0, "count": 2, "radius": 1, "code": code},
        schema.CLIMB: {"stride": 0, "steps": 2, "code": code}, schema.TERRAIN: {"field": "cycle_gap", **window},
    }  # fmt: skip
    engine = Engine(library)
    engine.start()
    try:
        for operation, values in asked.items():
            reply = unpack_reply(engine.submit(asking(1, operation, name, **values)).result())
            assert not reply.sentence, f"{operation.name}: {reply.sentence}"
    finally:
        engine.stop()


@pytest.mark.parametrize(("count", "model"), [(10, "ae"), (39, "vae")])
def test_few_pictures_of_one_class_work_from_end_to_end(through: Callable, make_pictures: Callable, count: int, model: str) -> None:
    figures, facts = through(make_pictures("pets", count), model=model)
    assert figures["test_images"] == count // 10
    assert figures["recon_mse"]["value"] > 0
    assert facts["count"] == count, "with so few for testing, the training images are on the map, too"
    assert facts["settings"]["splits"] == ["test", "train"]
    assert figures["judge"]["kind"] == "encoder trained without classes"
    ask_everything(Library("cpu"), "mine")


def test_codes_of_one_number_are_a_strip_on_which_every_place_is_its_number(through: Callable, make_pictures: Callable) -> None:
    _, facts = through(make_pictures("pets", 60), latent_dim=1, model="vae")
    assert facts["settings"]["method"] == "strip"
    library = Library("cpu")
    bundle = library.get("mine")
    places = bundle.atlas.places
    assert np.array_equal(places[:, 0], bundle.atlas.codes[:, 0]), "along the strip runs the number"
    middle = places[[0, 1, 2]].mean(0)[None]
    found = bundle.unfolded.get().inverse(middle)
    assert found.inside.all() and found.codes[0, 0] == pytest.approx(middle[0, 0], abs=1e-4)
    ask_everything(library, "mine")


@pytest.mark.parametrize("latent_dim", [1, 2, 3])
def test_a_collapsed_posterior_is_said_to_be_one_and_can_be_looked_at(
    checkpoints: Path, small: None, make_pictures: Callable, latent_dim: int
) -> None:
    pictures = make_pictures("pets", 60)
    train(TrainRequest(out=checkpoints / "mine", data=str(pictures), **{**SMALL, "latent_dim": latent_dim, "model": "vae"}))
    collapse(checkpoints / "mine")
    said = embed(EmbedRequest(name="mine", device="cpu"))
    assert any("all 60 images have one and the same code" in note and "smaller --beta" in note for note in said.notes)
    figures = evaluate(EvaluateRequest(name="mine", device="cpu")).metrics[0]
    assert figures["active_units"] == 0 and figures["left_out"]["cycle_gap"] == card.NO_SPREAD
    library = Library("cpu")
    assert library.describe("mine")["radius"] == 0
    assert load_atlas(checkpoints / "mine").settings["method"] == ("identity" if latent_dim == 2 else "disc")
    ask_everything(library, "mine")


def collapse(folder: Path) -> None:
    """Let the encoder say the same of every picture."""
    from vae.store.checkpoints import load_model, save_model

    model = load_model(folder, "cpu")
    for weights in (model.mean.weight, model.mean.bias):
        torch.zero_(weights)
    save_model(folder, model)


@pytest.mark.parametrize(
    ("count", "alike", "settings", "words"),
    [
        (8, False, {}, "pets has no pictures for testing: it has 8 in all; import more"),
        (1, False, {}, "fewer|1 training images"),
        (40, True, {}, "all 36 training images of .* are the same, so there is nothing to learn; add others"),
        (40, False, {"holdout": 35}, "36 training images, no two more than the 35 to hold out"),
        (40, False, {"latent_dim": 1, "model": "ae", "sphere": True}, r"two points; give a code size \(latent_dim\) of at least 2"),
        (40, False, {"precision": "16-mixed"}, "16-mixed needs a GPU; use bf16-mixed or 32-true"),
    ],
)
def test_what_cannot_work_is_refused_before_the_training(
    checkpoints: Path, make_pictures: Callable, count: int, alike: bool, settings: dict, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        train(TrainRequest(out=checkpoints / "mine", data=str(make_pictures("pets", count, alike=alike)), **{**SMALL, **settings}))
    assert not (checkpoints / "mine").exists()


@pytest.mark.parametrize("precision", ["64-true", "bf16-true", "9-bit", "transformer-engine"])
def test_a_precision_that_is_not_offered_is_refused_with_those_that_are(tmp_path: Path, precision: str) -> None:
    with pytest.raises(ValueError, match=f"--precision is '{precision}'; it must be one of 32-true, bf16-mixed, 16-mixed"):
        TrainRequest(out=tmp_path / "mine", precision=precision)


def test_bf16_mixed_works_on_the_cpu(checkpoints: Path, make_pictures: Callable) -> None:
    train(TrainRequest(out=checkpoints / "mine", data=str(make_pictures("pets", 12)), **{**SMALL, "precision": "bf16-mixed"}))


def test_an_encoder_is_trained_once_and_serves_all_models_of_the_pictures(checkpoints: Path, small: None, make_pictures: Callable) -> None:
    pictures = make_pictures("pets", 60)
    for name, model in (("one", "ae"), ("two", "vae")):
        train(TrainRequest(out=checkpoints / name, data=str(pictures), **{**SMALL, "model": model}))
    first = evaluate(EvaluateRequest(name="one", device="cpu", against="two"))
    assert first.metrics[0]["classifier_sha256"] == first.metrics[1]["classifier_sha256"]
    assert {"frechet_c_prior", "precision_prior", "recall_prior"} <= first.metrics[0].keys()
    assert any("an encoder that needs no classes" in note for note in first.notes)
    again = evaluate(EvaluateRequest(name="one", device="cpu"))
    assert not any("wrote" in note for note in again.notes)
    assert any(f"SHA-256 {first.metrics[0]['classifier_sha256'][:12]}" in note for note in again.notes)
    other = make_pictures("elsewhere/pets", 60, seed=1)
    import_images(ImportRequest(source=other, name="pets", size=8, replace=True))
    train(TrainRequest(out=checkpoints / "three", data="pets", **SMALL))
    third = evaluate(EvaluateRequest(name="three", device="cpu")).metrics[0]
    assert third["classifier_sha256"] != first.metrics[0]["classifier_sha256"], "other pictures in the place of those have another judge"
    names = {find_judge(Pictures.of(read_config(checkpoints / name)))[0] for name in ("one", "two", "three")}
    assert len(names) == 2


TELL = """
import { readFileSync } from "node:fs";
import { sigma } from "STATIC/text/tour/variational.js";
import { compress } from "STATIC/text/tour/autoencoder.js";
const models = { vae: { name: "mine", ...JSON.parse(readFileSync(0, "utf8")).mine } };
console.log([compress, sigma].map((step) => step.told({ models, live: {} })).join("\\n"));
"""


@pytest.mark.slow
def test_a_model_that_is_trained_anew_changes_the_sentences_of_the_tour(
    through: Callable, make_pictures: Callable, checkpoints: Path, tmp_path: Path
) -> None:
    pictures, told = make_pictures("pets", 40), []
    script = tmp_path / "tell.mjs"
    script.write_text(TELL.replace("STATIC", CATALOGUES.parents[1].as_uri()), "utf-8")
    for size in (2, 3):
        through(pictures, model="vae", latent_dim=size)
        served = figures(["mine", "nowhere"])
        assert served.keys() == {"mine"}
        done = subprocess.run([node(), script], input=json.dumps(served), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        told.append((served["mine"]["metrics"], *done.stdout.splitlines()))
        shutil.rmtree(checkpoints / "mine")
    for size, (metrics, compressed, drawn) in zip((2, 3), told, strict=True):
        assert compressed.startswith(f"The code has {size} numbers")
        errors = [metrics[key]["value"] for key in ("sampled_mse", "recon_mse")]
        assert re.findall(r"\d+\.\d+", drawn)[:2] == [f"{error:.3g}" for error in errors]
    assert told[0][2] != told[1][2]
