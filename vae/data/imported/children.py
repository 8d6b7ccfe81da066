"""Processes that work for the one that started them, and how much they may hold."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing import parent_process
from pathlib import Path


def end_with_parent() -> None:
    """End this process when the one that started it is killed: nothing else would tell it. Ctrl-C is for that one alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_for_it() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_for_it, daemon=True).start()


def limit_memory(more: int) -> None:
    """Let this process, and each that it starts, hold `more` bytes beyond what it holds now: what needs more raises MemoryError.

    Linux alone keeps to it.
    """
    with suppress(ImportError, ValueError, OSError):  # another system, or a lower limit has been set already
        import resource

        held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (held + more, held + more))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
