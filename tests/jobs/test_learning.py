"""A training whose server is killed, and which is paused, ends with the bits of one that was never touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data.imported.helping import noisy, write
from tests.jobs.helping import LEASE, PATIENCE, until
from tests.jobs.stub_training import STUB_TRAINING
from vae.jobs.queue import Jobs
from vae.store.folders import ATLAS, CONFIG, MODEL, TRAINING_LOG
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.train import TrainRequest, train
from vae.training.loop import STATE, read_log

LONG = 150.0  # seconds in which a process of low priority has imported what a training takes, on a busy machine
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills processes")]


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setenv("VAE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    queue = Jobs(lease=LEASE)
    yield queue
    queue.stop()


def losses(folder: Path) -> list[dict[str, str]]:
    """Its log, without how long it took."""
    return [{key: value for key, value in row.items() if key != "seconds"} for row in read_log(folder / TRAINING_LOG)]


@pytest.mark.timeout(600)  # four processes begin one after the other
def test_a_training_that_lost_its_server_and_was_paused_ends_as_one_that_was_never_touched(
    jobs: Jobs, tmp_path: Path, checkpoints: Path, datasets: Path
) -> None:
    import_images(ImportRequest(source=write(tmp_path / "pictures", {f"{at}.png": noisy(at) for at in range(60)}), name="pets", size=8))
    asked = TrainRequest(
        out=checkpoints / "killed", data="pets", latent_dim=2, epochs=4, hidden=(8,), batch_size=12, device="cpu", threads=1
    )
    command = [sys.executable, "-c", "from tests.jobs.stub_training import serve; serve()", json.dumps(asked.to_dict())]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE) as server:
        until((checkpoints / "begun").exists, "the middle of the training", LONG)
        server.kill()
        server.wait(PATIENCE)
    first = float((checkpoints / "begun").read_text())
    assert (asked.out / STATE).exists() and 0.4 < first < 1
    (checkpoints / "begun").unlink()

    jobs.start()
    until((checkpoints / "begun").exists, "the next server's turn", LONG)
    assert float((checkpoints / "begun").read_text()) <= first + 0.1, "it goes on where it was"
    job = jobs.find(STUB_TRAINING, asked)
    assert job is not None and job.starts == 2
    jobs.pause(job.id)
    until(lambda: jobs.get(job.id).state == "paused", "its pause", LONG)  # type: ignore[union-attr]
    (checkpoints / "go").touch()
    jobs.resume(job.id)
    until(lambda: jobs.get(job.id).state not in ("waiting", "working"), "its end", LONG)  # type: ignore[union-attr]
    done = jobs.get(job.id)
    assert done is not None and (done.state, done.starts) == ("ready", 3), done
    assert done.result is not None and done.result["outcome"]
    assert (asked.out / ATLAS).exists() and not (asked.out / STATE).exists()

    whole = checkpoints / "whole"
    train(asked.model_copy(update={"out": whole}))
    assert (asked.out / MODEL).read_bytes() == (whole / MODEL).read_bytes()
    assert json.loads((asked.out / CONFIG).read_text()) == json.loads((whole / CONFIG).read_text())
    assert losses(asked.out) == losses(whole)
