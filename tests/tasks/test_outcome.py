"""The last lines of a training: where the model stands, and what to try next."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from tests.data.imported.helping import noisy, write
from vae.cli.training import app
from vae.continuity.outcome import Outcome
from vae.tasks.command import train_command
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.outcome import advice, report
from vae.tasks.train import TrainRequest, train
from vae.training.heldout import Stopped

GOOD = Outcome(images=100, error=0.005, linear=0.01, numbers=8, collapsed=0, prior=0.1, fitted=0.05)


def parsed(command: str) -> dict[str, object]:
    """What the command line makes of the words of a command."""
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "vae", "train"]
    found = typer.main.get_command(app).commands["train"]  # type: ignore[attr-defined]
    return found.make_context("train", words[4:]).params


@pytest.mark.parametrize(
    "request_",
    [
        TrainRequest(out=Path("checkpoints/my pets"), data="pets"),
        TrainRequest(out=Path("x"), data="pets", model="ae", latent_dim=3, architecture="residual", hidden=(4, 8), dense=6, batch_size=64),
        TrainRequest(out=Path("x"), beta=0.25, learning_rate=2e-3, sphere=False, epochs=7, seed=3),
    ],
)
def test_the_command_of_a_training_is_read_as_that_training(request_: TrainRequest) -> None:
    params = parsed(train_command(request_))
    for name in TrainRequest.model_fields:
        value = getattr(request_, name)
        said = params["data_name" if name == "data" else name]
        if name == "hidden":
            said = None if said is None else tuple(int(width) for width in str(said).split(","))
        if name == "out":
            said = Path(str(said))
        assert said == value, name


def test_advice_names_the_first_thing_that_is_worth_trying() -> None:
    request = TrainRequest(out=Path("checkpoints/pets"), data="pets", beta=2.0)

    def told(found: Outcome, request: TrainRequest = request) -> tuple[str, str]:
        sentence, command = advice(found, request).split("python -m vae ", 1)
        return sentence, command

    assert told(GOOD)[0].startswith("Look at what it draws")
    assert told(replace(GOOD, prior=0.9))[1] == "sample checkpoints/pets --distribution mixture --out wall.png"
    assert parsed(f"python -m vae {told(replace(GOOD, collapsed=7))[1]}")["beta"] == 0.5
    straight = told(replace(GOOD, error=0.0099))[1]
    assert parsed(f"python -m vae {straight}")["architecture"] == "residual"
    longer = told(replace(GOOD, error=0.02), request.model_copy(update={"architecture": "residual"}))[1]
    assert parsed(f"python -m vae {longer}")["epochs"] == 3 * request.epochs
    assert "another seed" in told(replace(GOOD, prior=None, fitted=None))[0]


def test_what_was_learned_by_heart_is_named_and_never_trained_longer() -> None:
    request = TrainRequest(out=Path("checkpoints/pets"), data="pets", architecture="residual", epochs=50)
    heart = replace(GOOD, error=0.0140, linear=0.0140, learned=0.0100, pictures=360)

    def told(found: Outcome, request: TrainRequest = request, ended: Stopped | None = None) -> tuple[str, str]:
        sentence, command = advice(found, request, ended).split("python -m vae ", 1)
        return sentence, f"python -m vae {command}"

    sentence, command = told(heart)
    assert "by heart" in sentence and "1.4 times" in sentence
    assert parsed(command) | {"holdout": 36, "patience": 10} == parsed(command)
    watching = request.model_copy(update={"holdout": 36, "patience": 10})
    assert parsed(told(heart, watching)[1])["flip"] is True
    sentence, command = told(heart, watching.model_copy(update={"flip": True}))
    assert "more images" in sentence and command == "python -m vae import FOLDER --name pets-more"
    # Just below both rules: no more than PCA's images cost, or clearly below its error.
    assert "by heart" not in told(replace(heart, learned=0.0109))[0]
    assert "by heart" not in told(replace(heart, error=0.0130))[0] and "by heart" in told(replace(heart, error=0.0130, learned=0.0064))[0]

    straight = replace(heart, learned=0.0120)
    assert parsed(told(straight)[1])["epochs"] == 150
    assert parsed(told(straight, watching, Stopped(50, 50, 50, 36))[1])["epochs"] == 150
    sentence, command = told(straight, watching, Stopped(30, 50, 20, 36))
    assert "more epochs gain nothing" in sentence and parsed(command)["latent_dim"] == 2 * request.latent_dim


def test_a_training_of_ones_own_pictures_ends_with_its_outcome(tmp_path: Path, checkpoints: Path) -> None:
    folder = write(tmp_path / "pictures", {f"{number}.png": noisy(number) for number in range(60)})
    import_images(ImportRequest(source=folder, name="pets", size=8))
    request = TrainRequest(out=checkpoints / "pets", data="pets", latent_dim=2, epochs=1, batch_size=8, device="cpu", architecture="residual",
                           hidden=(4,), dense=4)  # fmt: skip
    train(request)
    first, code, draws, last = report(request)
    assert "PCA with as many numbers" in first and code.startswith("code: ") and draws.startswith("draws: ")
    assert "python -m vae " in last
