"""From a folder of pictures to a pair of models with maps and figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.data.imported.helping import filed, noisy, write
from vae.cli.new import _seconds
from vae.continuity import scorecard
from vae.data.imported.store import folder_of, read_facts
from vae.store.checkpoints import read_config
from vae.store.folders import ATLAS, CONFIG, METRICS, MODEL
from vae.tasks import new as module
from vae.tasks import pair, recipe
from vae.tasks.new import RECIPE, NewRequest, new
from vae.tasks.progress import Stopped
from vae.tasks.request import RequestError
from vae.tasks.train import TrainRequest, train


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small nets, one β, few draws: what takes time is not what is tested here."""
    monkeypatch.setattr(recipe, "CHANNELS", {stages: (4,) * stages for stages in (1, 2, 3)})
    monkeypatch.setattr(recipe, "BETAS", (0.5, 1.0))
    monkeypatch.setattr(recipe, "MOST_EPOCHS", 2)
    monkeypatch.setattr(recipe, "SIZES", (2,))  # whose map is the plane itself
    monkeypatch.setattr(scorecard, "DRAWS", 100)
    monkeypatch.setattr(scorecard, "PAIRS", 2)


def spots(folder: Path, count: int = 120) -> Path:
    """Pictures of 8 × 8 in two colours with one soft spot each."""
    draws, grid, files = np.random.default_rng(0), np.arange(8), {}
    for number in range(count):
        x, y = draws.uniform(1, 7, 2)
        spot = np.exp(-((grid[None] - x) ** 2 + (grid[:, None] - y) ** 2) / 3)
        files[f"{number}.png"] = filed((spot[..., None] * np.array((255, 128 * (number % 2), 60))).astype(np.uint8))
    return write(folder, files)


def request(folder: Path, **changes: object) -> NewRequest:
    return NewRequest(**{"source": folder, "name": "spots", "budget": 5, "size": 8, "device": "cpu"} | changes)


@pytest.mark.slow
def test_a_folder_becomes_a_pair_with_maps_and_figures(quick: None, tmp_path: Path, checkpoints: Path, datasets: Path) -> None:
    folder, told = spots(tmp_path / "spots"), []
    made = new(request(folder), lambda share, words: told.append((share, words)))
    assert made.data == "spots" and made.models == ("spots-ae", "spots-vae")
    assert [share for share, _ in told] == sorted(share for share, _ in told) and told[-1][0] == 1
    for each in made.folders:
        assert {CONFIG, MODEL, ATLAS, METRICS} <= {path.name for path in each.iterdir()}
    ae, vae = (read_config(each).to_dict() for each in made.folders)
    assert {key for key in ae if ae[key] != vae[key]} == {"kind", "beta"}  # a fair pair
    for word in ("code size", "architecture", "β", "epochs", "CPU seconds"):
        assert any(word in reason for reason in made.reasons)
    assert all(command.startswith("python -m vae train --out ") and "--data spots" in command for command in made.commands)
    assert "for PCA with as many numbers" in made.sentence and "python -m vae" in made.outcome[-1]
    figures = json.loads((made.folders[1] / METRICS).read_text())
    assert figures["pca_mse"]["value"] > 0 and figures["left_out"]["geodesic_ratio"] == scorecard.TIME

    before = {path: path.stat().st_mtime_ns for each in made.folders for path in each.iterdir()}
    again = new(request(folder))
    assert (again.outcome, again.sentence, again.commands) == (made.outcome, made.sentence, made.commands)
    assert before == {path: path.stat().st_mtime_ns for each in made.folders for path in each.iterdir()}  # nothing is done twice


