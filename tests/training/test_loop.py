"""Training learns, repeats itself, treats a pair alike, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae.models import KINDS, Autoencoder, ModelConfig
from vae.store.checkpoints import load_model
from vae.training import loop
from vae.training.loop import TrainingError, blurred, train
from vae.training.schedule import learning_rate

pytestmark = pytest.mark.slow

MakeConfig = Callable[..., ModelConfig]


def fit(config: ModelConfig, images: Tensor, folder: Path, **options: object) -> Autoencoder:
    return train(config, images, folder, accelerator="cpu", **options)


def same(one: Autoencoder, other: Autoencoder) -> bool:
    others = other.state_dict()
    return all(torch.equal(value, others[key]) for key, value in one.state_dict().items())


@pytest.mark.parametrize("kind", KINDS)
def test_learning_rebuilds_pictures_far_better_than_their_mean(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable, kind: str
) -> None:
    model = fit(make_config(kind, hidden=(64, 32), epochs=60, learning_rate=5e-3, batch_size=32), blobs, tmp_path)
    images = blobs.float() / 255
    error = (model.decode(model.encode(images).mean) - images).square().mean()
    guess = (images.mean(0) - images).square().mean()
    assert error < guess / 4
    errors = [float(row["mse"]) for row in read_log(tmp_path)]
    assert errors[-1] < errors[0] / 3


@pytest.mark.parametrize("width", [0.5, 1.0, 2.5])
def test_a_blurred_point_is_a_gaussian_of_that_width(width: float) -> None:
    point = torch.zeros(1, 2, 33, 33)
    point[..., 16, 16] = 1
    away = torch.arange(33) - 16.0
    for spread in blurred(point, width)[0]:
        assert spread.sum() == pytest.approx(1, abs=1e-4)
        # The tails beyond two standard deviations are cut off, so a little less of the variance is left.
        assert 0.7 * width**2 < (spread.sum(0) * away**2).sum() < 1.05 * width**2
        torch.testing.assert_close(spread, spread.T)


@pytest.mark.parametrize("width", [0.0, 0.2, 1.0, 50.0])
def test_a_blur_leaves_a_plain_picture_as_it_is(width: float) -> None:
    plain = torch.full((2, 1, 6, 8), 0.25)
    torch.testing.assert_close(blurred(plain, width), plain)


@pytest.mark.parametrize("coarse", [{"first_noise": 2.0}, {"first_blur": 3.0}])
def test_coarse_to_fine_changes_what_is_learned_and_ends_fine(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable, coarse: dict
) -> None:
    config = make_config("ae", hidden=(64, 32), epochs=60, learning_rate=5e-3, batch_size=32, noise=0.05)
    fine, annealed = fit(config, blobs, tmp_path / "fine"), fit(replace(config, **coarse), blobs, tmp_path / "coarse")
    assert not same(fine, annealed)
    images = blobs.float() / 255
    error = (annealed.decode(annealed.encode(images).mean) - images).square().mean()
    assert error < (images.mean(0) - images).square().mean() / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_run_leaves_its_random_start_behind(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, kind: str) -> None:
    """The moving average must not hold the untrained weights when there are few steps to average over."""
    config = make_config(kind, epochs=30, learning_rate=1e-2)
    model = fit(config, blobs, tmp_path)
    images = blobs.float() / 255
    error = (model.decode(model.encode(images).mean) - images).square().mean()
    assert error < 1.1 * (images.mean(0) - images).square().mean()


@pytest.mark.parametrize("kind", KINDS)
def test_one_seed_gives_one_set_of_weights_and_another_seed_another(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, assert_same_run: Callable, kind: str
) -> None:
    config = make_config(kind)
    torch.manual_seed(1)
    first = fit(config, blobs, tmp_path / "first")
    torch.manual_seed(2)  # what the caller does with the global generator is no concern of ours
    again = fit(config, blobs, tmp_path / "again")
    other = fit(replace(config, seed=1), blobs, tmp_path / "other")
    assert same(first, again)
    assert not same(first, other)
    assert_same_run(tmp_path / "first", tmp_path / "again")


def test_training_leaves_the_global_random_generator_where_it_was(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    before = torch.random.get_rng_state()
    fit(make_config("vae", holdout=32), blobs, tmp_path)
    assert torch.equal(torch.random.get_rng_state(), before)


def batches_of(config: ModelConfig, images: Tensor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """The batches a run sees, in their order."""
    seen: list[Tensor] = []
    real = loop.objective
    with monkeypatch.context() as patch:
        patch.setattr(loop, "objective", lambda batch, *rest: seen.append(batch.clone()) or real(batch, *rest))
        fit(config, images, folder)
    return seen


def test_a_pair_of_one_seed_sees_the_same_batches_in_the_same_order(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = batches_of(make_config("ae"), blobs, tmp_path / "ae", monkeypatch)
    variational = batches_of(make_config("vae"), blobs, tmp_path / "vae", monkeypatch)
    other = batches_of(make_config("ae", seed=1), blobs, tmp_path / "other", monkeypatch)
    assert len(plain) == len(variational) == len(other) == 15
    assert all(torch.equal(one, two) for one, two in zip(plain, variational, strict=True))
    assert not any(torch.equal(one, two) for one, two in zip(plain, other, strict=True))


def test_every_epoch_shows_every_image_once_in_a_new_order(
    make_config: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = torch.arange(64, dtype=torch.uint8).reshape(64, 1, 1, 1).expand(64, 1, 8, 8).contiguous()
    batches = batches_of(make_config(batch_size=16, epochs=3), images, tmp_path, monkeypatch)
    epochs = [torch.cat(batches[start : start + 4])[:, 0, 0, 0].mul(255).round().int().tolist() for start in (0, 4, 8)]
    assert all(sorted(epoch) == list(range(64)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_kl_weight_changes_what_is_learned(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable) -> None:
    kls = []
    for beta in (0.0, 1.0, 100.0):
        fit(make_config("vae", beta=beta, epochs=20, learning_rate=5e-3), blobs, tmp_path / str(beta))
        kls.append(float(read_log(tmp_path / str(beta))[-1]["kl"]))
    assert kls[0] > 2 * kls[1] > 4 * kls[2]


def test_the_log_has_a_row_per_epoch_with_the_scheduled_learning_rate(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable
) -> None:
    fit(make_config(epochs=4), blobs, tmp_path)
    rows = read_log(tmp_path)
    assert [(row["epoch"], row["step"]) for row in rows] == [("1", "5"), ("2", "10"), ("3", "15"), ("4", "20")]
    assert [float(row["learning_rate"]) for row in rows] == pytest.approx(
        [learning_rate(step, 20, 1e-3) for step in (4, 9, 14, 19)], rel=1e-5
    )
    assert [float(row["mse"]) * 64 for row in rows] == pytest.approx([float(row["squared_error"]) for row in rows], rel=1e-4)
    assert [float(row["loss"]) * 2 for row in rows] == pytest.approx([float(row["squared_error"]) for row in rows], rel=1e-4)


def test_progress_counts_every_step(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    calls: list[tuple[int, int, dict]] = []
    fit(make_config("vae"), blobs, tmp_path, progress=lambda *call: calls.append(call))
    assert [(done, steps) for done, steps, _ in calls] == [(step, 15) for step in range(1, 16)]
    assert all(parts.keys() == {"loss", "squared_error", "kl"} for _, _, parts in calls)


def test_images_held_out_are_judged_and_never_learned_from(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable
) -> None:
    held_out = fit(make_config(holdout=64), blobs, tmp_path / "held-out")
    without = fit(make_config(), blobs[:-64], tmp_path / "without")
    assert same(held_out, without)
    judged = (held_out.decode(held_out.encode(blobs[-64:].float() / 255).mean) - blobs[-64:].float() / 255).square().mean()
    assert float(read_log(tmp_path / "held-out")[-1]["validation_mse"]) == pytest.approx(judged.item(), rel=1e-4)
    assert {row["validation_mse"] for row in read_log(tmp_path / "without")} == {""}


def test_a_weight_on_an_autoencoders_codes_keeps_them_short(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    images = blobs.float() / 255
    norms = [
        fit(make_config("ae", l2=l2, epochs=20, learning_rate=5e-3), blobs, tmp_path / str(l2)).encode(images).mean.norm(dim=1).mean()
        for l2 in (0.0, 1.0, 100.0)
    ]
    assert norms[0] > norms[1] > norms[2]


@pytest.mark.parametrize("weights", ["float32", "float16"])
def test_what_is_returned_is_what_is_stored(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, weights: str) -> None:
    model = fit(make_config("vae", weights=weights), blobs, tmp_path / "model")
    stored = load_model(tmp_path / "model", "cpu")
    assert same(model, stored)
    assert stored.config == model.config
    assert not model.training
    assert model.decode([[0.0, 0.0]]).numpy().shape == (1, 1, 8, 8)
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"config.json", "model.safetensors", "training.csv"}


def test_a_batch_larger_than_the_data_set_is_the_data_set(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, read_log: Callable
) -> None:
    fit(make_config(batch_size=10_000), blobs[:10], tmp_path)
    assert [row["step"] for row in read_log(tmp_path)] == ["1", "2", "3"]


@pytest.mark.parametrize("shape", [(20, 1, 9, 8), (20, 3, 8, 8), (20, 64)])
def test_images_the_model_is_not_made_for_are_refused(make_config: MakeConfig, tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(TrainingError, match=r"the images have shape .*but the model wants \(1, 8, 8\)"):
        fit(make_config(), torch.zeros(shape, dtype=torch.uint8), tmp_path)


def test_no_epochs_are_refused(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="epochs must be at least 1"):
        fit(make_config(epochs=0), blobs, tmp_path)


@pytest.mark.parametrize(("count", "holdout"), [(0, 0), (1, 0), (10, 9), (10, 10), (10, 11), (10, 15)])
def test_too_few_images_are_refused(make_config: MakeConfig, blobs: Tensor, tmp_path: Path, count: int, holdout: int) -> None:
    with pytest.raises(TrainingError, match="add images or hold out fewer"):
        fit(make_config(holdout=holdout), blobs[:count], tmp_path)


@pytest.mark.parametrize(("options", "precision"), [({"accelerator": "abacus"}, "32-true"), ({"accelerator": "cpu"}, "3-true")])
def test_a_device_or_precision_this_machine_lacks_is_refused(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, options: dict, precision: str
) -> None:
    with pytest.raises(TrainingError, match="this machine cannot train on"):
        train(make_config(precision=precision), blobs, tmp_path, **options)


def test_an_existing_run_is_not_started_over(make_config: MakeConfig, blobs: Tensor, tmp_path: Path) -> None:
    fit(make_config(), blobs, tmp_path)
    before = (tmp_path / "model.safetensors").read_bytes()
    with pytest.raises(TrainingError, match="already holds a model; add --resume, or choose another --out"):
        fit(make_config(seed=1), blobs, tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == before
