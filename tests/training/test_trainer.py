"""A run under the hand: its curves, its moments, forks, and what is there after it was cut off."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from vae.store.checkpoints import load_model
from vae.training.pair import Pair
from vae.training.recording import Hand, Recording, Setup
from vae.training.timeline import Timeline
from vae.training.trainer import MOMENTS, RECORDING, Look, Trainer, config_as_trained, replay
from vae.training.watched import Plane, empty_share, plane_of

SETUP = Setup(data="blobs", latent_dim=2, hidden=(16,), seed=5)


class Clock:
    """A second passes at every look."""

    def __init__(self, pace: float = 0.01) -> None:
        self.now, self.pace = 0.0, pace

    def __call__(self) -> float:
        self.now += self.pace
        return self.now


def labels_of(blobs: Tensor) -> Tensor:
    return torch.zeros(len(blobs), dtype=torch.uint8)


def trainer(folder: Path, blobs: Tensor, **more: object) -> Trainer:
    return Trainer(folder, SETUP, blobs[:256], labels_of(blobs[:256]), blobs[256:], clock=Clock(), **more)


def learn(run: Trainer, count: int) -> Trainer:
    run.run(count)
    while run.running:
        run.turn(0.5)
    return run


def same(a: Pair, b: Pair) -> bool:
    others = b.weights()
    return a.step == b.step and all(torch.equal(value, others[key]) for key, value in a.weights().items())


def test_a_replay_ends_with_the_same_bits(blobs: Tensor, tmp_path: Path) -> None:
    run = learn(trainer(tmp_path / "run", blobs), 20)
    run.change(Hand(beta=20, learning_rate=1e-2))
    learn(run, 15)
    run.change(Hand(beta=0, noise=0.3, batch_size=16))
    learn(run, 10)
    run.write()
    recording = Recording.read(tmp_path / "run" / RECORDING)
    assert recording.steps == 45
    assert same(replay(recording, blobs[:256], labels_of(blobs[:256])), run.pair)


def test_a_fork_equals_a_run_that_changed_at_that_step(blobs: Tensor, tmp_path: Path) -> None:
    run = learn(trainer(tmp_path / "run", blobs), 30)
    (tmp_path / "fork").mkdir()
    run.recording.until(12).changed(12, Hand(beta=9)).write(tmp_path / "fork" / RECORDING)
    forked = learn(trainer(tmp_path / "fork", blobs), 10)
    changed = learn(trainer(tmp_path / "changed", blobs), 12)
    changed.change(Hand(beta=9))
    assert same(forked.pair, learn(changed, 10).pair)


def test_the_maps_of_a_fork_lie_as_those_of_the_run_it_left(blobs: Tensor, tmp_path: Path) -> None:
    setup = SETUP.model_copy(update={"latent_dim": 5})
    looks: dict[str, Look] = {}

    def opened(name: str) -> Trainer:
        def show(look: Look) -> None:
            looks[name] = look

        return Trainer(tmp_path / name, setup, blobs[:256], labels_of(blobs[:256]), blobs[256:], show, clock=Clock())

    run = learn(opened("run"), 30)
    run.watch.lie({key: -value for key, value in run.watch.planes.items()})  # as its maps may lie after a long way
    run.pause()
    run.look()
    shutil.copytree(tmp_path / "run", tmp_path / "fork")
    opened("fork").look()
    for kind in ("ae", "vae"):
        torch.testing.assert_close(looks["fork"].views[kind].places, looks["run"].views[kind].places)


def test_what_was_cut_off_goes_on_where_it_was_written(blobs: Tensor, tmp_path: Path) -> None:
    run = learn(trainer(tmp_path / "run", blobs), 17)
    run.change(Hand(beta=3))
    learn(run, 9)
    run.write()
    rows = run.rows
    again = trainer(tmp_path / "run", blobs)
    assert same(again.pair, run.pair)
    assert again.hand == Hand(beta=3)
    np.testing.assert_equal(again.rows, rows)  # what nobody tells is NaN
    for moment in (tmp_path / "run" / MOMENTS).iterdir():  # a damaged moment is passed over
        moment.write_bytes(b"cut")
    assert same(trainer(tmp_path / "run", blobs).pair, run.pair)


def test_looks_follow_the_steps_and_curves_tell_of_them(blobs: Tensor, tmp_path: Path) -> None:
    looks = []
    run = learn(trainer(tmp_path / "run", blobs, show=looks.append), 60)
    assert looks[-1].step == 60
    assert [row["step"] for row in run.rows] == sorted({row["step"] for row in run.rows})
    images = blobs[256:].float() / 255
    for kind in ("ae", "vae"):
        view, model = looks[-1].views[kind], run.pair.models[kind]
        torch.testing.assert_close(view.codes, model.encode(images).mean)
        torch.testing.assert_close(view.places, view.codes)  # two numbers: the map is the code plane itself
        error = (model.decode(view.codes) - images).square().mean().item()
        assert run.rows[-1][f"{kind}_error"] == pytest.approx(error, rel=1e-4)
    torch.testing.assert_close(looks[-1].views["vae"].shapes, run.pair.models["vae"].encode(images).std)


def test_the_last_slider_is_named_when_a_loss_is_no_longer_finite(blobs: Tensor, tmp_path: Path) -> None:
    run = learn(trainer(tmp_path / "run", blobs), 8)
    run.change(Hand(learning_rate=0.5))
    with torch.no_grad():
        run.pair.models["ae"].mean.bias[0] = float("inf")
    learn(run, 5)
    assert not run.running
    assert "the loss of the AE is no longer a finite number at step 8, after the learning rate had been changed at step 8" in run.failed
    assert "go back to step " in run.failed
    run.run()
    assert not run.running  # until something is changed
    run.change(Hand())
    run.run()
    assert run.running


def test_a_moment_is_kept_as_two_models_with_the_recording(blobs: Tensor, tmp_path: Path) -> None:
    run = learn(trainer(tmp_path / "run", blobs), 10)
    run.change(Hand(beta=4, noise=0.2, batch_size=32))
    learn(run, 16)
    run.keep({kind: tmp_path / f"mine-{kind}" for kind in ("ae", "vae")})
    images = blobs[256:].float() / 255
    for kind in ("ae", "vae"):
        model = load_model(tmp_path / f"mine-{kind}", device="cpu")
        torch.testing.assert_close(model.encode(images).mean, run.pair.models[kind].encode(images).mean)
        assert Recording.read(tmp_path / f"mine-{kind}" / RECORDING).steps == 26
    assert load_model(tmp_path / "mine-vae", device="cpu").config.beta == 4
    assert load_model(tmp_path / "mine-ae", device="cpu").config.noise == 0.2
    # 10 steps of 64 and 16 of 32 pictures are 1,152, of 256 four and a half times each.
    assert config_as_trained(run.recording.until(26), "ae", run.pair.models["ae"].config, 256).epochs == 4


def test_a_timeline_of_any_length_keeps_so_many_moments(tmp_path: Path) -> None:
    line = Timeline(tmp_path / "one", interval=1.0, most=8)
    slower = Timeline(tmp_path / "other", interval=1.0, most=8)
    for timeline, pace in ((line, 0.06), (slower, 0.1)):
        timeline.add(0, 0, {"x": torch.tensor(0.0)})
        kept = [0.0]
        for step in range(1, 600):
            if timeline.due(step, pace * step):
                timeline.add(step, pace * step, {"x": torch.tensor(float(step))})
                kept.append(pace * step)
        assert np.diff(kept).min() >= 1.0
    assert len(line.steps) <= 8
    assert line.steps[0] == 0
    gaps = {b - a for a, b in zip(line.steps, line.steps[1:], strict=False)}
    assert gaps == {line.every}
    assert len(set(line.steps) & set(slower.steps)) >= 4, "two branches, however fast, have kept the same steps"
    assert sorted(int(path.stem) for path in (tmp_path / "one").iterdir()) == line.steps
    for step in line.steps:
        assert line.at(step)["x"] == step
    assert Timeline(tmp_path / "one", most=8).steps == line.steps
    middle = line.steps[3]
    found = line.before(middle + 1)
    assert found is not None and found[0] == middle
    line.cut(middle)
    assert line.steps[-1] == middle == max(int(path.stem) for path in (tmp_path / "one").iterdir())


def test_at_a_pace_of_its_own_a_turn_is_a_step(blobs: Tensor, tmp_path: Path) -> None:
    run = trainer(tmp_path / "run", blobs)
    run.run()
    for taken in (1, 2, 3):
        run.turn(0)
        assert run.pair.step == taken


def test_a_map_of_many_numbers_does_not_jump() -> None:
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(200, 5, generator=generator) * torch.tensor([3.0, 2.9, 0.5, 0.4, 0.3])
    before = plane_of(codes, None)
    after = plane_of(codes + 0.02 * torch.randn(200, 5, generator=generator), before)
    assert (before.places(codes) - after.places(codes)).norm(dim=1).max() < 0.5  # two components of almost one size may swap or flip
    torch.testing.assert_close(after.axes @ after.axes.T, torch.eye(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(after.places(after.codes(torch.tensor([[1.0, -2.0]]))), torch.tensor([[1.0, -2.0]]))
    assert plane_of(codes[:1], before).places(codes[:1]).shape == (1, 2), "the only image there is"
    line = plane_of(torch.randn(20, 1, generator=generator), None)
    assert line.places(torch.tensor([[1.5]])).tolist() == [[1.5, 0.0]]
    assert isinstance(line, Plane)


def test_empty_places_are_counted_by_the_distances_of_the_codes_themselves() -> None:
    codes = torch.stack(torch.meshgrid(torch.arange(10.0), torch.arange(10.0), indexing="ij"), -1).reshape(-1, 2)  # all 1 apart
    draws = torch.tensor([[4.5, 4.5], [0.0, 0.0], [12.0, 4.0], [-3.0, -3.0]])
    assert empty_share(draws, codes) == 0.5
    assert empty_share(draws, codes[:1]) == 0.0


def test_unreal_pictures_are_counted_where_somebody_tells_them_and_never_for_long(blobs: Tensor, tmp_path: Path) -> None:
    clock = Clock(0.25)
    asked = []

    def unreal(pictures: Tensor) -> float:
        asked.append(pictures)
        clock.now += 3.0
        return 0.25

    run = Trainer(tmp_path / "run", SETUP, blobs[:256], labels_of(blobs[:256]), blobs[256:], clock=clock, unreal=unreal)
    run.look()
    run.run()
    while clock.now < 200:
        run.turn(0.5)
    told = [row for row in run.rows if row["ae_unreal"] == row["vae_unreal"] == 0.25]
    assert 2 <= len(told) == len(asked) / 2 < len(run.rows)
    assert 3.0 * len(asked) <= 0.2 * clock.now + 2 * 3.0  # a tenth of the time, and the first of them
    assert asked[0].shape == (64, *blobs.shape[1:])
    assert all(math.isnan(row["ae_unreal"]) for row in learn(trainer(tmp_path / "nobody", blobs), 5).rows)
