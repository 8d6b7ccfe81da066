"""A database that cannot be used is answered with a sentence that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from vae.cache import cache
from vae.store import database
from vae.store.database import JOBS, Database, DatabaseError

ROW = {"id": "a", "work": "b", "current": "b", "place": "", "task": "", "request": "{}", "state": "waiting", "share": 0.0, "words": "",
       "beat": 0.0, "starts": 0, "losses": 0, "cancel": False, "created": 0.0}  # fmt: skip


def write(used: Database) -> None:
    with used.begin() as connection:
        connection.execute(JOBS.insert().values(ROW))


def count(used: Database) -> int:
    with used.begin() as connection:
        return len(connection.execute(select(JOBS)).all())


def test_what_is_written_is_there_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "new" / "cache"))
    first = Database()
    write(first)
    first.close()
    assert count(Database()) == 1 and (cache() / database.FILE).is_file()


def test_another_database_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_DATABASE", f"sqlite:///{tmp_path / 'mine.db'}")
    write(Database())
    assert (tmp_path / "mine.db").is_file()


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    used = Database(f"sqlite:///{tmp_path / 'it.db'}")
    with pytest.raises(KeyError), used.begin() as connection:
        connection.execute(JOBS.insert().values(ROW))
        raise KeyError
    assert count(used) == 0


def test_a_locked_database_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    used = Database(f"sqlite:///{tmp_path / 'it.db'}")
    assert count(used) == 0
    other = sqlite3.connect(tmp_path / "it.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseError, match=r"it\.db is held by another program; try again"):
        write(used)
    other.execute("ROLLBACK")
    other.close()
    write(used)
    assert count(used) == 1


def test_a_database_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    write(Database(f"sqlite:///{tmp_path / 'it.db'}"))
    used = Database(f"sqlite:///file:{tmp_path / 'it.db'}?mode=ro&uri=true")
    assert count(used) == 1
    with pytest.raises(DatabaseError, match=r"cannot be opened or written; .* VAE_DATABASE"), used.begin() as connection:
        connection.execute(JOBS.insert().values(ROW | {"id": "c", "current": None}))


def test_what_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "it.db").write_text("a shopping list, which is long enough to have a header " * 20)
    with pytest.raises(DatabaseError, match="is no database or is damaged; delete it"):
        count(Database(f"sqlite:///{tmp_path / 'it.db'}"))


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(DatabaseError, match=r"cannot be made: .*; let VAE_CACHE or VAE_DATABASE name another place"):
        count(Database())


@pytest.mark.parametrize(
    ("url", "words"),
    [("nonsense", "no address of a database"), ("nothing://x:secret@y/z", "not installed"), ("sqlite:////", "cannot be")],
)
def test_an_address_that_cannot_be_used_says_so_and_keeps_its_password(url: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words) as told:
        count(Database(url))
    assert "secret" not in str(told.value)


def test_a_damaged_database_in_the_cache_is_put_aside_and_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path))
    (tmp_path / database.FILE).write_bytes(b"a shopping list " * 200)
    write(Database())
    assert count(Database()) == 1
    assert (tmp_path / f"{database.FILE}.damaged").read_bytes().startswith(b"a shopping list")
    assert "a new one was made" in capsys.readouterr().err
