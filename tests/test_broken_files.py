"""Whatever lies in a file, its reader gives a result or a sentence, and never another exception."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vae.continuity import published
from vae.continuity.comparison import table
from vae.continuity.inventory import figure_lines, inventory
from vae.drawing.painter import load_painter
from vae.live import judge
from vae.live.bundle import Library
from vae.models import Classifier, build
from vae.store import files
from vae.store.atlases import Atlas, load_atlas, save_atlas
from vae.store.checkpoints import load_model, read_config, save_model
from vae.store.checks import broken_extras
from vae.store.classifiers import Pictures, load_classifier, save_classifier
from vae.store.figures import clean
from vae.store.files import CheckpointError, plain
from vae.store.folders import ATLAS, CONFIG, METRICS, REFERENCE
from vae.store.ladders import Ladder, load_ladder, save_ladder
from vae.store.metrics import load_metrics, load_seeds, read_figures, save_metrics
from vae.store.tensors import read_tensors, write_tensors

BLOBS = Pictures("blobs", "b" * 64, (1, 8, 8))
JUDGE = {"data": "blobs", "data_sha256": BLOBS.sha256, "image_shape": [1, 8, 8], "classes": ["a", "b"], "test_accuracy": 0.9,
         "off_manifold_threshold": 1.0}  # fmt: skip
DEEP = "[" * 900 + "]" * 900  # what Python's reader takes, and its writer does not
NUMBERS = st.sampled_from(["0", "-1", "2", "0.5", "1e999", "NaN", "-Infinity", "1" + "0" * 400, "1" + "0" * 5000, "1e-400", "true", "null"])
WORDS = st.sampled_from(['"low"', '""', '"mnist"', '"\\ud800"', '"vae"', '"\\u0000"', '"../.."'])
KEYS = st.sampled_from(
    ["kind", "latent_dim", "data", "hidden", "image_shape", "beta", "epochs", "recon_mse", "kl", "value", "low", "high", "n", "classes",
     "retention_curve", "left_out", "weights_sha256", "off_manifold_threshold", "tokenizer", "codebook_size", "_class_name", "\\ud800", "x"]
)  # fmt: skip


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(KEYS, values), max_size=5).map(
        lambda pairs: "{" + ", ".join(f'"{key}": {value}' for key, value in pairs) + "}"
    )


VALUES = st.recursive(
    NUMBERS | WORDS | st.just(DEEP), lambda inner: objects(inner) | st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]")
)
TEXTS = objects(VALUES) | VALUES | st.text(max_size=20) | st.sampled_from(["", "{", "[" * 100_000, "{}\n{}"])


@st.composite
def contents(draw: st.DrawFn, sound: dict) -> bytes | None:
    """What may lie in a JSON file: a grammar's text, the sound file with one value changed, cut or in another encoding; None is a folder."""
    kind = draw(st.sampled_from(["text", "changed", "cut", "encoding", "bytes", "folder"]))
    if kind == "text":
        return draw(TEXTS).encode("utf-8", "surrogatepass")
    if kind == "folder":
        return None
    if kind == "bytes":
        return draw(st.binary(max_size=30))
    key = draw(st.sampled_from(sorted(sound)))
    text = json.dumps(sound | {key: "CHANGED"}).replace('"CHANGED"', draw(VALUES))
    if kind == "cut":
        return text[: draw(st.integers(0, len(text)))].encode()
    return text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-32"])) if kind == "encoding" else "utf-8")


def put(path: Path, content: bytes | None) -> None:
    """Let `content` lie at `path`, or a folder where it is None."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    path.mkdir() if content is None else path.write_bytes(content)


@pytest.fixture(scope="module")
def models_root(tmp_path_factory: pytest.TempPathFactory, make_config: Callable) -> Path:
    """A sound model with everything beside it, in a folder of checkpoints."""
    root = tmp_path_factory.mktemp("models_root")
    model = build(make_config("vae"))
    save_model(root / "model", model)
    draws = np.random.default_rng(0)
    codes = draws.standard_normal((20, 2), np.float32)
    atlas = Atlas(codes, np.abs(codes), np.zeros(20, np.uint8), 3 * codes, ("a", "b"), {"method": "umap", "splits": ["test"]})
    save_atlas(root / "model", atlas)
    figure = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 20}
    save_metrics(root / "model", {"recon_mse": figure, "kl": 1.5, "retention_curve": {"0.5": 0.9}, "left_out": {"elbo": "why"}})
    network = Classifier((1, 8, 8), 2).eval()
    save_classifier(
        root / "classifiers" / "blobs",
        network,
        JUDGE,
        torch.rand(10, 64),
    )
    return root


@pytest.fixture
def broken(models_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the models_root that a test may break."""
    shutil.copytree(models_root, tmp_path / "models_root")
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path / "models_root"))
    return tmp_path / "models_root"


SOUND = {
    "kind": "vae",
    "latent_dim": 2,
    "image_shape": [1, 8, 8],
    "data": "blobs",
    "hidden": [32, 16],
    "beta": 1.0,
    "epochs": 3,
    "seed": 0,
}
FIGURES = {"recon_mse": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 20}, "kl": 1.5, "retention_curve": {"0.5": 0.9}, "left_out": {"elbo": "why"},
           "weights_sha256": "abc", "test_images": 20, "nll_200_binarized": 90.0, "lines_distance": 0.1}  # fmt: skip


@given(content=contents(SOUND))
@settings(max_examples=150)
def test_any_config_is_a_model_or_a_sentence(broken: Path, content: bytes | None) -> None:
    put(broken / "model" / CONFIG, content)
    listed = Library("cpu").summary("model")
    json.dumps(listed, allow_nan=False, ensure_ascii=False).encode()
    assert listed["usable"] or len(listed["sentence"]) < 600
    assert "log says why" not in (listed["sentence"] or ""), "an exception that no reader has foreseen"
    assert "model" in inventory()
    for use in (read_config, load_model, load_atlas):
        try:
            use(broken / "model")
        except CheckpointError as error:
            str(error).encode()
    published.likelihood_rows()


