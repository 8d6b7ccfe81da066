"""A pair of models of an imported data set on request, made by a job in the background."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.data.imported import store
from vae.jobs.job import BUSY, Full, Job
from vae.jobs.queue import Jobs
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.sentences import phrase
from vae.tasks.new import NEW, NewRequest

BUDGETS = (60.0, 300.0, 1800.0)  # seconds: those that a page may ask for


def told(job: Job) -> dict[str, Any]:
    """What a page is told: state, share, words, sentence where it failed, and, once it is ready, the models and what came out."""
    said: dict[str, Any] = {"state": job.state, "share": job.share, "words": job.words}
    said |= {"sentence": job.sentence, "budget": job.request["budget"]}
    if job.state == "ready" and job.result is not None:
        said |= {key: job.result[key] for key in ("models", "sentence", "outcome", "reasons", "commands", "undone") if key in job.result}
    return said


def routes(jobs: Jobs, base: str = "") -> list[BaseRoute]:
    """`/continuum/pairs/{name}`, below `base`, of the imported data set of that name.

    POST, with `?budget=` in seconds, asks for a pair, and GET looks after the one that is made or was made last, {"state": "none"} if
    nobody has asked, with the `budgets` that may be asked for; both answer as `told` says. DELETE ends what is under way; it goes on when it
    is asked for again. What goes wrong is `{"error": sentence}`.
    """
    handlers, where = PairRoutes(jobs), f"{prefix(base)}/pairs/{{name}}"
    return [
        Route(where, handlers.ask, methods=["POST"]),
        Route(where, handlers.look, methods=["GET"]),
        Route(where, handlers.cancel, methods=["DELETE"]),
    ]


class PairRoutes:
    """Where pairs are asked for and looked after. Everything that looks at files runs on a thread."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def ask(self, request: Request) -> Response:
        """Make one, or join who waits for it."""
        return await run_in_threadpool(self._ask, request)

    async def look(self, request: Request) -> Response:
        """How far it is."""
        return await run_in_threadpool(self._look, request)

    async def cancel(self, request: Request) -> Response:
        """End it."""
        return await run_in_threadpool(self._cancel, request)

    def _ask(self, request: Request) -> Response:
        try:
            return json_answer(told(self._jobs.ask(NEW, _request(request))))
        except LookupError as error:
            return error_answer(str(error.args[0]), 404)
        except Full:
            return error_answer(BUSY, 503)
        except ValueError as error:
            return error_answer(str(error), 503)

    def _look(self, request: Request) -> Response:
        job = self._find(request)
        return json_answer({"budgets": BUDGETS} | ({"state": "none"} if job is None else told(job)))

    def _cancel(self, request: Request) -> Response:
        job = self._find(request)
        if job is not None and job.alive:
            self._jobs.cancel(job.id)
        return json_answer({})

    def _find(self, request: Request) -> Job | None:
        """The job of that data set that is under way, else one that is ready, else one that has failed."""
        try:
            name = _data_set(request)
            found = [self._jobs.find(NEW, NewRequest(name=name, budget=budget)) for budget in BUDGETS]
        except (LookupError, ValueError):  # no such data set, or a database that cannot be used: who asks for a pair is told
            return None
        jobs = [job for job in found if job is not None]
        return min(jobs, key=lambda job: (not job.alive, job.state != "ready"), default=None)


def _data_set(request: Request) -> str:
    name = request.path_params["name"]
    if name not in store.names():  # a client can never make us read another path
        raise LookupError(phrase("there is no imported data set {name!r}; import it first", name=name))
    return str(name)


def _request(request: Request) -> NewRequest:
    """What is asked for; LookupError if there is no such data set, ValueError for a budget that is not offered."""
    name = _data_set(request)
    try:
        budget = float(request.query_params.get("budget", "300"))
    except ValueError:
        budget = 0.0
    if budget not in BUDGETS:
        raise ValueError(
            phrase("a pair is made in {budgets} seconds; choose one of these", budgets=", ".join(f"{each:.0f}" for each in BUDGETS))
        )
    return NewRequest(name=name, budget=budget)
