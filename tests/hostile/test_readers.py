"""Whatever lies in a file, its reader says so in its own words, and everything else goes on: a property of every reader of files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.broken import broken_bytes, broken_object
from tests.live.conftest import SHAPES, write_classifier, write_model
from vae.data import DataError
from vae.data.imported import store
from vae.live import judge
from vae.live.bundle import Library
from vae.store import folders
from vae.store.atlases import load_atlas
from vae.store.checkpoints import find_model, load_model, read_config
from vae.store.checks import broken_extras
from vae.store.classifiers import Pictures, load_classifier
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CLASSIFIERS, CONFIG, LADDERS, METRICS, MODEL, REFERENCE
from vae.store.ladders import Ladder, load_ladder, save_ladder
from vae.store.metrics import load_metrics, load_seeds, read_figures
from vae.store.tensors import read_tensors

FIGURES = {"kl": 1.5, "recon_mse": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 100}, "retention_curve": {"0": 1.0}, "left_out": {"elbo": "none"},
           "weights_sha256": "a" * 64}  # fmt: skip
FACTS = {"name": "pets", "classes": ["cat", "dog"], "shape": [3, 8, 8], "counts": {"train": 2, "test": 1}, "identity": "abc"}

bounded = settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture(scope="module")
def models_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints of which one is broken again and again, and another must stay usable."""
    root = tmp_path_factory.mktemp("checkpoints")
    for name in ("good", "bad"):
        write_model(root / name, "vae", 2)
    write_classifier(root / CLASSIFIERS / "shapes")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("VAE_CHECKPOINTS", str(root))
        labels = np.zeros(4, np.uint8)
        save_ladder("up", Ladder(("good", "bad"), labels, np.zeros((2, 4, 2), np.float32), ("a",), {"method": "aligned umap"}))
    return root


@pytest.fixture(autouse=True)
def here(models_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CHECKPOINTS", str(models_root))


def spoiled(path: Path, content: bytes, read: Callable[[], object], *errors: type[Exception]) -> None:
    """Read with `content` in the place of a file: a result that JSON can carry, or an error of the reader's own with a sentence."""
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        read()
        library = Library("cpu")
        summaries = {name: library.summary(name) for name in library.names}
        assert summaries["good"]["usable"], summaries["good"]
        json.dumps(summaries, allow_nan=False).encode()
        assert judge.load(Pictures("shapes", SHAPES, (1, 8, 8)), library.device) is not None or path.parent.name == "shapes"
        assert set(broken_extras()) <= {"ladder up", "classifier shapes"}
    except errors as error:
        assert 10 < len(str(error)) < 2000, error
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def sound(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


@bounded
@given(data=st.data())
def test_a_models_config(models_root: Path, data: st.DataObject) -> None:
    path = models_root / "bad" / CONFIG
    content = data.draw(broken_object(sound(path)))
    spoiled(path, content, lambda: (read_config(path.parent), load_model("bad", "cpu")), CheckpointError)
    spoiled(path, content, lambda: Library("cpu").describe("bad"), CheckpointError)


@bounded
@given(data=st.data())
def test_figures(models_root: Path, data: st.DataObject) -> None:
    for name in (METRICS, "metrics-seed-1.json"):
        path = models_root / "bad" / name
        content = data.draw(broken_object(FIGURES))

        def read() -> None:
            json.dumps(read_figures(find_model("bad")).values, allow_nan=False)
            json.dumps(Library("cpu").describe("bad"), allow_nan=False)

        spoiled(path, content, read)  # never an error
        spoiled(path, content, lambda: (load_metrics(find_model("bad")), load_seeds(find_model("bad"))), CheckpointError)


@bounded
@given(data=st.data())
def test_a_classifiers_config(models_root: Path, data: st.DataObject) -> None:
    path = models_root / CLASSIFIERS / "shapes" / CONFIG
    content = data.draw(broken_object(sound(path)))
    spoiled(path, content, lambda: Library("cpu").describe("good"))  # a model is there without its judge
    spoiled(path, content, lambda: load_classifier("shapes"), CheckpointError)


@bounded
@given(data=st.data())
@pytest.mark.parametrize(
    ("where", "read"),
    [
        (("bad", ATLAS), lambda: load_atlas(find_model("bad"))),
        (("bad", MODEL), lambda: load_model("bad", "cpu")),
        ((CLASSIFIERS, "shapes", MODEL), lambda: load_classifier("shapes")),
        ((CLASSIFIERS, "shapes", REFERENCE), lambda: load_classifier("shapes")),
        ((LADDERS, "up.safetensors"), lambda: load_ladder("up")),
        (("bad", ATLAS), lambda: Library("cpu").describe("bad")),
    ],
    ids=["atlas", "weights", "classifier", "reference", "ladder", "description"],
)
def test_tensors(models_root: Path, where: tuple[str, ...], read: Callable[[], object], data: st.DataObject) -> None:
    path = models_root.joinpath(*where)
    spoiled(path, data.draw(broken_bytes(path.read_bytes())), read, CheckpointError)


@bounded
@given(content=st.binary(max_size=300))
def test_any_bytes_as_tensors(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError):
        read_tensors(path)


@bounded
@given(data=st.data())
def test_the_facts_of_a_data_set(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patched:
        root = tmp_path_factory.mktemp("datasets")
        patched.setenv("VAE_DATASETS", str(root))
        (root / "pets").mkdir()
        (root / "pets" / store.FACTS).write_bytes(data.draw(broken_object(FACTS)))
        try:
            store.read_facts("pets")
        except DataError as error:
            assert "import it again" in str(error)
        assert [each.name for each in store.all_sets()] == ["pets"]
        with pytest.raises(DataError):
            store.load("pets", "train")  # whose pictures are not there


@pytest.mark.parametrize("kind", ["folder", "pipe", "link in a circle"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    import os

    path = tmp_path / "it.safetensors"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path)
    with pytest.raises(CheckpointError, match="missing or damaged"):
        read_tensors(path)


def test_a_hundred_thousand_layers_cost_nothing(tmp_path: Path) -> None:
    header = json.dumps({f"layer {row}": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for row in range(100_000)}).encode()
    path = tmp_path / "it.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(CheckpointError, match="its header has"):
        read_tensors(path)


def test_the_folder_is_the_one_of_the_test(models_root: Path) -> None:
    assert folders.root() == models_root
