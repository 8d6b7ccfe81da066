"""What our routes answer where something goes wrong that they did not foresee: a sentence, like every other error of theirs."""

from __future__ import annotations

import errno
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.live.answers import error_answer
from vae.live.worker import FAILED
from vae.sentences import phrase
from vae.store.errors import DatabaseError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = phrase("the server's disk is full, and nothing was written; make room there, then try again")

log = logging.getLogger("vae.web")


class Faults:
    """Answers in the place of a route that raised before it had answered.

    Parameters
    ----------
    start : of the paths of our routes; others are left alone
    """

    def __init__(self, app: ASGIApp, start: str) -> None:
        self._app, self._start = app, start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{self._start}/"):
            await self._app(scope, receive, send)
            return
        answered = False

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if answered:
                raise
            log.error("%s could not be answered", scope["path"], exc_info=error)
            await error_answer(*told(error))(scope, receive, send)


def told(error: Exception) -> tuple[str, int]:
    """The sentence and HTTP's status for what a route raised."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return DISK_FULL, 507
    if isinstance(error, DatabaseError):
        return str(error), 503
    return FAILED, 500
