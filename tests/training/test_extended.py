"""A finished model can be given more epochs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from torch import Tensor

from vae.models import ModelConfig
from vae.store.checkpoints import load_model
from vae.training.loop import STATE, TrainingError, train
from vae.training.schedule import learning_rate

MakeConfig = Callable[..., ModelConfig]


def error(folder: Path, images: Tensor) -> float:
    model, batch = load_model(folder, "cpu"), images.float() / 255
    return (model.decode(model.encode(batch).mean) - batch).square().mean().item()


def test_a_finished_run_goes_on_with_more_epochs_and_a_rate_that_falls_anew(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable
) -> None:
    config = make_config("vae", learning_rate=5e-3)
    train(config, blobs, tmp_path, accelerator="cpu")
    before, rows = error(tmp_path, blobs), read_log(tmp_path)
    train(replace(config, epochs=9), blobs, tmp_path, accelerator="cpu", resume=True)
    longer = read_log(tmp_path)
    assert longer[:3] == rows
    assert [row["epoch"] for row in longer] == [str(epoch) for epoch in range(1, 10)]
    assert [row["step"] for row in longer[3:]] == [str(5 * epoch) for epoch in range(4, 10)]
    assert [float(row["learning_rate"]) for row in longer[3:]] == pytest.approx(
        [learning_rate(5 * epoch - 1, 30, 5e-3) for epoch in range(1, 7)], rel=1e-4
    )
    assert error(tmp_path, blobs) < before
    assert (load_model(tmp_path, "cpu").config.epochs, load_model(tmp_path, "cpu").config.extended) == (9, (3,))
    train(replace(config, epochs=10), blobs, tmp_path, accelerator="cpu", resume=True)
    assert load_model(tmp_path, "cpu").config.extended == (3, 9)


def test_no_more_epochs_than_it_has_are_refused_with_what_to_say(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    train(make_config(), blobs, tmp_path, accelerator="cpu")
    for epochs in (2, 3):
        with pytest.raises(
            TrainingError, match="has finished its 3 epochs; give it more with --resume --epochs 23, or choose another --out"
        ):
            train(make_config(epochs=epochs), blobs, tmp_path, accelerator="cpu", resume=True)
    with pytest.raises(TrainingError, match=r"had other settings \(seed\)"):
        train(make_config(epochs=5, seed=1), blobs, tmp_path, accelerator="cpu", resume=True)


def test_an_extension_that_was_stopped_goes_on_to_the_same_bits_and_leaves_the_model_usable_meanwhile(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable
) -> None:
    config, longer = make_config("vae"), make_config("vae", epochs=6)
    for name in ("stopped", "whole"):
        train(config, blobs, tmp_path / name, accelerator="cpu")

    def stop(done: int, steps: int, parts: dict) -> None:
        if done == 23:  # in the fifth epoch
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(longer, blobs, tmp_path / "stopped", accelerator="cpu", resume=True, progress=stop)
    assert (tmp_path / "stopped" / STATE).exists(), "a person who stops a run loses the epoch under way and no more"
    assert load_model(tmp_path / "stopped", "cpu").config.epochs == 3
    train(longer, blobs, tmp_path / "stopped", accelerator="cpu", resume=True)
    train(longer, blobs, tmp_path / "whole", accelerator="cpu", resume=True)
    assert_same_run(tmp_path / "stopped", tmp_path / "whole")


def test_a_run_is_not_resumed_on_other_pictures(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    train(make_config(data_sha256="a" * 64), blobs, tmp_path, accelerator="cpu")
    with pytest.raises(TrainingError, match="the pictures of blobs have changed since"):
        train(make_config(data_sha256="b" * 64, epochs=5), blobs, tmp_path, accelerator="cpu", resume=True)
