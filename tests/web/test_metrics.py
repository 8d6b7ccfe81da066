"""Figures for Prometheus: what is counted, and who may see it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from tests.jobs.stubs import STUB, StubRequest
from tests.web.asking import Asker
from vae.jobs.queue import Jobs
from vae.live.metrics import answered
from vae.live.wire.frames import BAD_REQUEST, OK
from vae.live.wire.schema import DECODE, DRAW
from vae.store.database import Database
from vae.web import metrics
from vae.web.health import Health
from vae.web.metrics import TOKEN, Measured

PATH = "/continuum/metrics"


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(Database(f"sqlite:///{tmp_path / 'jobs.db'}"))


def figures(jobs: Jobs) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    text = Asker(metrics.routes(jobs, Health(lambda: True))).ask("GET", PATH).body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def figure(jobs: Jobs, name: str, **labels: str) -> float:
    return figures(jobs).get((name, frozenset(labels.items())), 0.0)


def test_only_who_sits_here_or_knows_the_token_sees_them(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    routes = metrics.routes(jobs, Health(lambda: True))
    here, proxied, away = Asker(routes), Asker(routes, x_forwarded_for="203.0.113.5"), Asker(routes, client="203.0.113.5")
    assert [asker.ask("GET", PATH).status for asker in (here, proxied, away)] == [200, 401, 401]
    monkeypatch.setenv(TOKEN, "a secret")
    for sent, status in (("Bearer a secret", 200), ("bearer  a secret", 200), ("Bearer another", 401), ("Basic a secret", 401), ("", 401)):
        assert Asker(routes, client="203.0.113.5", authorization=sent).ask("GET", PATH).status == status
    assert here.ask("GET", PATH).status == 200
    monkeypatch.setenv(TOKEN, "")
    assert Asker(routes, client="203.0.113.5", authorization="Bearer ").ask("GET", PATH).status == 401


def test_replies_of_the_live_channel_are_counted_by_what_was_asked(jobs: Jobs) -> None:
    decode = {"socket": "live", "operation": "decode"}
    before = figure(jobs, "continuum_live_requests_total", **decode, status="ok")
    answered("live", DECODE.number, OK, 0.003)
    answered("studio", DRAW.number, OK, 0.3)
    for strange in (250, 251, -1):
        answered("live", strange, BAD_REQUEST, 0.0)
    assert figure(jobs, "continuum_live_requests_total", **decode, status="ok") == before + 1
    assert figure(jobs, "continuum_live_request_seconds_bucket", **decode, le="0.005") >= 1
    assert figure(jobs, "continuum_live_requests_total", socket="studio", operation="draw", status="ok") >= 1
    operations = {dict(labels)["operation"] for name, labels in figures(jobs) if name == "continuum_live_requests_total"}
    assert "unknown" in operations and not any(operation.isdigit() for operation in operations)


def test_jobs_are_counted_and_a_database_that_is_away_is_told(jobs: Jobs, tmp_path: Path) -> None:
    for name in ("one", "two"):
        jobs.ask(STUB, StubRequest(home=tmp_path, name=name))
    assert figure(jobs, "continuum_jobs", task=STUB.name, state="waiting") == 2
    assert figure(jobs, "continuum_jobs_database_up") == 1
    (tmp_path / "no.db").write_text("a shopping list, which is long enough to have a header " * 20)
    assert figure(Jobs(Database(f"sqlite:///{tmp_path / 'no.db'}")), "continuum_jobs_database_up") == 0


def test_requests_are_counted_by_subject_whatever_strangers_ask_for(jobs: Jobs) -> None:
    async def models(_request: object) -> PlainTextResponse:
        return PlainTextResponse("here")

    app = Starlette(routes=[Route("/lab/continuum/models/{name}", models)])
    measured = Measured(app, "lab")

    async def ask(path: str, method: str = "GET") -> None:
        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(_message: Message) -> None:
            pass

        await measured({"type": "http", "method": method, "path": path, "headers": [], "app": app, "query_string": b""}, receive, send)

    def counted() -> dict[str, float]:
        return {
            " ".join(dict(labels)[key] for key in ("subject", "method", "status")): value
            for (name, labels), value in figures(jobs).items()
            if name == "continuum_http_requests_total"
        }

    before = counted()
    asked = [
        ("/lab/continuum/models/vae", "GET"),
        ("/lab/continuum/made-up", "GET"),
        ("/elsewhere", "GET"),
        ("/lab/continuum/models/a", "BREW"),
    ]
    for path, method in asked:
        asyncio.run(ask(path, method))
    new = {key: value - before.get(key, 0) for key, value in counted().items() if value != before.get(key, 0)}
    assert new == {"models GET 200": 1, "streamlit GET 404": 2, "models other 405": 1}
