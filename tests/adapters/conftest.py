"""Pictures that a model can be tried on, and what converting one says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from vae.tasks.convert import Converted, ConvertRequest, convert
from vae.tasks.import_images import ImportRequest, import_images


@pytest.fixture
def spots(datasets: Path, blobs: Tensor, tmp_path: Path) -> str:
    """The data set `spots` of grey pictures of 8 × 8."""
    np.save(tmp_path / "spots.npy", blobs[:, 0].numpy())
    import_images(ImportRequest(source=tmp_path / "spots.npy", name="spots", size=8, grey=True))
    return "spots"


@pytest.fixture
def converted(checkpoints: Path) -> Callable[..., Converted]:
    """Convert a source to the model `theirs`."""

    def make(source: Path | str, **asked: object) -> Converted:
        return convert(ConvertRequest(source=str(source), name="theirs", device="cpu", **asked))

    return make


@pytest.fixture
def own_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder for an operator's own modules, and a register of their own."""
    folder = tmp_path / "python"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("VAE_MODULES", str(tmp_path / "modules.json"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = {*sys.modules}
    yield folder
    for name in {*sys.modules} - before:  # another test may have a module of that name
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]
