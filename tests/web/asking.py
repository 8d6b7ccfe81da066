"""Asks routes over HTTP, without a server around them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Message


@dataclass
class Reply:
    """status, headers and body of an answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        return self.json["error"]


class Asker:
    """A person's browser, as far as the routes see it.

    Parameters
    ----------
    client : address that the connection comes from
    headers : that every request has; by default those of a page of this server
    """

    def __init__(self, routes: Iterable[BaseRoute], client: str = "127.0.0.1", **headers: str) -> None:
        self._app = Starlette(routes=list(routes))
        self._client = client
        self._headers = {"host": "localhost:8501", "origin": "http://localhost:8501", **headers}

    def ask(self, method: str, path: str, body: bytes | list[bytes] | dict[str, Any] = b"", cut_off: bool = False) -> Reply:
        """The answer to a request whose body comes in one or more parts, and is `cut_off` before its end."""
        parts = [json.dumps(body).encode()] if isinstance(body, dict) else [body] if isinstance(body, bytes) else body
        address, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(address), "raw_path": address.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in self._headers.items()],
            "client": (self._client, 50000), "server": ("localhost", 8501),
        }  # fmt: skip
        reply = Reply()

        async def coming() -> AsyncIterator[Message]:
            for number, part in enumerate(parts):
                yield {"type": "http.request", "body": part, "more_body": cut_off or number + 1 < len(parts)}
            while True:
                yield {"type": "http.disconnect"}

        messages = coming()

        async def receive() -> Message:
            return await anext(messages)

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                reply.body += message.get("body", b"")

        asyncio.run(self._app(scope, receive, send))
        return reply
