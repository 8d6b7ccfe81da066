"""The judge learns, and is stored with all that measuring needs."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vae.data import Images
from vae.models import Mixer
from vae.store.classifiers import Pictures, classifier_names, load_classifier, load_second
from vae.store.files import CheckpointError
from vae.training.classifier import off_manifold_threshold, train_classifier


def two_halves(count: int, seed: int) -> Images:
    """Noisy pictures whose upper or lower half is bright: two classes that anything can tell apart."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(2, (count,), generator=generator, dtype=torch.uint8)
    images = torch.randint(100, (count, 1, 12, 12), generator=generator, dtype=torch.uint8)
    images[labels == 0, :, :6] += 120
    images[labels == 1, :, 6:] += 120
    return Images(images, labels, ("upper", "lower"))


def test_a_trained_classifier_tells_its_classes_apart_and_comes_back_as_it_was(checkpoints: Path) -> None:
    train, test = two_halves(512, seed=0), two_halves(200, seed=1)
    state = torch.random.get_rng_state()
    accuracy = train_classifier("halves", train, test, checkpoints / "classifiers" / "halves", epochs=2)
    torch.random.set_rng_state(state)
    assert accuracy > 0.95

    stored = load_classifier("halves")
    with torch.inference_mode():
        right = (stored.model(test.images.float() / 255).argmax(1) == test.labels).float().mean().item()
    assert right == pytest.approx(accuracy)
    assert stored.config["test_accuracy"] == accuracy
    assert stored.reference.shape == (512, 64)
    assert stored.config["off_manifold_threshold"] == pytest.approx(off_manifold_threshold(stored.model, test, stored.reference))
    assert len(stored.sha256) == 64


def test_a_second_classifier_is_of_another_architecture_and_is_no_judge(checkpoints: Path) -> None:
    train, test = two_halves(512, seed=0), two_halves(200, seed=1)
    pictures = Pictures("halves", "0" * 64, (1, 12, 12))
    assert load_second(pictures) is None
    folder = checkpoints / "classifiers" / "halves-second"
    accuracy = train_classifier("halves", train, test, folder, data_sha256="0" * 64, epochs=6, second=True)
    assert accuracy > 0.95
    second = load_second(pictures)
    assert isinstance(second.model, Mixer) and second.config["test_accuracy"] == accuracy
    with torch.inference_mode():
        right = (second.model(test.images.float() / 255).argmax(1) == test.labels).float().mean().item()
        assert second.model.features(test.images[:3].float() / 255).shape == (3, 64)
    assert right == pytest.approx(accuracy)
    assert classifier_names() == [] and load_second(Pictures("halves", "1" * 64, (1, 12, 12))) is None


def test_one_test_image_in_a_hundred_is_farther_than_the_threshold(checkpoints: Path) -> None:
    train, test = two_halves(256, seed=0), two_halves(200, seed=1)
    train_classifier("halves", train, test, checkpoints / "classifiers" / "halves", epochs=1)
    stored = load_classifier("halves")
    distances = torch.cdist(stored.model.features(test.images.float() / 255), stored.reference).amin(1)
    assert (distances > stored.config["off_manifold_threshold"]).sum() == 2


def test_a_missing_classifier_says_how_to_make_it(checkpoints: Path) -> None:
    with pytest.raises(CheckpointError, match="no classifier 'halves'; train one with: python -m vae classifier --data halves"):
        load_classifier("halves")
