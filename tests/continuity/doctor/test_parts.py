"""The other measures of the doctor, each against something that is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae.continuity.doctor.copying import copies
from vae.continuity.doctor.spectrum import FINE, fine_power, power
from vae.continuity.doctor.twosample import told_apart
from vae.continuity.estimates import Unmeasurable, ratio_estimate, resampled_estimate, share_estimate


def test_equal_distributions_are_told_apart_by_chance_alone() -> None:
    dice = np.random.default_rng(0)
    figure = told_apart(dice.normal(size=(1000, 3)), dice.normal(size=(1000, 3)))
    assert figure.low < 0.5 < figure.high


def test_a_ring_is_told_from_a_disc_though_its_numbers_are_as_widely_spread() -> None:
    dice = np.random.default_rng(0)
    turn = dice.uniform(0, 2 * np.pi, 1000)
    ring = 2**0.5 * np.stack([np.cos(turn), np.sin(turn)], 1)
    assert told_apart(ring, dice.normal(size=(1000, 2))).low > 0.9


def test_shifted_gaussians_are_told_apart_as_often_as_can_be() -> None:
    """Of N(0, 1) and N(2, 1), halves, the best classifier is right with probability Φ(1)."""
    dice = np.random.default_rng(0)
    assert told_apart(dice.normal(size=(4000, 1)), dice.normal(2, 1, (4000, 1))).value == pytest.approx(0.8413, abs=0.03)
    with pytest.raises(Unmeasurable, match="takes 100 images"):
        told_apart(np.zeros((20, 1)), np.zeros((20, 1)))


@pytest.mark.parametrize("cycles", [2, 5, 11])
def test_a_wave_has_its_power_at_its_frequency(cycles: int) -> None:
    wave = 0.5 + 0.5 * torch.sin(2 * torch.pi * cycles * torch.arange(32.0) / 32)
    frequencies, values = power(wave.expand(1, 1, 32, 32))
    assert abs(frequencies[values[0].argmax()].item() - cycles / 32) <= 1 / 32
    fine = fine_power(wave.expand(1, 1, 32, 32)).item()
    assert (fine > 1e-3) == (cycles / 32 > FINE)


def test_half_the_contrast_has_a_quarter_of_the_power() -> None:
    pictures = torch.rand(3, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(fine_power(pictures / 2), fine_power(pictures) / 4)


def test_copies_are_near_to_training_and_new_pictures_to_both() -> None:
    dice = torch.Generator().manual_seed(0)
    train, test, others = (torch.randint(256, (200, 1, 4, 4), generator=dice, dtype=torch.uint8) for _ in range(3))
    assert copies(train.float() / 255, train, test).figure.value == 1.0
    assert copies(test.float() / 255, train, test).figure.value == 0.0
    fair = copies(others.float() / 255, train, test).figure
    assert fair.low < 0.5 < fair.high
    assert copies(others.float() / 255, train, train).figure.value == 0.5, "an image on both sides decides nothing"


def test_one_picture_for_everything_is_no_proof_of_copying() -> None:
    dice = torch.Generator().manual_seed(0)
    train, test = (torch.randint(256, (100, 1, 4, 4), generator=dice, dtype=torch.uint8) for _ in range(2))
    found = copies(torch.full((500, 1, 4, 4), 0.5), train, test)
    assert found.figure.n == 1 and np.isnan(found.figure.low)


def test_intervals_hold_what_they_are_of() -> None:
    dice = np.random.default_rng(0)
    above, below = dice.normal(3, 1, 2000), dice.normal(2, 1, 2000)
    figure = ratio_estimate(above, below)
    assert figure.low < 1.5 < figure.high and figure.high - figure.low < 0.12
    spread = resampled_estimate(lambda rows: float(above[rows].std()), len(above))
    assert spread.low < 1 < spread.high
    assert share_estimate(5, 10).value == 0.5
    with pytest.raises(Unmeasurable):
        resampled_estimate(lambda rows: 0.0, 0)
