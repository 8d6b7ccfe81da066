"""What the tests of the queue share."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds; a busy machine is no failure
LEASE = 6.0


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition to hold, so many seconds at most."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended, be it that nobody has taken note of it yet."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return not state or state.startswith("Z")
