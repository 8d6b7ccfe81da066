"""Trainings asked for over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette

from tests.data.imported.helping import noisy, write
from vae.jobs.job import Full, State
from vae.jobs.queue import Jobs
from vae.jobs.table import JobTable
from vae.store.database import Database
from vae.store.folders import ATLAS, MODEL
from vae.store.writing import one_writer
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.learn import learn
from vae.tasks.train import TrainRequest
from vae.training import loop
from vae.training.loop import STATE
from vae.web.learning import BUSY, UNKNOWN, fields, routes

Ask = Callable[..., tuple[int, Any]]
TINY = {"name": "mine", "data": "pets", "latent_dim": 2, "epochs": 2, "hidden": [8], "batch_size": 12, "threads": 1, "device": "cpu"}


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """A queue that nobody runs: a job waits until the test does it."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    queue = Jobs()
    yield queue
    queue.stop()


@pytest.fixture
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the models that a test trains."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("VAE_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture
def client(jobs: Jobs, tmp_path: Path, datasets: Path, checkpoints: Path) -> Ask:
    """Asks these routes: `client(method, path, body)` gives the status and what the JSON says, or the bytes."""
    import_images(ImportRequest(source=write(tmp_path / "pictures", {f"{at}.png": noisy(at) for at in range(60)}), name="pets", size=8))
    app = Starlette(routes=routes(jobs))

    def ask(method: str, path: str = "", body: object = None) -> tuple[int, Any]:
        path = f"/continuum/learning{path}"
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
                 "headers": [], "http_version": "1.1", "scheme": "http", "server": ("localhost", 80)}  # fmt: skip
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        asyncio.run(app(scope, receive, send))
        content = b"".join(each.get("body", b"") for each in answers)
        return answers[0]["status"], content if content.startswith(b"\x89PNG") else json.loads(content)

    return ask


def request_of(jobs: Jobs, id: str) -> TrainRequest:
    job = jobs.get(id)
    assert job is not None
    return TrainRequest.from_dict(job.request)


def test_every_setting_of_the_command_line_may_be_asked_for(client: Ask) -> None:
    offered = client("GET", "/fields")[1]
    assert {each["name"] for each in offered["fields"]} == set(TrainRequest.model_fields) - {"out", "data", "size", "download"}
    assert {"name": "pets", "title": "pets", "there": True} in offered["data"]
    kinds = {each["name"]: each["kind"] for each in fields()}
    assert (kinds["latent_dim"], kinds["beta"], kinds["sphere"], kinds["hidden"], kinds["precision"]) == (
        "whole", "number", "flag", "widths", "choice",
    )  # fmt: skip


def test_a_training_is_put_in_line_paused_resumed_and_cancelled(client: Ask, jobs: Jobs, checkpoints: Path) -> None:
    assert client("GET") == (200, [])
    status, begun = client("POST", body=TINY)
    assert (status, begun["state"], begun["name"], begun["data"], begun["kind"]) == (200, "waiting", "mine", "pets", "vae")
    assert request_of(jobs, begun["id"]).out == checkpoints / "mine"
    assert begun["command"].startswith("python -m vae train --out mine ") and "--hidden 8" in begun["command"]
    assert client("GET")[1] == [begun]
    assert "there is a model mine already, or one is to be trained" in client("POST", body=TINY)[1]["error"]
    where = f"/{begun['id']}"
    assert client("POST", where, {"do": "pause"})[1]["state"] == "paused"
    assert client("POST", where, {"do": "resume"})[1]["state"] == "waiting"
    assert client("POST", where, {"do": "again"})[0] == 400, "what waits has not failed"
    assert client("DELETE", where) == (200, {})
    assert client("GET")[1] == []
    assert client("POST", body=TINY)[1]["id"] != begun["id"]


