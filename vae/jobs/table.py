"""The table of jobs: who asked for what, who runs it, how far it is. Every change is one transaction, so servers can share it."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from vae.jobs.job import AT_WORK, BUSY, CANCELLED, LIVE, STARTING_WORDS, WAITING_WORDS, Full, Job, State, folder_of, place
from vae.sentences import Sentence, opened, packed, phrase, sealed, unpacked
from vae.store.database import JOBS, Database
from vae.tasks.registry import long_tasks

MOST_WAITING = 8  # jobs in line; whoever comes then is asked to come back
MOST_LOSSES = 3  # servers that a job may have outlived before it counts as what ended them
KEPT_FOR = 7 * 86400.0  # seconds that a finished job and its results are kept
KEPT = 50  # finished jobs of a place whose results are kept, the newest

PAUSED_WORDS = phrase("paused")


class JobTable:
    """The jobs of this place, see `job.place`.

    Parameters
    ----------
    database : where they are kept
    lease : seconds after which a job whose server says nothing is anybody's
    """

    def __init__(self, database: Database, lease: float) -> None:
        self._database, self.lease = database, lease

    def get(self, id: str) -> Job | None:
        """The job of that id, of whatever place."""
        with self._database.begin() as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.id == id)).one_or_none()
        return None if row is None else _job(row)

    def find(self, work: str) -> Job | None:
        """The newest job that is this work."""
        with self._database.begin() as connection:
            newest = JOBS.c.current.is_(None), JOBS.c.created.desc()  # one that is good or under way first: clocks are set back
            row = connection.execute(select(JOBS).where(JOBS.c.work == work).order_by(*newest).limit(1)).one_or_none()
        return None if row is None else _job(row)

    def all(self) -> list[Job]:
        """The jobs of this place, the newest first."""
        with self._database.begin() as connection:
            rows = connection.execute(select(JOBS).where(JOBS.c.place == place()).order_by(JOBS.c.created.desc())).all()
        return [_job(row) for row in rows]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many jobs there are of each task and state, of all places."""
        with self._database.begin() as connection:
            rows = connection.execute(select(JOBS.c.task, JOBS.c.state, func.count()).group_by(JOBS.c.task, JOBS.c.state)).all()
        return {(task, state): count for task, state, count in rows}

    def add(self, work: str, task: str, request: dict[str, Any]) -> Job:
        """The good job that is this work, put in line now if there is none; Full if too many wait."""
        while True:
            try:
                with self._database.begin() as connection:
                    # Counted first: whoever puts the same work in line meanwhile is then found, and not taken for one too many.
                    line = select(func.count()).where(JOBS.c.place == place(), JOBS.c.state == "waiting", _in_line(task in long_tasks()))
                    waiting = connection.execute(line).scalar_one()
                    row = connection.execute(select(JOBS).where(JOBS.c.current == work)).one_or_none()
                    if row is not None and (row.state in LIVE or folder_of(row.id).is_dir()):
                        return _job(row)
                    if row is not None:  # somebody has deleted its results
                        connection.execute(update(JOBS).where(JOBS.c.id == row.id).values(current=None))
                    if waiting >= MOST_WAITING:
                        raise Full(BUSY)
                    values = {
                        "id": uuid.uuid4().hex, "work": work, "current": work, "place": place(), "task": task,
                        "request": json.dumps(request), "state": "waiting", "share": 0.0, "words": sealed(WAITING_WORDS), "beat": 0.0,
                        "starts": 0, "losses": 0, "cancel": False, "created": time.time(),
                    }  # fmt: skip
                    connection.execute(JOBS.insert().values(values))
                    return _job(connection.execute(select(JOBS).where(JOBS.c.id == values["id"])).one())
            except IntegrityError:  # somebody else has put the same work in line since we looked
                continue

    def claim(self, owner: str, long: bool | None = None) -> Job | None:
        """A job for `owner` to run: the oldest that waits, or one whose server is gone. No two owners get the same.

        Parameters
        ----------
        long : whether of those that may take hours, or of the others; None for all
        """
        with self._database.begin() as connection:
            now = time.time()
            heard = JOBS.c.beat.between(
                now - self.lease, now + self.lease
            )  # a beat that is yet to come is of before the clock was set back
            gone = JOBS.c.state.in_(AT_WORK) & ~heard
            free = (JOBS.c.place == place()) & or_(JOBS.c.state == "waiting", gone)
            if long is not None:
                free &= _in_line(long)
            row = connection.execute(select(JOBS).where(free).order_by(JOBS.c.created).limit(1)).one_or_none()
            if row is None:
                return None
            mine = update(JOBS).where(JOBS.c.id == row.id, free)
            if row.state == "pausing" and not row.cancel:
                connection.execute(mine.values(state="paused", owner=None, words=sealed(PAUSED_WORDS)))
                return None
            losses = row.losses + (row.state == "working")
            if row.cancel or losses >= MOST_LOSSES:
                state, sentence = ("cancelled", CANCELLED) if row.cancel else ("failed", _often_lost(losses))
                connection.execute(mine.values(state=state, sentence=sealed(sentence), current=None, owner=None, finished=time.time()))
                return None
            taken = connection.execute(
                mine.values(
                    state="working", owner=owner, beat=time.time(), starts=row.starts + 1, losses=losses, words=sealed(STARTING_WORDS)
                )
            ).rowcount
            return _job(connection.execute(select(JOBS).where(JOBS.c.id == row.id)).one()) if taken == 1 else None

    def beat(self, id: str, owner: str, share: float, words: str) -> State:
        """Say that `owner` is at it, and how far.

        Returns
        -------
        "working" to go on; "cancelled", "pausing" or, where the job has been lost, "waiting" to end it.
        """
        with self._database.begin() as connection:
            mine = _held(id, owner)
            row = connection.execute(select(JOBS).where(mine)).one_or_none()
            if row is None:
                return "waiting"
            losses = 0 if share > row.share else row.losses  # what comes further each time is not what ends its servers
            values = {"beat": time.time(), "share": share, "words": sealed(words), "losses": losses}
            if connection.execute(update(JOBS).where(mine).values(values)).rowcount != 1:
                return "waiting"
            return "cancelled" if row.cancel else _state(row.state)

    def finish(self, id: str, owner: str, state: State, sentence: str | None = None, result: dict[str, Any] | None = None) -> bool:
        """Say how a job of `owner` has ended; False if it is no longer that owner's."""
        with self._database.begin() as connection:
            values: dict[str, object] = {"state": state, "sentence": sentence and sealed(sentence), "owner": None, "finished": time.time()}
            values |= {"result": json.dumps(packed(result)), "share": 1.0} if state == "ready" else {"current": None}
            return connection.execute(update(JOBS).where(_held(id, owner)).values(values)).rowcount == 1

    def give_back(self, id: str, owner: str) -> None:
        """Put a job of `owner` in line again, as when its server stops: that is no failure of the job's."""
        with self._database.begin() as connection:
            mine = (JOBS.c.id == id) & (JOBS.c.owner == owner) & (JOBS.c.state == "working")
            connection.execute(update(JOBS).where(mine).values(state="waiting", owner=None, words=sealed(WAITING_WORDS)))

    def cancel(self, id: str) -> bool:
        """End a job: at once if no server has it, which is what it returns, else its server ends it at its next beat."""
        with self._database.begin() as connection:
            rests = (JOBS.c.id == id) & JOBS.c.state.in_(("waiting", "paused"))
            ended = update(JOBS).where(rests).values(state="cancelled", sentence=sealed(CANCELLED), current=None, finished=time.time())
            if connection.execute(ended).rowcount == 1:
                return True
            connection.execute(update(JOBS).where(JOBS.c.id == id, JOBS.c.state.in_(AT_WORK)).values(cancel=True))
            return False

    def pause(self, id: str) -> None:
        """Take a job out of the line: at once if it waits, else its server ends its process at its next beat."""
        with self._database.begin() as connection:
            waits = (JOBS.c.id == id) & (JOBS.c.state == "waiting")
            connection.execute(update(JOBS).where(waits).values(state="paused", words=sealed(PAUSED_WORDS)))
            connection.execute(update(JOBS).where(JOBS.c.id == id, JOBS.c.state == "working").values(state="pausing"))

    def resume(self, id: str) -> None:
        """Put a paused job in line again, where it stood by its age."""
        with self._database.begin() as connection:
            rests = (JOBS.c.id == id) & (JOBS.c.state == "paused")
            connection.execute(update(JOBS).where(rests).values(state="waiting", words=sealed(WAITING_WORDS)))
            connection.execute(update(JOBS).where(JOBS.c.id == id, JOBS.c.state == "pausing").values(state="working"))

    def rest(self, id: str, owner: str) -> None:
        """Say that the process of a job of `owner` that is to be paused has ended; who has asked for it again meanwhile finds it in line."""
        with self._database.begin() as connection:
            pausing = _held(id, owner) & (JOBS.c.state == "pausing")
            if connection.execute(update(JOBS).where(pausing).values(state="paused", owner=None, words=sealed(PAUSED_WORDS))).rowcount == 1:
                return
        self.give_back(id, owner)

    def strike(self, id: str) -> bool:
        """Strike out a job that has ended; False if it has not, or is not there."""
        with self._database.begin() as connection:
            return connection.execute(delete(JOBS).where(JOBS.c.id == id, JOBS.c.state.not_in(LIVE))).rowcount == 1

    def forget(self) -> list[str]:
        """Strike out the finished jobs of this place that are old or too many; returns their ids."""
        with self._database.begin() as connection:
            done = (JOBS.c.place == place()) & JOBS.c.state.not_in(LIVE)
            rows = connection.execute(select(JOBS.c.id, JOBS.c.finished).where(done).order_by(JOBS.c.finished.desc())).all()
            old = [row.id for at, row in enumerate(rows) if at >= KEPT or row.finished < time.time() - KEPT_FOR]
            if old:
                connection.execute(delete(JOBS).where(JOBS.c.id.in_(old)))
        return old


def _often_lost(losses: int) -> Sentence:
    return phrase("the server ended {count} times while this was made; look for the reason in its output, then ask again", count=losses)


def _held(id: str, owner: str) -> ColumnElement[bool]:
    """That a job is `owner`'s."""
    return (JOBS.c.id == id) & (JOBS.c.owner == owner) & JOBS.c.state.in_(AT_WORK)


def _in_line(long: bool) -> ColumnElement[bool]:
    """That a job stands in the line of those that may take hours, or in that of the others."""
    return JOBS.c.task.in_(long_tasks()) if long else JOBS.c.task.not_in(long_tasks())


def _state(word: str) -> State:
    return "pausing" if word == "pausing" else "working"


def _job(row: Row[Any]) -> Job:
    return Job(
        row.id, row.task, json.loads(row.request), row.state, row.share, opened(row.words), row.sentence and opened(row.sentence),
        None if row.result is None else unpacked(json.loads(row.result)), row.starts, folder_of(row.id),
    )  # fmt: skip
