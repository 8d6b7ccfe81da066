"""What a browser is told of everything that the server sends: where scripts, pictures and styles may come from, and who may frame it.

Whatever text of a stranger should ever be shown as more than text, it can then neither run nor fetch anything from elsewhere.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMED_BY = "VAE_FRAME_ANCESTORS"  # names the origins whose pages may show the app within themselves, with spaces between
ORIGIN = re.compile(r"https?://(\*\.)?[\w.-]+(:(\d{1,5}|\*))?", re.ASCII)
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}


def framing(origins: str | None = None) -> str:
    """The rule of who may frame our pages: we ourselves, and the origins named in VAE_FRAME_ANCESTORS.

    Raises
    ------
    ValueError
        If something there is no origin.
    """
    named = (os.environ.get(FRAMED_BY, "") if origins is None else origins).split()
    for origin in named:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{FRAMED_BY} holds {origin!r}; write origins such as https://lms.example.org, with spaces between them")
    return " ".join(["frame-ancestors 'self'", *named])


def policy(page: Path) -> str:
    """The Content-Security-Policy of our pages.

    Parameters
    ----------
    page : the HTML file in which they are served, whose own inline scripts may run; no others may
    """
    scripts = [b64encode(sha256(script.encode()).digest()).decode() for script in INLINE.findall(page.read_text("utf-8"))]
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *(f"'sha256-{digest}'" for digest in scripts)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return "; ".join([*(f"{name} {sources}" for name, sources in rules.items()), framing()])


class SecurityHeaders:
    """Adds the headers to every answer. One that has a policy of its own keeps it, with the rule of framing.

    Parameters
    ----------
    policy : a Content-Security-Policy
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app, self._policy, self._framing = app, policy, framing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "content-security-policy" in headers:
                    headers.append("content-security-policy", self._framing)
                else:
                    headers["content-security-policy"] = self._policy
            await send(message)

        await self._app(scope, receive, with_headers)
