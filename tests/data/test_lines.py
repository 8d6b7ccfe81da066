import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae import data
from vae.data.lines import SIDE, draw_lines, random_angles, sectors


def test_a_line_to_the_right_is_two_pixels_wide_from_the_centre_to_the_border():
    (image,) = draw_lines(np.zeros(1))[0]
    assert (image[15:17, 16:30] == 255).all()
    assert image[15:17].sum() > 0.95 * image.sum()
    assert image[:, :15].sum() == 0
    assert image[:14].sum() == image[18:].sum() == 0


@given(st.floats(0, 2 * np.pi), st.integers(1, 3))
def test_a_quarter_turn_of_the_angle_is_a_quarter_turn_of_the_picture(angle, quarters):
    (one,), (other,) = draw_lines(np.array([angle, angle + quarters * np.pi / 2]))
    turned = np.rot90(one, quarters)
    assert np.abs(turned.astype(int) - other.astype(int)).max() <= 1


@given(st.floats(0, 2 * np.pi))
def test_every_line_covers_about_the_same_area_and_points_where_it_should(angle):
    image = draw_lines(np.array([angle]))[0, 0] / 255
    assert 26 < image.sum() < 36
    at = np.arange(SIDE) + 0.5 - SIDE / 2
    x, y = (image * at).sum(), (image * -at[:, None]).sum()
    assert np.cos(np.arctan2(y, x) - angle) > 0.999


@pytest.mark.slow
@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_the_set_is_drawn_the_same_each_time_and_fills_the_circle_evenly(split, count):
    images = data.load("lines", split)
    assert images.images.shape == (count, 1, 32, 32) and len(images) == count
    angles = random_angles(split)
    assert np.array_equal(images.images[:50].numpy(), draw_lines(angles[:50]))
    assert np.abs(np.bincount(images.labels.numpy(), minlength=8) / count - 1 / 8).max() < 0.01
    assert data.available("lines")


def test_the_splits_differ():
    assert not np.isin(random_angles("test"), random_angles("train")).any()


def test_sectors_are_centred_on_their_names():
    assert sectors(np.array([0, np.pi / 4 - 0.3, np.pi / 4 + 0.3, 2 * np.pi - 0.3])).tolist() == [0, 1, 1, 0]
