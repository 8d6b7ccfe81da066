"""What the tests of training share."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

Compare = Callable[[Path, Path], None]


@pytest.fixture(scope="session")
def read_log() -> Callable[[Path], list[dict[str, str]]]:
    """The rows of a run's `training.csv`, without the seconds each epoch took."""

    def read(folder: Path) -> list[dict[str, str]]:
        with (folder / "training.csv").open(newline="") as file:
            return [{key: value for key, value in row.items() if key != "seconds"} for row in csv.DictReader(file)]

    return read


@pytest.fixture(scope="session")
def read_weights() -> Callable[[Path], dict[str, Tensor]]:
    return lambda folder: load_file(folder / "model.safetensors")


@pytest.fixture(scope="session")
def assert_same_run(read_log: Callable, read_weights: Callable) -> Compare:
    """Two folders hold the same files, the same weights to the last bit and the same log."""

    def compare(one: Path, other: Path) -> None:
        assert {path.name for path in one.iterdir()} == {path.name for path in other.iterdir()}
        weights, others = read_weights(one), read_weights(other)
        assert weights.keys() == others.keys()
        assert all(torch.equal(weights[key], others[key]) for key in weights)
        assert read_log(one) == read_log(other)

    return compare
