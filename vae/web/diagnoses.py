"""Diagnoses on request: each made once, however many ask, by a job in the background."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.jobs.job import BUSY, RESULTS, Full, Job
from vae.jobs.queue import Jobs
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.report.doctor import diagnosis
from vae.store import folders
from vae.store.checkpoints import model_names, need_model, weights_sha256
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError, read_object
from vae.store.folders import holds
from vae.tasks.diagnose import DIAGNOSE, DiagnoseRequest

FILE = "diagnosis.json"  # among the results of its job; the command line writes one into the model's folder
PNG = "data:image/png;base64,"
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


def kept(folder: Path) -> dict[str, Any] | None:
    """What `python -m vae diagnose` has written into a model's folder, as `told` says of one that is ready, and when it was made.

    None where there is none, where it is of other weights, or where it cannot be shown: a model's folder may be a stranger's.
    """
    path = folder / FILE
    if not holds(folder, FILE):
        return None
    try:
        found = read_object(path)
        if found["weights_sha256"] != weights_sha256(folder):
            return None
        said = {key: found[key] for key in TOLD}
        drawn = [address for finding in said["findings"] for row in finding["sketch"]["pictures"] for address in row]
        notes = [*said["notes"], *said["left_out"].values()]
        if not (all(address.startswith(PNG) for address in drawn) and all(isinstance(words, str) for words in notes)):
            return None
        diagnosis(folder.name, said["findings"], said["left_out"])  # whether it can be drawn is seen by drawing it
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (CheckpointError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError):
        return None
    return {"state": "ready", "share": 1.0, "words": "", "sentence": None, "made": made} | said


class Diagnoses:
    """Diagnoses as jobs. One is good until a file that it was made from changes."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def known(self) -> frozenset[str]:
        """The models that somebody has asked for, and those with a file of the command line's; DatabaseError if nobody can know."""
        asked = {str(job.request["name"]) for job in self._jobs.all() if job.task == DIAGNOSE.name}
        return frozenset(asked | {name for name in model_names() if holds(folders.place(name), FILE)})

    def find(self, name: str) -> dict[str, Any]:
        """How far that of the model `name` is, as `told` says; where nobody has asked, what the command line has found of the same weights.

        DatabaseError if nobody can know.
        """
        if name not in model_names():
            return told(None)
        try:
            job = self._jobs.find(DIAGNOSE, _request(name))
            return told(job) if job is not None else kept(folders.place(name)) or told(None)
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
