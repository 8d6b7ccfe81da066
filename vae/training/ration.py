"""What is done beside the steps of a training, and how much of the time it may take."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass
class Ration:
    """When something is due that is done again and again.

    least, most : seconds from one time to the next
    share : of the time that it may take, unless it is then done less often than `most` says
    """

    least: float
    share: float
    most: float = math.inf
    _due: float = field(default=-math.inf, init=False)

    def due(self, now: float) -> bool:
        """Whether it is time for it."""
        return now >= self._due

    def spend(self, start: float, end: float) -> None:
        """It was done from `start` to `end`."""
        self._due = start + min(self.most, max(self.least, (end - start) / self.share))

    def reset(self) -> None:
        """Have it done at once."""
        self._due = -math.inf
