"""A loss that is no longer finite stops a run within a step, and the advice that it gives can be followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from torch import Tensor

from vae.models import ModelConfig
from vae.store.checkpoints import load_model
from vae.training import loop
from vae.training.loop import STATE, Diverged, TrainingError, train

MakeConfig = Callable[..., ModelConfig]


@pytest.fixture
def broken_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Lets the loss be NaN at one step of all that follow; what it gives grows with every step."""

    def broken(at: int) -> list[int]:
        steps: list[int] = []
        real = loop.objective

        def objective(*arguments: object) -> object:
            steps.append(len(steps) + 1)
            loss = real(*arguments)
            return loss._replace(total=loss.total * float("nan")) if len(steps) == at else loss

        monkeypatch.setattr(loop, "objective", objective)
        return steps

    return broken


def test_a_rate_that_is_far_too_high_stops_the_run_at_once_and_leaves_no_model(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path
) -> None:
    with pytest.raises(Diverged, match=r"in epoch 1 at step 2 of 15; it had not finished its first epoch: go on with --resume"):
        train(make_config(learning_rate=1e30), blobs, tmp_path, accelerator="cpu")
    assert list(tmp_path.iterdir()) == [], "the state that a run begins with is not worth keeping"
    train(make_config(), blobs, tmp_path, accelerator="cpu", resume=True)


def test_the_run_stops_within_the_step_and_goes_on_with_the_rate_it_names(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, broken_at: Callable, read_log: Callable
) -> None:
    config, steps = make_config("vae", learning_rate=1e-3), broken_at(8)
    with pytest.raises(
        Diverged, match=r"in epoch 2 at step 8 of 15; what it had learned after epoch 1 is kept: .*--learning-rate 0.0003"
    ) as said:
        train(config, blobs, tmp_path, accelerator="cpu")
    assert len(steps) == 8
    assert {path.name for path in tmp_path.iterdir()} == {STATE, "training.csv"}
    train(replace(config, learning_rate=said.value.learning_rate), blobs, tmp_path, accelerator="cpu", resume=True)
    assert len(steps) == 8 + 10, "the first epoch is not done over"
    assert [row["epoch"] for row in read_log(tmp_path)] == ["1", "2", "3"]
    assert load_model(tmp_path, "cpu").config.learning_rate == 0.0003
    assert not (tmp_path / STATE).exists()


def test_weights_that_the_last_step_of_an_epoch_breaks_are_not_kept(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, steps = loop._average, []

    def breaking(average: dict, newest: list[Tensor], decay: float) -> None:
        steps.append(decay)
        if len(steps) == 10:
            newest[0].fill_(float("inf"))
        real(average, newest, decay)

    monkeypatch.setattr(loop, "_average", breaking)
    with pytest.raises(Diverged, match="in epoch 2 at step 10 of 15; what it had learned after epoch 1 is kept"):
        train(make_config(), blobs, tmp_path, accelerator="cpu")
    train(make_config(learning_rate=3e-4), blobs, tmp_path, accelerator="cpu", resume=True)


@pytest.mark.parametrize("changes", [{"seed": 1}, {"latent_dim": 3}, {"learning_rate": 1e-4, "epochs": 5}])
def test_nothing_but_the_culprit_may_change(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, broken_at: Callable, changes: dict
) -> None:
    broken_at(8)
    with pytest.raises(Diverged):
        train(make_config(), blobs, tmp_path, accelerator="cpu")
    with pytest.raises(TrainingError, match=r"had other settings \((seed|latent_dim|epochs)\)"):
        train(make_config(**changes), blobs, tmp_path, accelerator="cpu", resume=True)


def test_a_run_that_diverges_again_may_change_again(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, broken_at: Callable) -> None:
    broken_at(8)
    with pytest.raises(Diverged):
        train(make_config(), blobs, tmp_path, accelerator="cpu")
    broken_at(1)
    with pytest.raises(Diverged, match=r"after epoch 1 is kept: .* --learning-rate 9e-05 in place of 0.0003"):
        train(make_config(learning_rate=3e-4), blobs, tmp_path, accelerator="cpu", resume=True)
    train(make_config(learning_rate=9e-5), blobs, tmp_path, accelerator="cpu", resume=True)
