"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import vae
from vae.models import Autoencoder
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model
from vae.store.files import write_atomically
from vae.store.metrics import save_metrics

Make = Callable[..., Autoencoder]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class FullDisk(io.FileIO):
    """Takes half of what it is given, then finds no space for the rest."""

    def write(self, content: bytes) -> int:
        super().write(content[: len(content) // 2])
        full()


SAVE = {
    "a model": ("model.safetensors", lambda folder, model, atlas: save_model(folder, model("vae", seed=9))),
    "an atlas": ("atlas.safetensors", lambda folder, model, atlas: save_atlas(folder, atlas(count=30))),
    "metrics": ("metrics.json", lambda folder, model, atlas: save_metrics(folder, {"new": 2})),
}
FAULTS = {"fdopen": lambda descriptor, mode: FullDisk(descriptor, "w"), "fsync": full, "replace": full}


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("what", list(SAVE))
def test_a_write_that_fails_leaves_the_old_file_whole_and_nothing_behind(
    saved: Path, make_model: Make, make_atlas: Callable[..., Atlas], monkeypatch: pytest.MonkeyPatch, what: str, fault: str
) -> None:
    save_atlas(saved, make_atlas())
    save_metrics(saved, {"old": 1})
    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    name, save = SAVE[what]
    with monkeypatch.context() as patch:
        patch.setattr(os, fault, FAULTS[fault])
        with pytest.raises(OSError, match="No space left"):
            save(saved, make_model, make_atlas)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before
    save(saved, make_model, make_atlas)
    assert (saved / name).read_bytes() != before[name]
    assert {path.name for path in saved.iterdir()} == set(before)


def test_a_first_write_that_fails_leaves_an_empty_folder(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", FAULTS["fdopen"])
        with pytest.raises(OSError, match="No space left"):
            save_metrics(checkpoints / "model", {"new": 2})
    assert list((checkpoints / "model").iterdir()) == []


def test_a_write_that_is_interrupted_leaves_nothing_behind(saved: Path) -> None:
    before = sorted(saved.iterdir())

    def interrupt(file: io.IOBase) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(saved / "model.safetensors", interrupt)
    assert sorted(saved.iterdir()) == before
    vae.load("model")
