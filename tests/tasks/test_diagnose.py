"""A model on disk is diagnosed; the remedies are commands that `train` takes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner

from tests.pets import put_pets
from vae.cli import app
from vae.cli import training as cli
from vae.continuity.doctor.case import Case
from vae.continuity.doctor.examine import CHECKS, examine
from vae.models import Autoencoder, ModelConfig
from vae.store.files import write_json
from vae.tasks.diagnose import DiagnoseRequest, command, diagnose, ladder_steps, request_of
from vae.tasks.train import TrainRequest, config_of

MakeModel = Callable[..., Autoencoder]


def taken(words: str, monkeypatch: pytest.MonkeyPatch) -> TrainRequest:
    """What the command line makes of a command, without doing it."""
    asked: list[TrainRequest] = []

    def stop(request: TrainRequest, *_: object) -> None:
        asked.append(request)
        raise typer.Exit

    monkeypatch.setattr(cli, "train_model", stop)
    parts = shlex.split(words)
    assert parts[:3] == ["python", "-m", "vae"]
    run = CliRunner().invoke(app, parts[3:])
    assert run.exit_code == 0, run.output
    return asked[0]


@pytest.mark.parametrize(("kind", "changes"), [
    ("vae", {"beta": 4.0}), ("vae", {"architecture": "conv", "hidden": (4, 8), "likelihood": "bernoulli"}), ("ae", {}),
    ("ae", {"noise": 0.5, "first_noise": 1.0, "sphere": True, "architecture": "residual", "hidden": (4, 8)}),
])  # fmt: skip
def test_every_remedy_is_a_command_that_train_takes(
    make_model: MakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, changes: dict
) -> None:
    """An untrained model of random pictures has many faults; every check is made to find one."""
    model = make_model(kind, data="mnist", **changes).eval().requires_grad_(False)
    pictures = torch.randint(256, (120, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    log = [{"epoch": float(epoch), "loss": float(1 + epoch)} for epoch in range(20)]
    monkeypatch.setattr("vae.continuity.doctor.latent_checks.beyond", lambda *_, **__: True)
    monkeypatch.setattr("vae.continuity.doctor.picture_checks.beyond", lambda *_, **__: True)
    monkeypatch.setattr("vae.continuity.doctor.history_checks.beyond", lambda *_, **__: True)
    found = examine(Case(model, pictures, pictures, log)).findings
    assert len(found) > 8
    for finding in found:
        said = command(finding, model.config, Path("checkpoints/mine"))
        request = taken(said, monkeypatch)
        assert request.out.name == f"mine-{finding.remedy.ending}"
        made = config_of(request.model_copy(update={"data": "mnist"}), pictures)
        if finding.key != "collapsed":  # without a number that has collapsed there is nothing to change
            assert request.model_dump(exclude={"out"}) != request_of(model.config, Path("again")).model_dump(exclude={"out"})
        changed = {name for name in made.to_dict() if getattr(made, name) != getattr(model.config, name)}
        assert changed <= set(finding.remedy.changes), finding.key


def test_a_config_is_repeated_by_its_command(make_config: Callable[..., ModelConfig], monkeypatch: pytest.MonkeyPatch) -> None:
    config = make_config("vae", data="mnist", beta=0.3, hidden=(24,), learning_rate=2e-3)
    from vae.tasks.command import train_command

    request = taken(train_command(request_of(config, Path("again"))), monkeypatch)
    assert config_of(request, torch.zeros(1, 1, 8, 8)) == config


def test_a_model_is_diagnosed_and_what_was_found_is_printed_and_written(tmp_path: Path, checkpoints: Path, make_model: MakeModel) -> None:
    name = put_pets(tmp_path, checkpoints, make_model)
    run = CliRunner().invoke(app, ["diagnose", name, "--json", str(tmp_path / "found.json"), "--device", "cpu"])
    assert run.exit_code == 0, run.output
    assert f"wrote {tmp_path / 'found.json'}" in run.stdout.splitlines()[-1]
    written = json.loads((tmp_path / "found.json").read_text())
    assert {finding["key"] for finding in written["findings"]} | written["left_out"].keys() == set(CHECKS)
    wrong = [finding for finding in written["findings"] if finding["fault"]]
    assert wrong and all(finding["command"].startswith("python -m vae train --out") for finding in wrong)
    assert all(finding["sentence"] in run.output and finding["title"] in run.output for finding in written["findings"])
    assert all(why in run.output for why in written["left_out"].values())
    said = diagnose(DiagnoseRequest(name=name, out=tmp_path / "again.json", device="cpu"))
    assert said.findings == written["findings"], "the same seed finds something else"


def test_without_a_file_it_lies_with_the_model(tmp_path: Path, checkpoints: Path, make_model: MakeModel) -> None:
    name = put_pets(tmp_path, checkpoints, make_model)
    run = CliRunner().invoke(app, ["diagnose", name, "--device", "cpu"])
    assert run.exit_code == 0 and (checkpoints / name / "diagnosis.json").exists()


def test_the_steps_are_the_measured_vaes_of_the_same_data_and_size(
    checkpoints: Path, make_config: Callable[..., ModelConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae.store import ladders

    for name, config, figures in (
        ("one", make_config("vae"), {"kl": 3.0, "recon_mse": {"value": 0.02}}),
        ("two", make_config("vae", beta=2.0), {"kl": 2.0, "recon_mse": {"value": 0.03}}),
        ("other size", make_config("vae", latent_dim=3), {"kl": 2.0, "recon_mse": {"value": 0.03}}),
        ("unmeasured", make_config("vae"), {}),
        ("ae", make_config("ae"), {"recon_mse": {"value": 0.03}}),
    ):
        (checkpoints / name).mkdir()
        write_json(checkpoints / name / "config.json", config.to_dict())
        write_json(checkpoints / name / "metrics.json", figures)
    names = ("one", "two", "other size", "unmeasured", "ae")
    monkeypatch.setattr(ladders, "ladder_names", lambda: ["all"])
    monkeypatch.setattr(ladders, "load_ladder", lambda name: type("Ladder", (), {"models": names}))
    assert [(step.name, step.rate, step.distortion) for step in ladder_steps(make_config("vae", beta=9.0))] == [
        ("one", 3.0, 0.02),
        ("two", 2.0, 0.03),
    ]