@pytest.mark.slow
@given(content=contents(FIGURES))
@settings(max_examples=150)
def test_any_figures_are_finite_or_missing_and_can_be_shown_wherever_figures_are(broken: Path, content: bytes | None) -> None:
    folder = broken / "model"
    put(folder / METRICS, content)
    put(folder / "metrics-seed-1.json", content)
    figures = read_figures(folder)
    json.dumps(figures.values, allow_nan=False, ensure_ascii=False).encode()
    assert (figures.sentence is None) or figures.values == {}
    for use in (load_metrics, load_seeds):
        try:
            use(folder)
        except CheckpointError as error:
            assert "make it again with" in str(error)
    table(["one", "other"], [figures.values, figures.values])
    inventory(), figure_lines(folder)
    rows = published.likelihood_rows() + published.lines_rows()
    json.dumps(rows, allow_nan=False)
    assert Library("cpu").describe("model")["metrics"] == figures.values


@given(content=contents(JUDGE))
@settings(max_examples=80)
def test_any_classifier_judges_or_there_is_none(broken: Path, content: bytes | None) -> None:
    put(broken / "classifiers" / "blobs" / CONFIG, content)
    known = judge.known(BLOBS)
    known.sentence.encode()
    try:
        load_classifier("blobs")
    except CheckpointError as error:
        str(error).encode()
        assert judge.load(BLOBS, torch.device("cpu")) is None
    critic = judge.load(BLOBS, torch.device("cpu"))
    if critic is not None:
        found = critic.verdicts(torch.rand(2, 1, 8, 8))
        assert found.label.shape == found.confidence.shape == found.unreal.shape == (2,)
    broken_extras()


@pytest.mark.slow
@given(words=st.fixed_dictionaries({}, optional={key: TEXTS for key in ("models", "classes", "settings")}),
       name=st.sampled_from(["labels", "places", "codes", "std", "features"]),
       dtype=st.sampled_from([torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.uint8, torch.bool, torch.float8_e4m3fn]),
       shape=st.lists(st.sampled_from([0, 1, 2, 20]), max_size=3))  # fmt: skip
@settings(max_examples=150)
def test_any_atlas_ladder_and_reference_is_used_or_a_sentence(
    models_root: Path, broken: Path, words: dict, name: str, dtype: torch.dtype, shape: list
) -> None:
    shutil.copytree(models_root, broken, dirs_exist_ok=True)  # the last example has broken it
    ladder = Ladder(("model", "model"), np.zeros(20, np.uint8), np.zeros((2, 20, 2), np.float32), ("a",), {"method": "procrustes"})
    paths = [
        broken / "model" / ATLAS,
        save_ladder("up", ladder),
        broken / "classifiers" / "blobs" / REFERENCE,
    ]
    words = {key: text.encode("utf-8", "replace").decode() for key, text in words.items()}
    for path in paths:
        tensors, known = read_tensors(path)
        write_tensors(path, tensors | {name: torch.zeros(shape).to(dtype)}, known | words)
    for use in (lambda: load_atlas(broken / "model"), lambda: load_ladder("up"),
                lambda: load_classifier("blobs")):  # fmt: skip
        try:
            use()
        except CheckpointError as error:
            str(error).encode()


@given(path=st.sampled_from(["painter.json", "tokenizer/config.json", "transformer/config.json"]),
       content=contents({"kind": "gumbel", "codebook_size": 1000, "tokenizer": "tokenizer", "width": 8, "layers": 2}))  # fmt: skip
@settings(max_examples=80)
def test_any_painter_draws_or_is_a_sentence(broken: Path, path: str, content: bytes | None) -> None:
    folder = broken / "artist"
    for part in ("tokenizer", "transformer", "clip"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        put(folder / part / "config.json", b'{"kind": "gumbel", "codebook_size": 1000}')
    put(folder / "painter.json", b'{"tokenizer": "tokenizer"}')
    put(folder / path, content)
    with pytest.raises(CheckpointError):  # it has no weights
        load_painter(folder, "cpu")


@given(data=st.data())
@settings(max_examples=60)
def test_cleaned_figures_stay_as_they_are(data: st.DataObject) -> None:
    try:
        metrics = json.loads(data.draw(objects(VALUES)))
    except (ValueError, RecursionError):
        return
    once = clean(metrics)
    assert clean(once) == once


def test_json_carries_what_is_left_of_anything() -> None:
    assert plain({"a": (1, float("nan"), 10**400), 3: "\ud800"}) == {"a": [1, None, None], "3": "?"}
    deep: list = []
    for _ in range(10_000):
        deep = [deep]
    json.dumps(plain(deep))
    with pytest.raises(TypeError, match="nothing for a set"):
        plain({1})


def test_files_that_may_not_be_read_are_sentences(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files, "_without_waiting", forbidden)
    assert "Permission denied" in Library("cpu").summary("model")["sentence"]
    assert "is broken; make it again" in read_figures(broken / "model").sentence
    assert judge.load(BLOBS, torch.device("cpu")) is None


def test_a_model_of_another_library_is_told_as_such_and_asks_for_no_training(broken: Path) -> None:
    put(broken / "model" / CONFIG, b'{"_class_name": "AutoencoderKL", "_diffusers_version": "0.30"}')
    sentence = Library("cpu").summary("model")["sentence"]
    assert "another library (AutoencoderKL)" in sentence and "train" not in sentence
    assert "another library (AutoencoderKL)" in inventory()
