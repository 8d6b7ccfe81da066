"""Which tasks there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from vae.tasks.progress import Progress
from vae.tasks.request import Request

R = TypeVar("R", bound=Request)


@dataclass(frozen=True)
class Task(Generic[R]):
    """A piece of work, and what a queue must know of it.

    name : in the registry
    request : the class of what it is asked
    run : does it; what it returns is made of dataclasses, paths and plain JSON types
    resume : the request by which a run that died goes on; None if it has to start anew
    leaves : the files that a run which did not finish may have left
    discard : takes away what a run that was cancelled has come to; by default it is kept for whoever asks again
    reads : of what it reads, what changes when that changes, as plain JSON types: two requests are the same work only if this is, too
    long : it may take hours, so that it stands in a line of its own, and nobody waits for it who wants a table
    confine : called where it is a job, in its process, before it begins: limits what that may hold, for what strangers' files swell to
    """

    name: str
    request: type[R]
    run: Callable[[R, Progress], object]
    resume: Callable[[R], R] | None = None
    leaves: Callable[[R], list[Path]] = lambda request: []
    discard: Callable[[R], None] = lambda request: None
    reads: Callable[[R], object] = lambda request: None
    long: bool = False
    confine: Callable[[], None] = lambda: None


TASKS: dict[str, Task[Any]] = {}


def long_tasks() -> list[str]:
    """The names of those that may take hours."""
    return [name for name, task in TASKS.items() if task.long]


def register(task: Task[R]) -> Task[R]:
    """Put `task` on the list; importing its module does so in every process.

    Raises
    ------
    ValueError
        If another task has its name.
    """
    known = TASKS.setdefault(task.name, task)
    if known.run.__module__ != task.run.__module__:
        raise ValueError(f"there is a task {task.name!r} already, in {known.run.__module__}; choose another name")
    TASKS[task.name] = task
    return task
