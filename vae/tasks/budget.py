"""The time that somebody has given for work of several parts."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]


class Budget:
    """How much of the time is left.

    Parameters
    ----------
    seconds : for everything, from now on
    clock : seconds; `time.monotonic`, other than in tests
    """

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._started = clock()

    @property
    def spent(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._started

    @property
    def left(self) -> float:
        """Seconds that are left, none where it is used up."""
        return max(0.0, self.seconds - self.spent)

    def part(self, share: float) -> Callable[[], bool]:
        """Whether that share of what is left now has passed, whenever it is asked."""
        end = self._clock() + share * self.left
        return lambda: self._clock() >= end
