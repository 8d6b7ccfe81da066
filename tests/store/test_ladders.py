"""A ladder comes back as it was written, and one that does not fit together is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from vae.store.checkpoints import model_names
from vae.store.files import CheckpointError
from vae.store.ladders import Ladder, ladder_names, load_ladder, save_ladder


def make_ladder(steps: int = 3, count: int = 6) -> Ladder:
    random = np.random.default_rng(0)
    labels = (np.arange(count) % 2).astype(np.uint8)
    return Ladder(
        tuple(f"m{i}" for i in range(steps)), labels, random.random((steps, count, 2), np.float32), ("0", "σ"), {"method": "procrustes"}
    )


def test_a_ladder_comes_back_as_it_was_and_is_listed(checkpoints: Path) -> None:
    assert ladder_names() == []
    ladder = make_ladder()
    save_ladder("mnist-2", ladder)
    assert ladder_names() == ["mnist-2"]
    assert model_names() == []  # it is no model
    loaded = load_ladder("mnist-2")
    assert (loaded.models, loaded.classes, loaded.settings) == (ladder.models, ladder.classes, ladder.settings)
    assert np.array_equal(loaded.labels, ladder.labels)
    assert np.array_equal(loaded.places, ladder.places)


@pytest.mark.parametrize("name", ["none", "", ".", "../model", "a/b", "a\0b"])
def test_no_such_ladder_says_how_to_make_one(checkpoints: Path, name: str) -> None:
    save_ladder("mnist-2", make_ladder())
    with pytest.raises(CheckpointError, match="python -m vae ladder"):
        load_ladder(name)


@pytest.mark.parametrize("lie", [
    {"models": ("m0",)}, {"models": ("m0", "m1")}, {"classes": ("0",)}, {"labels": np.zeros(5, np.uint8)}, {"labels": np.zeros(6, np.float32)},
    {"places": np.full((3, 6, 2), np.nan, np.float32)}, {"places": np.zeros((3, 6, 3), np.float32)},
])  # fmt: skip
def test_a_ladder_that_does_not_fit_together_is_refused(checkpoints: Path, lie: dict) -> None:
    save_ladder("bad", replace(make_ladder(), **lie))
    with pytest.raises(CheckpointError, match="make it again"):
        load_ladder("bad")


def test_a_damaged_ladder_is_refused(checkpoints: Path) -> None:
    path = save_ladder("bad", make_ladder())
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_ladder("bad")
    save_file({"places": torch.zeros(2, 3, 2)}, path)
    with pytest.raises(CheckpointError, match="lacks"):
        load_ladder("bad")
