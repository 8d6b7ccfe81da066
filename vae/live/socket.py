"""The live channel's routes: one WebSocket for what happens at every pointer event, three addresses for what is read once."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from vae.latent.linear import linear_map
from vae.live.answers import error_answer, json_answer
from vae.live.bundle import Library, public
from vae.live.engine import Engine
from vae.live.metrics import OPEN, answered
from vae.live.wire.answering import arrays_of
from vae.live.wire.frames import (
    BAD_REQUEST,
    LARGEST_REQUEST,
    OTHER_VERSION,
    ProtocolError,
    operation_of,
    pack_error,
    pack_reply,
    status_of,
    unpack_request,
)
from vae.live.wire.plain import HASH
from vae.live.wire.schema import LADDER_MAP, LINEAR, MAP
from vae.live.worker import FAILED, Worker
from vae.sentences import SPOKEN, phrase, translated
from vae.store.checkpoints import find_model, read_config
from vae.store.files import CheckpointError
from vae.store.ladders import ladder_names, load_ladder
from vae.store.metrics import read_figures

PREFIX = "/continuum"
LARGEST_MESSAGE = 4 * LARGEST_REQUEST  # bytes; one that is a little too large gets an answer

log = logging.getLogger("vae.live")

TEXT_FRAME = phrase("the live channel speaks in binary frames; reload the page")
OTHER_PAGE = phrase("this page is older or newer than the server; reload the page")


def routes(engine: Engine, library: Library, base: str = "") -> list[BaseRoute]:
    """The routes to give to `st.App` (or any Starlette app).

    `/continuum/live` is the WebSocket of `wire/`; a page that says `?schema=` another description of the wire than ours is
    told to reload, whatever it asks. `/continuum/models` lists all models, `/continuum/models/{name}`
    describes one, and `/continuum/models/{name}/map` is one reply frame with places float32 (N, 2) and labels int32 (N,).
    `/continuum/models/{name}/trust` is how far that map can be trusted (`vae.latent.trust.Trust`), with the `share` of the
    codes' variance that a plane holds, null on any other map; null in place of all of it where it cannot be said. Both take
    `?projection=` for another map than the model's own.
    `/continuum/models/{name}/progress` is {stage, share} of what is being loaded for it, {"stage": "", "share": 1} when nothing is.
    `/continuum/models/{name}/linear/{other}` is one with what a linear map from its codes to the other's misses: `LINEAR`.
    `/continuum/ladders` and `/continuum/ladders/{name}` do the same for ladders; `/continuum/ladders/{name}/map` has places
    float32 (S, N, 2).
    What goes wrong is answered as `{"error": sentence}`: 404 for an unknown model, 422 for one that cannot be used.

    Parameters
    ----------
    engine : answers the socket's requests; starting and stopping it is the caller's
    library : where the models come from
    base : the path the app is served under (Streamlit's `server.baseUrlPath`), which must stand in front of every route
    """
    start, handlers = prefix(base), ModelRoutes(library)
    return [
        WebSocketRoute(f"{start}/live", Live(engine)),
        Route(f"{start}/models", handlers.models),
        Route(f"{start}/models/{{name}}", handlers.model),
        Route(f"{start}/models/{{name}}/map", handlers.map),
        Route(f"{start}/models/{{name}}/trust", handlers.trust),
        Route(f"{start}/models/{{name}}/progress", handlers.progress),
        Route(f"{start}/models/{{name}}/linear/{{other}}", handlers.linear),
        Route(f"{start}/ladders", handlers.ladders),
        Route(f"{start}/ladders/{{name}}", handlers.ladder),
        Route(f"{start}/ladders/{{name}}/map", handlers.ladder_map),
    ]


def prefix(base: str) -> str:
    """What all our paths start with on an app that is served under `base`, which may be empty."""
    base = base.strip("/")
    return f"/{base}{PREFIX}" if base else PREFIX


class ModelRoutes:
    """What is read once per page, over HTTP. Everything that may load a model runs on a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def models(self, request: HttpRequest) -> Response:
        """All models, as `Library.summary` describes each."""
        names = await run_in_threadpool(lambda: self._library.names)
        return json_answer([await run_in_threadpool(self._library.summary, name) for name in names])

    async def model(self, request: HttpRequest) -> Response:
        """Everything about one model, as `Library.describe` gives it."""
        return await self._answer(request, lambda name: json_answer(self._library.describe(name)))

    async def progress(self, request: HttpRequest) -> Response:
        """How far the loading of a model is; answered at once, whatever is going on."""
        stage, share = self._library.progress(request.path_params["name"])
        return json_answer({"stage": stage, "share": share})

    async def map(self, request: HttpRequest) -> Response:
        """The map's places and labels in one frame; answered with 304 where the browser has it already."""
        known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}

        def answer(name: str) -> Response:
            projection = projection_of(request)
            atlas = self._library.get(name, projection).atlas
            headers = {"etag": f'"{self._library.stamp(name, projection)}"', "cache-control": "no-cache"}
            if headers["etag"] in known:
                return Response(status_code=304, headers=headers)
            frame = pack_reply(0, arrays_of(MAP, {"places": atlas.places.astype(np.float32), "labels": atlas.labels.astype(np.int32)}, {}))
            return Response(frame, media_type="application/octet-stream", headers=headers)

        return await self._answer(request, answer)

    async def linear(self, request: HttpRequest) -> Response:
        """What a linear map from the codes of one model to those of another misses."""

        def answer(name: str) -> Response:
            one, other = (self._library.get(each).atlas for each in (name, request.path_params["other"]))
            if one.settings.get("images") != other.settings.get("images") or not np.array_equal(one.labels, other.labels):
                raise CheckpointError(
                    phrase("their maps are of different images; lay both of the same with: python -m vae embed NAME --data DATA")
                )
            try:
                found = linear_map(one.codes, other.codes)
            except ValueError as error:  # too few images
                raise CheckpointError(error.args[0]) from None
            frame = pack_reply(0, arrays_of(LINEAR, {"share": found.share, "lengths": found.lengths}, {}))
            return Response(frame, media_type="application/octet-stream", headers={"cache-control": "no-cache"})

        return await self._answer(request, answer)

    async def trust(self, request: HttpRequest) -> Response:
        """How far the map can be trusted; measured when it is first asked for."""

        def answer(name: str) -> Response:
            bundle = self._library.get(name, projection_of(request))
            trust = bundle.trust.get()
            return json_answer(None if trust is None else asdict(trust) | {"share": bundle.share})

        return await self._answer(request, answer)

    async def ladders(self, request: HttpRequest) -> Response:
        """The names of all ladders."""
        return json_answer(await run_in_threadpool(ladder_names))

    async def ladder(self, request: HttpRequest) -> Response:
        """One ladder: name, classes, count (images), settings, and `steps` from one end to the other: config and metrics of each model."""

        def answer(name: str) -> Response:
            ladder = load_ladder(name)
            folders = [find_model(model) for model in ladder.models]
            steps = [
                {"name": model, "config": public(read_config(folder)), "metrics": read_figures(folder).values}
                for model, folder in zip(ladder.models, folders, strict=True)
            ]
            facts = {"name": name, "classes": ladder.classes, "count": len(ladder.labels), "settings": ladder.settings, "steps": steps}
            return json_answer(facts | {"device": str(self._library.device)})

        return await self._answer(request, answer)

    async def ladder_map(self, request: HttpRequest) -> Response:
        """Places and labels of a ladder in one frame."""

        def answer(name: str) -> Response:
            ladder = load_ladder(name)
            frame = pack_reply(0, arrays_of(LADDER_MAP, {"places": ladder.places, "labels": ladder.labels.astype(np.int32)}, {}))
            return Response(frame, media_type="application/octet-stream", headers={"cache-control": "no-cache"})

        return await self._answer(request, answer)

    async def _answer(self, request: HttpRequest, answer: Callable[[str], Response]) -> Response:
        name = request.path_params["name"]
        try:
            return await run_in_threadpool(answer, name)
        except CheckpointError as error:
            known = name in await run_in_threadpool(lambda: [*self._library.names, *ladder_names()])
            return error_answer(str(error), 422 if known else 404)
        except Exception as error:  # a page shows a sentence; what happened is for whoever runs the server
            log.error("%s could not be answered", request.url.path, exc_info=error)
            return error_answer(FAILED, 500)


