"""The processes that trainings run in. One is begun ahead while somebody is on the page, so that nobody waits for what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3]


class Processes:
    """Begins them, one ahead of need. Not for several threads at once."""

    def __init__(self) -> None:
        self._ahead: subprocess.Popen[str] | None = None

    def prepare(self) -> None:
        """Have one that waits for its order."""
        if self._ahead is None or self._ahead.poll() is not None:
            self._ahead = _begin()

    def take(self) -> subprocess.Popen[str]:
        """The one that waits, or a new one; it is the caller's from now on."""
        self.prepare()
        process, self._ahead = self._ahead, None
        assert process is not None
        return process

    def end(self) -> None:
        """End the one that waits; it has nothing to lose."""
        if self._ahead is not None:
            self._ahead.kill()
            self._ahead.communicate()  # waits, and closes its pipes
            self._ahead = None


def _begin() -> subprocess.Popen[str]:
    search = os.pathsep.join(filter(None, [str(PACKAGE), os.environ.get("PYTHONPATH")]))
    # One thread, and no GPU, which the optimisers would look for at every step.
    one = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONPATH": search}
    return subprocess.Popen(
        [sys.executable, "-m", "vae.live.training.process"], env=os.environ | one, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
