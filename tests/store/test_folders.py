"""Where checkpoints are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from vae.store import folders
from vae.store.checkpoints import find_model, model_names
from vae.store.classifiers import classifier_names
from vae.store.files import write_json
from vae.store.folders import CONFIG


def test_an_installed_package_looks_in_the_working_folder_and_then_among_what_came_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, work = tmp_path / "site" / "vae", tmp_path / "work"
    for folder in (
        package / "shipped" / "checkpoints" / "theirs",
        package / "shipped" / "checkpoints" / "both",
        work / "checkpoints" / "both",
        package / "shipped" / "checkpoints" / "classifiers" / "digits",
        work / "checkpoints" / "classifiers" / "clothes",
    ):
        write_json(folder / CONFIG, {})
    monkeypatch.delenv("VAE_CHECKPOINTS", raising=False)
    monkeypatch.setattr(folders, "PACKAGE", package)
    monkeypatch.setattr(folders, "SHIPPED", package / "shipped")
    monkeypatch.chdir(work)
    assert model_names() == ["both", "theirs"]
    assert folders.root() == work / "checkpoints"
    assert find_model("both") == folders.place("both") == work / "checkpoints" / "both"
    assert find_model("theirs") == folders.place("theirs") == package / "shipped" / "checkpoints" / "theirs"
    assert folders.place("new") == work / "checkpoints" / "new"
    assert classifier_names() == ["clothes", "digits"]

    (tmp_path / "site" / "checkpoints").mkdir()  # as in a checkout
    assert folders.roots() == [tmp_path / "site" / "checkpoints"]
    monkeypatch.setenv("VAE_CHECKPOINTS", str(work / "checkpoints"))
    assert model_names() == ["both"]
