"""Who judges a data set of one's own: a classifier that is right often enough, else an encoder, and always it is said which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae.store.classifiers import NoJudge, Pictures, find_judge, load_judge
from vae.tasks.classifier import ClassifierRequest, classifier, judge_of
from vae.tasks.progress import silent
from vae.training import features


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encoders of few steps."""
    monkeypatch.setattr(features, "FEWEST_STEPS", 10)
    monkeypatch.setattr(features, "MOST_STEPS", 10)


def halves(folder: Path, count: int, *, honest: bool) -> Path:
    """Pictures whose upper or lower half is bright, in folders that say which, or say nothing of it."""
    draws = np.random.default_rng(0)
    for row in range(count):
        upper = bool(draws.integers(2))
        pixels = draws.integers(0, 60, (12, 12, 3))
        pixels[slice(0, 6) if upper else slice(6, 12)] += 150
        label = ("upper" if upper else "lower") if honest else ("this", "that")[int(draws.integers(2))]
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / label / f"{row:04d}.png")
    return folder


def pictures_of(folder: Path, make_config: Callable) -> Pictures:
    """Those of the data set that a folder has become."""
    return Pictures.of(make_config(data=folder.name, image_shape=(3, 12, 12)))


def test_a_classifier_of_ones_own_pictures_judges_them_in_the_models_size(checkpoints: Path, tmp_path: Path, make_config: Callable) -> None:
    folder = halves(tmp_path / "halves", 400, honest=True)
    made = classifier(ClassifierRequest(data=str(folder), epochs=3, size=12))
    assert made.note is None and made.accuracy > 0.95
    pictures = pictures_of(folder, make_config)
    judge = load_judge(pictures)
    assert set(judge.classes) == {"upper", "lower"} and judge.note is None
    assert made.folder.name == find_judge(pictures)[0] == f"halves-{pictures.sha256[:12]}"
    with pytest.raises(NoJudge):
        find_judge(Pictures(pictures.data, pictures.sha256, (3, 16, 16)))
    with pytest.raises(ValueError, match="already holds a classifier"):
        classifier(ClassifierRequest(data=str(folder), epochs=3, size=12))


def test_random_labels_give_no_verdicts_and_it_is_said_why(checkpoints: Path, tmp_path: Path, make_config: Callable) -> None:
    folder = halves(tmp_path / "halves", 400, honest=False)
    made = classifier(ClassifierRequest(data=str(folder), epochs=2, size=12))
    assert made.accuracy < 0.8
    assert "gives no verdicts below 80 %" in made.note
    config = make_config(data=folder.name, image_shape=(3, 12, 12))
    with pytest.raises(NoJudge, match="gives no verdicts below 80 %"):
        find_judge(Pictures.of(config))
    judge, said = judge_of(config, "cpu", False, silent)
    assert judge.classes == () and judge.kind == "encoder trained without classes"
    assert "gives no verdicts below 80 %" in judge.note and any(judge.note in sentence for sentence in said)


def test_one_class_alone_gets_an_encoder(checkpoints: Path, make_pictures: Callable) -> None:
    made = classifier(ClassifierRequest(data=str(make_pictures("pets", 80)), size=8))
    assert made.accuracy is None and "one class alone" in made.note
    assert made.folder.name.endswith("-features")
