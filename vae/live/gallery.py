"""The studio's routes: its WebSocket, and addresses for what is asked seldom: facts of a painter, the reading of a caption, a film."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable

import numpy as np
from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from vae.data import scenes
from vae.data.captions import EXAMPLES, CaptionError, read_caption
from vae.live.answers import error_answer, json_answer, read_body
from vae.live.socket import Live, prefix
from vae.live.studio import CONTINUOUS, Studio
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request as asking
from vae.live.wire.frames import unpack_reply
from vae.live.wire.schema import PAINT
from vae.sentences import phrase
from vae.store import folders
from vae.store.checkpoints import model_names
from vae.store.files import CheckpointError
from vae.store.folders import VOCABULARY
from vae.store.painters import painter_names

LARGEST_BODY = 64 * 1024  # bytes
ZOOM = 8  # a film's pixels for each of the picture's
PACE, LAST = 50, 2500  # milliseconds that a film shows a cell, and the whole
UNDRAWN = (128, 132, 140)

TOO_LONG = phrase("that is more than a caption can hold; write one sentence")
NOT_A_FILM = phrase("send the picture's tokens, and those that were given, each as a list of whole numbers")


def routes(studio: Studio, base: str = "") -> list[BaseRoute]:
    """The studio's routes, below `base`.

    `/continuum/live/studio` is its WebSocket, with the operations that `wire/schema.py` describes;
    GET `/continuum/painters` lists the painters, `/continuum/painters/{name}` describes one, and
    `/continuum/painters/{name}/vocabulary` is a sheet of pictures of its words; POST `/continuum/captions` reads the
    caption in its body; POST `/continuum/painters/{name}/film` makes a GIF of how a picture was drawn. What goes wrong is `{"error": sentence}`.
    """
    handlers, start = PainterRoutes(studio), prefix(base)
    return [
        WebSocketRoute(f"{start}/live/studio", Live(studio, "studio")),
        Route(f"{start}/painters", handlers.painters),
        Route(f"{start}/painters/{{name}}", handlers.painter),
        Route(f"{start}/painters/{{name}}/vocabulary", handlers.vocabulary),
        Route(f"{start}/captions", handlers.caption, methods=["POST"]),
        Route(f"{start}/painters/{{name}}/film", handlers.film, methods=["POST"]),
    ]


class PainterRoutes:
    """Answers over HTTP. Everything that computes runs on a thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def painters(self, request: Request) -> Response:
        """The names of all painters."""
        return json_answer(await run_in_threadpool(painter_names))

    async def painter(self, request: Request) -> Response:
        """The words it knows, examples of captions, and the size of its pictures, grid and codebook."""
        try:
            painter = await run_in_threadpool(self._studio.painter, request.path_params["name"])
        except CheckpointError as error:
            return error_answer(str(error), 404)
        known = painter.vocabulary
        facts = {
            "examples": EXAMPLES,
            "objects": known.objects,
            "tints": known.tints,
            "backgrounds": known.backgrounds,
            "relations": known.relations,
            "held_out": sorted(known.held_out),
            "pictured": folders.place(request.path_params["name"], VOCABULARY).is_file(),
            "grid": painter.grid,
            "codebook_size": painter.codebook_size,
            "image_shape": painter.image_shape,
            "device": str(painter.device),
            "continuous": CONTINUOUS if CONTINUOUS in model_names() else None,
        }
        return json_answer(facts)

    async def vocabulary(self, request: Request) -> Response:
        """Pictures of the words, a file of `vae/drawing/vocabulary.py`."""
        path = folders.place(request.path_params["name"], VOCABULARY)
        if request.path_params["name"] not in await run_in_threadpool(painter_names) or not path.is_file():
            return error_answer(phrase("there are no pictures of the words; make them with: python -m vae dalle vocabulary"), 404)
        return FileResponse(path, media_type="image/webp", headers={"cache-control": "no-cache"})

    async def caption(self, request: Request) -> Response:
        """The caption as it was read: words, their numbers, caption, notes; or a sentence and suggestions if it cannot be."""
        return await self._open(request, self._read)

    async def film(self, request: Request) -> Response:
        """{tokens, given} -> a GIF in which the cells that were not given come one after the other."""
        return await self._open(request, lambda body: self._film(request.path_params["name"], body))

    async def _open(self, request: Request, answer: Callable[[bytes], Awaitable[Response]]) -> Response:
        try:
            body = await read_body(request, LARGEST_BODY)
        except ClientDisconnect:
            return error_answer(phrase("the connection was closed"), 400)
        return json_answer({"error": TOO_LONG, "suggestions": []}, 413) if body is None else await answer(body)

    async def _read(self, body: bytes) -> Response:
        try:
            reading = await run_in_threadpool(read_caption, body.decode(errors="replace"))
        except CaptionError as error:
            return json_answer({"error": str(error), "suggestions": error.suggestions})  # an answer like any other, not a failure
        ids = scenes.word_ids([reading.words])[0].tolist()
        return json_answer({"words": reading.words, "ids": ids, "caption": reading.caption, "notes": reading.notes})

    async def _film(self, name: str, body: bytes) -> Response:
        try:
            painter = await run_in_threadpool(self._studio.painter, name)
        except CheckpointError as error:
            return error_answer(str(error), 404)
        try:
            told = json.loads(body)
            tokens = np.array(told["tokens"], np.int64)
            given = np.full_like(tokens, -1) if told.get("given") is None else np.array(told["given"], np.int64)
            if tokens.shape != (painter.grid**2,) or given.shape != tokens.shape or tokens.min() < 0:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return error_answer(NOT_A_FILM, 422)
        steps = partial_drawings(tokens, given)
        frame = await asyncio.wrap_future(self._studio.submit(asking(0, PAINT, name, tokens=steps)))
        reply = unpack_reply(frame)
        if reply.sentence:
            return error_answer(reply.sentence, 422)
        film = await run_in_threadpool(make_film, np.asarray(answer_of(PAINT, reply.arrays)["pixels"]), steps >= 0)
        return Response(film, media_type="image/gif", headers={"cache-control": "no-cache"})


