"""Selections over HTTP: what is found, files, and what is said of everything else."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv
from starlette.applications import Starlette

from tests.live.conftest import write_model
from vae.live.bundle import Library
from vae.live.engine import Engine
from vae.live.selections import Selections
from vae.live.wire.answering import answer_of
from vae.live.wire.frames import unpack_reply
from vae.live.wire.schema import MEAN
from vae.store.atlases import load_atlas
from vae.web import selections as routes

Visit = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """Asks an address below the model's as a page of this server would: `visit(path, body)` -> (status, headers, bytes)."""
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr(routes.tempfile, "tempdir", str(tmp_path))
    write_model(tmp_path / "mine", "vae", 2)
    engine = Engine(Library("cpu"))
    engine.start()
    app = Starlette(routes=routes.routes(Selections(engine)))

    def visit(path: str, body: bytes | None = None, name: str = "mine") -> tuple[int, dict, bytes]:
        sent, parts = [], [] if body is None else [body]

        async def receive() -> dict:
            if body is not None and not parts:
                await asyncio.Event().wait()  # the client stays
            return {"type": "http.request", "body": parts.pop() if parts else b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        full = f"/continuum/models/{name}/{path}"
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET" if body is None else "POST", "path": full, "raw_path": full.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "headers": [(b"host", b"localhost")],
        }  # fmt: skip
        asyncio.run(app(scope, receive, send))
        headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
        return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent)

    yield visit
    engine.stop()


def packed(*rows: int) -> bytes:
    return np.array(rows, "<i4").tobytes()


def test_a_class_is_found_and_its_codes_are_handed_out(visit: Visit, tmp_path: Path) -> None:
    status, _, body = visit("find", b'{"text": "star"}')
    found, atlas = json.loads(body), load_atlas(tmp_path / "mine")
    assert status == 200 and found["rows"] == np.flatnonzero(atlas.labels == 2).tolist() and found["words"] == "class star"
    status, headers, body = visit("export/csv", packed(*found["rows"]))
    assert status == 200 and headers["content-disposition"] == 'attachment; filename="mine.csv"'
    table = csv.read_csv(io.BytesIO(body))
    assert table["number"].to_pylist() == found["rows"] and set(table["class"].to_pylist()) == {"star"}
    assert np.allclose(table["mu_1"], atlas.codes[found["rows"], 0], atol=1e-6)
    assert not list(tmp_path.glob("continuum-*")), "nothing is left behind"
    assert len(csv.read_csv(io.BytesIO(visit("export/csv", b"")[2]))) == 200, "no rows are all"


def test_the_mean_is_one_frame_of_the_wire(visit: Visit) -> None:
    status, _, body = visit("mean", packed(1, 2, 3))
    assert status == 200
    answer = answer_of(MEAN, unpack_reply(body).arrays)
    assert answer["pixels"].shape == (1, 8, 8, 1) and answer["average"].shape[0] == 0 and answer["traversal"].shape[0] == 14


def test_a_data_set_that_is_not_imported_has_no_columns(visit: Visit) -> None:
    assert json.loads(visit("columns")[2]) == {"columns": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("find", b"[", 422, "reload the page"),
        ("find", b"[1]", 422, "reload the page"),
        ("find", b'{"odd": "error"}', 422, "on disk"),
        ("find", b" " * (routes.LARGEST_QUESTION + 1), 413, "ask for less"),
        ("export/csv", packed(200), 422, "reload the page"),
        ("export/csv", packed(3, 3), 422, "reload the page"),
        ("export/csv", b"123", 422, "reload the page"),
        ("export/doc", b"", 404, "parquet"),
        ("mean", packed(-1), 422, "reload the page"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(visit: Visit, path: str, body: bytes, status: int, words: str) -> None:
    answered, _, told = visit(path, body)
    assert answered == status and words in json.loads(told)["error"]


def test_an_unknown_model_is_not_found(visit: Visit) -> None:
    assert visit("find", b'{"text": "star"}', name="nobody")[0] == 404


def test_a_disk_that_is_full_is_a_sentence_and_leaves_nothing(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(routes, "export", full)
    status, _, told = visit("export/npz", b"")
    assert status == 507 and "No space left" in json.loads(told)["error"]
    assert not list(tmp_path.glob("continuum-*"))
