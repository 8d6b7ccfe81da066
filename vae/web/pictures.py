"""Pictures of somebody's own: how they must stand in their frames, and what a model makes of one."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.live.answers import error_answer, json_answer, read_body
from vae.live.bundle import Bundle, Library
from vae.live.engine import Engine
from vae.live.socket import prefix, projection_of
from vae.live.wire.asking import request as asking
from vae.live.wire.frames import NO_MODEL, OK, unpack_reply
from vae.live.wire.schema import ENCODE
from vae.sentences import phrase
from vae.store.files import CheckpointError

CLOSED = phrase("the connection was closed")


def routes(engine: Engine, library: Library, base: str = "") -> list[BaseRoute]:
    """The routes under `/continuum/models/{name}`, below `base`.

    GET `/framing` is how the model's images stand in their frames (`vae.data.framing.Framing`) and their `shape` (C, H, W).
    POST `/encode` takes the picture's pixels, (H, W, C) bytes, which may be more than a frame of the live channel holds, and
    answers with the frame of the operation ENCODE; `?projection=` asks where it falls on another map. What goes wrong is `{"error": sentence}`.
    """
    handlers = PictureRoutes(engine, library)
    start = f"{prefix(base)}/models/{{name}}"
    return [Route(f"{start}/framing", handlers.framing), Route(f"{start}/encode", handlers.encode, methods=["POST"])]


class PictureRoutes:
    """Answers over HTTP. What computes runs on a thread, and a picture is encoded on the engine's."""

    def __init__(self, engine: Engine, library: Library) -> None:
        self._engine = engine
        self._library = library

    async def framing(self, request: Request) -> Response:
        """How the model's images stand in their frames."""

        def answer() -> dict[str, object]:
            bundle = self._library.get(request.path_params["name"])
            return asdict(bundle.usual.get().framing) | {"shape": bundle.model.config.image_shape}

        try:
            return json_answer(await run_in_threadpool(answer))
        except CheckpointError as error:
            return error_answer(str(error), 404)

    async def encode(self, request: Request) -> Response:
        """What the model makes of the picture in the body."""
        name, projection = request.path_params["name"], projection_of(request)
        try:
            bundle: Bundle = await run_in_threadpool(self._library.get, name, projection)
        except CheckpointError as error:
            return error_answer(str(error), 404)
        channels, height, width = bundle.model.config.image_shape
        size = channels * height * width
        try:
            body = await read_body(request, size)
        except ClientDisconnect:
            return error_answer(CLOSED, 400)
        if body is None or len(body) != size:
            told = phrase(
                "a picture for {name} has {height} × {width} pixels of {channels} bytes, {size:,} in all; add the picture again",
                name=name,
                height=height,
                width=width,
                channels=channels,
                size=size,
            )
            return error_answer(told, 422)
        pixels = np.frombuffer(body, np.uint8).reshape(height, width, channels)
        asked = replace(asking(0, ENCODE, name, pixels=pixels), projection=projection)
        frame = await asyncio.wrap_future(self._engine.submit(asked))
        reply = unpack_reply(frame)
        if reply.status != OK:
            return error_answer(reply.sentence, 404 if reply.status == NO_MODEL else 422)
        return Response(frame, media_type="application/octet-stream", headers={"cache-control": "no-cache"})