def partial_drawings(tokens: np.ndarray, given: np.ndarray) -> np.ndarray:
    """How a picture comes into being: (T, cells) tokens, −1 where nothing is drawn yet.

    Parameters
    ----------
    tokens : (cells,) of the finished picture
    given : (cells,) what was there from the start, −1 elsewhere
    """
    order = np.cumsum(given < 0)  # the how-manieth a cell was, counting from 1
    return np.where((given >= 0) | (order <= np.arange(order[-1] + 1)[:, None]), tokens, -1)


def make_film(pixels: np.ndarray, drawn: np.ndarray) -> bytes:
    """A GIF that goes on for ever.

    Parameters
    ----------
    pixels : (T, H, W, 3) uint8
    drawn : (T, cells) bool; cells that are not are grey
    """
    count, height, width = pixels.shape[:3]
    columns = int(drawn.shape[1] ** 0.5)
    mask = drawn.reshape(count, columns, columns).repeat(height // columns, 1).repeat(width // columns, 2)
    pixels = np.where(mask[..., None], pixels, np.array(UNDRAWN, np.uint8))
    # One palette for all, made of the last picture and the grey, so that colours do not flicker.
    palette = Image.fromarray(np.concatenate([pixels[-1], np.full_like(pixels[-1][:2], UNDRAWN)])).quantize(128)
    pictures = [Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE) for picture in pixels]
    pictures = [picture.resize((width * ZOOM, height * ZOOM), Image.Resampling.NEAREST) for picture in pictures]
    file = io.BytesIO()
    times = [PACE] * (count - 1) + [LAST]
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=False)
    return file.getvalue()
