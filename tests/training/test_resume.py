"""A run that was stopped, however rudely, ends as if it had not been."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from vae.models import KINDS, ModelConfig
from vae.store.files import CheckpointError
from vae.training import loop
from vae.training.loop import STATE, TrainingError, train

pytestmark = pytest.mark.slow

MakeConfig = Callable[..., ModelConfig]

# Trains like the command line does, saves after every step, and waits in the middle of the fourth epoch.
DRIVER = """
import json, sys
from pathlib import Path
import numpy, torch
from vae.models import ModelConfig
from vae.training import loop

folder, config, images = sys.argv[1:]
loop.SAVE_SECONDS = -1
loop.train(
    ModelConfig.from_dict(json.loads(config)), torch.from_numpy(numpy.load(images)), Path(folder), accelerator="cpu",
    progress=lambda done, steps, parts: sys.stdin.read() if done == 17 else None,
)
"""


def kill_in_the_middle(config: ModelConfig, images: Tensor, folder: Path, workplace: Path) -> None:
    """Start training in a process of its own and kill it, without a word, as soon as it has saved a state."""
    np.save(workplace / "images.npy", images.numpy())
    arguments = [sys.executable, "-c", DRIVER, str(folder), json.dumps(config.to_dict()), str(workplace / "images.npy")]
    repository = Path(loop.__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(repository), "OMP_NUM_THREADS": str(torch.get_num_threads())}
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, env=environment) as process:
        try:
            deadline = time.monotonic() + 240
            while not (folder / STATE).exists():
                assert process.poll() is None, "the run ended before it saved a state"
                assert time.monotonic() < deadline, "the run never saved a state"
                time.sleep(0.005)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.timeout(300)  # a second interpreter starts, which takes a while on a busy machine
@pytest.mark.parametrize(("kind", "likelihood"), [*((kind, "gaussian") for kind in KINDS), ("vae", "bernoulli")])
def test_a_killed_run_that_is_resumed_ends_as_an_uninterrupted_one(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, kind: str, likelihood: str
) -> None:
    config = make_config(kind, likelihood=likelihood, epochs=6, holdout=20, batch_size=60)  # 5 steps an epoch
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    kill_in_the_middle(config, blobs, killed, tmp_path)
    with safe_open(killed / STATE, "pt") as file:
        done = 5 * int(file.metadata()["epochs"]) + json.loads(file.metadata()["within"])["steps"]
        assert 1 <= done <= 16
    assert not (killed / "model.safetensors").exists()
    for leftover in killed.glob(".*"):  # a kill in the middle of a write may leave the temporary file, and nothing else
        leftover.unlink()
    steps: list[int] = []
    train(config, blobs, killed, accelerator="cpu", resume=True, progress=lambda done, *_: steps.append(done))
    assert steps[0] > 1, "resuming must not start from the beginning"
    train(config, blobs, whole, accelerator="cpu")
    assert_same_run(killed, whole)


class Stop(Exception):
    """Stands for whatever ends a run."""


def stop_at(step: int) -> loop.Progress:
    def progress(done: int, steps: int, parts: dict[str, float]) -> None:
        if done == step:
            raise Stop

    return progress


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stops", [(1,), (5,), (6,), (14, 3), (7, 11, 12, 15)])
def test_a_run_stopped_at_any_step_any_number_of_times_ends_as_an_uninterrupted_one(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch,
    kind: str, stops: tuple[int, ...],
) -> None:  # fmt: skip
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    config = make_config(kind)
    for step in stops:
        try:
            train(config, blobs, tmp_path / "stopped", accelerator="cpu", resume=True, progress=stop_at(step))
        except Stop:
            continue
        break  # the state was already past this step, so the run came to its end
    else:
        train(config, blobs, tmp_path / "stopped", accelerator="cpu", resume=True)
    train(config, blobs, tmp_path / "whole", accelerator="cpu")
    assert_same_run(tmp_path / "stopped", tmp_path / "whole")


def test_what_an_epoch_has_come_to_is_kept_within_it(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    config, stops, first = make_config("vae"), [3, 4, 9, 14], []
    for stop in [*stops, None]:
        steps: list[int] = []

        def progress(done: int, *_: object, stop: int | None = stop, steps: list[int] = steps) -> None:
            steps.append(done)
            if done == stop:
                raise KeyboardInterrupt

        with nullcontext() if stop is None else pytest.raises(KeyboardInterrupt):
            train(config, blobs, tmp_path / "stopped", accelerator="cpu", resume=True, progress=progress)
        first.append(steps[0])
    assert first == [1, 3, 4, 9, 14], "no step but the one under way is done over"
    train(config, blobs, tmp_path / "whole", accelerator="cpu")
    assert_same_run(tmp_path / "stopped", tmp_path / "whole")


@pytest.fixture
def stopped(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run of three epochs that was stopped in its second."""
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    with pytest.raises(Stop):
        train(make_config("vae"), blobs, tmp_path / "run", accelerator="cpu", progress=stop_at(8))
    return tmp_path / "run"


