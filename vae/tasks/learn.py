"""A training that nobody has to look after: the model and its map, in one piece of work that can be put down and taken up again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vae.store.folders import ATLAS, CONFIG, TRAINING_LOG
from vae.store.writing import one_writer
from vae.tasks.embed import EmbedRequest, embed
from vae.tasks.outcome import report
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.train import TrainRequest, leaves, train

TRAINED = 0.97  # of the work; the rest is the map


@dataclass(frozen=True)
class Learned:
    """folder : of the checkpoint; outcome : sentences on what it has learned, the last one advice."""

    folder: Path
    outcome: list[str]


def learn(request: TrainRequest, progress: Progress = silent) -> Learned:
    """Train a model and make its map; what a run before has finished is not done over.

    Raises
    ------
    ValueError, OSError
        As `train` and `embed` do.
    """
    if not (request.resume and _finished(request)):
        train(request, part_of(progress, 0, TRAINED))
        (request.out / ATLAS).unlink(missing_ok=True)  # of the same model with fewer epochs
    if not (request.out / ATLAS).exists():
        embed(EmbedRequest(name=str(request.out), device=request.device, seed=request.seed), part_of(progress, TRAINED, 1))
    return Learned(request.out, report(request))


def _finished(request: TrainRequest) -> bool:
    from vae.store.checkpoints import read_config
    from vae.training.loop import STATE

    there = (request.out / CONFIG).exists() and not (request.out / STATE).exists()
    return there and read_config(request.out).epochs >= request.epochs


def _discard(request: TrainRequest) -> None:
    """Take away a run that has not finished; a model that was there before it stays, and so does what another process goes on with."""
    from vae.training.loop import STATE

    if not request.out.is_dir():
        return
    with one_writer(request.out):
        for name in [STATE] if (request.out / CONFIG).exists() else [STATE, TRAINING_LOG]:
            (request.out / name).unlink(missing_ok=True)
    with suppress(OSError):  # something else lies there
        request.out.rmdir()


def _go_on(request: TrainRequest) -> TrainRequest:
    return request.model_copy(update={"resume": True})


LEARN = register(Task("learn", TrainRequest, learn, resume=_go_on, leaves=leaves, discard=_discard, long=True))
