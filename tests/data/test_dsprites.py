"""Pictures of known factors: each factor does what its name says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae.data.dsprites import FACTORS, SIZES, all_factors, render, some_factors


def middle(**factors: int) -> np.ndarray:
    """Factors of a picture near the middle, with some of them changed."""
    values = {"shape": 0, "size": 5, "angle": 0, "across": 16, "down": 16} | factors
    return np.array([[values[name] for name in FACTORS]])


def where(picture: torch.Tensor) -> tuple[float, float, int]:
    """Middle across and down, and how many pixels are white."""
    down, across = torch.nonzero(picture[0, 0], as_tuple=True)
    return across.float().mean().item(), down.float().mean().item(), len(across)


def test_there_are_as_many_as_published_and_none_twice_but_for_the_whole_turn() -> None:
    factors = all_factors()
    assert factors.shape == (737_280, 5) and (factors[0] == 0).all() and (factors[-1] == np.array(SIZES) - 1).all()
    assert (factors[1] - factors[0]).tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("shape", range(3))
def test_pictures_are_black_and_white_and_wholly_inside(shape: int) -> None:
    corners = np.concatenate([middle(shape=shape, across=a, down=d, angle=t) for a in (0, 31) for d in (0, 31) for t in range(0, 40, 5)])
    pictures = render(corners)
    assert set(pictures.unique().tolist()) == {0, 255}
    edges = torch.stack([pictures[..., 0, :], pictures[..., -1, :], pictures[..., :, 0], pictures[..., :, -1]])
    assert not edges.any()


def test_places_move_it_in_equal_steps_and_sizes_grow_it() -> None:
    across = [where(render(middle(across=each)))[0] for each in (0, 31)]
    down = [where(render(middle(down=each)))[1] for each in (0, 31)]
    assert across[1] - across[0] == pytest.approx(31, abs=1) and down[1] - down[0] == pytest.approx(31, abs=1)
    small, large = (where(render(middle(size=each)))[2] for each in (0, 5))
    assert large / small == pytest.approx(4, rel=0.15)


def test_a_square_is_itself_after_a_quarter_turn_and_a_whole_turn_changes_nothing() -> None:
    for shape in range(3):
        assert torch.equal(render(middle(shape=shape, angle=0)), render(middle(shape=shape, angle=39)))
    half = render(middle(shape=2, angle=20))
    assert (half != render(middle(shape=2, angle=0))).float().mean() > 0.01, "a heart has an up and a down"


def test_factors_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers from 0"):
        render(np.array([[3, 0, 0, 0, 0]]))
    assert (some_factors(100, 0) < SIZES).all() and not np.array_equal(some_factors(100, 0), some_factors(100, 1))
