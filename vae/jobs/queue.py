"""The queue: puts tasks in line, runs them one after the other, and takes up what a server before has left."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vae.jobs.job import CANCELLED, Job, State, folder_of, work_of
from vae.jobs.process import Worker
from vae.sentences import phrase
from vae.store.errors import DatabaseError
from vae.tasks.registry import TASKS, Task
from vae.tasks.request import Request

if TYPE_CHECKING:
    from vae.jobs.table import JobTable
    from vae.store.database import Database

LEASE = 15.0  # seconds after which a job whose server says nothing is anybody's
BEATS = 10  # in a lease
HELD = 0.6  # of a lease, after which the process that does a job ends itself: well before another server may take the job
TIDY = 3600.0  # seconds between two looks for what is old

STOPPED = phrase("the server is stopping; reload the page and ask again")


class Stopping(ValueError):
    """The server takes no more jobs."""


class Jobs:
    """Runs tasks in the background, each in a process of its own that stands back behind the live pictures.

    A process, because thousands of small steps in Python would hold up the thread that answers pointer events. Jobs lie in a
    database and outlive the server. Each is run by one server, which renews its lease all the time; where that stays out, the
    process ends itself before another server takes the job. Two who ask for the same work share one job.

    Parameters
    ----------
    database : where jobs are kept, by default the one that `VAE_DATABASE` names
    at_once : how many this server runs beside each other, besides one of those that may take hours
    lease : seconds, see LEASE
    """

    def __init__(self, database: Database | None = None, at_once: int = 1, lease: float = LEASE) -> None:
        self._database = database
        self._jobs: JobTable | None = None
        self._opening = threading.Lock()
        self._lease = lease
        self._owner = f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._at_once = at_once
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()  # there may be something to do
        self._stopped = False
        self._tidied = -TIDY
        self._trouble = ""

    @property
    def _table(self) -> JobTable:
        """Where jobs are kept. Opened when it is first asked: to load SQLAlchemy takes a tenth of a second, which no picture waits for."""
        with self._opening:
            if self._jobs is None:
                from vae.jobs.table import JobTable
                from vae.store.database import Database

                self._database = self._database or Database()
                self._jobs = JobTable(self._database, self._lease)
            return self._jobs

    def start(self) -> None:
        """Begin to run what waits, and what a server that is gone has left."""
        if self._threads or self._stopped:
            return
        lines = [*[False] * self._at_once, True]
        self._threads = [
            threading.Thread(target=self._run, args=(long,), name=f"jobs {number}", daemon=True) for number, long in enumerate(lines)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the processes and put their jobs in line again, for the next server. Stopping twice is stopping once."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        self._threads = []
        if self._database is not None:
            self._database.close()

    def ask(self, task: Task[Any], request: Request) -> Job:
        """The job that does `task`, put in line now if need be; one that failed or was cancelled is tried again.

        Raises
        ------
        Full
            If too many are waiting.
        Stopping
            If the server is ending.
        DatabaseError
            If the database cannot be used.
        """
        if self._stopped:
            raise Stopping(STOPPED)
        job = self._table.add(work_of(task, request), task.name, request.to_dict())
        with self._news:
            self._news.notify_all()
        return job

    def find(self, task: Task[Any], request: Request) -> Job | None:
        """The newest job that does `task`, if its results are still there."""
        job = self._table.find(work_of(task, request))
        return None if job is not None and job.state == "ready" and not job.folder.is_dir() else job

    def get(self, id: str) -> Job | None:
        """The job of that id."""
        return self._table.get(id)

    def all(self) -> list[Job]:
        """The jobs here, the newest first."""
        return self._table.all()

    def counts(self) -> dict[tuple[str, str], int]:
        """How many jobs there are of each task and state, of all servers that share the database; DatabaseError if nobody can know."""
        return self._table.counts()

    def cancel(self, id: str) -> None:
        """End a job, for all who share it."""
        at_once = self._table.cancel(id)
        if at_once and (job := self._table.get(id)) is not None and (task := TASKS.get(job.task)) is not None:
            self._discard(job, task)

    def forget(self, job: Job, discard: bool = False) -> None:
        """Strike out a job that has ended, with the results in its own folder; `discard` what it has come to elsewhere, too."""
        if not self._table.strike(job.id):
            return
        shutil.rmtree(job.folder, ignore_errors=True)
        if discard and (task := TASKS.get(job.task)) is not None:
            with suppress(ValueError, OSError):
                task.discard(task.request.from_dict(job.request))

    def pause(self, id: str) -> None:
        """End the process of a job that can be gone on with, or take the job out of the line, until `resume`; others may go before it."""
        self._table.pause(id)

    def resume(self, id: str) -> None:
        """Let a paused job go on from where it was."""
        self._table.resume(id)
        with self._news:
            self._news.notify_all()

    def _run(self, long: bool) -> None:
        while not self._stopped:
            try:
                self._tidy()
                job = self._table.claim(self._owner, long)
                self._trouble = ""
                if job is not None:
                    self._work(job)
                    continue
            except DatabaseError as error:  # whoever asks is told, too
                if str(error) != self._trouble:
                    self._trouble = str(error)
                    print(f"jobs: {error}", file=sys.stderr, flush=True)
            with self._news:
                if not self._stopped:
                    self._news.wait(self._lease / BEATS)

    def _work(self, job: Job) -> None:
        """Run `job`, which is ours, to its end."""
        task = TASKS.get(job.task)
        if task is None:
            self._finish(job, "failed", phrase("this version of the app has no task {task!r}; ask for something else", task=job.task))
            return
        try:
            job.folder.mkdir(parents=True, exist_ok=True)
            worker = Worker(job, task, HELD * self._lease)
        except OSError as error:
            self._finish(job, "failed", phrase("{place}: {why}; make room there, then ask again", place=error.filename, why=error.strerror))
            return
        try:
            self._watch(job, task, worker)
        finally:
            worker.close()

    def _watch(self, job: Job, task: Task[Any], worker: Worker) -> None:
        renewed = time.monotonic()
        while not worker.wait(0):
            before = time.monotonic()
            state = self._beat(job, worker)
            if state == "working":
                worker.beat()
                renewed = before
            elif state == "cancelled":
                worker.stop()
                self._discard(job, task)
                self._finish(job, "cancelled", CANCELLED)
                return
            elif state == "pausing":
                worker.stop()
                if worker.told.result is None:
                    self._table.rest(job.id, self._owner)
                    return
                break
            elif state == "waiting" or time.monotonic() - renewed > HELD * self._lease:  # another server may have it now
                worker.kill()
                return
            if self._stopped:
                worker.stop()
                if worker.told.result is None:
                    self._table.give_back(job.id, self._owner)
                    return
                break
            self._pause(worker)
        self._end(job, task, worker)

    def _beat(self, job: Job, worker: Worker) -> str:
        try:
            return self._table.beat(job.id, self._owner, worker.told.share, worker.told.words)
        except DatabaseError:
            return "unknown"  # tried again until the lease is over

    def _pause(self, worker: Worker) -> None:
        """Until the next beat is due, the process has ended, or the server stops."""
        until = time.monotonic() + self._lease / BEATS
        while not self._stopped and not worker.wait(0.05) and time.monotonic() < until:
            pass

    def _finish(self, job: Job, state: State, sentence: str | None = None, result: dict[str, Any] | None = None) -> None:
        """Put down how it ended; where the database is busy, again until the job is no longer ours."""
        until = time.monotonic() + self._lease
        while True:
            try:
                self._table.finish(job.id, self._owner, state, sentence, result)
                return
            except DatabaseError:
                if time.monotonic() > until:
                    raise
                time.sleep(self._lease / BEATS)

    def _end(self, job: Job, task: Task[Any], worker: Worker) -> None:
        """Put down how it went."""
        said = worker.told.result
        state = self._beat(job, worker)
        if state == "waiting":  # this server was away for so long that another one has the job, and its files
            return
        if said is None:
            if state != "unknown":
                self._clear(job, task)
            print(worker.complaints(), file=sys.stderr, flush=True)
            code = worker.process.returncode
            why = phrase(" (signal {signal}; perhaps its memory ran out)", signal=-code) if code < 0 else ""
            ended = phrase(
                "the process that did it ended without a word{why}; what it printed is in the server's output. Ask again, or run it on the "
                "command line",
                why=why,
            )
            self._finish(job, "failed", ended)
        elif "error" in said:
            if state != "unknown":
                shutil.rmtree(job.folder, ignore_errors=True)
            self._finish(job, "failed", said["error"])
        else:
            self._finish(job, "ready", result=said["result"])

    def _clear(self, job: Job, task: Task[Any]) -> None:
        """Take away what a process that was killed may have left."""
        shutil.rmtree(job.folder, ignore_errors=True)
        with suppress(ValueError, OSError):  # the model may be gone meanwhile
            for path in task.leaves(task.request.from_dict(job.request)):
                path.unlink(missing_ok=True)

    def _discard(self, job: Job, task: Task[Any]) -> None:
        """Take away what is left of a job that was cancelled."""
        self._clear(job, task)
        with suppress(ValueError, OSError):
            task.discard(task.request.from_dict(job.request))

    def _tidy(self) -> None:
        """Now and then, forget old jobs and their results."""
        if time.monotonic() - self._tidied < TIDY:
            return
        self._tidied = time.monotonic()
        for id in self._table.forget():
            shutil.rmtree(folder_of(id), ignore_errors=True)
