"""Several processes train one model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from vae.models import ModelConfig
from vae.training import loop
from vae.training.loop import train

pytestmark = pytest.mark.slow

# Trains under torchrun; every process notes the files it writes and the share of a batch it sees.
DRIVER = """
import json, os, sys
from pathlib import Path
from vae.store import files

written, sizes = [], set()
write = files.write_atomically
files.write_atomically = lambda path, fill: (written.append(path.name), write(path, fill))  # before others take it by its name
import numpy, torch
from vae.models import ModelConfig
from vae.training import loop

folder, config, images, notes = sys.argv[1:]
objective = loop.objective
loop.objective = lambda batch, *rest: (sizes.add(len(batch)), objective(batch, *rest))[1]
loop.train(ModelConfig.from_dict(json.loads(config)), torch.from_numpy(numpy.load(images)), Path(folder), accelerator="cpu")
Path(notes, os.environ["RANK"]).write_text(json.dumps([written, sorted(sizes)]))
"""


@pytest.mark.timeout(300)  # three interpreters start at once, which takes a while on a busy machine
def test_two_processes_end_where_one_does_and_one_of_them_writes(
    make_config: Callable[..., ModelConfig], blobs: Tensor, tmp_path: Path, read_log: Callable, read_weights: Callable
) -> None:
    config, notes = make_config("ae", epochs=4), tmp_path / "notes"
    notes.mkdir()
    np.save(tmp_path / "images.npy", blobs.numpy())
    (tmp_path / "driver.py").write_text(DRIVER)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(tmp_path / "driver.py")]
    arguments = [str(tmp_path / "two"), json.dumps(config.to_dict()), str(tmp_path / "images.npy"), str(notes)]
    environment = os.environ | {"PYTHONPATH": str(Path(loop.__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen([*command, *arguments], env=environment, start_new_session=True) as process:
        try:
            assert process.wait(timeout=280) == 0
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    train(config, blobs, tmp_path / "one", accelerator="cpu")

    (first, first_sizes), (second, second_sizes) = (json.loads((notes / rank).read_text()) for rank in ("0", "1"))
    assert sorted(set(first)) == ["config.json", "model.safetensors", "training.csv"]
    assert second == []
    assert first_sizes == second_sizes == [32], "each process must see half of every batch of 64"
    assert {path.name for path in (tmp_path / "two").iterdir()} == {path.name for path in (tmp_path / "one").iterdir()}
    assert (tmp_path / "two" / "config.json").read_bytes() == (tmp_path / "one" / "config.json").read_bytes()
    one, two = read_weights(tmp_path / "one"), read_weights(tmp_path / "two")
    for key, value in one.items():
        torch.testing.assert_close(two[key], value, rtol=1e-3, atol=1e-4)
    assert [row["step"] for row in read_log(tmp_path / "two")] == [row["step"] for row in read_log(tmp_path / "one")]
