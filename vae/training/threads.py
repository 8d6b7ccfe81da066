"""How many threads a training on the CPU gets: as many as make a step quicker, which on a busy machine is one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch

QUICKER = 1.2  # how many times quicker a step must be for a second thread to be worth having
TRIAL = 0.4  # seconds that one number of threads is tried for
FEWEST, MOST = 3, 20  # steps in a trial
BUSY = 0.5  # cores less than there are: the load from which a second thread is not even tried


@dataclass(frozen=True)
class Threads:
    """A number of threads, and why that many."""

    count: int
    reason: str

    @property
    def words(self) -> str:
        """For people: "2 threads (…)"."""
        return f"{self.count} thread{'s' * (self.count > 1)} ({self.reason})"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def choose(step: Callable[[], object], *, most: int, load: float) -> Threads:
    """The number of threads with which `step` is quickest, one or all of `most`.

    Two threads that share a core with somebody else wait for each other at every layer, and together take several times as
    long as one alone; so a second one must prove itself.

    Parameters
    ----------
    step : what is done over and over
    most : cores that there are
    load : of the machine, in processes that want to compute
    """
    if most == 1:
        return Threads(1, "there is one core")
    if load > most - BUSY:
        return Threads(1, f"the machine is busy: a load of {load:.1f} on {most} cores")
    before = torch.get_num_threads()
    try:
        one, all_of_them = (_milliseconds(step, count) for count in (1, most))
    finally:
        torch.set_num_threads(before)
    count = most if all_of_them * QUICKER < one else 1
    return Threads(count, f"in a trial a step took {one:.1f} ms with one and {all_of_them:.1f} ms with {most}")


def _milliseconds(step: Callable[[], object], count: int) -> float:
    """What a step takes with `count` threads, in the middle of some."""
    torch.set_num_threads(count)
    step()  # the first one allocates
    taken: list[float] = []
    begun = time.perf_counter()
    while len(taken) < FEWEST or (len(taken) < MOST and time.perf_counter() - begun < TRIAL):
        started = time.perf_counter()
        step()
        taken.append(1000 * (time.perf_counter() - started))
    return median(taken)
