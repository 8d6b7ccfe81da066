"""A job, as everybody sees it: a task that somebody has asked for, and how far it is."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vae.cache import cache
from vae.sentences import phrase
from vae.store import folders
from vae.tasks.registry import Task
from vae.tasks.request import Request

State = Literal["waiting", "working", "pausing", "paused", "ready", "failed", "cancelled"]
AT_WORK: tuple[State, ...] = ("working", "pausing")  # a server has it
LIVE: tuple[State, ...] = ("waiting", *AT_WORK, "paused")
WAITING_WORDS = phrase("waiting for its turn")
STARTING_WORDS = phrase("starting")
BUSY = phrase("many jobs are waiting already; try again in some minutes")
CANCELLED = phrase("it was cancelled; ask for it again to start anew")
RESULTS = Path("@results")  # in a request, stands for the folder of the job's own results, which nobody knows before it is asked for


class Full(ValueError):
    """Too many jobs are waiting."""


@dataclass(frozen=True)
class Job:
    """A task that somebody has asked for.

    id : of this job, 32 letters
    task : name of the task
    request : what it is asked, as plain JSON types
    state : where it stands
    share : of the work that is done, 0 to 1
    words : what is going on
    sentence : why it failed or was cancelled; None otherwise
    result : what the task returned, as plain JSON types; None until it is ready
    starts : how often it has been begun
    folder : where it may write results that belong to nobody else
    """

    id: str
    task: str
    request: dict[str, Any]
    state: State
    share: float
    words: str
    sentence: str | None
    result: dict[str, Any] | None
    starts: int
    folder: Path

    @property
    def alive(self) -> bool:
        """Whether it waits, is at work or is paused."""
        return self.state in LIVE


def work_of(task: Task[Any], request: Request) -> str:
    """A hash: two requests have the same one if they are the same work, on the same files."""
    words = json.dumps([task.name, request.canonical(), task.reads(request), place()], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def place() -> str:
    """Which files requests are about here: servers share jobs only where these words are the same."""
    named = [os.environ.get(name, "") for name in ("VAE_DATA", "VAE_DATASETS")]
    return json.dumps([os.getcwd(), [str(root) for root in folders.roots()], *named, str(folders.PACKAGE)])


def folder_of(id: str) -> Path:
    """Where the job of that id writes results of its own."""
    return cache() / "results" / id
