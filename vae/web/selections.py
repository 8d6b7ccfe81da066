"""Selections of a map's images over HTTP: what they can be made by, what is found, what they have in common, and files of them."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from vae.live.answers import error_answer, json_answer, read_body
from vae.live.selections import SelectionError, Selections
from vae.live.socket import prefix
from vae.live.wire.answering import arrays_of
from vae.live.wire.frames import pack_reply
from vae.live.wire.schema import MEAN
from vae.live.worker import FAILED
from vae.report.files import EMPTY, KINDS, export
from vae.sentences import phrase
from vae.store.files import CheckpointError
from vae.web.certificates import safe

LARGEST_QUESTION = 64 * 1024  # bytes
LARGEST_SELECTION = 40 << 20  # bytes: ten million images
AT_ONCE = 3  # files that are written at the same time

BUSY = phrase("several files are being written already; try again in a minute")
TOO_LONG = phrase("that is more than a question can hold; ask for less")
NOT_ROWS = phrase("the selection is not one of this map's pictures; reload the page")

log = logging.getLogger("vae.web")


def routes(selections: Selections, base: str = "") -> list[BaseRoute]:
    """The routes under `/continuum/models/{name}`, below `base`.

    GET `/columns` lists what an imported data set's images can be filtered by: `{"columns": [{name, kind, words, low, high}]}`.
    POST `/find` takes a question as JSON (`Selections.find`) and answers `{"rows", "words", "scores"}`. POST `/mean` and POST
    `/export/{kind}` (csv, parquet, npz, zip) take rows as little-endian int32: the first answers a frame of `schema.MEAN`, the second the
    file. No rows are all. What goes wrong is `{"error": sentence}`.
    """
    handlers = SelectionRoutes(selections)
    start = f"{prefix(base)}/models/{{name}}"
    return [
        Route(f"{start}/columns", handlers.columns),
        Route(f"{start}/find", handlers.find, methods=["POST"]),
        Route(f"{start}/mean", handlers.mean, methods=["POST"]),
        Route(f"{start}/export/{{kind}}", handlers.export, methods=["POST"]),
    ]


class SelectionRoutes:
    """Answers over HTTP. Everything that computes or writes runs on a thread."""

    def __init__(self, selections: Selections) -> None:
        self._selections = selections
        self._writing = threading.BoundedSemaphore(AT_ONCE)

    async def columns(self, request: Request) -> Response:
        """What a selection can be made by."""

        def answer(name: str) -> Response:
            return json_answer({"columns": [vars(column) for column in self._selections.columns(name)]})

        return await self._answer(request, answer)

    async def find(self, request: Request) -> Response:
        """The rows that a question describes."""

        def answer(name: str, body: bytes) -> Response:
            try:
                asked = json.loads(body)
            except (ValueError, RecursionError):
                asked = None
            if not isinstance(asked, dict):
                raise SelectionError(phrase("this is no question about pictures; reload the page"))
            found = self._selections.find(name, asked)
            scores = None if found.scores is None else [float(f"{score:.6g}") for score in found.scores]
            return json_answer({"rows": found.rows.tolist(), "words": found.words, "scores": scores})

        return await self._posted(request, LARGEST_QUESTION, answer)

    async def mean(self, request: Request) -> Response:
        """What rows have in common."""

        def answer(name: str, body: bytes) -> Response:
            told = self._selections.mean(name, self._rows(name, body))
            frame = pack_reply(0, arrays_of(MEAN, told, {}))
            return Response(frame, media_type="application/octet-stream", headers={"cache-control": "no-cache"})

        return await self._posted(request, LARGEST_SELECTION, answer)

    async def export(self, request: Request) -> Response:
        """A file of rows, written whole before the first byte is sent, so that what goes wrong is still a sentence."""
        kind = request.path_params["kind"]
        if kind not in KINDS:
            return error_answer(
                phrase("there are no files of kind {kind!r}; choose one of {kinds}", kind=kind, kinds=", ".join(KINDS)), 404
            )

        def answer(name: str, body: bytes) -> Response:
            rows = self._rows(name, body)
            if not self._writing.acquire(blocking=False):
                return error_answer(BUSY, 503)
            folder = Path(tempfile.mkdtemp(prefix="continuum-"))
            try:
                path = folder / f"export.{kind}"
                export(self._selections.contents(name), rows, path)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            finally:
                self._writing.release()
            headers = {
                "content-disposition": f'attachment; filename="{safe(name)}.{kind}"',
                "cache-control": "no-store", "x-content-type-options": "nosniff",
            }  # fmt: skip
            done = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
            return FileResponse(path, media_type=KINDS[kind][1], headers=headers, background=done)

        return await self._posted(request, LARGEST_SELECTION, answer)

    def _rows(self, name: str, body: bytes) -> np.ndarray:
        """The rows in a body; all where it is empty."""
        count = len(self._selections.contents(name).atlas)
        if not body:
            return np.arange(count)
        if len(body) % 4:
            raise SelectionError(NOT_ROWS)
        rows = np.frombuffer(body, "<i4").astype(np.int64)
        if rows.min() < 0 or rows.max() >= count or len(np.unique(rows)) != len(rows):
            raise SelectionError(NOT_ROWS)
        return rows

    async def _posted(self, request: Request, largest: int, answer: Callable[[str, bytes], Response]) -> Response:
        try:
            body = await read_body(request, largest)
        except ClientDisconnect:
            return error_answer(phrase("the connection was closed"), 400)
        if body is None:
            return error_answer(TOO_LONG, 413)
        return await self._answer(request, lambda name: answer(name, body))

    async def _answer(self, request: Request, answer: Callable[[str], Response]) -> Response:
        try:
            return await run_in_threadpool(answer, request.path_params["name"])
        except CheckpointError as error:
            return error_answer(str(error), 404)
        except ValueError as error:
            if not isinstance(error, SelectionError) and str(error) != EMPTY:
                log.error("%s could not be answered", request.url.path, exc_info=error)
                return error_answer(FAILED, 500)
            return error_answer(str(error), 422)
        except OSError as error:
            log.error("%s could not be written", request.url.path, exc_info=error)
            return error_answer(
                phrase("the server could not write the file ({why}); its disk may be full", why=error.strerror or error), 507
            )
