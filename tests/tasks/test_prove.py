"""A remedy is tried at reduced size, beside the same training without it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.doctor.pictures import bars
from vae.cli import app
from vae.data import DataSet, Images, registry
from vae.models import ModelConfig
from vae.tasks.prove import ProveRequest, prove
from vae.training.loop import train


@pytest.fixture
def dumb(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A VAE of bars whose β is far too large; its name."""
    monkeypatch.setattr(registry, "_sets", dict(registry._sets))

    def load(split: str, _download: bool) -> Images:
        pictures = bars(300, 0 if split == "train" else 1)
        return Images(pictures, torch.zeros(300, dtype=torch.uint8), ("bar",))

    registry.register(DataSet("bars", "Bars", ("bar",), (1, 12, 12), 9, lambda: True, load))
    config = ModelConfig(kind="vae", beta=20.0, latent_dim=2, image_shape=(1, 12, 12), data="bars", hidden=(32, 16), batch_size=32, epochs=40,
                         learning_rate=1e-2)  # fmt: skip
    train(config, load("train", False).images, checkpoints / "dumb", accelerator="cpu")
    return "dumb"


@pytest.mark.slow
def test_a_smaller_beta_lets_the_code_say_more(dumb: str) -> None:
    proved = prove(ProveRequest(name=dumb, key="information", device="cpu", images=200, steps=200))
    assert (proved.images, proved.epochs) == (200, 33)
    assert proved.without["fault"] and not proved.remedied["fault"]
    assert "it helps, and nothing is wrong any more" in proved.sentence
    assert "--beta 2" in proved.command
    run = CliRunner().invoke(app, ["diagnose", dumb, "--prove", "information", "--device", "cpu"])
    assert run.exit_code == 0 and "it helps" in run.stdout
    with pytest.raises(ValueError, match="has no such fault"):
        prove(ProveRequest(name=dumb, key="duplicates", device="cpu"))
    with pytest.raises(ValueError, match=r"cannot be decided for dumb: there is no ladder"):
        prove(ProveRequest(name=dumb, key="rate", device="cpu"))
    with pytest.raises(ValueError, match="choose one of collapsed"):
        prove(ProveRequest(name=dumb, key="mood", device="cpu"))
