"""A training says what it takes, how far it is, and how to go on."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tqdm import tqdm

from vae import cli
from vae.cli.options import bar
from vae.store.checkpoints import load_model
from vae.store.folders import CONFIG
from vae.tasks.own_folder import settled
from vae.tasks.train import TrainRequest, train
from vae.training import loop

SMALL = {"size": 8, "hidden": (16,), "batch_size": 8, "epochs": 3, "device": "cpu", "threads": 1, "latent_dim": 2}
WORDS = ["--size", "8", "--hidden", "16", "--batch-size", "8", "--epochs", "3", "--device", "cpu", "--latent-dim", "2"]


@pytest.fixture
def command(checkpoints: Path, make_pictures: Callable, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs `train` on forty pictures with these options: what it ends with and what it prints."""
    pictures = make_pictures("pets", 40)
    monkeypatch.chdir(checkpoints.parent)

    def command(*options: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["vae", "train", "--data", str(pictures), *WORDS, *options])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return stop.value.code, said.out + said.err

    return command


def test_it_says_before_it_starts_what_it_takes_and_after_some_steps_how_long(checkpoints: Path, make_pictures: Callable) -> None:
    told: list[str] = []
    seen: list[tuple[float, str]] = []

    def tell(sentence: str) -> None:
        told.append(f"{len(seen)}: {sentence}")

    pets = settled(str(make_pictures("pets", 40)), SMALL["size"])
    train(TrainRequest(out=checkpoints / "mine", data=pets, **SMALL), lambda *call: seen.append(call), tell)
    plan, threads, time = told
    assert re.match(
        r"0: mine: 36 pictures of 3×8×8, 3 epochs of 4 steps; Variational autoencoder with [\d.]+\Dk weights; about [\d.]+\D[kM]B of memory",
        plan,
    )
    assert threads == "0: mine: 1 thread (as asked for)"
    assert re.match(r"\d: mine: an epoch takes about [\d.]+ s, what is left about [\d.]+ s", time)
    assert len(seen) == 12
    assert re.match(r"mine: epoch 3 of 3, squared error 0\.\d{5} per pixel, [\d,]+ pictures/s", seen[-1][1])
    assert seen[-1][0] == 1.0


def test_the_rate_after_a_resumption_is_that_of_its_own_steps(
    checkpoints: Path, make_pictures: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tqdm] = []
    real = tqdm.__init__

    def noting(self: tqdm, *arguments: object, **options: object) -> None:
        real(self, *arguments, **options)
        shown.append(self)

    monkeypatch.setattr(tqdm, "__init__", noting)
    with bar() as progress:
        for step in (75, 76, 78):
            progress(step / 100, "on the way")
    facts = shown[0].format_dict
    assert (facts["initial"], facts["n"]) == (0.75, 0.78), "what was done before is no merit of this run"
    with bar() as progress:
        progress(0.0, "from the start")
        progress(0.5, "half")
    assert shown[1].format_dict["initial"] == 0


def test_ctrl_c_says_how_to_go_on_and_that_command_does(command: Callable, checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, steps = loop._average, []

    def interrupted(*arguments: object) -> None:
        real(*arguments)
        steps.append(1)
        if len(steps) == 6:  # in the second epoch
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "_average", interrupted)
    code, said = command("--out", "my model")
    assert code == 130
    assert re.search(r"stopped; go on with: python -m vae train --data \S+/pets --size 8 .* --out 'my model' --resume\n", said)
    code, said = command("--out", "my model", "--resume")
    assert not code and len(steps) == 6 + 8, "the first epoch is not done over"
    assert load_model("my model", "cpu").config.epochs == 3


def test_a_loss_that_is_no_number_ends_with_the_command_that_goes_on(command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    real, steps = loop.objective, []

    def objective(*arguments: object) -> object:
        steps.append(1)
        loss = real(*arguments)
        return loss._replace(kl=loss.kl * float("nan")) if len(steps) == 7 else loss

    monkeypatch.setattr(loop, "objective", objective)
    code, said = command("--out", "mine", "--learning-rate", "0.01")
    assert code.startswith("error: the loss is no longer finite, in epoch 2 at step 7 of 12; what it had learned after epoch 1 is kept")
    assert code.endswith("--out mine --learning-rate 0.01 --resume --learning-rate 0.003")
    code, said = command("--out", "mine", "--learning-rate", "0.01", "--resume", "--learning-rate", "0.003")
    assert not code and "mine is trained" in said


def test_a_bare_name_lands_where_the_app_looks_and_a_path_that_does_not_says_so(command: Callable, checkpoints: Path) -> None:
    code, said = command("--out", "mine")
    assert not code and (checkpoints / "mine" / CONFIG).exists()
    assert "next: python -m vae embed mine and python -m vae evaluate mine" in said and "will not find it" not in said
    code, said = command("--out", "./mine")
    assert not code and Path("mine", CONFIG).exists()
    assert f"The app looks in {checkpoints} and will not find it" in said
    code, said = command("--out", "mine", "--epochs", "4", "--resume")
    assert not code and load_model("mine", "cpu").config.extended == (3,)
