"""What `new` does with the time that it is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tasks.test_new import quick, request, spots  # noqa: F401
from vae.continuity import scorecard
from vae.latent.layout import lay
from vae.store.metrics import load_metrics
from vae.tasks import new as module
from vae.tasks import recipe
from vae.tasks.budget import Budget
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.train import TrainRequest, train
from vae.training import features


class Clock:
    """Stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_counts_what_is_spent_and_shares_what_is_left() -> None:
    clock = Clock()
    budget = Budget(60.0, clock)
    clock.now += 20
    assert (budget.spent, budget.left) == (20, 40)
    half = budget.part(0.5)
    clock.now += 19
    assert not half()
    clock.now += 1
    assert half() and budget.left == 20
    clock.now += 100
    assert budget.left == 0 and budget.part(1.0)()


@pytest.mark.parametrize("late", [False, True])
def test_what_does_not_fit_is_left_out_and_said_and_can_be_made_good(
    quick: None, tmp_path: Path, checkpoints: Path, monkeypatch: pytest.MonkeyPatch, late: bool  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(recipe, "BETAS", (1.0,))
    monkeypatch.setattr(recipe, "SEARCHED", 0.0)
    for name in ("GEODESICS", "SAMPLES", "SPEEDS", "WEIGHED"):
        monkeypatch.setattr(scorecard, name, 2)
    monkeypatch.setattr(features, "FEWEST_STEPS", 2)
    monkeypatch.setattr(features, "MOST_STEPS", 2)
    monkeypatch.setattr(module, "FEW_DRAWS", 50)
    clock = Clock()

    def trained(requests: list[TrainRequest], progress: Callable[[float, str], None]) -> None:
        for each in requests:
            train(each, progress)
        clock.now += 1000 * late

    monkeypatch.setattr(module, "in_two_processes", trained)
    made = module.new(request(spots(tmp_path / "spots"), budget=300), clock=clock)
    figures = load_metrics(made.folders[0])
    assert {"recon_mse", "pca_mse", "hole_mass_prior"} <= set(figures) and figures["draws"] == 50
    assert ("frechet_c_prior" in figures) == (not late) and figures["left_out"]["geodesic_ratio"] == scorecard.TIME
    (said,) = made.undone
    assert "50 draws in place of 100" in said and ("quality" in said) == late
    assert said.endswith("python -m vae evaluate spots-ae --missing and python -m vae evaluate spots-vae --missing")
    if late:
        whole = evaluate(EvaluateRequest(name="spots-ae", missing=True, device="cpu")).metrics[0]
        assert "draws" not in whole and scorecard.TIME not in whole["left_out"].values() and "frechet_c_prior" in whole
        assert module._undone(made.folders, True)[0].endswith("all of them: python -m vae evaluate spots-vae --missing")


def test_training_gets_what_search_and_figures_leave_and_something_whatever_was_spent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recipe, "seconds_a_step", lambda asked, images: 0.1)
    monkeypatch.setattr(recipe, "_beta", lambda *asked: 1.0)
    monkeypatch.setattr(recipe, "_flips", lambda *asked: False)
    images = torch.randint(256, (320, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    planned = {}
    for spent in (0.0, 20.0, 1000.0):
        clock = Clock()
        budget = Budget(60.0, clock)
        clock.now += spent
        found = recipe.choose(images, "x", (tmp_path / "ae", tmp_path / "vae"), budget, "cpu", 0, lambda share, words: None)
        planned[spent] = found.ae.epochs * 0.1 * (4 + 64 / 192)  # four steps an epoch, and held-out pictures twice at a third of a step
        assert found.ae.holdout == found.vae.holdout == 32 and found.ae.patience == found.vae.patience >= recipe.FEWEST_EPOCHS
    one = 0.1 * (4 + 64 / 192)
    assert planned[0.0] == pytest.approx(30, abs=one)  # half of it at most
    assert planned[20.0] == pytest.approx(60 - 20 - 18 - 4, abs=one)
    assert planned[1000.0] == pytest.approx(12, abs=one)


def test_pictures_are_mirrored_where_that_tells_of_new_ones(tmp_path: Path) -> None:
    draws, grid = np.random.default_rng(0), np.arange(8)
    x, y = draws.uniform(1, 7, (2, 60, 1, 1))
    anywhere = np.exp(-((grid[None, None] - x) ** 2 + (grid[None, :, None] - y) ** 2) / 2)
    left = np.exp(-((grid[None, None] - 1) ** 2 + (grid[None, :, None] - y) ** 2) / 2)
    asked = TrainRequest(out=tmp_path / "x", data="lines", model="ae", latent_dim=8, holdout=20, patience=1)
    found = []
    for pictures in (anywhere, left):
        reasons: list[str] = []
        images = torch.from_numpy((255 * pictures).astype(np.uint8))[:, None]
        found.append(recipe._flips(asked, images, reasons))
        assert "held-out ones with a squared error of" in reasons[0]
    assert found == [True, False]


def test_a_quick_map_is_the_plane_of_most_difference() -> None:
    codes = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32) * np.float32([5, 3, 0.1, 0.1])
    made = lay(codes, seed=0, quick=True)
    assert made.settings == {"method": "pca"} and made.places.std(0) == pytest.approx(codes[:, :2].std(0), rel=0.05)
