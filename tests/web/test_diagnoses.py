"""Diagnoses on request: one for all who ask, told over HTTP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.jobs.helping import until
from tests.pets import put_pets
from tests.web.asking import Asker
from vae.jobs import table
from vae.jobs.job import Job, work_of
from vae.jobs.queue import STOPPED, Jobs, Stopping
from vae.store.checkpoints import weights_sha256
from vae.store.errors import DatabaseError
from vae.store.files import write_json
from vae.tasks.diagnose import DiagnoseRequest
from vae.tasks.registry import Task
from vae.web.diagnoses import BUSY, FILE, Diagnoses, routes


class Queue:
    """Stands in for the jobs: one is where the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: dict[str, Job] = {}
        self.refusal: Exception | None = None

    def ask(self, task: Task, request: DiagnoseRequest) -> Job:
        if self.refusal is not None:
            raise self.refusal
        job = Job("1", task.name, request.to_dict(), "working", 0.25, "blur", None, None, 1, self.folder)
        return self.asked.setdefault(work_of(task, request), job)

    def find(self, task: Task, request: DiagnoseRequest) -> Job | None:
        if isinstance(self.refusal, DatabaseError):
            raise self.refusal
        return self.asked.get(work_of(task, request))

    def all(self) -> list[Job]:
        return list(self.asked.values())

    def end(self, **changes: object) -> None:
        self.asked = {work: replace(job, **changes) for work, job in self.asked.items()}


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


@pytest.fixture
def asker(queue: Queue) -> Asker:
    return Asker(routes(Diagnoses(queue)))


def test_it_is_asked_for_looked_after_and_told(asker: Asker, queue: Queue, models_root: Path) -> None:
    where = "/continuum/diagnoses/vae-2"
    assert asker.ask("GET", where).json == {"state": "none"}
    assert asker.ask("POST", where).json == {"state": "working", "share": 0.25, "words": "blur", "sentence": None}
    (job,) = queue.asked.values()
    assert job.request["out"].endswith(FILE) and job.request["name"] == "vae-2"
    queue.end(state="ready", share=1.0, result={"path": "/secret", "findings": [{"key": "blur"}], "left_out": {}, "notes": []})
    told = asker.ask("GET", where).json
    assert told["state"] == "ready" and told["findings"] == [{"key": "blur"}] and "secret" not in str(told)
    queue.end(state="failed", sentence="the data set is not on disk")
    assert asker.ask("GET", where).json["sentence"] == "the data set is not on disk"


@pytest.mark.parametrize("name", ["nothing", quote("../vae-2", safe="")])
def test_an_unknown_model_is_not_found(asker: Asker, queue: Queue, models_root: Path, name: str) -> None:
    reply = asker.ask("POST", f"/continuum/diagnoses/{name}")
    assert reply.status == 404
    assert not queue.asked


@pytest.mark.parametrize(("refusal", "said"), [
    (Stopping(STOPPED), STOPPED), (table.Full("the queue says it in its own words"), BUSY),
    (DatabaseError("the database is held by another program; try again"), "the database is held by another program; try again"),
])  # fmt: skip
def test_who_asks_is_told_why_not_and_who_looks_is_not_disturbed(
    asker: Asker, queue: Queue, models_root: Path, refusal: Exception, said: str
) -> None:
    queue.refusal = refusal
    reply = asker.ask("POST", "/continuum/diagnoses/vae-2")
    assert reply.status == 503 and reply.error == said
    assert asker.ask("GET", "/continuum/diagnoses/vae-2").json == {"state": "none"}


def test_what_the_command_line_has_found_is_told_where_it_is_of_these_weights_and_can_be_shown(queue: Queue, own_models_root: Path) -> None:
    diagnoses, path = Diagnoses(queue), own_models_root / "mine" / FILE
    sketch = {"kind": "pictures", "caption": "some", "labels": ["image"], "pictures": [["data:image/png;base64,AAAA"]], "points": {}}
    finding = {
        "title": "Blur", "fault": True, "sentence": "They are blurred.", "figure_name": "power", "limit": 0.25, "above": False,
        "figure": {"value": 0.1, "n": 9}, "command": None, "remedy": None, "sketch": sketch,
    }  # fmt: skip
    written = {
        "weights_sha256": weights_sha256(own_models_root / "mine"),
        "findings": [finding],
        "left_out": {"rate": "no ladder"},
        "notes": [],
    }
    assert diagnoses.known() == frozenset()
    write_json(path, written)
    assert diagnoses.known() == {"mine"}
    said = diagnoses.find("mine")
    assert said["state"] == "ready" and said["findings"] == [finding] and said["made"].endswith("UTC")
    elsewhere = {**finding, "sketch": {**sketch, "pictures": [["https://example.com/seen.png"]]}}
    for wrong in ({"weights_sha256": "another"}, {"findings": [elsewhere]}, {"findings": [{}]}, {"left_out": {"rate": 7}}, {"notes": None}):
        write_json(path, written | wrong)
        assert diagnoses.find("mine") == {"state": "none"}, wrong
    path.write_text("[" * 100_000)
    assert diagnoses.find("mine") == {"state": "none"}
    diagnoses.ask("mine")
    assert diagnoses.find("mine")["state"] == "working", "who asks anew sees the old one"


@pytest.mark.slow
def test_a_process_makes_it(tmp_path: Path, own_models_root: Path, make_model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    name = put_pets(tmp_path, own_models_root, make_model)
    jobs = Jobs()
    jobs.start()
    try:
        diagnoses = Diagnoses(jobs)
        diagnoses.ask(name)
        diagnoses.ask(name)
        until(lambda: diagnoses.find(name)["state"] in ("ready", "failed"), "its end")
        told = diagnoses.find(name)
        assert told["state"] == "ready", told["sentence"]
        assert any(finding["fault"] for finding in told["findings"])
        assert len(jobs.all()) == 1 and (jobs.all()[0].folder / FILE).exists()
        assert not list((own_models_root / name).glob("diagnosis*")), "a visitor writes into a model's folder"
    finally:
        jobs.stop()
