"""Held-out pictures decide when a training stops, and which weights are kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae.models import Autoencoder, ModelConfig
from vae.store.folders import TRAINING_LOG
from vae.training import loop
from vae.training.heldout import apart, judge, stopped
from vae.training.loop import mirrored_too, read_log, train

MakeConfig = Callable[..., ModelConfig]


@pytest.fixture
def overfitting(make_config: MakeConfig) -> ModelConfig:
    """Of a net with far more weights than eight pictures hold: it learns for some epochs, and then by heart."""
    return make_config("ae", holdout=32, hidden=(64,), latent_dim=6, batch_size=8, epochs=120, learning_rate=2e-2)


@pytest.fixture
def few(blobs: Tensor) -> Tensor:
    """Forty noisy pictures."""
    noise = torch.randint(0, 90, (40, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    return (blobs[:40] // 2 + noise).contiguous()


def error(model: Autoencoder, images: Tensor) -> float:
    batch = images.float() / 255
    return (model.decode(model.encode(batch).mean) - batch).square().mean().item()


def test_the_weights_of_the_best_epoch_are_kept_and_training_stops_after_as_much_patience(
    overfitting: ModelConfig, few: Tensor, tmp_path: Path
) -> None:
    config = ModelConfig(**overfitting.to_dict() | {"patience": 120})
    kept = train(config, few, tmp_path / "whole", accelerator="cpu")
    rows = read_log(tmp_path / "whole" / TRAINING_LOG)
    losses = [float(row["validation_loss"]) for row in rows]
    best = losses.index(min(losses)) + 1
    assert 1 < best < 108 and losses[-1] > losses[best - 1] + 0.1, "it must overfit, or nothing is tested here"
    held = apart(few, config)[1]
    assert error(kept, held) == pytest.approx(float(rows[best - 1]["validation_mse"]), rel=1e-4)
    assert error(kept, held) < float(rows[-1]["validation_mse"])
    ended = stopped(config, rows)
    assert ended is not None and (ended.epochs, ended.best) == (120, best) and "trained for all of its 120 epochs" in ended.words

    patient = ModelConfig(**overfitting.to_dict() | {"patience": 12})
    train(patient, few, tmp_path / "short", accelerator="cpu")
    short = read_log(tmp_path / "short" / TRAINING_LOG)
    first = next(epoch for epoch in range(1, 120) if min(losses[:epoch]) <= min(losses[: epoch + 12]))
    assert len(short) == first + 12 < 120 and short[-1]["best_epoch"] == str(first)
    said = stopped(patient, short)
    assert said is not None and said.words.startswith(
        f"stopped after epoch {first + 12} of 120: on 32 held-out pictures it was best after epoch {first}"
    )


def test_a_run_that_was_stopped_ends_with_the_same_best_weights(
    make_config: MakeConfig, few: Tensor, tmp_path: Path, assert_same_run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_SECONDS", -1)
    config = make_config("vae", holdout=16, patience=4, batch_size=12, epochs=12, learning_rate=2e-2, flip=True)
    for stop in (1, 6, 17):

        def progress(done: int, *_: object, stop: int = stop) -> None:
            if done == stop:
                raise KeyboardInterrupt

        try:
            train(config, few, tmp_path / "stopped", accelerator="cpu", resume=True, progress=progress)
        except KeyboardInterrupt:
            continue
        break
    else:
        train(config, few, tmp_path / "stopped", accelerator="cpu", resume=True)
    train(config, few, tmp_path / "whole", accelerator="cpu")
    assert_same_run(tmp_path / "stopped", tmp_path / "whole")


def test_held_out_are_the_last_ones_or_where_they_stop_the_training_every_nth(make_config: MakeConfig) -> None:
    images = torch.arange(20, dtype=torch.uint8).view(20, 1, 1, 1)
    learned, held = apart(images, make_config(holdout=5))
    assert held.flatten().tolist() == [15, 16, 17, 18, 19] and learned.flatten().tolist() == list(range(15))
    learned, held = apart(images, make_config(holdout=5, patience=1))
    assert held.flatten().tolist() == [0, 4, 8, 12, 16] and sorted(torch.cat([learned, held]).flatten().tolist()) == list(range(20))
    with pytest.raises(ValueError, match="patience is for images held out, and there are none"):
        make_config(patience=3)


def test_the_held_out_loss_of_an_autoencoder_is_that_of_the_best_variance(make_model: Callable, blobs: Tensor) -> None:
    model = make_model("ae")
    found = judge(model, model.state_dict(), blobs, torch.device("cpu"))
    assert found.mse == pytest.approx(error(model, blobs), rel=1e-5)
    assert found.loss == pytest.approx(32 * math.log(found.mse), rel=1e-5)  # P/2 · log σ² with 64 pixels
    assert judge(model, model.state_dict(), blobs, torch.device("cpu")) == found


def test_mirroring_changes_nothing_of_pictures_that_are_their_own_mirror_images(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path
) -> None:
    even = blobs // 2 + blobs.flip(3) // 2
    settings = {"architecture": "residual", "hidden": (4,), "dense": 4, "epochs": 1}
    plain = train(make_config("ae", **settings), even, tmp_path / "plain", accelerator="cpu")
    for flip, images, alike in ((True, even, True), (True, blobs, False)):
        other = train(make_config("ae", flip=flip, **settings), images, tmp_path / str(alike), accelerator="cpu")
        assert torch.allclose(plain.decode(torch.zeros(1, 2)), other.decode(torch.zeros(1, 2)), atol=1e-3) == alike
    both = mirrored_too(blobs)
    assert len(both) == 2 * len(blobs) and torch.equal(both[: len(blobs)].flip(3), both[len(blobs) :])