def projection_of(request: HttpRequest) -> str:
    """The projection that a request over HTTP asks for; "" for the model's own map."""
    return request.query_params.get("projection", "")


class Live:
    """The WebSocket, as an ASGI app: every frame in gets exactly one frame out, in order, one at a time.

    A bad request is answered with a sentence, never with a dropped socket. A client that has gone has its request
    forgotten.

    Parameters
    ----------
    engine : answers the requests
    name : of the socket in the schema
    """

    def __init__(self, engine: Worker[Any], name: str = "live") -> None:
        self._engine, self._name = engine, name
        self._replies: ReplyQueue | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # "websocket.connect"
        _limit_messages(receive)
        await send({"type": "websocket.accept"})
        _send_at_once(receive)
        loop = asyncio.get_running_loop()
        if self._replies is None or self._replies.loop is not loop:
            self._replies = ReplyQueue(loop)
        schema = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("schema", [HASH])[-1]
        with OPEN.labels(self._name).track_inprogress():
            conversation = Conversation(self._engine, self._replies, receive, send, schema == HASH, self._name)
            try:
                await conversation.hold()
            finally:
                self._engine.left(conversation)


class ReplyQueue:
    """Carries replies from the engine's thread to the event loop, waking it once for all that come together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: deque[tuple[asyncio.Future[bytes], bytes]] = deque()
        self._called = False

    def post(self, future: asyncio.Future[bytes], reply: bytes) -> None:
        """Set the result of `future`, from any thread."""
        self._waiting.append((future, reply))
        if not self._called:
            self._called = True
            self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._called = False  # before emptying it: whoever posts from here on calls again
        while self._waiting:
            future, reply = self._waiting.popleft()
            if not future.done():
                future.set_result(reply)


class Conversation:
    """One client's connection, in the language of the request that opened it; `same` is whether its page knows the same wire as we do, `name` the socket's."""

    def __init__(
        self, engine: Worker[Any], replies: ReplyQueue, receive: Receive, send: Send, same: bool = True, name: str = "live"
    ) -> None:
        self._engine = engine
        self._name = name
        self._replies = replies
        self._receive = receive
        self._send = send
        self._same = same
        self._transport = _transport(receive)
        self._writable: asyncio.Event | None = getattr(getattr(receive, "__self__", None), "writable", None)  # uvicorn's

    async def hold(self) -> None:
        """Talk until either side goes."""
        while (message := await self._receive())["type"] == "websocket.receive":
            if self._writable is not None:
                await self._writable.wait()  # no work is done for who has not read the answers before, and none of it held
            began, frame = time.perf_counter(), message.get("bytes")
            reply = await self._reply(frame)
            answered(self._name, operation_of(frame), status_of(reply), time.perf_counter() - began)
            try:
                await self._send({"type": "websocket.send", "bytes": reply})
            except OSError:  # the client has gone
                return

    async def _reply(self, frame: bytes | None) -> bytes:
        """The one reply to a frame."""
        if frame is None:
            return pack_error(0, BAD_REQUEST, translated(TEXT_FRAME))
        try:
            request = unpack_request(frame, SPOKEN.get())
        except ProtocolError as error:
            return pack_error(error.seq, error.status, translated(str(error)))
        if not self._same:
            return pack_error(request.seq, OTHER_VERSION, translated(OTHER_PAGE))
        future = self._replies.loop.create_future()
        ticket = self._engine.ask(request, self, lambda reply: self._replies.post(future, reply), self._here)
        try:
            return await future
        finally:
            ticket.cancel()  # for a server that stops meanwhile; an answered ticket does not mind

    def _here(self) -> bool:
        """Whether the client is still connected, as far as can be seen; asked from the engine's thread."""
        return self._transport is None or not self._transport.is_closing()


def _transport(receive: Receive) -> asyncio.Transport | None:
    """The connection under an ASGI `receive`, where the server lets it be reached; uvicorn does."""
    return getattr(getattr(receive, "__self__", None), "transport", None)


def _limit_messages(receive: Receive) -> None:
    """Let no message grow far beyond the largest request: one that does ends the connection before all of it is held in memory."""
    protocol = getattr(getattr(receive, "__self__", None), "conn", None)
    if protocol is not None and hasattr(protocol, "max_message_size"):
        protocol.max_message_size = LARGEST_MESSAGE


def _send_at_once(receive: Receive) -> None:
    """Set TCP_NODELAY on the connection: Streamlit's listening socket lacks it, and a reply would wait for an acknowledgement."""
    transport = _transport(receive)
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
