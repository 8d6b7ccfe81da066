"""A model gets a learned prior by one task, with figures beside its others, and is drawn from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from vae.cli import app
from vae.continuity import scorecard as card
from vae.data.fingerprint import identity
from vae.models import Classifier, ModelConfig, build
from vae.store.checkpoints import save_model
from vae.store.classifiers import save_classifier
from vae.store.folders import METRICS, PRIOR
from vae.store.priors import prior_sha256
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.prior import PriorRequest, prior

SHAPE = (3, 8, 8)


@pytest.fixture
def folder(checkpoints: Path, make_pictures: Callable, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model called `mine` of forty pictures, which a classifier judges."""
    for name, value in (("DRAWS", 60), ("PAIRS", 2), ("GEODESICS", 1), ("SPEEDS", 10), ("WEIGHED", 5), ("SAMPLES", 2), ("RETAINED", 10)):
        monkeypatch.setattr(card, name, value)
    monkeypatch.setattr(card.measures, "frechet_c", partial(card.measures.frechet_c, resamples=4))
    import_images(ImportRequest(source=make_pictures("pets", 40, classes=2), name="pets", size=8))
    torch.manual_seed(0)
    known = {"image_shape": SHAPE, "data": "pets", "data_sha256": identity("pets")}
    save_model(checkpoints / "mine", build(ModelConfig(kind="vae", latent_dim=3, hidden=(16,), beta=1.0, **known)))
    judge = Classifier(SHAPE, 2).eval()
    config = known | {"classes": ["class 0", "class 1"], "off_manifold_threshold": 0.5, "test_accuracy": 0.9}
    save_classifier(checkpoints / "classifiers" / f"pets-{identity('pets')[:12]}", judge, config, judge.features(torch.rand(60, *SHAPE)))
    return checkpoints / "mine"


def test_its_figures_join_those_that_are_there_and_evaluate_finds_the_same(folder: Path) -> None:
    request = EvaluateRequest(name="mine", device="cpu")
    before = evaluate(request).metrics[0]
    assert not any("learned" in key for key in [*before, *before["left_out"]]), "nothing is said of a prior that is not there"
    made = prior(PriorRequest(name="mine", steps=3, device="cpu"))
    assert made.path == folder / PRIOR and json.loads((folder / METRICS).read_text()) == made.metrics
    new = {key: value for key, value in made.metrics.items() if key not in before}
    assert new.keys() == {
        "prior_sha256",
        *(f"{key}_learned" for key in ("frechet_c", "off_manifold", "precision", "recall", "hole_mass", "hole_mass_density")),
    }
    assert made.metrics == before | new
    assert new["prior_sha256"] == prior_sha256(folder) and new["frechet_c_learned"]["n"] == 60
    assert evaluate(request).metrics[0] == made.metrics
    again = prior(PriorRequest(name="mine", steps=4, device="cpu")).metrics
    assert again["prior_sha256"] != new["prior_sha256"] and again["frechet_c_learned"] != new["frechet_c_learned"]


def test_a_model_without_figures_gets_a_prior_all_the_same_and_can_be_drawn_from(folder: Path, tmp_path: Path) -> None:
    run, wall = CliRunner(), tmp_path / "wall.png"
    draw = ["sample", "mine", "--from", "learned", "--count", "4", "--out", str(wall), "--device", "cpu"]
    assert "has no learned prior; make one with: python -m vae prior mine" in str(run.invoke(app, draw).exception)
    said = run.invoke(app, ["prior", "mine", "--steps", "3", "--device", "cpu"])
    assert said.exit_code == 0 and "measure it with: python -m vae evaluate mine" in said.output
    assert not (folder / METRICS).exists()
    assert run.invoke(app, draw).exit_code == 0
    assert Image.open(wall).size == (2 * 10 + 2, 2 * 10 + 2)
