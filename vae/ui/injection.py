"""Puts a script of ours before Streamlit's own on its page: without WebSockets, Streamlit would never come to show ours."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPT = b'<script type="module" src="./continuum/static/wire/tunnel.js"></script>'
FIRST = b'<script type="module"'
ROOT = b'<div id="root">'
LARGEST = 1 << 20  # bytes of a page
WHOLE = {b"accept-encoding", b"range", b"if-none-match", b"if-modified-since"}  # what a browser may be answered with less by


class ScriptInjection:
    """Adds the script to every page that Streamlit serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        headers = [(key, value) for key, value in scope["headers"] if key.lower() not in WHOLE]
        start: Message | None = None
        body = b""

        async def opened(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if len(body) <= LARGEST and message.get("more_body", False):
                    return
                if ROOT in body and not message.get("more_body", False):
                    body = body.replace(FIRST, SCRIPT + FIRST, 1)
                    response = MutableHeaders(raw=start["headers"])
                    response["content-length"] = str(len(body))
                    for name in ("etag", "last-modified"):
                        if name in response:
                            del response[name]
                await send(start)
                await send({**message, "body": body})
                start, body = None, b""

        await self._app({**scope, "headers": headers}, receive, opened)