def test_what_is_timed_has_one_thread_as_the_pair_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[int] = []
    monkeypatch.setattr("vae.training.loop.train", lambda *asked, **more: seen.append(torch.get_num_threads()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        asked = TrainRequest(out=tmp_path / "ae", data="lines", model="ae", latent_dim=2)
        recipe._run(asked, torch.zeros(4, 1, 32, 32, dtype=torch.uint8), lambda done, steps, parts: None)
        assert (seen, torch.get_num_threads()) == ([1], 2)
    finally:
        torch.set_num_threads(before)


def test_stopped_while_it_trains_it_goes_on(quick: None, tmp_path: Path, checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = spots(tmp_path / "spots")
    trainings: list[int] = []

    def stop(requests: list[object], progress: object) -> None:
        trainings.append(len(requests))
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(module, "in_two_processes", stop)
        with pytest.raises(Stopped):
            new(request(folder))
    chosen = (folder_of("spots") / RECIPE).read_text()
    folder.rename(tmp_path / "gone")  # it has been imported
    monkeypatch.setattr(module, "in_two_processes", lambda requests, progress: [train(each, progress) for each in requests])  # quicker
    made = new(request(folder))
    assert trainings == [2] and (folder_of("spots") / RECIPE).read_text() == chosen
    assert all((each / METRICS).exists() for each in made.folders)


def test_what_cannot_be_is_said_before_anything_is_trained(quick: None, tmp_path: Path, checkpoints: Path) -> None:
    with pytest.raises(ValueError, match="take at least 16: add pictures"):
        new(request(write(tmp_path / "few", {f"{number}.png": noisy(number) for number in range(9)}), name="few"))
    with pytest.raises(ValueError, match="there is no imported data set nothing; give the path"):
        new(NewRequest(name="nothing"))
    with pytest.raises(ValueError, match="say which pictures"):
        new(NewRequest())
    folder = spots(tmp_path / "spots")
    (checkpoints / "spots-ae").mkdir()
    (checkpoints / "spots-ae" / CONFIG).write_text("{}")
    with pytest.raises(ValueError, match=r"there is a model spots-ae already; choose another --name"):
        new(request(folder))
    with pytest.raises(ValueError, match=r"of other pictures, from .*; choose another --name"):
        new(request(tmp_path / "few"))


def test_a_training_that_cannot_be_ends_both_with_its_sentence(tmp_path: Path, checkpoints: Path) -> None:
    with pytest.raises(ValueError, match="there is no data set or folder named 'nowhere'"):
        pair.in_two_processes([TrainRequest(out=checkpoints / "x", data="nowhere")], lambda share, words: None)


def test_size_and_colour_are_those_of_the_pictures(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (40, 40, 1), np.uint8).repeat(3, 2)
    folder = write(tmp_path / "grey", {f"{number}.png": filed(grey) for number in range(5)})
    assert module._look(NewRequest(source=folder))[:2] == (32, True)
    assert module._look(NewRequest(source=folder, size=24))[:2] == (24, True)
    small = write(tmp_path / "small", {f"{number}.png": noisy(number, side=16) for number in range(5)})
    assert module._look(NewRequest(source=small))[:2] == (16, False)
    large = write(tmp_path / "large", {f"{number}.png": noisy(number, side=80) for number in range(5)})
    assert [module._look(NewRequest(source=large, budget=budget))[0] for budget in (300, 3600)] == [32, 64]


def test_the_code_is_as_large_as_the_pictures_need() -> None:
    generator = torch.Generator().manual_seed(0)
    patterns, weights = torch.rand(6, 64, generator=generator) - 0.5, torch.rand(400, 6, generator=generator) - 0.5
    plane = (127 + 60 * weights @ patterns).round().to(torch.uint8).view(400, 1, 8, 8)
    reasons: list[str] = []
    assert recipe._code_size(plane, 0, reasons) == 8
    assert recipe._code_size(torch.randint(256, (400, 1, 8, 8), generator=generator, dtype=torch.uint8), 0, reasons) == 32
    assert recipe._code_size(plane[:20], 0, reasons) == 4  # too few pictures for more
    assert reasons[0].startswith("code size 8: as many principal components keep ")


def test_sides_are_halved_as_often_as_they_can_be() -> None:
    assert [recipe._stages(side, side) for side in (32, 16, 12, 8, 20, 15, 64)] == [3, 2, 2, 1, 2, 0, 3]


def test_names_and_times_are_read_as_people_write_them(tmp_path: Path) -> None:
    assert NewRequest(source=tmp_path / "My Pets.tar.gz").called == "my-pets"
    assert NewRequest(source=tmp_path / "写真").called == "写真"
    assert NewRequest(source=tmp_path / "x", name="pets").models == ("pets-ae", "pets-vae")
    assert [_seconds(text) for text in ("90s", "5m", "1.5h", "7")] == [90, 300, 5400, 420]
    with pytest.raises(ValueError, match="give a time like 90s, 5m or 1h"):
        _seconds("soon")
    with pytest.raises(RequestError, match="budget is 1"):
        NewRequest(source=tmp_path, budget=1.0)
    asked = NewRequest(source=tmp_path, budget=90.0)
    assert NewRequest.from_dict(asked.to_dict()) == asked


def test_the_data_set_keeps_what_was_chosen(quick: None, tmp_path: Path, checkpoints: Path) -> None:
    assert not (folder_of("spots") / RECIPE).exists()
    facts = None
    folder = spots(tmp_path / "spots")
    module._import(request(folder), lambda share, words: None)
    facts = read_facts("spots")
    found = module._recipe(request(folder), lambda share, words: None)
    assert module._recipe(request(folder), lambda share, words: None) == found
    assert facts.shape == (3, 8, 8) and found.ae.latent_dim <= facts.counts["train"] // recipe.PICTURES_A_NUMBER
