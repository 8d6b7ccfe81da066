"""Our ES modules and style sheets as static files, kept by the browser until one of them changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
PLAIN = "static"  # the address whose files are asked for anew each time


def version() -> str:
    """Name of the files as they are now: another one as soon as any of them has changed."""
    told = sorted(
        f"{entry.path.removeprefix(str(STATIC))} {(facts := entry.stat()).st_mtime_ns} {facts.st_size}" for entry in _files(STATIC)
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """The files below a folder; a system's listing of a folder knows most of what there is to know of them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                yield entry


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
