"""Representations made by hand, of which the measures' answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from vae.continuity.disentanglement import dci, factor_vae_score, mig, mutual_information, sap

SIZES = (4, 5, 3)


def factors(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, SIZES, (count, len(SIZES)))


def itself(values: np.ndarray) -> np.ndarray:
    """A code that is the factors, each in a number of its own."""
    return values / np.array(SIZES)


def twice(values: np.ndarray) -> np.ndarray:
    """Every factor in two numbers."""
    return np.concatenate([itself(values), itself(values)], 1)


def mixed(values: np.ndarray) -> np.ndarray:
    """Every number a mixture of all factors."""
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(len(SIZES), len(SIZES))))[0]
    return (itself(values) - 0.4) @ turn


def nothing(values: np.ndarray) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(len(values), 4))


def test_mutual_information_is_that_of_the_book() -> None:
    values = factors(20_000)
    found = mutual_information(itself(values), values)
    assert np.diag(found) == pytest.approx(np.log(SIZES), abs=0.01)
    assert (found - np.diag(np.diag(found))).max() < 0.01


def test_the_gap_is_one_for_the_factors_themselves_and_nothing_where_two_numbers_say_the_same() -> None:
    values = factors(10_000)
    assert mig(itself(values), values) == pytest.approx(1, abs=0.01)
    assert mig(twice(values), values) == pytest.approx(0, abs=1e-9)
    assert mig(nothing(values), values) == pytest.approx(0, abs=0.01)
    assert mig(itself(values)[:, :1], values) == pytest.approx(1 / 3, abs=0.01), "one factor of three is known"


def test_trees_use_one_number_for_each_factor_or_all() -> None:
    train, test = factors(1500), factors(500, 1)
    own = dci(itself(train), train, itself(test), test, trees=10)
    assert own.disentanglement > 0.99 and own.completeness > 0.99 and own.informativeness > 0.99
    turned = dci(mixed(train), train, mixed(test), test, trees=10)
    assert turned.disentanglement < 0.5 and turned.completeness < 0.5


def test_a_number_that_holds_two_factors_is_complete_and_not_disentangled() -> None:
    """z = factor 1 + 4 × factor 2 alone: each factor is in one number, and that number has two."""
    train = factors(1500)
    code = np.stack([train[:, 0] + 4 * train[:, 1], train[:, 2] * 4], 1).astype(float)
    found = dci(code, train, code, train, trees=30)
    assert found.completeness > 0.9
    assert found.disentanglement < 0.7


def test_the_single_best_number_is_ahead_of_the_second_by_what_chance_leaves() -> None:
    """Two factors of two values each: a number predicts its own for certain, and the other by chance."""
    values = np.random.default_rng(0).integers(0, 2, (3000, 2))
    code = values * 2.0 - 1
    assert sap(code, values, code, values) == pytest.approx(0.5, abs=0.05)
    double = np.concatenate([code, code], 1)
    assert sap(double, values, double, values) == pytest.approx(0, abs=1e-9)


def test_the_least_varying_number_tells_the_factor_or_chance_does() -> None:
    assert factor_vae_score(itself, SIZES, learned=300, judged=300) == 1.0
    assert factor_vae_score(twice, SIZES, learned=300, judged=300) == 1.0, "each number still stands for one factor"
    assert factor_vae_score(nothing, SIZES, learned=600, judged=600) < 0.5
    assert factor_vae_score(lambda values: np.zeros((len(values), 3)), SIZES, learned=50, judged=50) == 0
