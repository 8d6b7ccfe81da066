"""Test images are fetched once for all who ask, with progress, and a failure is a sentence."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette

from tests.jobs.helping import until
from vae import data
from vae.data import registry
from vae.data.registry import DataError, Download, Images
from vae.web.originals import Downloads, routes


class Mirror:
    """Stands in for the network: what comes is written when the test lets it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.go_on = threading.Event()
        self.loads = 0
        self.broken = False

    def load(self, split: str, download: bool) -> Images:
        assert (split, download) == ("test", True)
        self.loads += 1
        self.file.write_bytes(b"half")
        self.go_on.wait(30)
        if self.broken:
            raise DataError("cut off")
        self.file.write_bytes(b"all of it")
        return data.load("lines", "test").take(slice(1))


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A data set `far` that is nine bytes away."""
    mirror = Mirror(tmp_path / "file")
    known = replace(
        data.find("mnist"), name="far", title="Far", load=mirror.load,
        available=lambda: mirror.file.is_file() and mirror.file.read_bytes() == b"all of it",
        download=Download(9, lambda: [mirror.file]),
    )  # fmt: skip
    monkeypatch.setitem(registry._sets, "far", known)
    yield mirror
    mirror.go_on.set()


class Client:
    """Asks the routes as a browser would, without a network."""

    def __init__(self) -> None:
        self._app = Starlette(routes=routes(Downloads()))

    def ask(self, method: str, name: str = "far") -> tuple[int, dict]:
        path = f"/continuum/originals/{name}"
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []}
        told: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b""}

        async def send(message: dict) -> None:
            told.append(message)

        asyncio.run(self._app(scope, receive, send))
        return told[0]["status"], json.loads(told[1]["body"])

    @property
    def state(self) -> str:
        return self.ask("GET")[1]["state"]


@pytest.fixture
def client() -> Client:
    return Client()


def test_it_is_fetched_once_for_all_who_ask_and_tells_how_far_it_is(client: Client, mirror: Mirror) -> None:
    assert client.ask("GET") == (200, {"state": "missing", "share": 0.0, "title": "Far", "bytes": 9, "sentence": None})
    for _ in range(2):
        assert client.ask("POST")[1]["state"] == "working"
    until(lambda: client.ask("GET")[1]["share"] == pytest.approx(4 / 9), "half of it has come")
    mirror.go_on.set()
    until(lambda: client.state == "ready", "it is there")
    assert client.ask("POST")[1]["state"] == "ready"
    assert mirror.loads == 1


def test_a_failure_is_a_sentence_and_can_be_tried_again(client: Client, mirror: Mirror) -> None:
    mirror.broken = True
    mirror.go_on.set()
    client.ask("POST")
    until(lambda: client.state == "failed", "it has failed")
    assert "try again" in client.ask("GET")[1]["sentence"]
    mirror.broken = False
    client.ask("POST")
    until(lambda: client.state == "ready", "it is there")


def test_what_cannot_be_fetched_is_told_so(client: Client, mirror: Mirror) -> None:
    for name in ("scenes", "no-such-set", "some/folder"):
        assert client.ask("GET", name) == (200, {"state": "none"}), "a page looks wherever originals are missing: that is no error"
        status, answer = client.ask("POST", name)
        assert status == 404 and "nothing to download" in answer["error"]
    assert mirror.loads == 0