def test_how_far_it_is_is_read_from_what_it_saves(client: Ask, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = client("POST", body=TINY)[1]
    where, asked = f"/{begun['id']}", request_of(jobs, begun["id"])
    assert client("GET", f"{where}/curves")[1] == {"epoch": [], "mse": [], "kl": [], "validation": []}
    assert client("GET", f"{where}/wall.png")[0] == 404 and begun["stamp"] is None
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)

    def stop(share: float, words: str) -> None:
        if share > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        learn(asked, stop)
    curves = client("GET", f"{where}/curves")[1]
    assert curves["epoch"] == [1.0] and curves["mse"][0] > 0 and curves["kl"][0] >= 0 and curves["validation"] == [None]
    status, picture = client("GET", f"{where}/wall.png")
    opened = Image.open(BytesIO(picture))
    assert status == 200 and opened.size == (8 * 10 - 2, 3 * 10 - 2) and opened.mode == "RGBA"
    stamp = client("GET")[1][0]["stamp"]
    learn(asked.model_copy(update={"resume": True}))
    assert client("GET")[1][0]["stamp"] != stamp and client("GET", f"{where}/wall.png")[1] != picture
    jobs.cancel(begun["id"])
    assert (asked.out / "config.json").exists(), "a model that has finished stays"


def end(jobs: Jobs, id: str, state: State) -> None:
    """Have a job end as its process would have it end."""
    table = JobTable(Database(), lease=60)
    claimed = table.claim("test")
    assert claimed is not None and claimed.id == id
    table.finish(id, "test", state, "it broke" if state == "failed" else None, {"outcome": []} if state == "ready" else None)


def test_what_has_ended_is_taken_off_the_list_and_no_model_is_lost(client: Ask, jobs: Jobs) -> None:
    finished = client("POST", body=TINY)[1]
    learn(request_of(jobs, finished["id"]))
    out = request_of(jobs, finished["id"]).out
    end(jobs, finished["id"], "ready")
    assert client("GET")[1][0]["model"] and client("DELETE", f"/{finished['id']}") == (200, {})
    assert client("GET")[1] == [] and (out / MODEL).exists() and (out / ATLAS).exists()
    assert client("DELETE", f"/{finished['id']}")[0] == 404, "it is gone already"

    longer = client("POST", body=TINY | {"epochs": 3, "resume": True})[1]  # fails after the model that it began with
    (out / STATE).write_bytes(b"half")
    end(jobs, longer["id"], "failed")
    assert client("DELETE", f"/{longer['id']}")[0] == 200
    assert (out / MODEL).exists() and not (out / STATE).exists()

    other = TINY | {"name": "other"}
    failed = client("POST", body=other)[1]
    out = request_of(jobs, failed["id"]).out
    out.mkdir()
    (out / STATE).write_bytes(b"half")
    end(jobs, failed["id"], "failed")
    again = client("POST", f"/{failed['id']}", {"do": "again"})[1]
    assert [each["id"] for each in client("GET")[1]] == [again["id"]], "what goes on stands in the place of what failed"
    end(jobs, again["id"], "failed")
    with one_writer(out):  # somebody has gone on with it on the command line
        assert client("DELETE", f"/{again['id']}")[0] == 200
        assert client("GET")[1] == [] and (out / STATE).exists()
    assert "there is a model other already" in client("POST", body=other)[1]["error"]
    once = client("POST", body=other | {"resume": True})[1]
    end(jobs, once["id"], "failed")
    assert client("DELETE", f"/{once['id']}")[0] == 200 and not out.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"latent_dim": "many"}, "code size (latent_dim) is 'many'"),
        ({"precision": "8"}, "must be one of 32-true"),
        ({"name": "../away"}, "cannot be a name"),
        ({"name": ""}, "is empty"),
        ({"data": "/etc"}, "/etc is not on disk"),
        ({"data": "pictures"}, "pictures is not on disk"),
        ({"out": "/tmp/x"}, "a training has no out"),
        ({"model": "ae", "beta": 2}, "beta"),
        ({"resume": True}, "there is no model mine to go on with"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(client: Ask, jobs: Jobs, changes: dict[str, object], words: str) -> None:
    status, said = client("POST", body=TINY | changes)
    assert status == 422 and words in said["error"] and not jobs.all()


def test_what_is_not_there_or_too_much_is_refused_in_a_sentence(client: Ask, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client("POST", "/nothing", {"do": "pause"}) == (404, {"error": UNKNOWN})
    assert client("DELETE", "/nothing")[0] == 404 and client("GET", "/nothing/curves")[0] == 404
    assert client("GET", "/nothing/wall.png") == (404, {"error": UNKNOWN})
    assert client("POST", body=[1])[0] == 400

    def full(*_: object) -> None:
        raise Full("in its own words")

    monkeypatch.setattr(jobs, "ask", full)
    assert client("POST", body=TINY) == (503, {"error": BUSY})
