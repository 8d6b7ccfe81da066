"""Fetching the test images of a data set on request, for all pages that miss them, with progress."""

from __future__ import annotations

import logging
import threading
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae import data
from vae.data.registry import DataSet
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.sentences import phrase

UNKNOWN = phrase("there is nothing to download for this data set")
FAILED = phrase(
    "The download did not succeed. Check the server's connection and try again, or set VAE_DATA to a folder that holds the data set."
)

log = logging.getLogger("vae.web")


class Downloads:
    """Downloads under way, one for each data set, however many ask for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working: dict[str, threading.Thread] = {}
        self._failed: set[str] = set()

    def look(self, name: str) -> dict[str, Any] | None:
        """state ("missing", "working", "ready" or "failed"), share of it that has come, title, bytes, and the sentence if it failed; None where there is nothing to fetch."""
        known = _downloadable(name)
        if known is None or known.download is None:
            return None
        with self._lock:
            working, failed = name in self._working, name in self._failed
        state = "working" if working else "ready" if known.available() else "failed" if failed else "missing"
        come = sum(path.stat().st_size for path in known.download.files() if path.exists()) if working else 0
        share = min(1.0, come / known.download.bytes)
        facts = {"state": state, "share": share, "title": known.title, "bytes": known.download.bytes}
        return facts | {"sentence": FAILED if state == "failed" else None}

    def ask(self, name: str) -> dict[str, Any] | None:
        """The same, once it is on its way."""
        known = _downloadable(name)
        if known is not None and not known.available():
            with self._lock:
                if name not in self._working:
                    self._failed.discard(name)
                    self._working[name] = threading.Thread(target=self._fetch, args=(name,), name=f"fetching {name}", daemon=True)
                    self._working[name].start()
        return self.look(name)

    def _fetch(self, name: str) -> None:
        failed = True
        try:
            data.load(name, "test", download=True)
            failed = False
        except Exception:
            log.exception("%s could not be fetched", name)
        finally:
            with self._lock:
                del self._working[name]
                if failed:
                    self._failed.add(name)


def _downloadable(name: str) -> DataSet | None:
    known = data.find(name)
    return known if known is not None and known.download is not None else None


def routes(downloads: Downloads, base: str = "") -> list[BaseRoute]:
    """`/continuum/originals/{name}` below `base`: POST fetches a data set's test images, GET says how far that is (`Downloads.look`).

    Every page without originals looks, so nothing to fetch is an answer, too: `{"state": "none"}`. Only asking for it is refused.
    """

    async def look(request: Request) -> Response:
        return json_answer(await run_in_threadpool(downloads.look, request.path_params["name"]) or {"state": "none"})

    async def ask(request: Request) -> Response:
        return _answer(await run_in_threadpool(downloads.ask, request.path_params["name"]))

    path = f"{prefix(base)}/originals/{{name:path}}"
    return [Route(path, ask, methods=["POST"]), Route(path, look, methods=["GET"])]


def _answer(found: dict[str, Any] | None) -> Response:
    return error_answer(UNKNOWN, 404) if found is None else json_answer(found)
