"""In which language a request is answered: what its address asks for, else what its browser or page prefers."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from vae.sentences import SOURCE, languages, speaking


class Speaking:
    """Lets what is answered be in the language of `?lang=`, else of the header `Accept-Language`, which our pages set; else in English."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        with speaking(language_of(scope)):
            await self._app(scope, receive, send)


def language_of(scope: Scope) -> str:
    """The code of the language that a request asks for, one of `languages()`."""
    named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [])
    accepted = Headers(scope=scope).get("accept-language", "")
    wanted = [*named, *(code for _, code in sorted(_preferred(accepted), key=lambda each: -each[0]))]
    return next((code for code in wanted if code in languages()), SOURCE)


def _preferred(header: str) -> list[tuple[float, str]]:
    """The languages of an `Accept-Language` with their weights, in its order."""
    found = []
    for part in header.split(","):
        name, _, weight = part.partition(";q=")
        try:
            found.append((float(weight or 1), name.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    return found
