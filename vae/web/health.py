"""Whether this server lives, and whether it wants visitors: what a supervisor and a proxy ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vae.live.answers import json_answer
from vae.live.socket import prefix
from vae.sentences import phrase
from vae.web.peers import SERVICE_RESTART

STARTING = phrase("this server is reading its first model; ask again in a moment")
LEAVING = phrase("this server is stopping; ask another one")
DEAD = phrase("the thread that makes the pictures has ended; start this server again")


class Health:
    """How a server is.

    warm : whether the first picture can be made without anything being read first
    leaving : whether the server has been told to end

    Parameters
    ----------
    alive : whether what makes the pictures is at work
    """

    def __init__(self, alive: Callable[[], bool]) -> None:
        self._alive = alive
        self.warm = self.leaving = False

    def why_not_alive(self) -> str | None:
        """Why the server should be started again; None if it need not be."""
        return None if self._alive() else DEAD

    def why_not_ready(self) -> str | None:
        """Why nobody should be sent here now; None if everybody may."""
        return LEAVING if self.leaving else self.why_not_alive() or (None if self.warm else STARTING)


def routes(health: Health, base: str = "") -> list[BaseRoute]:
    """`/continuum/health` and `/continuum/ready`, below `base`: 200 with `{"ok": true}`, or 503 with `{"ok": false, "why": sentence}`.

    The first is for who starts a server again that no longer works, the second for who sends visitors. Jobs are no part of either:
    where their database is away, all else goes on.
    """

    def answering(why_not: Callable[[], str | None]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_request: Request) -> Response:
            why = why_not()
            return json_answer({"ok": True}) if why is None else json_answer({"ok": False, "why": why}, 503)

        return answer

    start = prefix(base)
    return [Route(f"{start}/health", answering(health.why_not_alive)), Route(f"{start}/ready", answering(health.why_not_ready))]


class Gate:
    """Opens no more WebSockets on a server that is leaving: it hangs up, and a proxy takes that to the next server by itself."""

    def __init__(self, app: ASGIApp, health: Health) -> None:
        self._app, self._health = app, health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not self._health.leaving:
            await self._app(scope, receive, send)
            return
        await receive()  # "websocket.connect"
        transport = getattr(getattr(receive, "__self__", None), "transport", None)  # uvicorn lets it be reached
        if transport is None:
            await send({"type": "websocket.close", "code": SERVICE_RESTART})
            return
        transport.abort()
        while (await receive())["type"] != "websocket.disconnect":
            pass
