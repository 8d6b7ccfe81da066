"""Odd images: planted ones score highest, and what is known in closed form comes out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae.continuity.oddities import auroc, class_distance, disagreement, likeness, sparsity
from vae.latent.neighbours import Neighbours

DICE = np.random.default_rng(3)
LABELS = np.repeat([0, 1, 7], 60)  # numbers need not follow each other
CENTRES = np.array([[0, 0, 0], [8, 0, 0], [0, 8, 0]])
CODES = (CENTRES.repeat(60, 0) + DICE.normal(size=(180, 3))).astype(np.float32)


def test_a_code_far_from_all_others_is_the_sparsest() -> None:
    codes = CODES.copy()
    codes[17] = [40, 40, 40]
    scores = sparsity(Neighbours(codes))
    assert scores.argmax() == 17
    others = np.delete(np.linalg.norm(codes - codes[5], axis=1), 5)
    assert scores[5] == pytest.approx(np.sort(others)[:10].mean(), rel=1e-4)


def test_a_class_s_distance_is_measured_in_its_own_spread() -> None:
    codes = CODES.copy()
    codes[LABELS == 1] *= np.float32(3)
    plain, scaled = class_distance(CODES, LABELS), class_distance(codes * 5, LABELS)
    assert np.allclose(class_distance(CODES * 5, LABELS), plain, rtol=1e-3), "units do not matter"
    assert scaled[LABELS == 1].mean() < 2 * scaled[LABELS == 0].mean(), "a class that spreads more is not odd for it"
    swapped = LABELS.copy()
    swapped[4] = 7
    assert class_distance(CODES, swapped).argmax() == 4


def test_collapsed_dimensions_and_classes_of_one_image_have_a_distance() -> None:
    codes = np.concatenate([CODES, np.zeros((180, 2), np.float32)], 1)
    labels = np.concatenate([LABELS[:-1], [9]])
    scores = class_distance(codes, labels)
    assert np.isfinite(scores).all() and scores[-1] == 0


def test_copies_are_each_other_s_nearest_picture() -> None:
    images = torch.from_numpy(DICE.integers(0, 256, (180, 1, 4, 4))).to(torch.uint8)
    codes = CODES.copy()
    images[30], codes[30] = images[90], codes[90] + 0.01
    scores, nearest = likeness(Neighbours(codes), images)
    assert set(np.argsort(-scores)[:2]) == {30, 90} and nearest[30] == 90 and nearest[90] == 30
    assert scores[30] == 0
    without, nearest = likeness(Neighbours(codes), None)
    assert nearest[30] == 90 and without[30] == pytest.approx(-0.01 * 3**0.5, rel=1e-2)


def test_many_identical_codes_do_not_count_themselves() -> None:
    codes = np.zeros((40, 2), np.float32)
    images = torch.zeros(40, 1, 2, 2, dtype=torch.uint8)
    assert (likeness(Neighbours(codes), images)[0] == 0).all()
    assert (sparsity(Neighbours(codes)) == 0).all()


def test_swapped_labels_disagree_with_their_neighbours() -> None:
    swapped = LABELS.copy()
    planted = np.zeros(180, bool)
    planted[[3, 70, 150]] = True
    swapped[planted] = [1, 7, 0]
    scores = disagreement(Neighbours(CODES), swapped)
    assert auroc(scores, planted) > 0.99
    assert np.abs(scores).max() <= 1 + 1e-6
    assert disagreement(Neighbours(CODES), np.zeros(180, int)).max() == pytest.approx(-1), "of one class, all agree"


def test_auroc_is_a_half_by_chance_and_one_at_best() -> None:
    planted = np.arange(10) > 6
    assert auroc(planted.astype(float), planted) == 1
    assert auroc(np.zeros(10), planted) == 0.5


def test_a_single_image_is_not_odd() -> None:
    one = Neighbours(CODES[:1])
    assert sparsity(one).tolist() == [0]
    assert disagreement(one, LABELS[:1]).tolist() == [-1]
    assert likeness(one, None)[0].shape == (1,)
