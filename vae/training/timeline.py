"""The moments of a run that can be gone back to: some on disk with everything, between them any step by taking it again."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from pathlib import Path

from torch import Tensor

from vae.store.files import CheckpointError
from vae.store.tensors import read_tensors, write_tensors

MOST = 24  # moments, of some 11 MB each for two models of 28 × 28 pictures; when there are more, about every second one goes


class Timeline:
    """Moments as files `STEP.safetensors` in a folder, about evenly spaced however long the run.

    They are multiples of `every`, a power of two, so that two branches of a run keep the same steps. It is doubled where they
    would be less than `interval` seconds apart, and when there are more than `most`, which takes away those between; so a run
    of any length needs the space of `most`.

    Parameters
    ----------
    folder : made if need be; what it holds already is taken up
    interval : seconds of training between moments, at least
    """

    def __init__(self, folder: Path, interval: float = 1.0, most: int = MOST) -> None:
        self.folder, self.interval, self.most = folder, interval, most
        self.every = 1
        self._last = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        self.steps = sorted(int(path.stem) for path in folder.glob("*.safetensors") if path.stem.isdecimal())
        self._thin()

    def due(self, step: int, seconds: float) -> bool:
        """Whether `step`, reached after so many seconds of training, is to be kept."""
        if step % self.every:
            return False
        if seconds - self._last >= self.interval:
            return True
        self.every *= 2
        return False

    def add(self, step: int, seconds: float, tensors: dict[str, Tensor]) -> None:
        """Keep the moment at `step`, after so many seconds of training; OSError if the disk is full, and then it is not kept."""
        write_tensors(self._file(step), tensors)
        self._last = seconds
        if step not in self.steps:
            self.steps.insert(bisect_right(self.steps, step), step)
        self._thin()

    def at(self, step: int) -> dict[str, Tensor]:
        """The moment of exactly `step`; CheckpointError if there is none or it is damaged."""
        return read_tensors(self._file(step))[0]

    def before(self, step: int) -> tuple[int, dict[str, Tensor]] | None:
        """The last moment at or before `step` that is sound; None if there is none."""
        for earlier in reversed(self.steps[: bisect_right(self.steps, step)]):
            with suppress(CheckpointError):
                return earlier, self.at(earlier)
        return None

    def cut(self, step: int) -> None:
        """Forget what came after `step`."""
        end = bisect_right(self.steps, step)
        for later in self.steps[end:]:
            self._file(later).unlink(missing_ok=True)
        self.steps = self.steps[:end]

    def _file(self, step: int) -> Path:
        return self.folder / f"{step}.safetensors"

    def _thin(self) -> None:
        while len(self.steps) > self.most:
            self.every *= 2
            for step in self.steps:
                if step % self.every:
                    self._file(step).unlink(missing_ok=True)
            self.steps = [step for step in self.steps if step % self.every == 0]
