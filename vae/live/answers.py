"""How our routes answer over HTTP: plain JSON that no browser keeps; what goes wrong is `{"error": sentence}`."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vae.sentences import phrase, translated
from vae.store.files import plain

UNREADABLE = phrase("the server did not understand what was asked; reload the page")


class Refused(ValueError):
    """What was asked for cannot be had; the message says what to do. `status` is HTTP's."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def json_answer(content: object, status: int = 200) -> Response:
    """`content` as JSON, its sentences in the language of the request; numbers that are not finite become null."""
    return JSONResponse(plain(translated(content)), status, {"cache-control": "no-cache"})


def error_answer(sentence: str, status: int) -> Response:
    """What went wrong, for the person at the screen."""
    return json_answer({"error": sentence}, status)


async def read_body(request: Request, most: int) -> bytes | None:
    """What a request holds; None if that is more than `most` bytes, of which the rest is not read.

    Raises
    ------
    ClientDisconnect
        If the connection ends before the body does.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return bytes(body)


async def read_object(request: Request, most: int) -> dict[str, Any] | None:
    """The JSON object in a request; None if it holds anything else, or more than `most` bytes. ClientDisconnect as in `read_body`."""
    body = await read_body(request, most)
    try:
        found = None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
