"""The command line, as a process of its own, on a folder of small pictures."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file

from vae.cli import main
from vae.continuity import scorecard
from vae.data.imported import store
from vae.tasks.import_images import ImportRequest, import_images

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of checkpoints and a folder of forty pictures in two classes."""
    draws = np.random.default_rng(0)
    for row in range(40):
        folder = tmp_path / "pictures" / ("dark" if row % 2 else "light")
        folder.mkdir(parents=True, exist_ok=True)
        level = 40 if row % 2 else 200
        Image.fromarray((level + draws.integers(-30, 30, (12, 12, 3))).astype(np.uint8)).save(folder / f"{row:02d}.png")
    (tmp_path / "checkpoints").mkdir()
    return tmp_path


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"VAE_CHECKPOINTS": str(home / "checkpoints"), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "vae", *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=110
    )


@pytest.mark.slow
def test_train_embed_evaluate_sample_and_info_work_one_after_the_other(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def here(*arguments: str) -> str:
        """What the command prints, in this process: a new one would spend its time on imports."""
        monkeypatch.setattr(sys, "argv", ["vae", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        assert not stop.value.code
        said = capsys.readouterr()
        return said.out + said.err

    folder = home / "checkpoints" / "mine"
    trained = run(home, "train", "--data", "pictures", "--model", "vae", "--latent-dim", "2", "--epochs", "2", "--size", "8",
                  "--batch-size", "8", "--hidden", "16", "--device", "cpu", "--out", "checkpoints/mine")  # fmt: skip
    assert trained.returncode == 0, trained.stderr
    assert json.loads((folder / "config.json").read_text())["image_shape"] == [3, 8, 8]
    header, *rows = (folder / "training.csv").read_text().splitlines()
    assert header.startswith("epoch,step,loss,squared_error,kl")
    assert [row.split(",")[0] for row in rows] == ["1", "2"]

    monkeypatch.chdir(home)
    monkeypatch.setenv("VAE_CHECKPOINTS", str(home / "checkpoints"))
    monkeypatch.setattr(scorecard, "DRAWS", 100)
    monkeypatch.setattr(scorecard, "GEODESICS", 1)
    measured = here("evaluate", "mine", "--device", "cpu")
    assert "there is no classifier for these data" in measured and "an encoder that needs no classes" in measured
    assert (
        f"judged by our encoder trained without classes, SHA-256 {json.loads((folder / 'metrics.json').read_text())['classifier_sha256'][:12]}"
        in measured
    )
    figures = json.loads((folder / "metrics.json").read_text())
    count = store.read_facts("pictures").counts["test"]
    assert figures["recon_mse"]["n"] == figures["test_images"] == count > 0
    assert "mine: without " in measured
    assert "the features are those of an encoder that tells no classes" in measured

    assert "so the training images are on the map, too" in here("embed", "mine")
    assert (folder / "atlas.safetensors").is_file()
    here("sample", "mine", "--count", "9", "--out", "walls/wall.png", "--distribution", "fitted")
    with Image.open(home / "walls" / "wall.png") as wall:
        assert wall.width == wall.height > 3 * 8

    shutil.copytree(folder, home / "checkpoints" / "yours")
    assert "40 images in 2 models" in here("ladder", "two", "mine", "yours")
    places, labels = load_file(home / "checkpoints" / "ladders" / "two.safetensors").values()
    assert {tuple(places.shape), tuple(labels.shape)} == {(2, 40, 2), (40,)}

    told = here("info")
    assert "mine" in told
    assert "latent_dim     2" in here("info", "mine")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--data", "nowhere", "--out", "x"], "no data set or folder named 'nowhere'"),
        (["train", "--data", "pictures", "--hidden", "5,wide", "--out", "x"], "give whole numbers with commas"),
        (["train", "--data", "pictures", "--model", "ae", "--beta", "2", "--out", "x"], "leave beta at 0"),
        (["train", "--data", "pictures", "--precision", "9-bit", "--out", "x"], "--precision is '9-bit'; it must be one of 32-true"),
        (["train", "--data", "pictures", "--holdout", "39", "--out", "x"], "no two more than the 39 to hold out"),
        (["evaluate", "nothing"], "there is no checkpoint 'nothing'"),
        (["certify", "nothing", "--out", "x.html"], "there is no checkpoint 'nothing'"),
        (["certify", "nothing", "--out", "x.pdf"], "ends in .html"),
        (["embed", "../outside"], "there is no checkpoint"),
        (["info", "nothing"], "there is no checkpoint"),
        (["classifier", "--data", "nowhere"], "no data set or folder"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("VAE_CHECKPOINTS", str(home / "checkpoints"))
    monkeypatch.setattr(sys, "argv", ["vae", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert isinstance(stop.value.code, str)  # which Python prints to standard error before it exits with 1
    assert stop.value.code.startswith("error: ")
    assert words in stop.value.code
    assert not (home / "checkpoints" / "x").exists()


def test_a_full_disk_is_answered_with_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.chdir(home)
    import_images(ImportRequest(source=Path("pictures"), name="pictures", size=8))
    monkeypatch.setenv("VAE_CHECKPOINTS", str(home / "checkpoints"))
    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(
        sys,
        "argv",
        ["vae", "train", "--data", "pictures", "--epochs", "1", "--size", "8", "--hidden", "4", "--device", "cpu", "--out", "x"],
    )
    with pytest.raises(SystemExit, match="the disk is full"):
        main()
    assert list((home / "checkpoints" / "x").iterdir()) == []


def test_a_process_ends_with_code_1_and_no_traceback(home: Path) -> None:
    answer = run(home, "info", "nothing")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: there is no checkpoint")
    assert "Traceback" not in answer.stderr


def test_help_and_mistakes_need_not_wait_for_torch() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, vae.cli; print('torch' in sys.modules)"], capture_output=True, text=True, cwd=ROOT
    )
    assert said.stdout.strip() == "False", said.stderr


def test_a_wrong_option_is_answered_by_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["vae", "train", "--model", "gan", "--out", "x"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "gan" in capsys.readouterr().err


def test_a_painter_is_measured_by_its_drawings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "checkpoints" / "artist").mkdir(parents=True)
    (home / "checkpoints" / "artist" / "painter.json").write_text("{}", "utf-8")
    monkeypatch.setenv("VAE_CHECKPOINTS", str(home / "checkpoints"))
    for options, words in (["--against", "other"], "leave --against out"), ([], "artist/painter.json cannot be used"):
        monkeypatch.setattr(sys, "argv", ["vae", "evaluate", "artist", *options])
        with pytest.raises(SystemExit) as stop:
            main()
        assert words in stop.value.code
