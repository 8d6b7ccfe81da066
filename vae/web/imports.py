"""Imports on request: a folder of this machine, or what has been uploaded, becomes a data set by a job in the background."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.data.imported import store
from vae.jobs.job import Full, Job
from vae.jobs.queue import Jobs, Stopping
from vae.live.answers import Refused, error_answer, json_answer, read_object
from vae.live.socket import prefix
from vae.sentences import phrase, without_name
from vae.store.errors import DatabaseError
from vae.tasks.import_images import IMPORT, ImportRequest
from vae.tasks.request import RequestError
from vae.web.uploads import Uploads
from vae.web.visitors import FOLDERS, may_name_folders, may_read

BUSY = phrase("other work is in line already; try again in some minutes")
UNKNOWN = phrase("there is no such import; ask for it again")
NOT_UPLOADED = phrase("what was uploaded is no longer here; choose the files again")
NOT_HERE = phrase(
    "folders of the server may be named by those who sit at it alone; upload the pictures, or let whoever runs the server name folders for everybody in {folders}",
    folders=FOLDERS,
)
ASKED = ("name", "size", "fit", "background", "grey", "test_share")  # of an ImportRequest, that a page says
LARGEST = 1 << 16  # bytes of what a page says
PARTS = TypeAdapter(Annotated[list[tuple[str, str]], Field(min_length=1)])  # SHA-256 and path of several uploads


class ImportRefused(Refused):
    """The import cannot be asked for."""


class Imports:
    """Imports as jobs."""

    def __init__(self, jobs: Jobs, uploads: Uploads) -> None:
        self._jobs, self._uploads = jobs, uploads

    def ask(self, source: Path, asked: dict[str, Any]) -> Job:
        """The job that imports `source`; ImportRefused if it cannot be had."""
        try:
            request = ImportRequest(source=source, **{key: asked[key] for key in ASKED if key in asked})
        except (RequestError, TypeError, ValueError) as error:
            raise ImportRefused(str(error), 422) from error
        if store.folder_of(request.name).exists():
            raise ImportRefused(phrase("there is a data set {name} already; choose another name", name=request.name), 409)
        try:
            return self._jobs.ask(IMPORT, request)
        except Full:
            raise ImportRefused(BUSY, 503) from None
        except (Stopping, DatabaseError) as error:
            raise ImportRefused(str(error), 503) from error

    def get(self, id: str) -> Job | None:
        """The import of that id. What it was uploaded for is deleted once it is a data set."""
        job = self._jobs.get(id)
        if job is None or job.task != IMPORT.name:
            return None
        if job.state == "ready":
            self._uploads.forget(Path(job.request["source"]))
        return job

    def cancel(self, id: str) -> None:
        """End one; what it has decoded is kept for the next."""
        if self.get(id) is not None:
            self._jobs.cancel(id)


def told(job: Job) -> dict[str, Any]:
    """What a page is told of an import: id, name of the data set, state, share, words, and sentence where it failed."""
    return {
        "id": job.id, "name": job.request["name"], "state": "failed" if job.state == "cancelled" else job.state, "share": job.share,
        "words": without_name(job.words), "sentence": job.sentence,
    }  # fmt: skip


def routes(imports: Imports, uploads: Uploads, base: str = "") -> list[BaseRoute]:
    """`/continuum/imports`, below `base`, and `/continuum/imports/{id}`.

    GET of the first is {folders}: whether this visitor may name folders of the server. POST asks for an import by a JSON object: `upload`
    (the SHA-256 of what was uploaded), `uploads` ([SHA-256, path] of each of several) or `folder` (a path), and fields of an
    `ImportRequest`. It answers as GET of the second does, with
    `told`; DELETE of that ends it. Only who has asked knows its id. What goes wrong is `{"error": sentence}`.
    """
    handlers, start = ImportRoutes(imports, uploads), f"{prefix(base)}/imports"
    return [
        Route(start, handlers.about, methods=["GET"]),
        Route(start, handlers.ask, methods=["POST"]),
        Route(f"{start}/{{id}}", handlers.look, methods=["GET"]),
        Route(f"{start}/{{id}}", handlers.cancel, methods=["DELETE"]),
    ]


class ImportRoutes:
    """Where imports are asked for and looked after. Everything that looks at files runs on a thread."""

    def __init__(self, imports: Imports, uploads: Uploads) -> None:
        self._imports, self._uploads = imports, uploads

    async def about(self, request: Request) -> Response:
        """What this visitor may ask for."""
        return json_answer({"folders": may_name_folders(request)})

    async def ask(self, request: Request) -> Response:
        """Import something."""
        try:
            asked = await _object(request)
            source = await run_in_threadpool(self._source, request, asked)
            return json_answer(told(await run_in_threadpool(self._imports.ask, source, asked)))
        except Refused as error:
            return error_answer(str(error), error.status)

    async def look(self, request: Request) -> Response:
        """How far one is."""
        try:
            job = await run_in_threadpool(self._imports.get, request.path_params["id"])
        except DatabaseError as error:
            return error_answer(str(error), 503)
        return error_answer(UNKNOWN, 404) if job is None else json_answer(told(job))

    async def cancel(self, request: Request) -> Response:
        """End one."""
        try:
            await run_in_threadpool(self._imports.cancel, request.path_params["id"])
        except DatabaseError as error:
            return error_answer(str(error), 503)
        return json_answer({})

    def _source(self, request: Request, asked: dict[str, Any]) -> Path:
        """What is to be imported."""
        if "upload" in asked:
            path = self._uploads.find(str(asked["upload"]))
            if path is None:
                raise ImportRefused(NOT_UPLOADED, 409)
            return path
        if "uploads" in asked:
            return self._uploads.together(_parts(asked["uploads"]))
        folder = str(asked.get("folder", "")).strip()
        if not folder:
            raise ImportRefused(phrase("say which folder, or choose files"), 422)
        path = Path(folder).expanduser()
        if not may_read(request, path):
            raise ImportRefused(NOT_HERE, 403)
        if not path.is_absolute():
            raise ImportRefused(
                phrase("{folder} is no whole path; write it from its beginning, like /home/me/pictures", folder=folder), 422
            )
        if not path.exists():
            raise ImportRefused(phrase("there is nothing at {folder} on the server", folder=folder), 404)
        return path


def _parts(told: object) -> list[tuple[str, str]]:
    """SHA-256 and path of each of several uploads, as a page says them."""
    try:
        return PARTS.validate_python(told)
    except ValidationError:
        raise ImportRefused(phrase("several uploads are told as the SHA-256 and the path of each; reload the page"), 400) from None


async def _object(request: Request) -> dict[str, Any]:
    """The JSON object in a request."""
    asked = await read_object(request, LARGEST)
    if asked is None:
        raise ImportRefused(phrase("an import is asked for by a JSON object; reload the page"), 400)
    return asked
