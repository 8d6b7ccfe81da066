"""A second thread must prove itself."""

from __future__ import annotations

import pytest
import torch

from vae.training import threads
from vae.training.threads import choose


@pytest.fixture
def taking(monkeypatch: pytest.MonkeyPatch):
    """Sets what a step takes with so many threads, in milliseconds."""

    def taking(**milliseconds: float) -> None:
        monkeypatch.setattr(threads, "_milliseconds", lambda step, count: milliseconds[f"with_{count}"])

    return taking


@pytest.mark.parametrize(
    ("one", "two", "count"),
    [(20.0, 11.0, 2), (20.0, 100.0, 1), (20.0, 19.0, 1)],  # twice as fast; a core shared with somebody; hardly worth it
)
def test_a_second_thread_is_taken_where_it_makes_a_step_clearly_quicker(taking, one: float, two: float, count: int) -> None:
    taking(with_1=one, with_2=two)
    chosen = choose(lambda: None, most=2, load=0.1)
    assert chosen.count == count
    assert f"{one:.1f} ms with one and {two:.1f} ms with 2" in chosen.words


def test_on_a_busy_machine_and_on_one_core_nothing_is_tried() -> None:
    def never() -> None:
        raise AssertionError("tried")

    assert choose(never, most=2, load=2.6).words == "1 thread (the machine is busy: a load of 2.6 on 2 cores)"
    assert choose(never, most=1, load=0).count == 1


def test_a_trial_leaves_the_number_of_threads_as_it_was() -> None:
    seen: list[int] = []
    before = torch.get_num_threads()
    choose(lambda: seen.append(torch.get_num_threads()), most=2, load=0)
    assert set(seen) == {1, 2}
    assert torch.get_num_threads() == before
