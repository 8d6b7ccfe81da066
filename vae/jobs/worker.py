"""`python -m vae.jobs.worker`: does one task in a process of its own, for the server that started it.

The server writes lines to its standard input: first the order, a JSON object, then one empty line at each beat. Where they
stay out for as long as the order's `lease` says, or the pipe closes, the server is gone or has lost the job to another one,
and this process ends with all that it has started. On its standard output it writes JSON objects, one a line: `{"share", "words"}`,
and at the end `{"result"}` or `{"error"}`. What libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import asdict, is_dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import IO, Any, TextIO

from vae.sentences import packed, phrase

OFTEN = 0.1  # seconds between two lines of progress
NICENESS = 15  # below the server, whose pictures are waited for
NO_MEMORY = phrase("there was too little memory for it; give it less at once")


def main() -> int:
    """Do the task that standard input orders; returns the exit status."""
    lines = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 (its thread reads to the end)
    order = json.loads(lines.readline())
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing but our own lines goes to the server
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_follow, args=(lines, order["lease"]), name="lease", daemon=True).start()

    from vae.tasks.errors import sentence
    from vae.tasks.progress import Stopped

    try:
        answer: dict[str, object] = {"result": _do(order, told)}
    except (ValueError, OSError) as error:
        traceback.print_exc()
        answer = {"error": sentence(error)}
    except MemoryError:
        traceback.print_exc()
        answer = {"error": NO_MEMORY}
    except Stopped:
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    _say(told, answer)
    return 0


def _do(order: dict[str, Any], told: TextIO) -> object:
    import_module(order["module"])
    from vae.tasks.registry import TASKS

    task = TASKS[order["task"]]
    task.confine()
    request = task.request.from_dict(_in_place(order["request"], order["folder"]))
    if order["again"] and task.resume is not None:
        request = task.resume(request)
    last = -OFTEN

    def progress(share: float, words: str) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            _say(told, {"share": min(1.0, max(0.0, share)), "words": words})

    return _plain(task.run(request, progress))


def _say(told: TextIO, words: dict[str, Any]) -> None:
    told.write(json.dumps(packed(words)) + "\n")
    told.flush()


def _in_place(value: object, folder: str) -> object:
    """`value` with the folder of the job's results in the place of what stands for it."""
    from vae.jobs.job import RESULTS

    if isinstance(value, dict):
        return {key: _in_place(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_place(item, folder) for item in value]
    if isinstance(value, str) and Path(value).parts[:1] == RESULTS.parts:
        return str(Path(folder, *Path(value).parts[1:]))
    return value


def _plain(value: object) -> object:
    """What a task returns, as JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    return json.loads(json.dumps(packed(value), default=str))  # paths become their names


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End the task where it is, so that it takes away what is half written."""
    from vae.tasks.progress import Stopped

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def _follow(lines: IO[bytes], lease: float) -> None:
    """End this process and its children when the server is gone or has been silent for `lease` seconds."""
    heard = threading.Event()

    def listen() -> None:
        while lines.readline():
            heard.set()
        _end()

    threading.Thread(target=listen, name="beats", daemon=True).start()
    while heard.wait(lease):
        heard.clear()
    _end()


def _end() -> None:
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)  # a group of our own: the server starts us so
    os._exit(1)


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # at once: the thread that reads the server's beats never ends
