"""What the web server holds beside Streamlit: the live channel, our modules and Plotly.js as static files."""

from __future__ import annotations

import gc
import socket as sockets
import sys
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, file_util
from streamlit.web.server import server_util

from vae.jobs.queue import Jobs
from vae.live import gallery, socket
from vae.live.bundle import Library
from vae.live.derivatives import load_derivatives
from vae.live.engine import Engine
from vae.live.selections import Selections
from vae.live.studio import Studio
from vae.live.training.answers import Trainings
from vae.live.training.runs import Runs
from vae.live.wire.schema import DEFAULT_MODEL
from vae.store import folders
from vae.store.files import CheckpointError
from vae.ui.access import access
from vae.ui.injection import ScriptInjection
from vae.ui.modules import PLAIN, Modules
from vae.web import certificates as certification
from vae.web import datasets as collection
from vae.web import diagnoses as diagnosing
from vae.web import figures, health, learning, metrics, originals, pairs, pictures, tunnel
from vae.web import imports as importing
from vae.web import selections as selecting
from vae.web import trainings as training
from vae.web import uploads as uploading
from vae.web.certificates import Certificates
from vae.web.diagnoses import Diagnoses
from vae.web.drain import Drain
from vae.web.faults import Faults
from vae.web.guard import Guard, is_loopback
from vae.web.headers import SecurityHeaders, policy
from vae.web.health import Gate, Health
from vae.web.imports import Imports
from vae.web.maps import Maps
from vae.web.metrics import Measured
from vae.web.peers import Pace, Watch, running_server
from vae.web.speaking import Speaking
from vae.web.uploads import Uploads

PAUSE = 10.0  # seconds in which the first picture has the machine to itself; whoever races sooner has derivatives loaded at once
SETTLED = 60.0  # seconds after which a server that is left running loads what trainings need: some seconds of a core, and memory

library = Library()
engine = Engine(library)
jobs = Jobs()
certificates = Certificates(jobs)
diagnoses = Diagnoses(jobs)
maps = Maps(jobs)
downloads = originals.Downloads()
uploads = Uploads()
imports = Imports(jobs, uploads)
studio = Studio()
selections = Selections(engine)
trainings = Trainings(Runs())
condition = Health(lambda: engine.alive)


def require_checkpoints() -> None:
    """End the process with a sentence where there is no folder of checkpoints: no page would have anything to show."""
    root = folders.root()
    if not any(folder.is_dir() for folder in folders.roots()):
        what = "is not a folder" if root.exists() else "is not there"
        sys.exit(f"error: the folder of checkpoints, {root}, {what}; let VAE_CHECKPOINTS name one, or leave it out for those of this app")


def routes() -> list[BaseRoute]:
    """The live channel and the static files, below Streamlit's base path, which Streamlit adds only to its own routes.

    Each stands there by itself: one mount over the base path would answer in the place of every page of Streamlit's.
    """
    base = config.get_option("server.baseUrlPath")
    start = socket.prefix(base)
    return [
        *socket.routes(engine, library, base),
        *certification.routes(certificates, base),
        *diagnosing.routes(diagnoses, base),
        *originals.routes(downloads, base),
        *uploading.routes(uploads, base),
        *importing.routes(imports, uploads, base),
        *collection.routes(base),
        *selecting.routes(selections, base),
        *pictures.routes(engine, library, base),
        *pairs.routes(jobs, base),
        *learning.routes(jobs, base),
        *figures.routes(base),
        *gallery.routes(studio, base),
        *training.routes(trainings, jobs, base),
        *tunnel.routes(base),
        *health.routes(condition, base),
        *metrics.routes(jobs, condition, base),
        Route(f"{start}/plotly.min.js", _plotly),
        Mount(f"{start}/{PLAIN}", Modules()),
        Mount(f"{start}/{PLAIN}-{{version}}", Modules()),
    ]


def middleware() -> list[Middleware]:
    """What every connection passes, to Streamlit's own routes too. Refusals carry the security headers, too."""
    return [
        Middleware(Measured, base=config.get_option("server.baseUrlPath")),
        Middleware(Speaking),
        Middleware(SecurityHeaders, policy=policy(Path(file_util.get_static_dir()) / "index.html")),
        Middleware(Guard, access=access),
        Middleware(Gate, health=condition),
        Middleware(Pace),
        Middleware(SendAtOnce),
        Middleware(ScriptInjection),
        Middleware(Faults, start=socket.prefix(config.get_option("server.baseUrlPath"))),
    ]


class SendAtOnce:
    """Sets TCP_NODELAY on every connection.

    Streamlit's listening socket lacks it, so that whoever sends two messages in a row would wait some 40 ms for the first
    to be acknowledged: every rerun of a page, and every file.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)  # uvicorn lets it be reached
        connection = transport.get_extra_info("socket") if transport is not None else None
        if connection is not None and connection.family in (sockets.AF_INET, sockets.AF_INET6):
            connection.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
        await self._app(scope, receive, send)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Start the engine with the server and stop it with it; load the first model while the page is on its way."""
    print(f"Continuum is at {_address()}", flush=True)
    print(_reach(), flush=True)
    server = running_server()
    watch = None if server is None else Watch(server)
    if server is not None and watch is not None:
        watch.start()
        Drain(server, condition, jobs.stop, trainings.runs.stop).watch()
    engine.start()
    studio.start()
    trainings.start()
    threading.Thread(target=_warm, name="warm-up", daemon=False).start()
    try:
        yield
    finally:
        if watch is not None:
            watch.stop()
        ends = (jobs.stop, trainings.runs.stop, trainings.stop, studio.stop, engine.stop)
        with ThreadPoolExecutor(len(ends)) as threads:  # each may take seconds, and they wait for nothing of each other's
            for ended in [threads.submit(end) for end in ends]:
                ended.result()
        print("stopped", flush=True)


def _address() -> str:
    """Where a person on this machine finds the app."""
    for option in ("browser.serverAddress", "server.address"):
        address = config.get_option(option)
        if config.is_manually_set(option) and address not in ("0.0.0.0", "::"):
            return server_util.get_url(server_util.get_display_address(address))
    return server_util.get_url("localhost")


def _reach() -> str:
    """Who can open the app."""
    address = str(config.get_option("server.address") or "0.0.0.0")
    if is_loopback(address):
        return "It is for this machine alone; --host 0.0.0.0 (make run HOST=0.0.0.0) opens it to others: SECURITY.md says what that means"
    return "Whoever reaches this machine can use it, without a password: SECURITY.md says how to put a login before it"


def _warm() -> None:
    bundle = None
    try:
        bundle = engine.warm(DEFAULT_MODEL)
    except CheckpointError as error:
        if DEFAULT_MODEL in library.names:  # without it, Explore opens with another one
            print(f"{DEFAULT_MODEL} is not ready: {error}", file=sys.stderr)
    finally:
        condition.warm = True  # where the first model cannot be used, too: all others may
        jobs.start()  # not before: the database and a job's process would take the first picture's time
    gc.freeze()  # the collector need not look at torch's modules again
    if bundle is not None:
        time.sleep(PAUSE)
        load_derivatives(bundle.model)
        gc.freeze()
    with suppress(CheckpointError):  # whoever opens Create is told
        studio.warm()
    trainings.runs.warm(SETTLED)


async def _plotly(_request: object) -> FileResponse:
    # find_spec locates the package without importing it, which would cost the first picture a second.
    package = Path(cast(str, cast(ModuleSpec, find_spec("plotly")).origin)).parent
    return FileResponse(package / "package_data" / "plotly.min.js", headers={"Cache-Control": "max-age=86400"})
