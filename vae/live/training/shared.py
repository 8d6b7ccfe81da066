"""The newest weights and maps of a training, in a file that two processes map into memory: one writes, others read.

Nothing goes through a pipe and nothing is copied but the numbers. The file holds a number and two slots; the writer fills
the one that readers do not look at and then raises the number, which tells them to look there. A reader copies its slot and
looks at the number again; where that has risen, the slot may have been written to meanwhile, and it tries again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

START = 64  # bytes before the first slot, the number in the first eight

Layout = Mapping[str, int]  # names to how many float32 numbers each holds


class Shared:
    """The mapped file.

    Parameters
    ----------
    path : of the file; made if `create`
    layout : what a slot holds, the same for all who map it
    """

    def __init__(self, path: Path, layout: Layout, create: bool = False) -> None:
        self.layout = dict(layout)
        size = sum(self.layout.values())
        if create:
            with path.open("wb") as file:
                file.write(
                    bytes(START + 2 * 4 * size)
                )  # a full disk refuses it now; it would end the process where a mapped file first needs it
        self._number = np.memmap(path, np.int64, "r+" if create else "r", 0, (1,))
        self._slots = np.memmap(path, np.float32, "r+" if create else "r", START, (2, size))

    @property
    def number(self) -> int:
        """How often something was published; 0 for never."""
        return int(self._number[0])

    def publish(self, values: Mapping[str, Sequence[np.ndarray]]) -> None:
        """Make `values` the newest: for every name of the layout float32 arrays of as many numbers together."""
        number = self.number + 1
        slot = self._slots[number % 2]
        start = 0
        for name, size in self.layout.items():
            np.concatenate([part.ravel() for part in values[name]], out=slot[start : start + size])
            start += size
        self._number[0] = number

    def read(self) -> tuple[int, dict[str, np.ndarray]]:
        """The number of what is newest, and a copy of it, flat arrays by name; all zeros before anything was published."""
        while True:
            number = self.number
            copy = np.array(self._slots[number % 2])
            if self.number == number:  # else its slot may have been written to since
                break
        parts, start = {}, 0
        for name, size in self.layout.items():
            parts[name] = copy[start : start + size]
            start += size
        return number, parts
