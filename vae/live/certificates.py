"""Certificates on request: each computed once, however many ask, by a process that stands back behind the live pictures."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vae import data
from vae.live.cached import stamp
from vae.live.socket import prefix, welcome
from vae.store import folders
from vae.store.checkpoints import model_names
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CLASSIFIERS, CONFIG, METRICS, MODEL

KEPT = 12  # certificates held in memory, about half a megabyte each
MOST_WAITING = 8  # orders in line; whoever comes then is asked to come back
PACKAGE = Path(__file__).resolve().parents[2]

UNKNOWN = "there is no certificate of these models yet; ask for it with the Certificate button"
BUSY = "many certificates are being made already; try again in some minutes"
STOPPED = "the server is stopping; reload the page and ask again"
FOREIGN = "certificates are made only for pages of this server"

# Our own page, shown as such: it may use what it holds and nothing else.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass
class Order:
    """A certificate that somebody has asked for.

    state : "waiting", "working", "ready" or "failed"
    share : of the work that is done, 0 to 1
    words : what is going on
    sentence : why it failed
    html, json : the certificate, once it is ready
    finished : set when it is ready or has failed
    """

    names: tuple[str, ...]
    state: str = "waiting"
    share: float = 0.0
    words: str = "waiting for its turn"
    sentence: str | None = None
    html: bytes = b""
    json: bytes = b""
    finished: threading.Event = field(default_factory=threading.Event, repr=False)

    def to_dict(self) -> dict:
        """What a page is told while it waits."""
        return {key: getattr(self, key) for key in ("names", "state", "share", "words", "sentence")}


Make = Callable[[tuple[str, ...], Path, Callable[[str], None], Callable[[subprocess.Popen], None]], None]


class Certificates:
    """Makes certificates one after the other on a thread of its own, which watches a process that computes.

    A process, because thousands of small steps in Python would hold up the thread that answers pointer events; with one
    thread and low priority, because nobody drags a slider to wait for a table. Two people who ask for the same models
    share one order. A certificate is good until a file that it was made from changes.

    Parameters
    ----------
    make : writes the HTML and JSON files; `run_certify`, other than in tests
    """

    def __init__(self, make: Make | None = None) -> None:
        self._make = make or run_certify
        self._lock = threading.Lock()
        self._orders: OrderedDict[Hashable, Order] = OrderedDict()
        self._queue: SimpleQueue[Order | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen | None = None
        self._stopped = False

    def find(self, names: tuple[str, ...]) -> Order | None:
        """The order for `names`, if somebody has made it and it is still good."""
        key = self._key(names)
        with self._lock:
            return self._orders.get(key)

    def ask(self, names: tuple[str, ...]) -> Order:
        """The order for `names`, made now if need be; one that failed is tried again.

        Raises
        ------
        CheckpointError
            If there is no checkpoint of a name.
        ValueError
            If too many are waiting.
        """
        known = model_names()
        for name in names:
            if name not in known:  # a client can never make us read another path
                raise CheckpointError(f"there is no model {name!r}; choose one of {', '.join(known) or 'none: train one first'}")
        key = self._key(names)
        with self._lock:
            order = self._orders.get(key)
            if order is not None and order.state != "failed":
                return order
            if self._stopped:
                raise ValueError(STOPPED)
            if sum(each.state == "waiting" for each in self._orders.values()) >= MOST_WAITING:
                raise ValueError(BUSY)
            order = self._orders[key] = Order(names)
            self._orders.move_to_end(key)
            for old in [each for each, other in self._orders.items() if other.state in ("ready", "failed")][
                : max(0, len(self._orders) - KEPT)
            ]:
                del self._orders[old]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="certificates", daemon=True)
                self._thread.start()
        self._queue.put(order)
        return order

    def stop(self) -> None:
        """End the process that is at work, and the thread. Stopping twice is stopping once."""
        with self._lock:
            self._stopped = True
            process, thread = self._process, self._thread
        self._queue.put(None)
        if process is not None:
            process.kill()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _key(self, names: tuple[str, ...]) -> Hashable:
        files = [folders.place(name) / file for name in names for file in (CONFIG, MODEL, ATLAS, METRICS)]
        files += sorted(file for root in folders.roots() for file in (root / CLASSIFIERS).glob(f"*/{MODEL}"))
        return names, str(folders.root()), stamp(files), tuple(known.available() for known in data.data_sets())

    def _run(self) -> None:
        while (order := self._queue.get()) is not None:
            if self._stopped:
                order.state, order.sentence = "failed", STOPPED
                order.finished.set()
                continue
            order.state, order.words = "working", "starting"
            try:
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "certificate.html"
                    self._make(order.names, path, lambda line, order=order: _hear(order, line), self._hold)
                    order.html, order.json = path.read_bytes(), path.with_suffix(".json").read_bytes()
                order.share, order.state = 1.0, "ready"
            except Exception as error:  # whatever it is, whoever waits must hear of it
                order.sentence, order.state = STOPPED if self._stopped else str(error), "failed"
            finally:
                self._process = None
                order.finished.set()

    def _hold(self, process: subprocess.Popen) -> None:
        with self._lock:
            self._process = process
            stopped = self._stopped
        if stopped:
            process.kill()


def run_certify(names: tuple[str, ...], path: Path, hear: Callable[[str], None], hold: Callable[[subprocess.Popen], None]) -> None:
    """Let `python -m vae certify` write a certificate to `path`.

    Parameters
    ----------
    names : of one model or two
    hear : gets each line of progress, "share words"
    hold : gets the process once it runs, so that it can be ended

    Raises
    ------
    RuntimeError
        If it did not succeed; with its own sentence where it gave one.
    """
    command = [sys.executable, "-m", "vae", "certify", names[0], "--out", str(path), "--device", "cpu", "--background"]
    command += [word for name in names[1:] for word in ("--against", name)]
    search = os.pathsep.join(filter(None, [str(PACKAGE), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": search, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=complaints, stdin=subprocess.DEVNULL, text=True)
        hold(process)
        with process.stdout:
            for line in process.stdout:
                hear(line)
        if process.wait():
            complaints.seek(0)
            lines = [line for line in complaints.read().decode(errors="replace").splitlines() if line.strip()]
            said = lines[-1].removeprefix("error: ") if lines and lines[-1].startswith("error: ") else None
            if said is None and lines:
                print("\n".join(lines), file=sys.stderr)
            raise RuntimeError(
                said
                or f"the certificate could not be made; to see why, run: python -m vae certify {' --against '.join(names)} --out certificate.html"
            )


def _hear(order: Order, line: str) -> None:
    share, _, words = line.strip().partition(" ")
    try:
        order.share, order.words = min(1.0, max(order.share, float(share))), words
    except ValueError:  # something else that was printed
        return


def routes(certificates: Certificates, base: str = "") -> list[BaseRoute]:
    """The routes under `/continuum/certificates/{name}`, below `base`, all with `?against=` a second name or without.

    POST asks for a certificate and GET looks after it; both answer how far it is (`Order.to_dict`). `/page` is the
    certificate itself, with `?download` to keep it, and `/json` its figures. What goes wrong is `{"error": sentence}`.
    """
    handlers = CertificateRoutes(certificates)
    start = f"{prefix(base)}/certificates/{{name}}"
    return [
        Route(start, handlers.ask, methods=["POST"]),
        Route(start, handlers.look, methods=["GET"]),
        Route(f"{start}/page", handlers.page),
        Route(f"{start}/json", handlers.json),
    ]


class CertificateRoutes:
    """Where certificates are asked for and handed out. Everything that looks at files runs on a thread."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates

    async def ask(self, request: Request) -> Response:
        """Make it, or join those who wait for it."""
        # Making one takes a minute of this machine's time: no foreign page may ask for it behind somebody's back.
        if not await welcome(request.headers.get("origin"), request.headers.get("host")):
            return _error(FOREIGN, 403)
        try:
            return _json((await run_in_threadpool(self._certificates.ask, _names(request))).to_dict())
        except CheckpointError as error:
            return _error(str(error), 404)
        except ValueError as error:
            return _error(str(error), 503)

    async def look(self, request: Request) -> Response:
        """How far it is; state "none" if nobody has asked."""
        order = await run_in_threadpool(self._certificates.find, _names(request))
        return _json(order.to_dict() if order else {"state": "none"})

    async def page(self, request: Request) -> Response:
        """The HTML page."""
        return await self._hand_out(request, "html", "text/html; charset=utf-8", "download" in request.query_params)

    async def json(self, request: Request) -> Response:
        """The JSON file."""
        return await self._hand_out(request, "json", "application/json", True)

    async def _hand_out(self, request: Request, kind: str, media_type: str, keep: bool) -> Response:
        names = _names(request)
        order = await run_in_threadpool(self._certificates.find, names)
        if order is None or order.state != "ready":
            return _error(UNKNOWN, 404)
        headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff", "cache-control": "no-cache"}
        if keep:
            headers["content-disposition"] = f'attachment; filename="{file_name(names)}.{kind}"'
        return Response(getattr(order, kind), media_type=media_type, headers=headers)


def file_name(names: tuple[str, ...]) -> str:
    """What a certificate of `names` is called on disk, without its ending: letters of every file system alone."""
    return "certificate-" + "-".join(
        "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in name) for name in names
    )


def _names(request: Request) -> tuple[str, ...]:
    against = request.query_params.get("against")
    return (request.path_params["name"], *([against] if against else []))


def _json(content: object, status: int = 200) -> Response:
    return JSONResponse(content, status, {"cache-control": "no-cache"})


def _error(sentence: str, status: int) -> Response:
    return _json({"error": sentence}, status)
