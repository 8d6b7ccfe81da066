"""Training the judge of drawings: what it is told, and that it learns and is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests import font
from vae.data.scenes import BACKGROUNDS, NOTHING, OBJECTS, TINTS
from vae.store.files import CheckpointError
from vae.store.probes import PROBE, load_probe
from vae.training import probe as module
from vae.training.probe import targets, train_probe

pytestmark = pytest.mark.slow


def test_targets_put_the_left_or_upper_thing_first() -> None:
    words = [("red", "car", "right of", "blue", "pear", "sand"), ("blue", "pear", "left of", "red", "car", "sand"),
             ("red", "car", NOTHING, NOTHING, NOTHING, "sand"), ("red", "car", "below", "blue", "pear", "sand")]  # fmt: skip
    truth = targets(words)
    tint, name = list(TINTS).index, OBJECTS.index
    assert truth["arrangement"].tolist() == [1, 1, 0, 2]
    assert truth["tint"].tolist() == [tint("blue"), tint("blue"), tint("red"), tint("blue")]
    assert truth["object"].tolist() == [name("pear"), name("pear"), name("car"), name("pear")]
    assert truth["second object"].tolist() == [name("car"), name("car"), -1, name("car")]
    assert truth["background"].tolist() == [list(BACKGROUNDS).index("sand")] * 4


@font.needed
def test_a_short_training_already_tells_backgrounds_and_is_stored(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TESTED", 100)
    monkeypatch.setattr(module, "PEAK_LEARNING_RATE", 1e-2)
    steps = []
    accuracy = train_probe(
        checkpoints / "classifiers" / PROBE, steps=25, batch_size=24, width=8, progress=lambda done, _: steps.append(done)
    )
    assert steps == list(range(1, 26))
    assert accuracy["background"] > 0.5 > accuracy["object"]
    model, config = load_probe()
    assert config["test_accuracy"] == accuracy and len(config["sha256"]) == 64
    assert module.examine(model, 0) == accuracy  # what was measured is what was stored
    assert torch.isfinite(model(torch.rand(1, 3, 48, 48))["object"]).all()


def test_without_a_probe_the_sentence_says_how_to_train_one(checkpoints: Path) -> None:
    with pytest.raises(CheckpointError, match="python -m vae dalle probe"):
        load_probe()


@font.needed
def test_the_shipped_probe_reads_true_scenes() -> None:
    """Held-out pairs are among them: it is the judge of these, too."""
    model, config = load_probe()
    assert config["test_accuracy"]["joint"] >= 0.995
    assert module.examine(model, 123)["joint"] >= 0.99
