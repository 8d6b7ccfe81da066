"""What becomes of a moment of a training that is kept as models."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from vae.live.training.answers import Trainings
from vae.live.training.runs import Run, Runs
from vae.training.recording import Setup
from vae.web.trainings import TrainingRoutes


def test_what_is_kept_is_mapped_and_then_measured(tmp_path: Path) -> None:
    asked, states = [], {"embed": "working", "evaluate": "waiting"}

    def ask(task, request) -> SimpleNamespace:
        asked.append((task.name, request.name))
        return SimpleNamespace(state=states[task.name])

    routes = TrainingRoutes(Trainings(Runs()), SimpleNamespace(ask=ask))
    run = Run("0123456789ab", tmp_path, Setup(data="lines"))
    run.kept = {"kept": {"ae": "models/mine-ae", "vae": "models/mine-vae"}}
    assert not routes._mapped(run)
    assert asked == [("embed", "mine-ae"), ("embed", "mine-vae")]
    states["embed"] = "ready"
    assert routes._mapped(run)
    assert asked[-2:] == [("evaluate", "mine-ae"), ("evaluate", "mine-vae")]
