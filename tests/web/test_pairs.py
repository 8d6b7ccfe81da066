"""A pair of models asked for over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.data.imported.helping import noisy, write
from vae.jobs.job import Full, Job, work_of
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.new import NewRequest
from vae.tasks.registry import Task
from vae.web.pairs import BUDGETS, BUSY, routes


class Queue:
    """Stands in for the queue: a job is where the test says."""

    def __init__(self) -> None:
        self.asked: dict[str, Job] = {}
        self.cancelled: list[str] = []
        self.full = False

    def ask(self, task: Task[NewRequest], request: NewRequest) -> Job:
        if self.full:
            raise Full("in its own words")
        job = Job(str(len(self.asked)), task.name, request.to_dict(), "working", 0.25, "training", None, None, 1, Path())
        return self.asked.setdefault(work_of(task, request), job)

    def find(self, task: Task[NewRequest], request: NewRequest) -> Job | None:
        return self.asked.get(work_of(task, request))

    def cancel(self, id: str) -> None:
        self.cancelled.append(id)


@pytest.fixture
def queue() -> Queue:
    return Queue()


Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def client(queue: Queue, tmp_path: Path, datasets: Path) -> Ask:
    """Asks these routes: `client(method, name, query)` gives the status and what the JSON says."""
    folder = write(tmp_path / "pictures", {f"{number}.png": noisy(number) for number in range(20)})
    import_images(ImportRequest(source=folder, name="pets", size=8))
    app = Starlette(routes=routes(queue))  # type: ignore[arg-type]

    def ask(method: str, name: str = "pets", query: str = "") -> tuple[int, Any]:
        path = f"/continuum/pairs/{name}"
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
                 "headers": [], "http_version": "1.1", "scheme": "http", "server": ("localhost", 80)}  # fmt: skip
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        asyncio.run(app(scope, receive, send))
        content = b"".join(each.get("body", b"") for each in answers)
        return answers[0]["status"], json.loads(content) if content.startswith(b"{") else None

    return ask


def test_a_pair_is_asked_for_looked_after_and_ended(client: Ask, queue: Queue) -> None:
    query = "budget=60"
    assert client("GET")[1] == {"state": "none", "budgets": list(BUDGETS)}
    asked = client("POST", query=query)[1]
    assert (asked["state"], asked["share"], asked["words"]) == ("working", 0.25, "training")
    assert client("POST", query=query)[1] == asked and len(queue.asked) == 1
    (work,) = queue.asked
    assert NewRequest.from_dict(queue.asked[work].request) == NewRequest(name="pets", budget=60.0)
    looked = client("GET")[1]
    assert looked == asked | {"budgets": list(BUDGETS)} and looked["budget"] == 60.0
    assert client("DELETE")[1] == {} and queue.cancelled == ["0"]
    result = {
        "models": ["pets-ae", "pets-vae"],
        "sentence": "good",
        "outcome": [],
        "reasons": ["why"],
        "commands": ["a", "b"],
        "data": "pets",
    }
    queue.asked[work] = replace(queue.asked[work], state="ready", share=1.0, result=result)
    ready = client("GET")[1]
    assert ready["state"] == "ready" and ready["models"] == ["pets-ae", "pets-vae"] and ready["sentence"] == "good"


def test_what_cannot_be_made_is_refused_in_a_sentence(client: Ask, queue: Queue) -> None:
    for name in ("nothing", "..", "mnist"):
        assert client("POST", name)[0] == 404
    assert client("POST", "nothing")[1]["error"] == "there is no imported data set 'nothing'; import it first"
    assert "in 60, 300, 1800 seconds" in client("POST", query="budget=1e9")[1]["error"]
    assert "in 60, 300, 1800 seconds" in client("POST", query="budget=soon")[1]["error"]
    assert client("GET", "nothing")[1]["state"] == "none"
    queue.full = True
    assert client("POST")[1] == {"error": BUSY}
    assert not queue.asked
