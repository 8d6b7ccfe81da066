"""The process that does one job, as the server sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, Any

from vae.jobs.job import STARTING_WORDS, Job
from vae.sentences import unpacked
from vae.tasks.registry import Task

PACKAGE = Path(__file__).resolve().parents[2]
GRACE = 5.0  # seconds in which a process that was told to end may take away what is half written
LOG = 65536  # bytes of what it printed that are read


@dataclass
class Told:
    """What the process has said so far.

    share, words : how far it is
    result : what the task returned, `{"result": …}`, or why it could not, `{"error": sentence}`; None until it says so
    """

    share: float = 0.0
    words: str = STARTING_WORDS
    result: dict[str, Any] | None = field(default=None)


class Worker:
    """A process at work on `job`, with one thread and low priority, in a session of its own.

    Parameters
    ----------
    lease : seconds without `beat` after which it ends itself
    """

    def __init__(self, job: Job, task: Task[Any], lease: float) -> None:
        self.told = Told(share=job.share)
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process writes to it)
        search = os.pathsep.join(filter(None, [str(PACKAGE), os.environ.get("PYTHONPATH")]))
        one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONPATH": search}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vae.jobs.worker"], env=os.environ | one, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._complaints, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdin is not None and self.process.stdout is not None  # they are pipes
        self._orders, self._answers = self.process.stdin, self.process.stdout
        order = {"task": task.name, "module": task.run.__module__, "request": job.request, "folder": str(job.folder),
                 "again": job.starts > 1, "lease": lease}  # fmt: skip
        self._write(json.dumps(order))
        self._reader = Thread(target=self._listen, name="job's progress", daemon=True)
        self._reader.start()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, by itself or within `seconds`."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._reader.join()
        return True

    def beat(self) -> None:
        """Let it go on for another lease."""
        self._write("")

    def stop(self) -> None:
        """End it and all that it has started; it has some seconds to take away what is half written."""
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.process.terminate()
            self.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """End at once what is left of it, its children too."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):  # none is left
                os.killpg(self.process.pid, signal.SIGKILL)  # it leads its session; the group lives while one child does
        else:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        with contextlib.suppress(OSError):
            self._orders.close()

    def complaints(self) -> str:
        """The end of what it and its libraries have printed."""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - LOG))
        return self._complaints.read().decode(errors="replace").strip()

    def close(self) -> None:
        """Let go of its files."""
        self.kill()
        self._complaints.close()

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError):  # it has ended meanwhile, which `wait` tells
            self._orders.write(f"{line}\n".encode())
            self._orders.flush()

    def _listen(self) -> None:
        with self._answers as lines:
            for line in lines:
                with contextlib.suppress(ValueError):  # cut off by its end
                    said = unpacked(json.loads(line))
                    if "share" in said:
                        self.told.share, self.told.words = max(self.told.share, said["share"]), said["words"]
                    else:
                        self.told.result = said
