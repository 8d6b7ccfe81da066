"""From a folder to a trained model by the commands that a person types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data.imported.helping import noisy, write
from vae import data
from vae.store.checkpoints import read_config
from vae.tasks.embed import FEW
from vae.tasks.import_images import IMPORT, ImportRequest, import_images
from vae.tasks.request import RequestError


def vae(*words: object, code: int = 0) -> str:
    """The last line that the command prints."""
    done = subprocess.run([sys.executable, "-m", "vae", *map(str, words)], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == code, done.stderr
    return (done.stdout if code == 0 else done.stderr).splitlines()[-1]


@pytest.mark.slow
def test_import_train_and_embed(tmp_path: Path, checkpoints: Path, datasets: Path) -> None:
    folder = write(tmp_path / "pictures", {f"{('cat', 'dog')[number % 2]}/{number}.png": noisy(number) for number in range(60)})
    said = vae("import", folder, "--name", "pets", "--size", 8, "--grey")
    assert said == f"wrote {datasets / 'pets'}; next: python -m vae train --data pets --out checkpoints/pets-vae"
    folder.rename(tmp_path / "elsewhere")  # nothing needs it any more
    vae("train", "--data", "pets", "--out", checkpoints / "pets-ae", "--model", "ae", "--latent-dim", 2, "--epochs", 1, "--device", "cpu")
    config = read_config(checkpoints / "pets-ae")
    assert (config.data, config.image_shape) == ("pets", (1, 8, 8))
    assert len(data.load("pets", "test")) < FEW  # so that all are on the map
    assert vae("embed", "pets-ae", "--device", "cpu").endswith("with 60 codes")
    assert "there is a data set pets already" in vae("import", tmp_path / "elsewhere", "--name", "pets", code=1)


def test_a_request_says_what_it_may_be() -> None:
    for wrong, sentence in (
        ({"name": "mnist"}, "mnist is the name of a data set that comes with the program; choose another name"),
        ({"name": "a/b"}, "the name 'a/b' cannot be a name; use letters, digits and dashes"),
        ({"name": "x" * 65}, "has 65 bytes; a name has at most 64"),
        ({"background": "puce-ish"}, "the background is 'puce-ish'; give a colour"),
        ({"size": 4}, "size is 4"),
    ):
        with pytest.raises(RequestError, match=sentence):
            ImportRequest(**{"source": "pictures", "name": "pets"} | wrong)


def test_a_request_is_the_same_after_a_way_through_json() -> None:
    request = ImportRequest(source="~/pictures", name="pets", background="#102030")
    assert request.source == Path.home() / "pictures"
    assert ImportRequest.from_dict(request.to_dict()) == request and IMPORT.resume is not None and IMPORT.resume(request) == request


def test_progress_runs_from_nothing_to_all(tmp_path: Path) -> None:
    shares: list[float] = []
    folder = write(tmp_path / "pictures", {f"{number}.png": noisy(number) for number in range(600)})
    made = import_images(ImportRequest(source=folder, name="pets", size=8), lambda share, words: shares.append(share))
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and sum(made.pictures.values()) == 600
