"""Figures of disentanglement of a model on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from vae.cli import app
from vae.models import Autoencoder
from vae.store.checkpoints import save_model


def test_a_model_of_dsprites_is_measured_and_one_of_other_pictures_is_refused(
    checkpoints: Path, make_model: Callable[..., Autoencoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_model(checkpoints / "sprites", make_model("vae", data="dsprites", image_shape=(1, 64, 64)))
    save_model(checkpoints / "other", make_model("vae"))
    monkeypatch.setattr("vae.continuity.disentanglement.dci.__defaults__", (0, 1))  # one tree tells as much of the way there
    monkeypatch.setattr(
        "vae.data.dsprites.render",
        lambda factors: torch.zeros(len(factors), 1, 64, 64) + torch.from_numpy(factors[:, :1, None, None] / 3).float(),
    )
    run = CliRunner().invoke(app, ["disentangle", "sprites", "--points", "100", "--device", "cpu"])
    assert run.exit_code == 0, run.output
    written = json.loads((checkpoints / "sprites" / "disentanglement.json").read_text())
    assert {"mig", "sap", "factor_vae", "dci", "completeness", "informativeness"} <= written.keys()
    assert all(0 <= written[key] <= 1 for key in ("mig", "factor_vae", "dci", "completeness", "informativeness"))
    assert f"{100 * written['mig']:.1f} %" in run.stdout
    refused = CliRunner().invoke(app, ["disentangle", "other"])
    assert isinstance(refused.exception, ValueError) and "nobody knows the factors" in str(refused.exception)
