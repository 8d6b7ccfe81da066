"""Certificates on request: one for all who ask, handed out over HTTP, never in the way."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette

from vae.live import certificates as module
from vae.live.certificates import Certificates, Order, file_name, routes, run_certify
from vae.store.files import CheckpointError
from vae.store.metrics import save_metrics

PAIR = ("ae-2", "vae-2")


class Press:
    """Stands in for the process that computes: writes when it is let."""

    def __init__(self) -> None:
        self.made: list[tuple[str, ...]] = []
        self.begun, self.go = Event(), Event()
        self.failure: str | None = None

    def __call__(self, names: tuple[str, ...], path: Path, hear: Callable[[str], None], hold: Callable) -> None:
        self.made.append(names)
        hear("0.2500 reconstruction\n")
        hear("a warning of some library\n")
        self.begun.set()
        assert self.go.wait(60)
        if self.failure:
            raise RuntimeError(self.failure)
        path.write_text(f"<p>{names}</p>")
        path.with_suffix(".json").write_text(json.dumps(names))


@pytest.fixture
def press() -> Press:
    return Press()


@pytest.fixture
def certificates(press: Press) -> Iterator[Certificates]:
    made = Certificates(press)
    yield made
    press.go.set()
    made.stop()


def test_two_who_ask_for_the_same_share_the_work(certificates: Certificates, press: Press) -> None:
    first = certificates.ask(PAIR)
    assert press.begun.wait(60)
    assert certificates.ask(PAIR) is first and certificates.find(PAIR) is first
    assert (first.state, first.share, first.words) == ("working", 0.25, "reconstruction")
    assert certificates.ask(("vae-2",)).state == "waiting"
    press.go.set()
    assert first.finished.wait(60)
    assert (first.state, first.share) == ("ready", 1.0)
    assert json.loads(first.json) == list(PAIR) and b"ae-2" in first.html
    assert press.made[0] == PAIR and press.made.count(PAIR) == 1


def test_what_was_made_is_made_again_when_a_file_has_changed(own_shelf: Path, certificates: Certificates, press: Press) -> None:
    press.go.set()
    order = certificates.ask(("mine",))
    save_metrics(own_shelf / "mine", {"seed": 0})
    assert certificates.find(("mine",)) is None
    assert certificates.ask(("mine",)) is not order


def test_a_failure_is_told_and_may_be_tried_again(certificates: Certificates, press: Press) -> None:
    press.failure = "the disk is full; free some space"
    press.go.set()
    order = certificates.ask(PAIR)
    assert order.finished.wait(60)
    assert (order.state, order.sentence) == ("failed", press.failure)
    press.failure = None
    again = certificates.ask(PAIR)
    assert again is not order and again.finished.wait(60)
    assert again.state == "ready"


@pytest.mark.parametrize("name", ["nothing", "../ae-2", "", "/etc"])
def test_names_come_from_the_list_alone(certificates: Certificates, press: Press, name: str) -> None:
    with pytest.raises(CheckpointError, match="choose one of ae-2"):
        certificates.ask((name,))
    assert not press.made


def test_a_long_line_is_not_made_longer(certificates: Certificates, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    certificates.ask(("ae-2",))
    assert press.begun.wait(60)
    certificates.ask(("vae-2",))
    with pytest.raises(ValueError, match="try again"):
        certificates.ask(("ae-5",))


def test_old_certificates_are_forgotten(certificates: Certificates, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 1)
    press.go.set()
    orders = [Order((name,), state="ready") for name in ("ae-2", "vae-2")]
    for order in orders:
        certificates._orders[certificates._key(order.names)] = order
    certificates.ask(("ae-5",))
    assert certificates.find(("ae-2",)) is None


# --- the process ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_makes_it_and_says_how_far_it_is(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shapes").mkdir()
    monkeypatch.chdir(tmp_path)  # where the models' data set is looked for, and holds no images
    lines: list[str] = []
    processes: list[subprocess.Popen] = []
    run_certify(("ae-2", "vae-2"), tmp_path / "it.html", lines.append, processes.append)
    assert (tmp_path / "it.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert [model["name"] for model in json.loads((tmp_path / "it.json").read_text())["models"]] == ["ae-2", "vae-2"]
    assert lines[-1].startswith("1.0000") and all(0 <= float(line.split()[0]) <= 1 for line in lines)
    assert processes[0].returncode == 0


def test_a_process_that_fails_hands_on_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 0.5 half\necho a warning >&2\necho 'error: give its name once' >&2\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    lines: list[str] = []
    with pytest.raises(RuntimeError, match=r"^give its name once$"):
        run_certify(PAIR, tmp_path / "it.html", lines.append, lambda _: None)
    assert lines == ["0.5 half\n"]
    script.write_text("#!/bin/sh\necho a crash >&2\nexit 3\n")
    with pytest.raises(RuntimeError, match="to see why, run: python -m vae certify ae-2 --against vae-2"):
        run_certify(PAIR, tmp_path / "it.html", lines.append, lambda _: None)


def test_stopping_ends_the_process_at_work() -> None:
    held = Event()

    def make(names: tuple[str, ...], path: Path, hear: Callable, hold: Callable) -> None:
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        hold(process)
        held.set()
        process.wait()
        process.stdin.close()
        raise RuntimeError("killed")

    certificates = Certificates(make)
    order = certificates.ask(PAIR)
    assert held.wait(60)
    certificates.stop()
    assert (order.state, order.sentence) == ("failed", module.STOPPED)


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


def test_it_is_asked_for_looked_after_and_handed_out(connect: Callable, certificates: Certificates, press: Press) -> None:
    where = "ae-2?against=vae-2"
    assert json.loads(connect("GET", where)[2]) == {"state": "none"}
    assert connect("GET", "ae-2/page?against=vae-2")[0] == 404
    status, _, body = connect("POST", where)
    assert status == 200 and json.loads(body)["state"] in ("waiting", "working")
    assert press.begun.wait(60)
    assert json.loads(connect("GET", where)[2])["share"] == 0.25
    assert connect("GET", "ae-2/page?against=vae-2")[0] == 404
    press.go.set()
    assert certificates.find(PAIR).finished.wait(60)
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


def test_a_foreign_page_may_not_ask(connect: Callable, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.net_util.get_external_ip", lambda: None)
    monkeypatch.setattr("streamlit.net_util.get_internal_ip", lambda: None)
    status, _, body = connect("POST", "ae-2", origin="http://evil.example")
    assert status == 403 and "this server" in json.loads(body)["error"]
    assert not press.made


@pytest.mark.parametrize("path", ["nothing", quote("../ae-2", safe=""), "ae-2?against=nothing"])
def test_an_unknown_model_is_not_found(connect: Callable, press: Press, path: str) -> None:
    assert connect("POST", path)[0] == 404
    assert not press.made


def test_a_stopped_server_says_so(connect: Callable, certificates: Certificates) -> None:
    certificates.stop()
    status, _, body = connect("POST", "ae-2")
    assert status == 503 and "stopping" in json.loads(body)["error"]


def test_file_names_are_good_for_every_system() -> None:
    assert file_name(("a b/ü", 'x"y')) == "certificate-a_b__-x_y"
    assert os.sep not in file_name(("../..",))
