"""Muon steps the matrices inside a network, AdamW everything else, and a run that was stopped goes on with the moments of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae.models import KINDS, Autoencoder, ModelConfig
from vae.training import loop
from vae.training.loop import train
from vae.training.optimizers import ADAM_SHARE, optimizers_of, set_rate

MakeConfig = Callable[..., ModelConfig]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("changes", [{}, {"architecture": "conv", "hidden": (4, 8), "dense": 6}])
def test_every_weight_is_stepped_once(make_model: Callable[..., Autoencoder], kind: str, changes: dict) -> None:
    model = make_model(kind, optimizer="muon", **changes)
    found = optimizers_of(model.config, model)
    stepped = [id(weight) for optimizer in found.values() for weight in optimizer.param_groups[0]["params"]]
    assert sorted(stepped) == sorted(id(weight) for weight in model.parameters())
    theirs = {id(weight) for weight in found["muon"].param_groups[0]["params"]}
    names = {name for name, weight in model.named_parameters() if id(weight) in theirs}
    assert names and all(name.endswith("weight") for name in names)
    assert not names & {"mean.weight", "log_variance.weight"}, "what gives the code is no layer inside"
    set_rate(found, 0.01)
    assert [optimizer.param_groups[0]["lr"] for optimizer in found.values()] == [0.01, 0.01 * ADAM_SHARE]


def test_adamw_alone_has_the_whole_rate(make_model: Callable[..., Autoencoder]) -> None:
    model = make_model("vae")
    found = optimizers_of(model.config, model)
    set_rate(found, 0.01)
    assert list(found) == ["adam"] and found["adam"].param_groups[0]["lr"] == 0.01


def test_muon_does_not_train_in_scaled_gradients(make_config: MakeConfig) -> None:
    with pytest.raises(ValueError, match="in which muon does not train"):
        make_config("ae", optimizer="muon", precision="16-mixed")


class Stop(Exception):
    """Stands for whatever ends a run."""


@pytest.mark.slow
def test_a_run_of_muon_that_was_stopped_ends_as_an_uninterrupted_one(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, steps: int, parts: dict[str, float]) -> None:
        if done == 7:
            raise Stop

    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    config = make_config("vae", optimizer="muon")
    with pytest.raises(Stop):
        train(config, blobs, tmp_path / "stopped", accelerator="cpu", progress=stop)
    train(config, blobs, tmp_path / "stopped", accelerator="cpu", resume=True)
    other = train(config, blobs, tmp_path / "whole", accelerator="cpu")
    assert_same_run(tmp_path / "stopped", tmp_path / "whole")
    plain = train(make_config("vae"), blobs, tmp_path / "adamw", accelerator="cpu")
    assert not torch.equal(plain.mean.weight, other.mean.weight)
