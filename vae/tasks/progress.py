"""How a task says how far it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vae.sentences import about, phrase


class Stopped(BaseException):
    """Somebody has stopped the task. A progress callback may raise it; a task lets it pass, as it does a KeyboardInterrupt."""


class Progress(Protocol):
    """What a task calls at every step; it may raise `Stopped`, which ends the task there.

    share : of the work that is done, 0 to 1
    words : what is going on
    """

    def __call__(self, share: float, words: str) -> None: ...


def silent(share: float, words: str) -> None:
    """Tells nobody."""


def of_steps(progress: Progress, name: str, digits: int) -> Callable[[int, int, dict[str, float]], None]:
    """Progress of a training, as a function of steps done, steps in all, and the loss and its parts, told with so many digits."""

    def step(done: int, total: int, parts: dict[str, float]) -> None:
        figures = "".join(f", {key} {value:.{digits}f}" for key, value in parts.items())
        progress(done / total, about(name, phrase("step {done} of {total}{figures}", done=done, total=total, figures=figures)))

    return step


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Progress of a part of the work, whose shares run from `start` to `end` of the whole."""
    return lambda share, words: progress(start + share * (end - start), words)
