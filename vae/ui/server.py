"""What the web server holds beside Streamlit: the live channel, our modules and Plotly.js as static files."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from streamlit import config

from vae.checkpoint import CheckpointError
from vae.live import socket
from vae.live.bundle import Library
from vae.live.engine import Engine

DEFAULT_MODEL = "mnist-vae"
EXPLORER = Path(__file__).parent / "explorer"

library = Library()
engine = Engine(library)


def base_path() -> str:
    """What stands before every path of ours: "" or "/something"; Streamlit adds it only to its own routes."""
    path = config.get_option("server.baseUrlPath").strip("/")
    return f"/{path}" if path else ""


def routes() -> list[BaseRoute]:
    """The live channel and the static files, under Streamlit's base path."""
    ours = [*socket.routes(engine, library), Route("/continuum/plotly.min.js", _plotly), Mount("/continuum/static", Modules(directory=EXPLORER))]
    return [Mount(base_path(), routes=ours)] if base_path() else ours


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Start the engine with the server and stop it with it; load the first model while the page is on its way."""
    engine.start()
    threading.Thread(target=_warm, name="warm-up", daemon=True).start()
    try:
        yield
    finally:
        engine.stop()


def _warm() -> None:
    try:
        engine.warm(DEFAULT_MODEL)
    except CheckpointError as error:
        print(f"{DEFAULT_MODEL} is not ready: {error}", file=sys.stderr)
    gc.freeze()  # the collector need not look at torch's modules again


class Modules(StaticFiles):
    """Our ES modules: the browser asks each time whether they changed, since their names stay the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _plotly(_request: object) -> FileResponse:
    # find_spec locates the package without importing it, which would cost the first picture a second.
    package = Path(find_spec("plotly").origin).parent
    return FileResponse(package / "package_data" / "plotly.min.js", headers={"Cache-Control": "max-age=86400"})
