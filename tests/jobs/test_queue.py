"""Jobs in real processes: shared, cancelled, killed, and taken up again by another server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jobs.helping import LEASE, PATIENCE, gone, until
from tests.jobs.stubs import LONG_STUB, STUB, StubRequest
from vae.jobs import table
from vae.jobs.job import RESULTS
from vae.jobs.queue import Jobs, Stopping

ROOT = Path(__file__).resolve().parents[2]
Server = Callable[[], subprocess.Popen]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    queue = Jobs(lease=LEASE)
    yield queue
    queue.stop()


@pytest.fixture
def serve(home: Path) -> Iterator[Server]:
    """Starts a server of its own, which asks for the stub in `home`."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-c", "from tests.jobs.stubs import serve; serve()", str(home)]
        started.append(subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def runs(home: Path, name: str = "one") -> list[tuple[int, int, bool]]:
    """The process, its child and whether it went on, of each time that the stub was begun."""
    path = home / f"{name}.pids"
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [(int(own), int(child), resumed == "True") for own, child, resumed in (line.split() for line in lines if line.endswith("\n"))]


def begun(home: Path, times: int = 1, name: str = "one") -> tuple[int, int, bool]:
    until(lambda: len(runs(home, name)) >= times, "the stub's process")
    return runs(home, name)[times - 1]


def end(home: Path, how: str = "well", name: str = "one") -> None:
    (home / f"{name}.told").write_text(how, "utf-8")
    (home / f"{name}.told").replace(home / f"{name}.go")


def ended(jobs: Jobs, id: str) -> None:
    until(lambda: not jobs.get(id).alive, "the end of the job")


def test_two_who_ask_for_the_same_share_a_job_that_tells_how_far_it_is(jobs: Jobs, home: Path) -> None:
    jobs.start()
    request = StubRequest(home=home, out=RESULTS / "it.txt")
    job = jobs.ask(STUB, request)
    _, child, _ = begun(home)
    assert jobs.ask(STUB, StubRequest(home=home, out=RESULTS / "it.txt")).id == job.id
    until(lambda: jobs.get(job.id).share == 0.25, "its progress")
    assert (jobs.get(job.id).state, jobs.get(job.id).words) == ("working", "half asleep")
    end(home)
    ended(jobs, job.id)
    done = jobs.find(STUB, request)
    assert (done.state, done.share, done.sentence) == ("ready", 1.0, None)
    assert done.result == {"out": str(done.folder / "it.txt"), "resumed": False}
    assert (done.folder / "it.txt").read_text("utf-8") == "a result"
    assert jobs.ask(STUB, request).id == job.id, "what is ready is made again"
    assert len(runs(home)) == 1 and gone(child)


def test_what_a_job_has_read_makes_it_another_job_when_it_changes(jobs: Jobs, home: Path) -> None:
    first = jobs.ask(STUB, StubRequest(home=home))
    (home / "data").touch()
    assert jobs.find(STUB, StubRequest(home=home)) is None
    assert jobs.ask(STUB, StubRequest(home=home)).id != first.id


def test_results_that_somebody_has_deleted_are_made_again(jobs: Jobs, home: Path) -> None:
    jobs.start()
    end(home)
    job = jobs.ask(STUB, StubRequest(home=home))
    ended(jobs, job.id)
    job.folder.rmdir()
    assert jobs.find(STUB, StubRequest(home=home)) is None
    assert jobs.ask(STUB, StubRequest(home=home)).id != job.id


def test_a_long_line_is_not_made_longer(jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_WAITING", 2)
    for name in ("one", "two", "one"):
        jobs.ask(STUB, StubRequest(home=home, name=name))
    with pytest.raises(table.Full, match="try again"):
        jobs.ask(STUB, StubRequest(home=home, name="three"))
    assert len(jobs.all()) == 2


@pytest.mark.parametrize(("how", "words"), [("refuse", "give it another name"), ("fall", "ended without a word")])
def test_a_failure_is_told_and_may_be_tried_again(jobs: Jobs, home: Path, how: str, words: str, capfd: pytest.CaptureFixture[str]) -> None:
    jobs.start()
    end(home, how)
    job = jobs.ask(STUB, StubRequest(home=home))
    ended(jobs, job.id)
    failed = jobs.get(job.id)
    assert failed.state == "failed" and words in failed.sentence and "Traceback" not in failed.sentence
    assert ("a fault of ours" in capfd.readouterr().err) == (how == "fall")
    assert not failed.folder.exists()
    end(home)
    again = jobs.ask(STUB, StubRequest(home=home))
    assert again.id != job.id
    ended(jobs, again.id)
    assert jobs.find(STUB, StubRequest(home=home)).state == "ready"


def test_a_process_that_is_killed_is_a_failure_and_leaves_nothing(jobs: Jobs, home: Path) -> None:
    jobs.start()
    job = jobs.ask(STUB, StubRequest(home=home))
    own, child, _ = begun(home)
    os.kill(own, signal.SIGKILL)
    ended(jobs, job.id)
    assert jobs.get(job.id).state == "failed" and "signal 9" in jobs.get(job.id).sentence
    until(lambda: gone(child), "the end of its child")
    assert not (home / "one.unfinished").exists() and not job.folder.exists()


def test_cancelling_ends_the_process_and_its_children(jobs: Jobs, home: Path) -> None:
    jobs.start()
    job = jobs.ask(STUB, StubRequest(home=home))
    own, child, _ = begun(home)
    behind = jobs.ask(STUB, StubRequest(home=home, name="two"))
    jobs.cancel(behind.id)
    assert jobs.get(behind.id).state == "cancelled", "what waits is not cancelled at once"
    jobs.cancel(job.id)
    ended(jobs, job.id)
    assert jobs.get(job.id).state == "cancelled" and "ask for it again" in jobs.get(job.id).sentence
    until(lambda: gone(own) and gone(child), "the end of its processes")
    assert not (home / "one.unfinished").exists() and not runs(home, "two")
    assert jobs.ask(STUB, StubRequest(home=home)).id != job.id


def test_a_paused_job_ends_its_process_lets_others_go_before_it_and_goes_on(jobs: Jobs, home: Path) -> None:
    jobs.start()
    job = jobs.ask(LONG_STUB, StubRequest(home=home))
    own, child, _ = begun(home)
    behind = jobs.ask(LONG_STUB, StubRequest(home=home, name="two"))
    last = jobs.ask(LONG_STUB, StubRequest(home=home, name="three"))
    jobs.pause(last.id)
    assert jobs.get(last.id).state == "paused", "what waits is not paused at once"
    jobs.pause(job.id)
    until(lambda: jobs.get(job.id).state == "paused", "its pause")
    until(lambda: gone(own) and gone(child), "the end of its processes")
    assert jobs.ask(LONG_STUB, StubRequest(home=home)).id == job.id, "what is paused is begun a second time"
    begun(home, name="two")
    jobs.resume(job.id)
    assert jobs.get(job.id).state == "waiting"
    end(home, name="two")
    end(home)
    ended(jobs, job.id)
    assert jobs.get(job.id).result["resumed"] and jobs.get(behind.id).state == "ready"
    assert not runs(home, "three") and jobs.get(last.id).alive
    jobs.cancel(last.id)
    assert jobs.get(last.id).state == "cancelled" and (home / "three.discarded").exists()


def test_a_job_that_is_paused_and_resumed_at_once_goes_on(jobs: Jobs, home: Path) -> None:
    jobs.start()
    job = jobs.ask(LONG_STUB, StubRequest(home=home))
    begun(home)
    jobs.pause(job.id)
    jobs.resume(job.id)
    end(home)
    ended(jobs, job.id)
    assert jobs.get(job.id).state == "ready"


def test_what_a_cancelled_job_has_come_to_is_taken_away(jobs: Jobs, home: Path) -> None:
    jobs.start()
    job = jobs.ask(LONG_STUB, StubRequest(home=home))
    begun(home)
    jobs.cancel(job.id)
    ended(jobs, job.id)
    assert (home / "one.discarded").exists() and not (home / "one.unfinished").exists()


def test_nobody_waits_behind_a_job_that_may_take_hours(jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_WAITING", 1)
    jobs.start()
    jobs.ask(LONG_STUB, StubRequest(home=home, name="long"))
    begun(home, name="long")
    jobs.ask(LONG_STUB, StubRequest(home=home, name="longer"))
    short = jobs.ask(STUB, StubRequest(home=home))
    end(home)
    ended(jobs, short.id)
    assert jobs.get(short.id).state == "ready" and not runs(home, "longer")


def test_a_server_that_is_gone_while_it_pauses_a_job_leaves_it_paused(jobs: Jobs, home: Path) -> None:
    job = jobs.ask(LONG_STUB, StubRequest(home=home))
    lost = table.JobTable(jobs._database, lease=-1)
    assert lost.claim("one").id == job.id
    lost.pause(job.id)
    assert lost.beat(job.id, "one", 0.5, "far") == "pausing"
    assert lost.claim("two") is None and jobs.get(job.id).state == "paused"
    assert jobs.get(job.id).share == 0.5


def test_a_job_that_comes_further_on_every_server_is_not_given_up(jobs: Jobs, home: Path) -> None:
    job = jobs.ask(LONG_STUB, StubRequest(home=home))
    lost = table.JobTable(jobs._database, lease=-1)
    for number in range(6):
        assert lost.claim(str(number)).id == job.id
        assert lost.beat(job.id, str(number), (number + 1) / 10, "further") == "working"


def test_stopping_puts_the_job_in_line_for_the_next_server_which_goes_on_with_it(jobs: Jobs, home: Path) -> None:
    first = Jobs(lease=LEASE)
    first.start()
    job = first.ask(STUB, StubRequest(home=home))
    own, child, resumed = begun(home)
    first.stop()
    first.stop()
    assert gone(own) and gone(child) and not resumed
    with pytest.raises(Stopping, match="the server is stopping"):
        first.ask(STUB, StubRequest(home=home))
    assert jobs.get(job.id).state == "waiting"
    end(home)
    jobs.start()
    ended(jobs, job.id)
    assert jobs.get(job.id).state == "ready" and jobs.get(job.id).result["resumed"]


@pytest.mark.slow
def test_a_server_that_is_killed_takes_its_processes_along_and_the_next_one_goes_on(jobs: Jobs, home: Path, serve: Server) -> None:
    server = serve()
    own, child, _ = begun(home)
    server.kill()
    server.wait(PATIENCE)
    until(lambda: gone(own) and gone(child), "the end of its processes")
    end(home)
    jobs.start()
    until(lambda: jobs.find(STUB, StubRequest(home=home)).state == "ready", "the result")
    assert [resumed for _, _, resumed in runs(home)] == [False, True]


@pytest.mark.slow
def test_two_servers_never_run_the_same_job(jobs: Jobs, home: Path, serve: Server) -> None:
    server = serve()
    first, _, _ = begun(home)
    jobs.start()
    server.send_signal(signal.SIGSTOP)  # it says nothing any more, but its process would go on
    second, _, resumed = begun(home, 2)
    assert gone(first), "both are at work"
    assert resumed
    server.send_signal(signal.SIGCONT)  # now it must see that the job is no longer its own
    end(home)
    until(lambda: jobs.find(STUB, StubRequest(home=home)).state == "ready", "the result")
    server.communicate(timeout=PATIENCE)
    assert len(runs(home)) == 2 and gone(second)
    assert jobs.find(STUB, StubRequest(home=home)).state == "ready"


def test_a_server_stopped_in_an_orderly_way_gives_its_job_back(jobs: Jobs, home: Path, serve: Server) -> None:
    server = serve()
    own, child, _ = begun(home)
    server.communicate(timeout=PATIENCE)
    assert server.returncode == 0 and gone(own) and gone(child)
    assert jobs.find(STUB, StubRequest(home=home)).state == "waiting"


def test_a_job_that_ends_every_server_is_given_up(jobs: Jobs, home: Path) -> None:
    job = jobs.ask(STUB, StubRequest(home=home))
    lost = table.JobTable(jobs._database, lease=-1)  # each owner is gone at once
    for owner in ("one", "two", "three"):
        assert lost.claim(owner).id == job.id
    assert lost.claim("four") is None
    assert jobs.get(job.id).state == "failed" and "ended 3 times" in jobs.get(job.id).sentence


def test_old_jobs_and_their_results_are_forgotten(jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.start()
    end(home)
    job = jobs.ask(STUB, StubRequest(home=home, out=RESULTS / "it.txt"))
    ended(jobs, job.id)
    jobs.stop()
    monkeypatch.setattr(table, "KEPT_FOR", -1.0)
    later = Jobs(lease=LEASE)
    later.start()
    until(lambda: not job.folder.exists(), "its end")
    assert later.get(job.id) is None
    later.stop()


def test_jobs_of_other_folders_are_left_alone(jobs: Jobs, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.ask(STUB, StubRequest(home=home))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert jobs._table.claim("somebody") is None and not jobs.all()
    monkeypatch.chdir(tmp_path)
    assert jobs._table.claim("somebody").id == job.id
