"""Schedules begin and end where they say and depend on the step alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.training.schedule import blur_width, ema_decay, kl_weight, learning_rate, noise_growth

lengths = st.integers(2, 3000)


@given(lengths, st.floats(1e-4, 1))
def test_the_learning_rate_falls_from_its_peak_to_its_floor(steps: int, peak: float) -> None:
    rates = [learning_rate(step, steps, peak) for step in range(steps)]
    assert rates[0] == pytest.approx(peak)
    assert rates[-1] == pytest.approx(1e-5)
    assert all(later <= earlier for earlier, later in pairwise(rates))


def test_the_learning_rate_is_half_way_down_in_the_middle() -> None:
    assert learning_rate(500, 1001, 1e-3) == pytest.approx((1e-3 + 1e-5) / 2)


@given(lengths, st.floats(1e-9, 1e-5))
def test_a_peak_below_the_floor_stays_where_it_is(steps: int, peak: float) -> None:
    assert [learning_rate(step, steps, peak) for step in range(steps)] == pytest.approx([peak] * steps)


def test_a_run_of_one_step_uses_the_peak() -> None:
    assert learning_rate(0, 1, 1e-3) == 1e-3


@given(lengths, st.floats(0, 100))
def test_the_kl_term_comes_in_from_zero_and_stays_at_its_weight_after_a_tenth(steps: int, beta: float) -> None:
    weights = [kl_weight(step, steps, beta) for step in range(steps)]
    assert weights[0] == 0
    assert all(weight == beta for weight in weights[-(-steps // 10) :][1:])
    assert weights[-1] == beta
    assert all(earlier <= later for earlier, later in pairwise(weights))


def test_the_kl_term_comes_in_along_a_straight_line() -> None:
    assert [kl_weight(step, 1000, 2.0) for step in (0, 25, 50, 100)] == pytest.approx([0.0, 0.5, 1.0, 2.0])


@given(lengths, st.floats(0.01, 1), st.floats(1, 100))
def test_noise_cools_geometrically_over_the_first_half(steps: int, last: float, times: float) -> None:
    growth = [noise_growth(step, steps, times * last, last) for step in range(steps)]
    assert growth[0] == pytest.approx(times)
    assert growth[-(-steps // 4)] == pytest.approx(times ** (1 - 2 * -(-steps // 4) / steps))
    assert all(factor == 1 for factor in growth[-(-steps // 2) :])
    assert all(later <= earlier for earlier, later in pairwise(growth))


@given(lengths, st.floats(0, 9))
def test_the_blur_is_gone_after_the_first_half(steps: int, first: float) -> None:
    widths = [blur_width(step, steps, first) for step in range(steps)]
    assert widths[0] == first
    assert widths[-(-steps // 4)] == pytest.approx(first * (1 - 2 * -(-steps // 4) / steps), abs=1e-9)
    assert all(width == 0 for width in widths[-(-steps // 2) :])


def test_noise_without_a_first_size_stays_the_same() -> None:
    assert {noise_growth(step, 100, 0.0, last) for step in range(100) for last in (0.0, 0.5)} == {1.0}


def test_the_average_forgets_its_start_at_first_and_settles_at_its_decay() -> None:
    decays = [ema_decay(step) for step in range(20_000)]
    assert decays[0] == pytest.approx(0.1)
    assert decays[-1] == 0.999
    assert all(earlier <= later for earlier, later in pairwise(decays))


@given(lengths, st.data())
def test_schedules_do_not_compound_however_often_they_are_asked(steps: int, data: st.DataObject) -> None:
    """Asked in any order and any number of times, a step has one answer: nothing is applied to its own result."""
    order = data.draw(st.lists(st.integers(0, steps - 1), max_size=20))
    asked = [(learning_rate(step, steps, 1e-3), kl_weight(step, steps, 1.0), ema_decay(step)) for step in order]
    again = {step: (learning_rate(step, steps, 1e-3), kl_weight(step, steps, 1.0), ema_decay(step)) for step in range(steps)}
    assert asked == [again[step] for step in order]
