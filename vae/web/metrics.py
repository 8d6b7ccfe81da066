"""Figures for Prometheus over HTTP, for who runs the server: at this machine, or with the token that `VAE_METRICS_TOKEN` holds."""

from __future__ import annotations

import hmac
import os
import re
import time
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.jobs.queue import Jobs
from vae.live.metrics import HTTP_ANSWERED, HTTP_SECONDS, REGISTRY
from vae.live.socket import prefix
from vae.sentences import phrase
from vae.store.errors import DatabaseError
from vae.web.health import Health
from vae.web.visitors import sits_here

TOKEN = "VAE_METRICS_TOKEN"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
NOT_YOURS = phrase(
    "These figures are for who runs this server: ask at the machine itself, or start it with a token in {token} and send that.", token=TOKEN
)


def routes(jobs: Jobs, health: Health, base: str = "") -> list[BaseRoute]:
    """`/continuum/metrics`, below `base`: all figures in Prometheus' text format; 401 for who may not have them.

    Whoever sits at this machine may (`visitors.sits_here`), and who sends `Authorization: Bearer` with the token.
    """
    own = CollectorRegistry()
    ProcessCollector(registry=own)
    own.register(Moment(jobs, health))

    async def answer(request: Request) -> Response:
        if not (_knows_the_token(request) or sits_here(request)):
            return PlainTextResponse(NOT_YOURS, 401, {"www-authenticate": "Bearer"})
        text = await run_in_threadpool(lambda: generate_latest(REGISTRY) + generate_latest(own))  # which asks the database
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})

    return [Route(f"{prefix(base)}/metrics", answer)]


def _knows_the_token(request: Request) -> bool:
    token = os.environ.get(TOKEN, "")
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


class Moment(Collector):
    """What is looked up when somebody asks: whether this server is ready, and the jobs of all servers that share its database."""

    def __init__(self, jobs: Jobs, health: Health) -> None:
        self._jobs, self._health = jobs, health

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family of figures after the other."""
        yield GaugeMetricFamily("continuum_ready", "1 while this server wants visitors.", value=self._health.why_not_ready() is None)
        counted = GaugeMetricFamily("continuum_jobs", "Jobs of all servers that share the database.", labels=("task", "state"))
        reached = True
        try:
            for (task, state), count in self._jobs.counts().items():
                counted.add_metric((task, state), count)
        except DatabaseError:
            reached = False
        yield counted
        yield GaugeMetricFamily("continuum_jobs_database_up", "1 if the database of jobs can be used.", value=reached)


class Measured:
    """Counts and times every HTTP request, by what follows our prefix in its path; all of Streamlit's are one subject.

    Parameters
    ----------
    base : the path that the app is served under
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._word = re.compile(rf"{re.escape(prefix(base))}/([a-z]+)")
        self._subjects: frozenset[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            subject = self._subject(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            HTTP_ANSWERED.labels(subject, method, status or "none").inc()
            HTTP_SECONDS.labels(subject).observe(time.perf_counter() - began)

    def _subject(self, scope: Scope) -> str:
        """A word that one of our own routes has, whatever strangers ask for: each makes a series."""
        if self._subjects is None:
            paths = (getattr(route, "path", "") for route in scope["app"].routes)
            self._subjects = frozenset(found[1] for path in paths if (found := self._word.match(path)))
        found = self._word.match(scope["path"])
        return found[1] if found and found[1] in self._subjects else "streamlit"
