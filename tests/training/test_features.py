"""Features that were learned without classes."""

from __future__ import annotations

import torch

from vae.training.features import groups, shifted, train_features


def spots(count: int, seed: int = 0) -> torch.Tensor:
    """Noisy pictures (count, 1, 12, 12) uint8 that are bright in one quarter, which goes round."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(60, (count, 1, 12, 12), generator=generator, dtype=torch.uint8)
    for row in range(count):
        y, x = 6 * (row % 4 // 2), 6 * (row % 2)
        images[row, :, y : y + 6, x : x + 6] += 150
    return images


def test_groups_are_of_like_images_and_the_same_for_the_same_seed() -> None:
    images = spots(64)
    found = groups(images, seed=0)
    assert torch.equal(found, groups(images, seed=0))
    for label in found.unique():
        assert len((torch.nonzero(found == label)[:, 0] % 4).unique()) == 1, "a group holds one kind alone"


def test_features_of_the_same_seed_are_the_same_and_tell_kinds_apart_that_nobody_named() -> None:
    images = spots(128)
    state = torch.random.get_rng_state()
    one, other = (train_features(images, steps=30) for _ in range(2))
    assert torch.equal(torch.random.get_rng_state(), state)
    fresh = spots(40, seed=1).float() / 255
    assert torch.equal(one.features(fresh), other.features(fresh))
    distances = torch.cdist(one.features(fresh), one.features(images.float() / 255))
    nearest = distances.argmin(1)
    assert (nearest % 4 == torch.arange(40) % 4).float().mean() > 0.9


def test_two_images_are_enough_and_identical_ones_do_no_harm() -> None:
    assert train_features(spots(2), steps=2).features(torch.rand(3, 1, 12, 12)).shape == (3, 64)
    assert train_features(torch.zeros(20, 1, 12, 12, dtype=torch.uint8), steps=2).features(torch.rand(3, 1, 12, 12)).isfinite().all()


def test_a_shift_carries_the_border_on() -> None:
    plain = torch.full((3, 2, 10, 8), 0.25)
    assert torch.equal(shifted(plain), plain)
