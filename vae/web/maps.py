"""Maps on request: of a model that waits for its map, made by a job in the background, once, however many ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vae.jobs.job import BUSY, Full, Job
from vae.jobs.queue import Jobs
from vae.store import folders
from vae.store.checkpoints import model_names, need_model
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS
from vae.tasks.embed import EMBED, EmbedRequest
from vae.tasks.learn import LEARN
from vae.tasks.new import NEW, NewRequest


class Maps:
    """Maps as jobs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def find(self, name: str) -> dict[str, Any]:
        """How far the map of the model `name` is: state, share, words, and a sentence where it failed; {"state": "none"} if nobody makes it.

        A training that ends with the map makes it, too. DatabaseError if nobody can know.
        """
        if name not in model_names():
            return {"state": "none"}
        try:
            job = self._coming(name) or self._jobs.find(EMBED, _request(name))
        except (CheckpointError, OSError):  # the model has been deleted meanwhile
            return {"state": "none"}
        if job is None or (job.state == "ready" and not (folders.place(name) / ATLAS).exists()):  # somebody has deleted what it made
            return {"state": "none"}
        return {"state": job.state, "share": job.share, "words": job.words, "sentence": job.sentence}

    def ask(self, name: str) -> None:
        """Have it made; a job that failed is tried again, and one whose map has been deleted is done over.

        Raises
        ------
        CheckpointError
            If there is no checkpoint of that name.
        ValueError
            If too many are waiting, the server is ending or the database cannot be used.
        """
        need_model(name)
        if self._coming(name) is not None:
            return
        before = self._jobs.find(EMBED, _request(name))
        if before is not None and before.state == "ready":
            self._jobs.forget(before)
        try:
            self._jobs.ask(EMBED, _request(name))
        except Full:
            raise ValueError(BUSY) from None

    def _coming(self, name: str) -> Job | None:
        """A training under way that makes this model and then its map."""
        return next((job for job in self._jobs.all() if job.alive and name in _made_by(job)), None)


def _request(name: str) -> EmbedRequest:
    return EmbedRequest(name=name, device="cpu")


def _made_by(job: Job) -> tuple[str, ...]:
    """The names of the models that a training makes."""
    if job.task == LEARN.name:
        return (Path(job.request["out"]).name,)
    return NewRequest.from_dict(job.request).models if job.task == NEW.name else ()
