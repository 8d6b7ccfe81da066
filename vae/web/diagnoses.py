"""Diagnoses on request: each made once, however many ask, by a job in the background."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.jobs.job import BUSY, RESULTS, Full, Job
from vae.jobs.queue import Jobs
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.store.checkpoints import model_names, need_model
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.tasks.diagnose import DIAGNOSE, DiagnoseRequest

FILE = "diagnosis.json"  # among the results of its job
TOLD = ("findings", "left_out", "notes")


def told(job: Job | None) -> dict[str, Any]:
    """What a page is told: state, share, words, sentence where it failed and, once it is ready, what was found; {"state": "none"} if nobody has asked."""
    if job is None:
        return {"state": "none"}
    said: dict[str, Any] = {"state": "failed" if job.state == "cancelled" else job.state, "share": job.share, "words": job.words}
    said["sentence"] = job.sentence
    if job.state == "ready" and job.result is not None:
        said |= {key: job.result[key] for key in TOLD}
    return said


class Diagnoses:
    """Diagnoses as jobs. One is good until a file that it was made from changes."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def find(self, name: str) -> dict[str, Any]:
        """How far that of the model `name` is, as `told` says; DatabaseError if nobody can know."""
        if name not in model_names():
            return told(None)
        try:
            return told(self._jobs.find(DIAGNOSE, _request(name)))
        except (CheckpointError, OSError):  # the model has been deleted meanwhile
            return told(None)

    def ask(self, name: str) -> dict[str, Any]:
        """How far it is, made now if need be; one that failed is tried again.

        Raises
        ------
        CheckpointError
            If there is no checkpoint of that name.
        ValueError
            If too many are waiting, the server is ending or the database cannot be used.
        """
        need_model(name)
        try:
            return told(self._jobs.ask(DIAGNOSE, _request(name)))
        except Full:
            raise ValueError(BUSY) from None


def _request(name: str) -> DiagnoseRequest:
    return DiagnoseRequest(name=name, out=RESULTS / FILE, device="cpu")


def routes(diagnoses: Diagnoses, base: str = "") -> list[BaseRoute]:
    """`/continuum/diagnoses/{name}`, below `base`: POST asks for the diagnosis of a model and GET looks after it; both answer as `told` says.

    What goes wrong is `{"error": sentence}`.
    """
    handlers, where = DiagnosisRoutes(diagnoses), f"{prefix(base)}/diagnoses/{{name}}"
    return [Route(where, handlers.ask, methods=["POST"]), Route(where, handlers.look, methods=["GET"])]


class DiagnosisRoutes:
    """Where diagnoses are asked for and looked after. Everything that looks at files runs on a thread."""

    def __init__(self, diagnoses: Diagnoses) -> None:
        self._diagnoses = diagnoses

    async def ask(self, request: Request) -> Response:
        """Make it, or join those who wait for it."""
        try:
            return json_answer(await run_in_threadpool(self._diagnoses.ask, request.path_params["name"]))
        except CheckpointError as error:
            return error_answer(str(error), 404)
        except ValueError as error:
            return error_answer(str(error), 503)

    async def look(self, request: Request) -> Response:
        """How far it is."""
        try:
            return json_answer(await run_in_threadpool(self._diagnoses.find, request.path_params["name"]))
        except DatabaseError:  # whoever asks for one is told; a page that only looks need not be
            return json_answer(told(None))
