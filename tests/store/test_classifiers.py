"""A judge belongs to the pictures that it was trained on, and its word counts if it is right often enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vae.data import DataError
from vae.data.fingerprint import identity
from vae.models import Classifier, Encoder, ModelConfig
from vae.store.classifiers import NoJudge, Pictures, doubt, find_judge, folder_for, load_judge, save_classifier
from vae.tasks.import_images import ImportRequest, import_images

SHAPE = (3, 8, 8)


def fill(folder: Path, seed: int) -> Path:
    """Ten pictures of noise."""
    folder.mkdir(parents=True)
    for row in range(10):
        Image.fromarray(np.random.default_rng((seed, row)).integers(0, 255, (8, 8, 3)).astype(np.uint8)).save(folder / f"{row}.png")
    return folder


def write_judge(pictures: Pictures, *, classes: bool = True, **facts: object) -> str:
    """A judge of `pictures` without training; its name."""
    model = (Classifier(pictures.shape, 2) if classes else Encoder(pictures.shape)).eval()
    config = {"data": pictures.data, "data_sha256": pictures.sha256, "image_shape": list(pictures.shape),
              "classes": ["a", "b"] if classes else [], "test_accuracy": 0.95, **facts}  # fmt: skip
    folder = folder_for(pictures, classes=classes)
    save_classifier(folder, model, config, torch.rand(5, 64))
    return folder.name


def of(folder: Path, make_config: Callable[..., ModelConfig], name: str = "pets", size: int = 8) -> Pictures:
    """The pictures of a folder, imported as the data set `name`, whatever that was before."""
    import_images(ImportRequest(source=folder, name=name, size=size, replace=True))
    return Pictures.of(make_config(data=name, image_shape=(3, size, size)))


def test_a_data_set_of_the_same_name_but_other_pictures_takes_no_others_judge(
    checkpoints: Path, tmp_path: Path, make_config: Callable
) -> None:
    ours, theirs = (of(fill(tmp_path / whose, seed), make_config) for seed, whose in enumerate(("ours", "theirs")))
    assert ours.data == theirs.data
    name = write_judge(ours)
    assert find_judge(ours) == (name, None)
    with pytest.raises(NoJudge, match="there is no classifier for these data; train one with: python -m vae classifier --data pets"):
        find_judge(theirs)
    assert write_judge(theirs) != name


def test_pictures_under_another_name_keep_their_judge_and_others_in_their_place_do_not(
    checkpoints: Path, tmp_path: Path, make_config: Callable
) -> None:
    folder = fill(tmp_path / "pets", 0)
    before = of(folder, make_config)
    name = write_judge(before)
    assert find_judge(of(folder, make_config, "animals"))[0] == name
    assert of(folder, make_config, "large", size=16).sha256 != before.sha256, "of another size they are other pictures"
    (folder / "3.png").write_bytes((folder / "4.png").read_bytes())
    with pytest.raises(NoJudge):
        find_judge(of(folder, make_config))
    assert find_judge(Pictures.of(make_config(data="pets", image_shape=SHAPE, data_sha256=before.sha256)))[0] == name, (
        "a model remembers which pictures it was trained on"
    )


def test_a_folder_called_like_a_shipped_set_is_not_that_set(checkpoints: Path, tmp_path: Path, make_config: Callable) -> None:
    write_judge(Pictures("mnist", "", (1, 28, 28)))
    assert find_judge(Pictures.of(make_config(data="mnist", image_shape=(1, 28, 28)))) == ("mnist", None)
    with pytest.raises(NoJudge):
        find_judge(Pictures.of(make_config(data=str(fill(tmp_path / "mnist", 0)), image_shape=(1, 28, 28))))
    with pytest.raises(NoJudge):
        find_judge(Pictures("mnist", "", (1, 32, 32)))


def test_a_model_whose_folder_is_gone_and_who_remembers_nothing_has_no_judge(
    checkpoints: Path, tmp_path: Path, make_config: Callable
) -> None:
    gone = make_config(data=str(tmp_path / "gone"), image_shape=SHAPE)
    assert Pictures.of(gone).sha256 == ""
    with pytest.raises(NoJudge):
        find_judge(Pictures.of(gone))


def test_a_weak_classifier_makes_way_for_an_encoder_and_both_say_so(checkpoints: Path, tmp_path: Path, make_config: Callable) -> None:
    pictures = of(fill(tmp_path / "pets", 0), make_config)
    write_judge(pictures, test_accuracy=0.58)
    why = "the classifier is right on 58 % of test images and gives no verdicts below 80 %"
    with pytest.raises(NoJudge, match=why):
        find_judge(pictures)
    name = write_judge(pictures, classes=False)
    assert find_judge(pictures) == (name, why)
    stored = load_judge(pictures)
    assert (stored.classes, stored.kind, stored.note) == ((), "encoder trained without classes", why)
    assert stored.sha256[:12] in stored.words and why in stored.words


@pytest.mark.parametrize(
    ("facts", "trusted"),
    [
        ({"test_accuracy": 0.93}, True),  # as the shipped ones say it
        ({"test_accuracy": 0.79}, False),
        ({"test_accuracy": 0.97, "balanced_accuracy": 0.5, "test_images": 1000}, False),  # always the class that most have
        ({"test_accuracy": 1.0, "balanced_accuracy": 1.0, "test_images": 4}, False),  # which half of all guessers reach with luck
        ({"test_accuracy": 1.0, "balanced_accuracy": 1.0, "test_images": 40}, True),
        ({"test_accuracy": 0.82, "balanced_accuracy": 0.82, "test_images": 100}, False),
        ({}, False),
        ({"test_accuracy": "good"}, False),
    ],
)
def test_how_often_a_classifier_must_be_right(facts: dict, trusted: bool) -> None:
    assert (doubt(facts) is None) == trusted


def test_the_shipped_classifiers_judge_what_they_were_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CHECKPOINTS", str(Path(__file__).parents[2] / "checkpoints"))
    for data in ("mnist", "fashion-mnist"):
        assert find_judge(Pictures(data, "", (1, 28, 28))) == (data, None)


def test_a_shipped_set_needs_no_identity_and_an_unknown_one_has_none() -> None:
    assert identity("mnist") == ""
    with pytest.raises(DataError, match="import it first"):
        identity("nowhere")
