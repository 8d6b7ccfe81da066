"""A server as people start it is killed while a job of its queue runs, and started again beside the same files."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyarrow import parquet

from tests.browser.driving import Server
from tests.data.imported.helping import filed, noise, write
from tests.jobs.helping import until
from vae.data.imported import store
from vae.data.imported.pieces import LENGTH
from vae.jobs.queue import LEASE
from vae.store.database import FILE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PIECES = 3  # of LENGTH pictures each; they are decoded two at a time


@pytest.fixture
def server(tmp_path: Path, datasets: Path) -> Iterator[Server]:
    (tmp_path / "checkpoints").mkdir()
    server = Server({"VAE_CHECKPOINTS": str(tmp_path / "checkpoints"), "VAE_DATASETS": str(datasets), "VAE_CACHE": str(tmp_path / "cache")})
    server.start()
    yield server
    server.stop()


def large(seed: int) -> bytes:
    """A picture that takes longer to decode than to make."""
    return filed(np.asarray(Image.fromarray(noise(seed)).resize((384, 384), Image.Resampling.NEAREST)), compress_level=1)


def asked(server: Server, path: str, body: dict[str, object] | None = None) -> dict:
    request = urllib.request.Request(f"{server.url}/continuum/{path}", None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def decoded(datasets: Path) -> dict[str, int]:
    """When each piece of the import that is under way was written."""
    found = {}
    for path in (datasets / ".pets.importing").glob("*"):
        with suppress(FileNotFoundError):  # the import has ended meanwhile
            if len(path.name) == 40:
                found[path.name] = path.stat().st_mtime_ns
    return found


def test_an_import_goes_on_after_its_server_was_killed_and_is_there_once(server: Server, tmp_path: Path, datasets: Path) -> None:
    files = {f"{'ab'[number % 2]}/{number:04}.png": large(number) for number in range(PIECES * LENGTH)}
    source = write(tmp_path / "pictures", files)
    job = asked(server, "imports", {"folder": str(source), "name": "pets", "size": 16})
    until(lambda: decoded(datasets), "the first piece")
    server.stop()
    kept = decoded(datasets)
    assert 0 < len(kept) < PIECES and not (datasets / "pets").exists()

    with closing(sqlite3.connect(tmp_path / "cache" / FILE)) as database, database:  # as if its lease had run out meanwhile
        database.execute("UPDATE jobs SET beat = ?", (time.time() - LEASE,))
    server.start()

    def done() -> bool:
        now = decoded(datasets)
        assert all(now.get(name, written) == written for name, written in kept.items()), "what was decoded is decoded again"
        told = asked(server, f"imports/{job['id']}")
        assert told["state"] in ("waiting", "working", "ready"), told["sentence"]
        return told["state"] == "ready"

    until(done, "the data set")
    with closing(sqlite3.connect(tmp_path / "cache" / FILE)) as database:
        assert database.execute("SELECT state, starts FROM jobs").fetchall() == [("ready", 2)]
    manifest = parquet.read_table(datasets / "pets" / store.MANIFEST)
    assert sorted(manifest["sha256"].to_pylist()) == sorted(sha256(content).hexdigest() for content in files.values())
    assert store.read_facts("pets").total == len(files) == len(np.load(datasets / "pets" / store.PIXELS, mmap_mode="r"))
    assert [path.name for path in datasets.iterdir()] == ["pets"], "something half written lies about"
    assert [each["name"] for each in asked(server, "datasets")] == ["pets"]
    assert "Traceback" not in server.said
