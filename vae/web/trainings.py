"""Trainings under the hand over HTTP: begin one, move its sliders, go back, keep a moment, take its recording away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from vae import data
from vae.jobs.queue import Jobs
from vae.live.answers import UNREADABLE, error_answer, json_answer, read_object
from vae.live.socket import Live, prefix
from vae.live.training.answers import Trainings, phase_of
from vae.live.training.runs import Run, RunError
from vae.sentences import phrase
from vae.store import folders
from vae.store.names import check_name
from vae.tasks.embed import EMBED, EmbedRequest
from vae.tasks.evaluate import EVALUATE, EvaluateRequest
from vae.training.recording import KINDS, Hand, Setup
from vae.web.trainingfilm import film, missing_encoder

LARGEST_BODY = 16 * 1024  # bytes
MOST_AT_ONCE = 100  # steps that are taken without waiting for a core


def routes(trainings: Trainings, jobs: Jobs, base: str = "") -> list[BaseRoute]:
    """The routes of trainings, below `base`.

    `/continuum/live/training` is the WebSocket, with the operations that `wire/schema.py` describes. POST `/continuum/trainings` with a
    setup, or with `{"of", "step", "hand"?}` to fork one, begins a training and answers `{"name"}`; GET `/continuum/trainings/{name}` says
    how it is; POST to it does one of `{"do": "run", "steps"?}`, `{"do": "pause"}`, `{"do": "hand", "hand"}`, `{"do": "speed", "most"}` and
    `{"do": "keep", "name"}`; `/recording` is its recording as a file, `/film` its moments as a GIF, `/film?as=mp4` as an MP4. What goes wrong is `{"error": sentence}`.
    """
    handlers, start = TrainingRoutes(trainings, jobs), prefix(base)
    return [
        WebSocketRoute(f"{start}/live/training", Live(trainings, "training")),
        Route(f"{start}/trainings", handlers.begin, methods=["POST"]),
        Route(f"{start}/trainings", handlers.choices, methods=["GET"]),
        Route(f"{start}/trainings/{{name}}", handlers.do, methods=["POST"]),
        Route(f"{start}/trainings/{{name}}", handlers.look, methods=["GET"]),
        Route(f"{start}/trainings/{{name}}/recording", handlers.recording),
        Route(f"{start}/trainings/{{name}}/film", handlers.film),
    ]


class TrainingRoutes:
    """Everything that waits for a file or a process runs on a thread."""

    def __init__(self, trainings: Trainings, jobs: Jobs) -> None:
        self._trainings, self._runs, self._jobs = trainings, trainings.runs, jobs

    async def choices(self, request: Request) -> Response:
        """The data sets that can be trained on: name, title and whether they are on disk."""

        def answer() -> list[dict[str, Any]]:
            return [
                {"name": each.name, "title": each.title, "there": each.available(), "classes": list(each.classes)}
                for each in data.data_sets()
            ]

        return json_answer(await run_in_threadpool(answer))

    async def begin(self, request: Request) -> Response:
        """A new training, or a fork of one."""

        def begin(body: dict[str, Any]) -> dict[str, Any]:
            if "of" in body:
                run = self._runs.fork(str(body["of"]), int(body["step"]), Hand(**body["hand"]) if "hand" in body else None)
            else:
                setup = Setup(**body)
                known = data.find(setup.data)
                if known is None or not known.available():
                    raise RunError(phrase("{data} is not on disk; download or import it on the Models page", data=setup.data))
                run = self._runs.begin(setup)
            return {"name": run.name}

        return await self._answer(request, begin)

    async def do(self, request: Request) -> Response:
        """Have a training do something."""
        name = request.path_params["name"]

        def do(body: dict[str, Any]) -> dict[str, Any]:
            run, what = self._runs.open(name), body.get("do")
            if what == "run" and body.get("steps") is None:
                self._runs.learn(run)
            elif what == "run":
                run.order({"do": "run", "steps": min(MOST_AT_ONCE, int(body["steps"]))})
            elif what == "pause":
                self._runs.pause(run)
            elif what == "hand":
                run.order({"do": "hand", "hand": Hand(**body["hand"]).model_dump(mode="json")})
            elif what == "speed":
                run.order({"do": "speed", "most": None if body.get("most") is None else min(1000.0, max(0.1, float(body["most"])))})
            elif what == "keep":
                self._keep(run, str(body["name"]))
            else:
                raise RunError(UNREADABLE)
            return self._how(run)

        return await self._answer(request, do)

    async def look(self, request: Request) -> Response:
        """How a training is: its setup, its phase, why it failed, what was kept, its classes, why nobody tells its unreal pictures, and what an MP4 of it lacks."""
        try:
            return json_answer(await run_in_threadpool(lambda: self._how(self._runs.open(request.path_params["name"]))))
        except RunError as error:  # an old address is no failure of the page's: the browser need not log one
            return json_answer({"error": str(error)})

    async def recording(self, request: Request) -> Response:
        """The recording as it was last written."""
        name = request.path_params["name"]
        try:
            text = (await run_in_threadpool(self._runs.recording, name)).to_json()
        except RunError as error:
            return error_answer(str(error), 404)
        headers = {"content-disposition": f'attachment; filename="training-{name}.json"', "cache-control": "no-cache"}
        return Response(text, media_type="application/json", headers=headers)

    async def film(self, request: Request) -> Response:
        """Its moments as a GIF or an MP4."""
        name, kind = request.path_params["name"], "mp4" if request.query_params.get("as") == "mp4" else "gif"
        try:
            picture = await film(self._trainings, await run_in_threadpool(self._runs.open, name), kind)
        except RunError as error:
            return error_answer(str(error), 404)
        headers = {"content-disposition": f'attachment; filename="training-{name}.{kind}"', "cache-control": "no-cache"}
        return Response(picture, media_type="video/mp4" if kind == "mp4" else "image/gif", headers=headers)

    def _how(self, run: Run) -> dict[str, Any]:
        sentence = run.error or run.state.get("failed") or run.refused
        kept = run.kept | {"mapped": self._mapped(run)} if run.kept else {}
        return {
            "name": run.name, "setup": run.setup.model_dump(mode="json"), "phase": phase_of(run), "sentence": sentence, "kept": kept,
            "classes": run.ready.get("classes", []), "images": run.ready.get("images", 0), "hand": run.state.get("hand"),
            "step": run.state.get("step", 0), "unjudged": run.ready.get("unjudged"),
            "no_mp4": missing_encoder(),
        }  # fmt: skip

    def _keep(self, run: Run, name: str) -> None:
        root = folders.root()
        places = {kind: root / check_name(f"{name}-{kind}") for kind in KINDS}
        for folder in places.values():
            if folder.exists():
                raise RunError(phrase("there is a model {name!r} already; choose another name", name=folder.name))
        run.kept = {}
        run.order({"do": "keep", "folders": {kind: str(folder) for kind, folder in places.items()}})

    def _mapped(self, run: Run) -> bool:
        """Whether the models that were kept have their maps, which are made in the background; their figures are measured after that."""
        names = [Path(folder).name for folder in run.kept.get("kept", {}).values()]
        try:
            mapped = all([self._jobs.ask(EMBED, EmbedRequest(name=name)).state == "ready" for name in names])
            for name in names if mapped else ():
                self._jobs.ask(EVALUATE, EvaluateRequest(name=name, brief=True))
        except ValueError:  # many are waiting, or the database has no room: the next look asks again
            return False
        return mapped

    async def _answer(self, request: Request, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
        try:
            body = await read_object(request, LARGEST_BODY)
            if body is None:
                return error_answer(UNREADABLE, 400)
            return json_answer(await run_in_threadpool(answer, body))
        except ClientDisconnect:
            return Response(status_code=400)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            return error_answer(phrase("{value}: {first}", value=".".join(map(str, first["loc"])) or "that", first=first["msg"]), 400)
        except RunError as error:
            return error_answer(str(error), 409)
        except (KeyError, TypeError):
            return error_answer(UNREADABLE, 400)
        except ValueError as error:
            return error_answer(str(error), 400)
