"""Linear maps between code spaces: what they find, what they cannot, and that nobody is measured by what was fitted to it."""

import numpy as np
import pytest

from vae.latent.linear import linear_map
from vae.latent.sampling import noise


def test_codes_that_are_a_linear_map_of_others_are_missed_by_nothing():
    codes = noise(60, 5, 1)
    found = linear_map(codes, codes @ noise(5, 3, 2) + [7, -2, 0])
    assert found.share < 1e-10 and found.lengths.shape == (60,) and found.lengths.max() < 1e-5
    back = linear_map(codes @ noise(5, 3, 2), codes)
    assert 0.2 < back.share < 0.8, "three numbers do not tell five"
    assert np.isclose(np.square(back.lengths).mean(), back.share, rtol=1e-5)


def test_codes_that_have_nothing_in_common_are_missed_whole_however_many_numbers_there_are():
    for size in (2, 50, 400):  # as many as would be fitted without an error
        assert linear_map(noise(200, size, 3), noise(200, 4, 4)).share > 0.9


def test_codes_of_other_images_are_refused():
    with pytest.raises(ValueError, match="at least 4 images, not 9 and 8"):
        linear_map(noise(9, 2, 1), noise(8, 2, 1))
    assert linear_map(noise(9, 2, 1), np.ones((9, 3))).share < 1e-20
