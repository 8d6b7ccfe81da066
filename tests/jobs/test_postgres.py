"""Jobs of several servers in one PostgreSQL: nothing is begun twice, whoever comes first."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.jobs.helping import until
from tests.jobs.stubs import STUB
from vae.jobs.job import Job
from vae.jobs.table import MOST_LOSSES, MOST_WAITING, Full, JobTable
from vae.store.database import JOBS, Database, DatabaseError

SERVERS = 4
USER, PASSWORD = "continuum", "a-secret"


def programs() -> Path | None:
    """The newest PostgreSQL of this machine; Debian keeps it outside of PATH."""
    named = shutil.which("initdb")
    found = [Path(named).resolve().parent] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


pytest.importorskip("psycopg", reason="there is no psycopg: install what requirements-dev.txt lists to run this test")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL: install Debian's package postgresql to run this test"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a PostgreSQL of our own, on a port of this machine."""
    found = programs()
    assert found is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        owner, home = None, Path(folder)
        if os.geteuid() == 0:  # it refuses to run as root
            owner = "nobody"
            shutil.chown(home, owner)
        (home / "password").write_text(PASSWORD, "utf-8")
        (home / "password").chmod(0o644)
        made = ["-D", home / "files", "-U", USER, "--pwfile", home / "password", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        subprocess.run([found / "initdb", *made], check=True, capture_output=True, user=owner, cwd=home)
        settings = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen([found / "postgres", "-D", home / "files", *settings], user=owner, cwd=home, stdout=log, stderr=log)
        try:
            url = f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
            until(lambda: answers(url), "PostgreSQL")
            yield url
        finally:
            process.send_signal(signal.SIGINT)  # its fast end, which waits for no connection
            process.wait()


def answers(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 1")).scalar_one() == 1
    except Exception:
        return False
    finally:
        engine.dispose()


@pytest.fixture
def tables(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[JobTable]]:
    """Those of servers that have just been started on an empty database."""
    monkeypatch.setenv("VAE_CACHE", str(tmp_path))
    engine = create_engine(address)
    JOBS.metadata.drop_all(engine)
    engine.dispose()
    databases = [Database(address) for _ in range(SERVERS)]
    yield [JobTable(database, lease=60.0) for database in databases]
    for database in databases:
        database.close()


def at_once(tables: list[JobTable], act: Callable[[JobTable], object]) -> list[object]:
    with ThreadPoolExecutor(len(tables)) as threads:
        return list(threads.map(act, tables))


def test_servers_that_start_together_make_one_table(tables: list[JobTable], address: str) -> None:
    for _ in range(10):
        engine = create_engine(address)
        JOBS.metadata.drop_all(engine)
        for table in tables:
            table._database.close()
        assert at_once(tables, JobTable.all) == [[]] * SERVERS
        assert inspect(engine).get_table_names() == ["jobs"]
        engine.dispose()


def test_the_same_work_is_one_job_and_each_job_has_one_owner(tables: list[JobTable]) -> None:
    works = [f"work {number}" for number in range(MOST_WAITING)]
    for work in works:
        jobs = at_once(tables, lambda table, work=work: table.add(work, STUB.name, {"home": "ünï"}))
        assert len({job.id for job in jobs if isinstance(job, Job)}) == 1
    with pytest.raises(Full):
        tables[0].add("one more", STUB.name, {})
    assert tables[0].counts() == {(STUB.name, "waiting"): MOST_WAITING}
    claimed = []
    while tables[0].counts().get((STUB.name, "waiting")):
        claimed += [job.id for job in at_once(tables, lambda table: table.claim(str(id(table)))) if isinstance(job, Job)]
    assert len(claimed) == len(set(claimed)) == MOST_WAITING


def test_a_job_lives_its_life_and_outlives_its_server(tables: list[JobTable]) -> None:
    here, there = tables[:2]
    job = here.add("work", STUB.name, {"home": "x"})
    claimed = here.claim("here")
    assert claimed is not None and claimed.id == job.id and there.claim("there") is None
    assert here.beat(job.id, "here", 0.5, "half") == "working" and there.beat(job.id, "there", 0.9, "mine") == "waiting"
    there.pause(job.id)
    assert here.beat(job.id, "here", 0.5, "half") == "pausing"
    here.rest(job.id, "here")
    assert there.get(job.id).state == "paused"
    there.resume(job.id)
    there.lease = -1.0  # every server is gone for it
    for losses in range(MOST_LOSSES + 1):
        taken = there.claim("there")
        assert (taken is None) == (losses == MOST_LOSSES)
    assert here.find("work").state == "failed"
    again = here.add("work", STUB.name, {"home": "x"})
    assert again.id != job.id and here.claim("here").id == again.id
    assert here.finish(again.id, "here", "ready", result={"out": "é"})
    assert there.find("work").result == {"out": "é"}
    assert here.cancel(here.add("other", STUB.name, {}).id)
    assert there.forget() == []


def test_a_postgres_that_is_away_is_a_sentence_without_its_password(address: str) -> None:
    with pytest.raises(DatabaseError, match=r"cannot be used: .*; mend it, or let VAE_DATABASE name another one") as told:
        JobTable(Database(f"{address.rpartition(':')[0]}:1/postgres?connect_timeout=2"), 60.0).all()
    assert PASSWORD not in str(told.value)
