"""Trainings that the Models page starts: any that the command line can, each a job that is paused, resumed, cancelled and looked after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae import data
from vae.jobs.job import Full, Job
from vae.jobs.queue import Jobs
from vae.live.answers import UNREADABLE, Refused, error_answer, json_answer, read_object
from vae.live.socket import prefix
from vae.sentences import exchanged, phrase, without_name
from vae.store import folders
from vae.store.folders import ATLAS, CONFIG
from vae.store.names import check_name
from vae.tasks.command import train_command
from vae.tasks.learn import LEARN
from vae.tasks.train import PRECISIONS, TrainRequest, config_of
from vae.web.progress import curves, seconds_left, stamp_of, wall

ELSEWHERE = ("out", "data", "size", "download")  # of a TrainRequest: said by its name and its data set, or of no use here
ENDED = 5  # trainings that have ended that are still told of
LARGEST_BODY = 16 * 1024  # bytes
BUSY = phrase("many trainings are in line already; cancel one, or try again once one has ended")
UNKNOWN = phrase("there is no such training any more; reload the page")


def routes(jobs: Jobs, base: str = "") -> list[BaseRoute]:
    """`/continuum/learning`, below `base`: trainings as jobs.

    GET answers with the trainings, as `told`, and `/fields` with what may be asked for. POST with `name` and fields of a `TrainRequest` puts
    one in line. POST to `/{id}` does one of `{"do": "pause"}`, `{"do": "resume"}` and `{"do": "again"}`, the last for one that has failed;
    DELETE ends it and takes away what it has learned; one that has ended is taken off the list, and its model stays. `/{id}/curves` is its log, `/{id}/wall.png` pictures that it rebuilds and draws. What
    goes wrong is `{"error": sentence}`.
    """
    handlers, start = LearningRoutes(jobs), f"{prefix(base)}/learning"
    return [
        Route(start, handlers.all, methods=["GET"]),
        Route(start, handlers.ask, methods=["POST"]),
        Route(f"{start}/fields", handlers.fields),
        Route(f"{start}/{{id}}", handlers.do, methods=["POST"]),
        Route(f"{start}/{{id}}", handlers.end, methods=["DELETE"]),
        Route(f"{start}/{{id}}/curves", handlers.curves),
        Route(f"{start}/{{id}}/wall.png", handlers.wall),
    ]


def told(job: Job) -> dict[str, Any]:
    """What a page is told of a training.

    id, state, share, words, sentence (why it failed); name, data (title) and kind; command, that does the same on the command line; left,
    seconds that it will take, None where nobody knows; stamp, of the pictures that it has come to, None before there are any; outcome,
    sentences on what it has learned; model, whether there is one of that name; mapped, whether other pages can show it.
    """
    asked = TrainRequest.from_dict(job.request)
    name = asked.out.name
    return {
        "id": job.id, "state": job.state, "share": job.share, "words": without_name(job.words),
        "sentence": job.sentence and exchanged(job.sentence, str(asked.out), name),  # no paths of this machine in a reply
        "name": name, "data": data.title(asked.data), "kind": asked.model,
        "command": train_command(asked.model_copy(update={"out": Path(name)})),
        "left": seconds_left(asked, job.share) if job.state == "working" else None, "stamp": stamp_of(asked.out),
        "outcome": job.result["outcome"] if job.result else [], "model": (asked.out / CONFIG).exists(),
        "mapped": job.state == "ready" and (asked.out / ATLAS).exists(),
    }  # fmt: skip


def fields() -> list[dict[str, Any]]:
    """What a training may be asked for beside its name and its data set: name, kind ("choice", "whole", "number", "flag" or "widths"),
    usual (None where it depends on others), options of a choice, least and most of a number."""
    found = []
    for name, described in TrainRequest.model_json_schema()["properties"].items():
        if name in ELSEWHERE:
            continue
        inner = next((each for each in described.get("anyOf", []) if each["type"] != "null"), described)
        options = list(PRECISIONS) if name == "precision" else inner.get("enum", [])
        kinds = {"integer": "whole", "number": "number", "boolean": "flag", "array": "widths"}
        found.append(
            {
                "name": name, "kind": "choice" if options else kinds[inner["type"]], "usual": described["default"], "options": options,
                "least": inner.get("minimum"), "most": inner.get("maximum"),
            }
        )  # fmt: skip
    return found


class LearningRoutes:
    """Everything that looks at files or the database runs on a thread."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def all(self, _request: Request) -> Response:
        """All that are under way, and the last that have ended, the newest first."""
        return await self._answer(lambda: [told(job) for job in self._all()])

    async def fields(self, _request: Request) -> Response:
        """What may be asked for: the fields of a training, and the data sets."""

        def answer() -> dict[str, Any]:
            sets = [{"name": each.name, "title": each.title, "there": each.available()} for each in data.data_sets()]
            return {"fields": fields(), "data": sets}

        return await self._answer(answer)

    async def ask(self, request: Request) -> Response:
        """Put one in line."""
        return await self._with_body(request, lambda body: told(self._begin(_asked(body))))

    async def do(self, request: Request) -> Response:
        """Pause one, let it go on, or try one again that has failed."""

        def do(body: dict[str, Any]) -> dict[str, Any]:
            job, what = self._find(request), body.get("do")
            if what == "pause":
                self._jobs.pause(job.id)
            elif what == "resume":
                self._jobs.resume(job.id)
            elif what == "again" and not job.alive:
                begun = self._begin(TrainRequest.from_dict(job.request | {"resume": True}))
                self._jobs.forget(job)  # its place on the list is the new one's
                return told(begun)
            else:
                raise Refused(UNREADABLE, 400)
            return told(self._find(request))

        return await self._with_body(request, do)

    async def end(self, request: Request) -> Response:
        """End one, and take away what it has learned; take one that has ended off the list, with what it had saved if it failed."""

        def end() -> dict[str, Any]:
            job = self._find(request)
            if job.alive:
                self._jobs.cancel(job.id)
            else:
                self._jobs.forget(job, discard=job.state == "failed" and not self._gone_on_with(job))
            return {}

        return await self._answer(end)

    async def curves(self, request: Request) -> Response:
        """Its log."""
        return await self._answer(lambda: curves(self._out(request)))

    async def wall(self, request: Request) -> Response:
        """Pictures of the newest weights that were saved."""
        try:
            content = await run_in_threadpool(lambda: wall(self._out(request)))
        except ValueError as error:
            return error_answer(str(error), getattr(error, "status", 404))
        # The page's address of it holds the stamp of these weights.
        headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
        return Response(content, media_type="image/png", headers=headers)

    def _begin(self, asked: TrainRequest) -> Job:
        taken = [job for job in self._all() if job.alive and Path(job.request["out"]) == asked.out]
        if taken or (asked.out.exists() and not asked.resume):
            raise Refused(phrase("there is a model {name} already, or one is to be trained; choose another name", name=asked.out.name), 409)
        try:
            return self._jobs.ask(LEARN, asked)
        except Full:
            raise Refused(BUSY, 503) from None

    def _all(self) -> list[Job]:
        jobs = [job for job in self._jobs.all() if job.task == LEARN.name and job.state != "cancelled"]
        ended = [job for job in jobs if not job.alive][:ENDED]
        return [job for job in jobs if job.alive or job in ended]

    def _gone_on_with(self, job: Job) -> bool:
        """Whether another training of the same name goes on, or may go on, from what this one has saved."""
        others = [other for other in self._jobs.all() if other.task == LEARN.name and other.id != job.id]
        return any(other.request["out"] == job.request["out"] and (other.alive or other.state == "failed") for other in others)

    def _find(self, request: Request) -> Job:
        job = self._jobs.get(request.path_params["id"])
        if job is None or job.task != LEARN.name:
            raise Refused(UNKNOWN, 404)
        return job

    def _out(self, request: Request) -> Path:
        return Path(self._find(request).request["out"])

    async def _with_body(self, request: Request, answer: Callable[[dict[str, Any]], object]) -> Response:
        try:
            body = await read_object(request, LARGEST_BODY)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return error_answer(UNREADABLE, 400)
        return await self._answer(lambda: answer(body))

    async def _answer(self, answer: Callable[[], object]) -> Response:
        try:
            return json_answer(await run_in_threadpool(answer))
        except Refused as error:
            return error_answer(str(error), error.status)
        except ValueError as error:
            return error_answer(str(error), 422)


def _asked(body: dict[str, Any]) -> TrainRequest:
    """The training that a page asks for; ValueError with a sentence if its settings cannot be, or do not go together."""
    import torch

    known = {each["name"] for each in fields()}
    unknown = sorted(set(body) - known - {"name", "data"})
    if unknown:
        raise Refused(phrase("a training has no {field}; reload the page", field=unknown[0]), 422)
    name, chosen = str(body.get("name", "")), str(body.get("data", ""))
    out = folders.root() / check_name(name)
    found = data.find(chosen)  # never a folder: a client can never make us read another path
    if found is None or not found.available():
        raise Refused(
            phrase("{data} is not on disk; download or import it on this page, then choose it", data=chosen or phrase("the data set")),
            422,
        )
    asked = TrainRequest(out=out, data=chosen, **{key: value for key, value in body.items() if key in known and value is not None})
    config_of(asked, torch.empty((0, *found.shape), dtype=torch.uint8))
    if asked.resume and not (out / CONFIG).exists() and not out.exists():
        raise Refused(phrase("there is no model {name} to go on with; leave that out to train a new one", name=name), 422)
    return asked
