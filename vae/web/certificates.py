"""Certificates on request: each made once, however many ask, by a job in the background, and handed out over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.jobs.job import RESULTS, WAITING_WORDS, Full, Job
from vae.jobs.queue import Jobs
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.sentences import SPOKEN, in_language, languages, phrase
from vae.store.checkpoints import model_names, need_model
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.tasks.certify import CERTIFY, CertifyRequest

PAGE = "certificate.html"  # among the results of its job; its figures lie beside it

UNKNOWN = phrase("there is no certificate of these models yet; ask for it with the Certificate button")
BUSY = phrase("many certificates are being made already; try again in some minutes")

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
    others : its page in other languages, by their codes
    """

    names: tuple[str, ...]
    state: str = "waiting"
    share: float = 0.0
    words: str = WAITING_WORDS
    sentence: str | None = None
    html: bytes = b""
    json: bytes = b""
    others: dict[str, bytes] = field(default_factory=dict)

    def page(self, code: str) -> bytes:
        """The page in a language; in English where there is none in it."""
        return self.others.get(code, self.html)

    def to_dict(self) -> dict[str, Any]:
        """What a page is told while it waits."""
        return {key: getattr(self, key) for key in ("names", "state", "share", "words", "sentence")}


class Certificates:
    """Certificates as jobs. One is good until a file that it was made from changes."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def find(self, names: tuple[str, ...]) -> Order | None:
        """The order for `names`, if somebody has made it and it is still good; DatabaseError if nobody can know."""
        if not set(names) <= set(model_names()):
            return None
        try:
            job = self._jobs.find(CERTIFY, _request(names))
            return None if job is None else _order(names, job)
        except (CheckpointError, OSError):  # the model, or the certificate, has been deleted meanwhile
            return None

    def ask(self, names: tuple[str, ...]) -> Order:
        """The order for `names`, made now if need be; one that failed is tried again.

        Raises
        ------
        CheckpointError
            If there is no checkpoint of a name.
        ValueError
            If too many are waiting, the server is ending or the database cannot be used.
        """
        for name in names:
            need_model(name)
        try:
            return _order(names, self._jobs.ask(CERTIFY, _request(names)))
        except Full:
            raise ValueError(BUSY) from None


def _request(names: tuple[str, ...]) -> CertifyRequest:
    against = names[1] if names[1:] else None
    return CertifyRequest(name=names[0], against=against, out=RESULTS / PAGE, device="cpu", translated=True)


def _order(names: tuple[str, ...], job: Job) -> Order:
    order = Order(names, "failed" if job.state == "cancelled" else job.state, job.share, job.words, job.sentence)
    if order.state == "ready":
        page = job.folder / PAGE
        order.html, order.json = page.read_bytes(), page.with_suffix(".json").read_bytes()
        order.others = {code: path.read_bytes() for code in languages() if (path := in_language(page, code)).is_file()}
    return order


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
        try:
            return json_answer((await run_in_threadpool(self._certificates.ask, _names(request))).to_dict())
        except CheckpointError as error:
            return error_answer(str(error), 404)
        except ValueError as error:
            return error_answer(str(error), 503)

    async def look(self, request: Request) -> Response:
        """How far it is; state "none" if nobody has asked."""
        return json_answer(order.to_dict() if (order := await self._find(_names(request))) else {"state": "none"})

    async def page(self, request: Request) -> Response:
        """The HTML page."""
        return await self._hand_out(request, "html", "text/html; charset=utf-8", "download" in request.query_params)

    async def json(self, request: Request) -> Response:
        """The JSON file."""
        return await self._hand_out(request, "json", "application/json", True)

    async def _hand_out(self, request: Request, kind: str, media_type: str, keep: bool) -> Response:
        names = _names(request)
        order = await self._find(names)
        if order is None or order.state != "ready":
            return error_answer(UNKNOWN, 404)
        headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff", "cache-control": "no-cache"}
        if keep:
            headers["content-disposition"] = f'attachment; filename="{file_name(names)}.{kind}"'
        content = order.page(SPOKEN.get()) if kind == "html" else order.json
        return Response(content, media_type=media_type, headers=headers)

    async def _find(self, names: tuple[str, ...]) -> Order | None:
        try:
            return await run_in_threadpool(self._certificates.find, names)
        except DatabaseError:  # whoever asks for one is told; a page that only looks need not be
            return None


def file_name(names: tuple[str, ...]) -> str:
    """What a certificate of `names` is called on disk, without its ending: letters of every file system alone."""
    return "-".join(["certificate", *map(safe, names)])


def safe(name: str) -> str:
    """`name` as part of a file's name: letters of every file system alone."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in name)


def _names(request: Request) -> tuple[str, ...]:
    against = request.query_params.get("against")
    return (request.path_params["name"], *([against] if against else []))
