"""Certificates on request: one for all who ask, handed out over HTTP, never in the way."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette

from tests.jobs.helping import until
from vae.jobs import table
from vae.jobs.job import Job, work_of
from vae.jobs.queue import STOPPED, Jobs, Stopping
from vae.store.errors import DatabaseError
from vae.store.files import CheckpointError
from vae.store.metrics import save_metrics
from vae.tasks.certify import CertifyRequest
from vae.tasks.registry import Task
from vae.web.certificates import PAGE, Certificates, file_name, routes

PAIR = ("ae-2", "vae-2")


class Press:
    """Stands in for the queue: a job is where the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: dict[str, Job] = {}
        self.refusal: Exception | None = None

    def ask(self, task: Task, request: CertifyRequest) -> Job:
        if self.refusal is not None:
            raise self.refusal
        job = Job(str(len(self.asked)), task.name, request.to_dict(), "working", 0.25, "reconstruction", None, None, 1, self.folder)
        return self.asked.setdefault(work_of(task, request), job)

    def find(self, task: Task, request: CertifyRequest) -> Job | None:
        if isinstance(self.refusal, DatabaseError):
            raise self.refusal
        return self.asked.get(work_of(task, request))

    def end(self, **changes: object) -> None:
        (self.folder / PAGE).write_text(f"<p>{PAIR}</p>")
        (self.folder / PAGE).with_suffix(".json").write_text(json.dumps(PAIR))
        self.asked = {work: replace(job, **changes) for work, job in self.asked.items()}


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(tmp_path)


@pytest.fixture
def certificates(press: Press) -> Certificates:
    return Certificates(press)


def test_it_is_where_its_job_is(certificates: Certificates, press: Press) -> None:
    assert certificates.find(PAIR) is None
    order = certificates.ask(PAIR)
    assert (order.state, order.share, order.words) == ("working", 0.25, "reconstruction")
    assert certificates.find(PAIR) == order and certificates.find(("vae-2",)) is None
    press.end(state="failed", sentence="the disk is full")
    assert (certificates.find(PAIR).state, certificates.find(PAIR).sentence) == ("failed", "the disk is full")
    press.end(state="cancelled", sentence="it was cancelled")
    assert certificates.find(PAIR).state == "failed"
    press.end(state="ready", share=1.0, sentence=None)
    ready = certificates.find(PAIR)
    assert ready.state == "ready" and json.loads(ready.json) == list(PAIR) and b"ae-2" in ready.html
    (press.folder / PAGE).unlink()
    assert certificates.find(PAIR) is None, "its file is gone, and somebody must be able to ask for it again"


def test_what_was_made_is_made_again_when_a_file_has_changed(own_models_root: Path, certificates: Certificates) -> None:
    certificates.ask(("mine",))
    assert certificates.find(("mine",)) is not None
    save_metrics(own_models_root / "mine", {"seed": 0})
    assert certificates.find(("mine",)) is None


@pytest.mark.parametrize("name", ["nothing", "../ae-2", "", "/etc"])
def test_names_come_from_the_list_alone(certificates: Certificates, press: Press, name: str) -> None:
    with pytest.raises(CheckpointError, match="choose one of ae-2"):
        certificates.ask((name,))
    assert certificates.find((name,)) is None
    assert not press.asked


def test_a_long_line_is_not_made_longer(certificates: Certificates, press: Press) -> None:
    press.refusal = table.Full("the queue says it in its own words")
    with pytest.raises(ValueError, match="many certificates are being made already; try again"):
        certificates.ask(PAIR)


@pytest.mark.slow
def test_a_process_makes_it_once_for_all_and_says_how_far_it_is(models_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shapes").mkdir()
    monkeypatch.chdir(tmp_path)  # where the models' data set is looked for, and holds no images
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    jobs = Jobs()
    jobs.start()
    try:
        certificates = Certificates(jobs)
        certificates.ask(PAIR)
        certificates.ask(PAIR)
        shares: list[float] = []
        until(lambda: shares.append(certificates.find(PAIR).share) or certificates.find(PAIR).state in ("ready", "failed"), "its end")
        order = certificates.find(PAIR)
        assert order.sentence is None and order.share == 1.0
        assert order.html.startswith(b"<!DOCTYPE html>")
        assert [model["name"] for model in json.loads(order.json)["models"]] == list(PAIR)
        assert shares == sorted(shares) and len(jobs.all()) == 1
        assert jobs.all()[0].result["page"] == str(jobs.all()[0].folder / PAGE)
    finally:
        jobs.stop()


# --- over HTTP ------------------------------------------------------------------------------------------------------


@pytest.fixture
def connect(certificates: Certificates) -> Iterator[Callable[..., tuple[int, dict, bytes]]]:
    """Asks a server of these routes alone: `connect(method, path, **headers)`."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes(certificates)), log_level="error", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()

    def ask(method: str, path: str, **headers: str) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection(*listener.getsockname(), timeout=60)
        connection.request(method, f"/continuum/certificates/{path}", headers=headers)
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        return reply.status, dict(reply.getheaders()), body

    yield ask
    server.should_exit = server.force_exit = True
    thread.join(60)


def test_it_is_asked_for_looked_after_and_handed_out(connect: Callable, press: Press) -> None:
    where = "ae-2?against=vae-2"
    assert json.loads(connect("GET", where)[2]) == {"state": "none"}
    assert connect("GET", "ae-2/page?against=vae-2")[0] == 404
    status, _, body = connect("POST", where)
    assert status == 200 and json.loads(body)["state"] == "working"
    assert json.loads(connect("GET", where)[2])["share"] == 0.25
    assert connect("GET", "ae-2/page?against=vae-2")[0] == 404
    press.end(state="ready", share=1.0)
    assert json.loads(connect("GET", where)[2]) | {"words": ""} == {
        "names": list(PAIR), "state": "ready", "share": 1.0, "words": "", "sentence": None,
    }  # fmt: skip
    status, headers, body = connect("GET", "ae-2/page?against=vae-2")
    assert status == 200 and body == f"<p>{PAIR}</p>".encode()
    assert headers["content-type"] == "text/html; charset=utf-8" and "default-src 'none'" in headers["content-security-policy"]
    assert "content-disposition" not in headers
    _, headers, _ = connect("GET", "ae-2/page?against=vae-2&download")
    assert headers["content-disposition"] == 'attachment; filename="certificate-ae-2-vae-2.html"'
    status, headers, body = connect("GET", "ae-2/json?against=vae-2")
    assert status == 200 and json.loads(body) == list(PAIR) and "certificate-ae-2-vae-2.json" in headers["content-disposition"]


@pytest.mark.parametrize("path", ["nothing", quote("../ae-2", safe=""), "ae-2?against=nothing"])
def test_an_unknown_model_is_not_found(connect: Callable, press: Press, path: str) -> None:
    assert connect("POST", path)[0] == 404
    assert not press.asked


@pytest.mark.parametrize("refusal", [Stopping(STOPPED), DatabaseError("the database is held by another program; try again")])
def test_who_asks_is_told_why_not_and_who_looks_is_not_disturbed(connect: Callable, press: Press, refusal: Exception) -> None:
    press.refusal = refusal
    status, _, body = connect("POST", "ae-2")
    assert status == 503 and json.loads(body)["error"] == str(refusal)
    assert json.loads(connect("GET", "ae-2")[2]) == {"state": "none"}


def test_file_names_are_good_for_every_system() -> None:
    assert file_name(("a b/ü", 'x"y')) == "certificate-a_b__-x_y"
    assert os.sep not in file_name(("../..",))
