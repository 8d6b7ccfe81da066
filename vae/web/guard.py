"""Who is let in: the first thing that every connection passes, whatever route it is for.

A browser tells two things that a page cannot forge. `Host` is the name under which it found this server: a foreign page
whose name has been made to lead here ("DNS rebinding") is known by it, since nobody has told the server that name.
`Origin` is the page that asks. Nothing is looked up in the network to decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vae.sentences import phrase

NAMED = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/?#@\[\]\\]+?)\.?(?::(\d{1,5}))?", re.IGNORECASE | re.ASCII)
PORTS = {"http": 80, "https": 443}

UNKNOWN_HOST = phrase(
    "This server does not know itself by that name. Open it by its IP address, or start it with the name: set the environment variable STREAMLIT_BROWSER_SERVER_ADDRESS to it, or STREAMLIT_SERVER_ALLOWED_HOSTS if there are several."
)
FOREIGN_PAGE = phrase(
    "This server answers its own pages alone, and this request comes from another one. If it shall answer that page, name its origin in STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS; if it stands behind a proxy, name the proxy's address in STREAMLIT_BROWSER_SERVER_ADDRESS."
)


@dataclass(frozen=True)
class Access:
    """Under which names a server may be found, and whose pages may ask it.

    only : patterns of the only names, as in lab.example or *.lab.example; where there are none, IP addresses, localhost and `names` do
    names : of this server and of the pages that may ask it, besides its own
    anybody : whether every page may ask it
    """

    only: tuple[str, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    anybody: bool = False

    def refusal(self, headers: Headers) -> str | None:
        """Why a request with these headers is not let in, as a sentence for a person; None if it is."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        host = named(hosts[0]) if len(hosts) == 1 else None
        if host is None or not self._knows(host[0]):
            return UNKNOWN_HOST
        if not origins:
            # No page may have us work for a picture or a script of its own either; a link that leads here is no such thing.
            foreign = headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
            return FOREIGN_PAGE if foreign and not self.anybody else None
        return None if len(origins) == 1 and self._admits(origins[0], host) else FOREIGN_PAGE

    def _knows(self, name: str) -> bool:
        if self.only:
            return any(pattern == "*" or name == pattern or (pattern[:2] == "*." and name.endswith(pattern[1:])) for pattern in self.only)
        return name == "localhost" or name in self.names or is_address(name)

    def _admits(self, origin: str, host: tuple[str, int | None]) -> bool:
        if self.anybody or same_host(origin, host):
            return True
        page = named(origin.partition("://")[2]) if origin.partition("://")[0] in PORTS else None
        return page is not None and (is_loopback(page[0]) or page[0] in self.names)


def named(text: str) -> tuple[str, int | None] | None:
    """The name, in small letters and without brackets, and the port of a host as in lab.example:8501; None if it is none."""
    match = NAMED.fullmatch(text)
    if match is None:
        return None
    name, port = match.groups()
    return name.lower().strip("[]"), None if port is None else int(port)


def same_host(origin: str, host: tuple[str, int | None]) -> bool:
    """Whether a page of `origin` comes from the very server that it asks."""
    scheme, _, rest = origin.partition("://")
    page = named(rest) if scheme in PORTS else None
    return page is not None and page[0] == host[0] and (page[1] or PORTS[scheme]) == (host[1] or PORTS[scheme])


def is_address(name: str) -> bool:
    """Whether `name` is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether `name` is this very machine, for whoever reads it."""
    return name == "localhost" or (is_address(name) and ip_address(name).is_loopback)


class Guard:
    """Turns away whoever `access` does not admit, before anything else looks at the request.

    Parameters
    ----------
    access : gives the rules, anew for each connection
    """

    def __init__(self, app: ASGIApp, access: Callable[[], Access]) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        why = self._access().refusal(headers)
        if why is None:
            await self._app(_as_own(scope, headers), receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(why, 403, {"x-content-type-options": "nosniff"})(scope, receive, send)
        else:
            await receive()  # "websocket.connect"
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted, so the server says 403


def _as_own(scope: Scope, headers: Headers) -> Scope:
    """The scope of a WebSocket of a page that was let in, as if it were one of this server.

    Streamlit compares Origin and Host again, and where they differ asks the network for this machine's addresses before it
    looks at what is configured; nothing else happens on the event loop meanwhile.
    """
    if scope["type"] != "websocket" or "origin" not in headers:
        return scope
    own = f"http://{headers['host']}".encode("latin-1")
    return {**scope, "headers": [(key, own if key.lower() == b"origin" else value) for key, value in scope["headers"]]}
