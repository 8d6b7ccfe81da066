"""How the pictures of a data set stand in their frames."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae.data.framing import framing_of, stroke_width


def strokes(width: int, count: int = 30, side: int = 40) -> torch.Tensor:
    """Upright bars of `width` pixels and half the height, in the middle, white on black: (count, 1, side, side) uint8."""
    images = torch.zeros(count, 1, side, side, dtype=torch.uint8)
    left = (side - width) // 2
    images[:, :, side // 4 : -side // 4, left : left + width] = 255
    return images


@pytest.mark.parametrize("width", [2, 4, 8])
def test_the_width_of_a_stroke_is_measured(width: int) -> None:
    assert stroke_width(strokes(width)[0, 0].numpy() / 255) == pytest.approx(width, abs=0.35 + 0.1 * width)


def test_drawings_in_the_middle_of_a_plain_background_are_centred() -> None:
    framing = framing_of(strokes(4))
    assert (framing.background, framing.plain, framing.centred) == ((0.0,), True, True)
    assert framing.extent == pytest.approx(0.5) and framing.stroke == pytest.approx(0.1, abs=0.02)
    light = framing_of(255 - strokes(4))
    assert light.background == (1.0,) and light.centred and light.extent == framing.extent


def test_drawings_anywhere_are_not_centred_and_photographs_have_no_background() -> None:
    images = strokes(4)
    dice = np.random.default_rng(0)
    moved = torch.stack([each.roll(tuple(dice.integers(-8, 8, 2).tolist()), (1, 2)) for each in images])
    loose = framing_of(moved)
    assert loose.plain and not loose.centred and (loose.extent, loose.stroke) == (1, 0)
    photographs = torch.from_numpy(dice.integers(0, 256, (30, 3, 1, 1))).expand(30, 3, 9, 9).to(torch.uint8)
    assert not framing_of(photographs).plain and not framing_of(photographs).centred
    assert len(framing_of(photographs).background) == 3


def test_pictures_with_nothing_on_them_are_framed_all_the_same() -> None:
    assert not framing_of(torch.zeros(3, 1, 8, 8)).centred


def test_digits_are_centred_and_clothes_are_not(real_data: object) -> None:
    from vae import data

    digits, clothes = (framing_of(data.load(name, "test").images) for name in ("mnist", "fashion-mnist"))
    assert digits.centred and digits.extent == pytest.approx(20 / 28) and 2 < 28 * digits.stroke < 3
    assert clothes.plain and not clothes.centred
