from types import SimpleNamespace

import numpy as np
import pytest
import torch

from vae.continuity.interpolation import LINE_FRAMES, lines_figures, match, unevenness
from vae.data.lines import draw_lines

pytestmark = pytest.mark.slow

ANGLES = np.array([0.1, 1.0, 2.5, 4.0, 6.2])


def picture(angles: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(draw_lines(angles)).float() / 255


class ByAngle:
    """A model whose code is the angle: `bend` says what it makes of a place between two codes."""

    config = SimpleNamespace(image_shape=(1, 32, 32))

    def __init__(self, bend=lambda codes: codes):
        self.bend = bend

    def encode(self, images: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(mean=torch.from_numpy(match(images)[1])[:, None].float())

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        return picture(self.bend(codes[:, 0].numpy()))


def test_a_true_line_is_found_with_its_angle():
    distances, angles = match(picture(ANGLES))
    assert np.abs(angles - ANGLES).max() < 2 * np.pi / 10_000
    assert distances.max() < 1e-4


def test_what_is_no_line_is_far_from_every_line():
    assert match(torch.zeros(1, 1, 32, 32))[0] > match(picture(ANGLES[:1]) / 2)[0] > 1e-3


@pytest.mark.parametrize(("angles", "expected"), [
    (np.linspace(0, 2, LINE_FRAMES), 0.0),
    (np.linspace(6, 7, LINE_FRAMES) % (2 * np.pi), 0.0),  # across the end of the circle
    (np.repeat([0.5, 2.0], LINE_FRAMES // 2), 1 - 1 / (LINE_FRAMES - 1)),
    (np.full(LINE_FRAMES, 1.0), np.nan),
])  # fmt: skip
def test_unevenness_of_known_paths(angles, expected):
    assert unevenness(angles) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_a_model_that_turns_the_line_evenly_has_nothing_to_lose():
    figures = lines_figures(ByAngle())
    assert figures["lines_distance"]["value"] < 1e-5
    # Pairs more than half a turn apart are fine: the code goes the long way, step by step. The grid of true lines rounds.
    assert figures["lines_smoothness"]["value"] < 0.01


def test_a_model_that_jumps_is_uneven_although_every_frame_is_a_line():
    coarse = lines_figures(ByAngle(lambda angles: np.rint(angles / 1.5) * 1.5))
    assert coarse["lines_distance"]["value"] < 1e-4
    assert coarse["lines_smoothness"]["value"] > 0.3


def test_a_collapsed_model_has_a_distance_and_no_smoothness():
    assert lines_figures(ByAngle(np.zeros_like)).keys() == {"lines_distance"}


def test_images_of_another_shape_are_refused():
    model = ByAngle()
    model.config = SimpleNamespace(image_shape=(1, 28, 28))
    with pytest.raises(ValueError, match="1 x 32 x 32"):
        lines_figures(model)
