"""The system's clock is set back or forward: no job is lost, none waits for the clock to come round, and no sleeper oversleeps."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from vae.jobs import table
from vae.jobs.table import JobTable
from vae.store.database import Database

LEASE = 10.0
HOUR = 3600.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """What the table takes for the time, in `now`."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path))
    clock = SimpleNamespace(now=1e9)
    monkeypatch.setattr(table, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


@pytest.fixture
def jobs(clock: SimpleNamespace) -> JobTable:
    return JobTable(Database(), LEASE)


@pytest.mark.parametrize("change", [-HOUR, HOUR])
def test_a_job_of_a_server_that_died_is_taken_up_after_the_clock_was_set(jobs: JobTable, clock: SimpleNamespace, change: float) -> None:
    job = jobs.add("work", "task", {})
    assert jobs.claim("dead").id == job.id
    assert jobs.claim("other") is None
    clock.now += change
    assert jobs.claim("other").id == job.id
    assert jobs.beat(job.id, "dead", 0.5, "half") == "waiting"  # should it live after all, it learns that another has the job
    assert jobs.beat(job.id, "other", 0.5, "half") == "working"


@pytest.mark.parametrize("change", [-HOUR, HOUR])
def test_a_job_goes_on_through_a_change_of_the_clock(jobs: JobTable, clock: SimpleNamespace, change: float) -> None:
    job = jobs.add("work", "task", {})
    jobs.claim("owner")
    clock.now += change
    assert jobs.beat(job.id, "owner", 0.5, "half") == "working"
    assert jobs.claim("other") is None
    assert jobs.finish(job.id, "owner", "ready", result={})
    assert jobs.find("work").state == "ready" and jobs.add("other work", "task", {}).state == "waiting"


def test_what_was_asked_after_the_clock_was_set_back_is_the_newest(jobs: JobTable, clock: SimpleNamespace) -> None:
    first = jobs.add("work", "task", {})
    jobs.claim("owner")
    jobs.finish(first.id, "owner", "failed", "it did not work")
    clock.now -= HOUR
    again = jobs.add("work", "task", {})
    assert again.id != first.id and jobs.find("work").id == again.id
