"""The processes that trainings run in, and the one that is kept so that nobody waits for what they import."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[3]
FORKS = sys.platform == "linux"  # elsewhere the libraries that torch calls do not outlive a fork


class Process:
    """A process that trains, as its server holds it. Orders and words are JSON objects, see `process.py`.

    Parameters
    ----------
    orders, words : descriptors of the pipes to its standard input and from its standard output; they are this object's
    """

    def __init__(self, orders: int, words: int) -> None:
        self._orders, self._words = open(orders, "w", encoding="utf-8"), open(words, encoding="utf-8")  # noqa: SIM115 (closed at its end)
        self._ended = threading.Event()
        self.pid: int | None = None  # once it has said it
        self.begun: subprocess.Popen[bytes] | None = None  # where it is our own child

    @property
    def alive(self) -> bool:
        """Whether it is there, or about to be."""
        return not self._ended.is_set()

    def tell(self, order: dict[str, Any]) -> None:
        """Give it an order, if it is there."""
        with suppress(OSError, ValueError):  # it has ended, which is seen elsewhere
            self._orders.write(json.dumps(order) + "\n")
            self._orders.flush()

    def listen(self) -> Iterator[dict[str, Any]]:
        """What it says, until it ends; for one thread, which then calls `close`."""
        with self._words:
            for line in self._words:
                if not line.endswith("\n"):  # it was killed in the middle of a word
                    break
                words = json.loads(line)
                self.pid = words.get("pid", self.pid)
                yield words

    def close(self) -> None:
        """It has ended, and all that it has said was heard."""
        with suppress(OSError):
            self._orders.close()
        if self.begun is not None:
            self.begun.wait()
        self._ended.set()

    def end(self, patience: float) -> None:
        """Have it write where it is and end; kill it if it has not done so after `patience` seconds."""
        with suppress(OSError):
            self._orders.close()
        if not self._ended.wait(patience) and self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._ended.wait(patience)


class Processes:
    """Begins them. Not for several threads at once.

    On Linux each is forked from one process that has loaded what they need, begun by `prepare` and kept until `end`: it begins to
    train in milliseconds, and shares what was loaded with the others. Elsewhere one is begun ahead, and `release` ends it.
    """

    def __init__(self) -> None:
        self._ahead: Process | None = None
        self._forkserver: tuple[socket.socket, subprocess.Popen[bytes]] | None = None

    def prepare(self) -> None:
        """Be ready for whoever wants one."""
        if FORKS:
            if self._forkserver is None or self._forkserver[1].poll() is not None:
                self.end()
                ours, theirs = socket.socketpair()
                with theirs:
                    self._forkserver = ours, _begin("forkserver", theirs.fileno())
        elif self._ahead is None or self._ahead.begun is None or self._ahead.begun.poll() is not None:
            self.end()
            self._ahead, (orders, words) = _piped()
            self._ahead.begun = _begin("process", orders, words)
            _close(orders, words)

    def take(self) -> Process:
        """A new one that waits for its order; it is the caller's."""
        self.prepare()
        if self._forkserver is not None:
            process, (orders, words) = _piped()
            with suppress(OSError):  # it has ended this moment: then nobody holds the other ends, and what is asked for has ended, too
                socket.send_fds(self._forkserver[0], [b"."], [orders, words])
            _close(orders, words)
            return process
        ahead, self._ahead = self._ahead, None
        assert ahead is not None
        return ahead

    def release(self) -> None:
        """Nobody will want one soon."""
        if self._ahead is not None:
            self.end()

    def end(self) -> None:
        """End what waits; it has nothing to lose."""
        if self._ahead is not None and self._ahead.begun is not None:
            self._ahead.begun.kill()
            for _ in self._ahead.listen():
                pass
            self._ahead.close()
            self._ahead.end(0)
        if self._forkserver is not None:
            self._forkserver[0].close()
            self._forkserver[1].kill()
            self._forkserver[1].wait()
        self._ahead = self._forkserver = None


def _piped() -> tuple[Process, tuple[int, int]]:
    """A process to be, and the ends of its pipes that are to be its standard input and output."""
    orders, ours = os.pipe()
    theirs, words = os.pipe()
    return Process(ours, theirs), (orders, words)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _begin(module: str, stdin: int, stdout: int | None = None) -> subprocess.Popen[bytes]:
    search = os.pathsep.join(filter(None, [str(PACKAGE), os.environ.get("PYTHONPATH")]))
    # One thread, and no GPU, which the optimisers would look for at every step.
    one = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONPATH": search}
    command = [sys.executable, "-m", f"vae.live.training.{module}"]
    return subprocess.Popen(command, env=os.environ | one, stdin=stdin, stdout=stdout, start_new_session=True)
