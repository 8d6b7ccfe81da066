"""Our ES modules and style sheets as static files, kept by the browser until one of them changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
PLAIN = "static"  # the address whose files are asked for anew each time


def version() -> str:
    """Name of the files as they are now: another one as soon as any of them has changed."""
    found = sorted((path.relative_to(STATIC).as_posix(), path.stat()) for path in STATIC.rglob("*") if path.is_file())
    told = "".join(f"{name} {facts.st_mtime_ns} {facts.st_size}\n" for name, facts in found)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def address() -> str:
    """Where a page finds the files as they are now, below /continuum. Modules reckon the app's address from their own: one folder, always."""
    return f"{PLAIN}-{version()}"


class Modules(StaticFiles):
    """The files, at an address that names their version or, for whoever asks each time whether they changed, at one that does not.

    A page loads some 150 modules. At the version's address the browser keeps them without a question; asked for another
    version than there is, the answer is right for now but is not kept.
    """

    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        self._version = ""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = scope["path_params"].get("version")
        if asked is not None and asked != self._version:
            self._version = version()
        kept = asked is not None and asked == self._version
        response.headers["Cache-Control"] = "max-age=31536000, immutable" if kept else "no-cache"
        return response
