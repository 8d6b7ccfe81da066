import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from vae.latent.sampling import noise
from vae.latent.trust import trust_of


def test_a_space_is_its_own_faithful_map():
    codes = noise(100, 2, 0)
    trust = trust_of(codes, 3 * codes + 7)
    assert (trust.trustworthiness, trust.continuity, trust.overlap) == (1, 1, 1)
    assert (trust.neighbours, trust.rows) == (15, 100)


def test_shuffled_places_keep_neighbours_by_chance():
    codes = noise(1000, 5, 0)
    trust = trust_of(codes, np.random.default_rng(1).permutation(codes[:, :2]))
    assert trust.overlap == pytest.approx(15 / 999, abs=0.004)
    assert trust.trustworthiness == pytest.approx(0.5, abs=0.03) and trust.continuity == pytest.approx(0.5, abs=0.03)


def test_it_agrees_with_scikit_learn_both_ways():
    codes, places = noise(200, 5, 0), noise(200, 5, 0)[:, :2]
    trust = trust_of(codes, places, 7)
    assert trust.trustworthiness == pytest.approx(trustworthiness(codes, places, n_neighbors=7), abs=1e-12)
    assert trust.continuity == pytest.approx(trustworthiness(places, codes, n_neighbors=7), abs=1e-12)


def test_of_many_some_are_measured_and_of_too_few_none():
    codes = noise(300, 3, 0)
    assert (trust_of(codes, codes[:, :2], 5, most=50).rows, trust_of(codes, codes[:, :2]).rows) == (50, 300)
    with pytest.raises(ValueError, match="31 are enough"):
        trust_of(codes[:30], codes[:30, :2])
