"""What a visitor is told where the server's disk takes nothing more, and that nothing half made stays."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.web.asking import Asker
from vae.live.training.answers import Trainings
from vae.live.training.runs import Runs
from vae.models import ModelConfig, build
from vae.store.database import JOBS, Database, DatabaseError
from vae.training import trainer
from vae.training.recording import KINDS, Recording, Setup
from vae.web import trainings
from vae.web.faults import Faults


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def guarded(*routes: Route) -> Asker:
    asker = Asker(())
    asker._app = Starlette(routes=routes, middleware=[Middleware(Faults, start="/continuum")])
    return asker


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "the server's disk is full, and nothing was written; make room there"),
        (DatabaseError("the database cannot be written; make room there"), 503, "the database cannot be written; make room there"),
        (RuntimeError("of ours"), 500, "the server could not answer; try again"),
    ],
)
def test_what_a_route_did_not_foresee_is_a_sentence(error: Exception, status: int, told: str) -> None:
    async def fails(_request: Request) -> Response:
        raise error

    async def works(_request: Request) -> Response:
        return PlainTextResponse("well")

    asker = guarded(Route("/continuum/it", fails), Route("/continuum/other", works), Route("/elsewhere", fails))
    reply = asker.ask("GET", "/continuum/it")
    assert (reply.status, reply.error[: len(told)]) == (status, told)
    assert asker.ask("GET", "/continuum/other").body == b"well"
    with pytest.raises(type(error)):  # what is not ours says what it likes
        asker.ask("GET", "/elsewhere")


def test_a_training_that_finds_no_room_is_a_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path))
    monkeypatch.setattr(Recording, "write", full)
    asker = guarded(*trainings.routes(Trainings(Runs()), SimpleNamespace()))
    reply = asker.ask("POST", "/continuum/trainings", Setup(data="lines", latent_dim=2, hidden=(8,)).model_dump(mode="json"))
    assert reply.status == 507 and "disk is full" in reply.error
    assert list((tmp_path / "trainings").iterdir()) == []


def test_of_a_pair_that_finds_no_room_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = Setup(data="lines", latent_dim=2, hidden=(8,))
    configs = {
        kind: ModelConfig(kind=kind, latent_dim=2, image_shape=(1, 8, 8), data="lines", hidden=(8,), beta=float(kind == "vae"))
        for kind in KINDS
    }
    pair = SimpleNamespace(models={kind: build(config) for kind, config in configs.items()}, images=range(10))
    save, saved = trainer.save_model, []

    def second(folder: Path, model: object) -> None:
        saved.append(folder)
        save(folder, model) if len(saved) == 1 else full()

    monkeypatch.setattr(trainer, "save_model", second)
    with pytest.raises(OSError, match="No space"):
        trainer.save_pair(pair, Recording(setup=setup), {kind: tmp_path / f"it-{kind}" for kind in KINDS})
    assert len(saved) == 2 and list(tmp_path.iterdir()) == []


def test_a_database_without_room_says_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'jobs.sqlite'}")
    with pytest.raises(DatabaseError, match="make room there, or let VAE_DATABASE name another one"), database.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        row = {"id": "1", "work": "w", "place": "p", "task": "t", "request": "x" * 100_000, "state": "waiting", "share": 0.0, "words": "",
               "beat": 0.0, "starts": 0, "losses": 0, "cancel": False, "created": 0.0}  # fmt: skip
        connection.execute(JOBS.insert().values(**row))
    database.close()
