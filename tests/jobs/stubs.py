"""Stub tasks for the tests of the queue: they write where they are, and wait to be told what to do."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from vae.tasks.import_images import ImportedImages, ImportRequest, confine, import_images
from vae.tasks.progress import Progress
from vae.tasks.registry import Task, register
from vae.tasks.request import Request


class StubRequest(Request):
    """home : where it says what it does, and is told what to do
    name : tells stubs apart
    out : a result to write
    resume : go on from where it was
    """

    home: Path
    name: str = "one"
    out: Path | None = None
    resume: bool = False


@dataclass(frozen=True)
class Done:
    """out : what was written; resumed : whether it went on."""

    out: Path | None
    resumed: bool


def stub(request: StubRequest, progress: Progress) -> Done:
    """Starts a child, writes both process ids to `home/NAME.pids`, and waits for a file `home/NAME.go` that says how to end."""
    print("a library prints 0.99 without being asked")
    progress(0.25, "half asleep")
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    unfinished = request.home / f"{request.name}.unfinished"
    unfinished.write_text("half written")
    with open(request.home / f"{request.name}.pids", "a", encoding="utf-8") as pids:
        pids.write(f"{_own()} {child.pid} {request.resume}\n")
    try:
        while not (request.home / f"{request.name}.go").exists():
            time.sleep(0.02)
        words = (request.home / f"{request.name}.go").read_text("utf-8")
    finally:
        child.kill()
    if words == "refuse":
        raise ValueError("give it another name")
    if words == "fall":
        raise RuntimeError("a fault of ours")
    unfinished.unlink()
    if request.out is not None:
        request.out.write_text("a result", "utf-8")
    return Done(request.out, request.resume)


def _own() -> int:
    import os

    return os.getpid()


def _leaves(request: StubRequest) -> list[Path]:
    return [request.home / f"{request.name}.unfinished"]


STUB = register(
    Task("stub", StubRequest, stub, resume=lambda request: request.model_copy(update={"resume": True}), leaves=_leaves,
         reads=lambda request: (request.home / "data").exists())
)  # fmt: skip


LONG_STUB = register(
    Task("long stub", StubRequest, stub, resume=lambda request: request.model_copy(update={"resume": True}), leaves=_leaves,
         discard=lambda request: (request.home / f"{request.name}.discarded").touch(), long=True)
)  # fmt: skip


def narrow(request: ImportRequest, progress: Progress) -> ImportedImages:
    """An import, with less memory than the largest pictures take."""
    return import_images(request, progress)


NARROW = register(Task("narrow import", ImportRequest, narrow, confine=lambda: confine(400 << 20)))


def serve() -> None:
    """`python -c "from tests.jobs.stubs import serve; serve()" HOME`: a server that has one stub to run until it is ended."""
    from tests.jobs.helping import LEASE
    from vae.jobs.queue import Jobs

    jobs = Jobs(lease=LEASE)
    jobs.start()
    jobs.ask(STUB, StubRequest(home=sys.argv[1]))
    sys.stdin.read()  # until it is told to stop
    jobs.stop()