def test_resuming_where_there_is_nothing_starts_a_run(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable
) -> None:
    train(make_config(), blobs, tmp_path / "resumed", accelerator="cpu", resume=True)
    train(make_config(), blobs, tmp_path / "started", accelerator="cpu")
    assert_same_run(tmp_path / "resumed", tmp_path / "started")


@pytest.mark.parametrize(
    "changes", [{"seed": 1}, {"epochs": 9}, {"latent_dim": 3}, {"beta": 2.0, "batch_size": 32}, {"hidden": (16,)}, {"learning_rate": 1e-2}]
)
def test_resuming_with_other_settings_names_them(make_config: MakeConfig, blobs: Tensor, stopped: Path, changes: dict) -> None:
    with pytest.raises(TrainingError, match=rf"had other settings \({', '.join(changes)}\); repeat them, or choose another --out"):
        train(make_config("vae", **changes), blobs, stopped, accelerator="cpu", resume=True)


def test_a_stopped_run_is_not_started_over(make_config: MakeConfig, blobs: Tensor, stopped: Path) -> None:
    before = (stopped / STATE).read_bytes()
    with pytest.raises(TrainingError, match="already holds a run; add --resume, or choose another --out"):
        train(make_config("vae"), blobs, stopped, accelerator="cpu")
    assert (stopped / STATE).read_bytes() == before


def test_a_damaged_state_is_refused_with_a_sentence(make_config: MakeConfig, blobs: Tensor, stopped: Path) -> None:
    (stopped / STATE).write_bytes((stopped / STATE).read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=rf"run/{STATE} is missing or damaged"):
        train(make_config("vae"), blobs, stopped, accelerator="cpu", resume=True)


def test_a_run_killed_between_its_last_two_files_can_be_resumed(
    make_config: MakeConfig, blobs: Tensor, stopped: Path, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr("vae.store.checkpoints.write_json", stop)  # the weights are written, the config is not
        with pytest.raises(Stop):
            train(make_config("vae"), blobs, stopped, accelerator="cpu", resume=True)
    train(make_config("vae"), blobs, stopped, accelerator="cpu", resume=True)
    train(make_config("vae"), blobs, tmp_path / "whole", accelerator="cpu")
    assert_same_run(stopped, tmp_path / "whole")


def test_a_full_disk_stops_a_run_that_can_go_on_from_its_last_state(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    config = replace(make_config("vae"), epochs=4)
    calls, real = [], os.fsync

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:  # the state and the log of the first epoch are written, the state of the second is not
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            train(config, blobs, tmp_path / "run", accelerator="cpu")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {STATE, "training.csv"}
    train(config, blobs, tmp_path / "run", accelerator="cpu", resume=True)
    train(config, blobs, tmp_path / "whole", accelerator="cpu")
    assert_same_run(tmp_path / "run", tmp_path / "whole")
