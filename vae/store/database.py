"""What outlives a server, in a small SQL database: the jobs.

`VAE_DATABASE` names it as an SQLAlchemy URL; without it, it is an SQLite file in `cache()`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import URL, Boolean, Column, Connection, Engine, Float, Integer, MetaData, String, Table, Text, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import DatabaseError as DatabaseFault

from vae.cache import cache
from vae.sentences import phrase
from vae.store.errors import DatabaseError

FILE = "continuum.sqlite"
PATIENCE = 5.0  # seconds to wait while another program writes
TABLES = MetaData()

JOBS = Table(
    "jobs",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("work", String(64), nullable=False, index=True),  # a hash of the task, the request and all that it reads
    # The same hash while the job is good, else NULL, of which there may be many: so no work is begun twice.
    Column("current", String(64), unique=True),
    Column("place", Text, nullable=False, index=True),  # whose files it is about: servers with other folders leave it alone
    Column("task", String(64), nullable=False),
    Column("request", Text, nullable=False),  # JSON
    Column("state", String(16), nullable=False, index=True),
    Column("share", Float, nullable=False),
    Column("words", Text, nullable=False),
    Column("sentence", Text),  # why it failed
    Column("result", Text),  # JSON
    Column("owner", String(64)),  # the server that runs it
    Column("beat", Float, nullable=False),  # when that server last said so, seconds since 1970
    Column("starts", Integer, nullable=False),  # how often it has been begun
    Column("losses", Integer, nullable=False),  # how often its server was gone before it had ended
    Column("cancel", Boolean, nullable=False),  # somebody wants it ended
    Column("created", Float, nullable=False),
    Column("finished", Float),
)


class Database:
    """One database; looks at nothing before it is first used.

    Parameters
    ----------
    url : as SQLAlchemy writes it; by default what `VAE_DATABASE` says, or a file in `cache()`
    """

    def __init__(self, url: str | None = None) -> None:
        self._given = url
        self._engine: Engine | None = None
        self._lock = Lock()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction, kept if all goes well.

        Raises
        ------
        DatabaseError
            If the database is not there, is no database, is locked or cannot be written.
        IntegrityError
            If a value that must be unique is there already.
        """
        try:
            with self._open().begin() as connection:
                yield connection
        except IntegrityError:  # says what is in the table, which its caller knows how to take
            raise
        except SQLAlchemyError as error:
            raise DatabaseError(self._sentence(error)) from error

    def close(self) -> None:
        """Let go of its connections."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    @property
    def _named(self) -> str | None:
        return self._given or os.environ.get("VAE_DATABASE")

    def _url(self) -> URL:
        given = self._named
        if not given:
            return URL.create("sqlite", database=str(cache() / FILE))
        try:
            return make_url(given)
        except ArgumentError:
            raise DatabaseError(
                phrase("VAE_DATABASE is no address of a database; write one like sqlite:////path/to/file or leave it out")
            ) from None

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is None:
                url = self._url()
                own = url.get_backend_name() == "sqlite"
                if own and url.database and not url.database.startswith("file:"):  # a path, not an address of SQLite's
                    _make_room(Path(url.database).parent)
                try:
                    engine = create_engine(url, connect_args={"timeout": PATIENCE} if own else {}, pool_pre_ping=not own)
                except (NoSuchModuleError, ImportError) as error:
                    raise DatabaseError(
                        phrase("VAE_DATABASE asks for what is not installed: {error}; install it or leave it out", error=error)
                    ) from error
                try:
                    _create(engine)
                except DatabaseFault as error:
                    if self._named or not _is_damaged(error):
                        raise
                    engine.dispose()
                    _put_aside(Path(str(url.database)))  # our own file in the cache is made anew
                    _create(engine)
                self._engine = engine
            return self._engine

    def _sentence(self, error: SQLAlchemyError) -> str:
        where = self._url().render_as_string(hide_password=True)
        said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        if "locked" in said:
            return phrase("the database {where} is held by another program; try again in a moment", where=where)
        if any(words in said for words in ("readonly", "unable to open", "is full")):
            return phrase(
                "the database {where} cannot be opened or written; make room there, or let VAE_DATABASE name another one", where=where
            )
        if isinstance(error, DatabaseFault) and _is_damaged(error):
            return phrase("{where} is no database or is damaged; delete it, or let VAE_DATABASE name another one", where=where)
        return phrase(
            "the database {where} cannot be used: {why}; mend it, or let VAE_DATABASE name another one",
            where=where,
            why=said.splitlines()[0],
        )


def _create(engine: Engine) -> None:
    try:
        TABLES.create_all(engine)
    except DatabaseFault as error:
        if "already exists" not in str(error.orig):  # another server was quicker
            raise
        TABLES.create_all(engine)


def _is_damaged(error: DatabaseFault) -> bool:
    return any(words in str(error.orig) for words in ("not a database", "malformed"))


def _put_aside(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.replace(f"{path}{ending}", f"{path}{ending}.damaged")
    print(f"the jobs' database {path} was damaged; it lies beside itself as {path.name}.damaged, and a new one was made", file=sys.stderr)


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            phrase(
                "the folder of the database, {folder}, cannot be made: {why}; let VAE_CACHE or VAE_DATABASE name another place",
                folder=folder,
                why=error.strerror,
            )
        ) from error
