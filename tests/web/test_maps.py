"""Maps on request: one job for all who ask, none beside a training that makes the map anyway."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.jobs.helping import until
from tests.pets import put_pets
from vae.jobs.job import Full, Job, work_of
from vae.jobs.queue import Jobs
from vae.store.atlases import load_atlas
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS
from vae.tasks.embed import EMBED
from vae.tasks.learn import LEARN
from vae.tasks.new import NEW, NewRequest
from vae.tasks.registry import Task
from vae.tasks.request import Request
from vae.tasks.train import TrainRequest
from vae.web.maps import BUSY, Maps


class Queue:
    """Stands in for the jobs: one is where the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs: dict[str, Job] = {}
        self.full = False

    def ask(self, task: Task, request: Request) -> Job:
        if self.full:
            raise Full("the queue says it in its own words")
        job = Job(str(len(self.jobs)), task.name, request.to_dict(), "working", 0.25, "laying a map", None, None, 1, self.folder)
        return self.jobs.setdefault(work_of(task, request), job)

    def find(self, task: Task, request: Request) -> Job | None:
        return self.jobs.get(work_of(task, request))

    def all(self) -> list[Job]:
        return list(self.jobs.values())

    def forget(self, job: Job) -> None:
        self.jobs = {work: each for work, each in self.jobs.items() if each != job}

    def end(self, **changes: object) -> None:
        self.jobs = {work: replace(job, **changes) for work, job in self.jobs.items()}


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


def test_a_map_is_asked_for_once_looked_after_and_made_again_where_it_was_deleted(queue: Queue, own_models_root: Path) -> None:
    maps = Maps(queue)
    (own_models_root / "mine" / ATLAS).unlink()
    assert maps.find("mine") == maps.find("nothing") == {"state": "none"}
    maps.ask("mine")
    maps.ask("mine")
    assert [job.task for job in queue.all()] == [EMBED.name]
    assert maps.find("mine")["state"] == "working"
    queue.end(state="failed", sentence="the data set is not on disk")
    assert maps.find("mine")["sentence"] == "the data set is not on disk"
    queue.end(state="ready", sentence=None)
    assert maps.find("mine") == {"state": "none"}, "a map that is not there is said to be"
    maps.ask("mine")
    assert [job.state for job in queue.all()] == ["working"]


def test_a_training_that_ends_with_the_map_is_waited_for(queue: Queue, own_models_root: Path) -> None:
    maps = Maps(queue)
    for task, request in ((LEARN, TrainRequest(out=own_models_root / "mine")), (NEW, NewRequest(name="pets"))):
        queue.jobs.clear()
        queue.jobs["it"] = Job("1", task.name, request.to_dict(), "working", 0.5, "training", None, None, 1, queue.folder)
        if task is LEARN:
            assert maps.find("mine")["words"] == "training"
            maps.ask("mine")
        else:
            assert maps.find("mine") == {"state": "none"}, "a pair of other pictures makes it"
        assert len(queue.jobs) == 1


def test_who_asks_is_told_why_not(queue: Queue, own_models_root: Path) -> None:
    with pytest.raises(CheckpointError, match="choose one of mine"):
        Maps(queue).ask("nothing")
    queue.full = True
    with pytest.raises(ValueError, match=BUSY):
        Maps(queue).ask("mine")


@pytest.mark.slow
def test_a_process_makes_it(tmp_path: Path, own_models_root: Path, make_model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    name = put_pets(tmp_path, own_models_root, make_model)
    before = load_atlas(own_models_root / name)
    (own_models_root / name / ATLAS).unlink()
    jobs = Jobs()
    jobs.start()
    try:
        maps = Maps(jobs)
        maps.ask(name)
        until(lambda: maps.find(name)["state"] in ("ready", "failed"), "its end")
        assert maps.find(name)["state"] == "ready", maps.find(name)["sentence"]
        assert (load_atlas(own_models_root / name).codes == before.codes).all()
    finally:
        jobs.stop()
