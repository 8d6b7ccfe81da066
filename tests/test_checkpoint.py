"""What is written comes back as it was; what cannot be used says why, and nothing is ever run."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

import vae
from vae.models import KINDS, Autoencoder
from vae.models.device import best_device
from vae.store import folders
from vae.store.atlases import Atlas, load_atlas, save_atlas
from vae.store.checkpoints import find_model, load_model, model_names, save_model
from vae.store.classifiers import classifier_names
from vae.store.files import CheckpointError, write_atomically, write_json
from vae.store.folders import CONFIG
from vae.store.ladders import Ladder, ladder_names, load_ladder, save_ladder
from vae.store.metrics import load_metrics, load_seeds, save_metrics
from vae.store.tensors import read_tensors, write_tensors

Make = Callable[..., Autoencoder]


@pytest.fixture
def saved(checkpoints: Path, make_model: Make) -> Path:
    """A sound checkpoint of a VAE, called `model`."""
    save_model(checkpoints / "model", make_model("vae"))
    return checkpoints / "model"


def change_config(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | values))


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


# --- models ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_comes_back_to_the_last_bit(checkpoints: Path, make_model: Make, kind: str) -> None:
    model = make_model(kind, seed=5)
    save_model(checkpoints / "one", model)
    for loaded in (vae.load("one", "cpu"), vae.load(checkpoints / "one", "cpu"), vae.load(str(checkpoints / "one"), "cpu")):
        assert type(loaded) is type(model)
        assert loaded.config == model.config
        assert loaded.state_dict().keys() == model.state_dict().keys()
        assert all(torch.equal(value, model.state_dict()[key]) for key, value in loaded.state_dict().items())
    codes = torch.randn(4, 2)
    assert torch.equal(loaded.decode(codes), model.decode(codes))


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_stored_in_half_the_space_comes_back_rounded_to_it(checkpoints: Path, make_model: Make, kind: str) -> None:
    model = make_model(kind, seed=5, weights="float16")
    save_model(checkpoints / "half", model)
    loaded = vae.load("half", "cpu")
    assert loaded.config == model.config
    for key, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], value.half().float())


def test_other_weights_can_be_stored_in_a_models_place(checkpoints: Path, make_model: Make) -> None:
    weights = {key: value + 1 for key, value in make_model().state_dict().items()}
    save_model(checkpoints / "one", make_model(), weights)
    assert all(torch.equal(value, weights[key]) for key, value in vae.load("one", "cpu").state_dict().items())


def test_a_loaded_model_is_frozen_and_its_outputs_are_plain_numbers(saved: Path) -> None:
    model = vae.load("model", "cpu")
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    posterior = model.encode(torch.rand(3, 1, 8, 8))
    for output in (posterior.mean, posterior.std, model.decode(torch.zeros(3, 2))):
        assert np.isfinite(output.numpy()).all()


def test_gradients_still_reach_the_codes_of_a_loaded_model(saved: Path) -> None:
    codes = torch.zeros(1, 2, requires_grad=True)
    vae.load("model", "cpu").decode(codes).sum().backward()
    assert codes.grad.abs().sum() > 0


def test_loading_leaves_the_global_random_generator_where_it_was(saved: Path) -> None:
    before = torch.random.get_rng_state()
    vae.load("model", "cpu")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_loaded_model_outlives_its_file(saved: Path) -> None:
    model, codes = vae.load("model", "cpu"), torch.zeros(1, 2)
    before = model.decode(codes)
    with (saved / "model.safetensors").open("r+b") as file:  # in place, so that a mapped file would show it
        file.write(b"\0" * (saved / "model.safetensors").stat().st_size)
    assert torch.equal(model.decode(codes), before)


def test_without_a_wish_the_best_device_is_chosen(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vae.load("model").device.type == best_device().type
    for cuda, mps, best in ((True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=cuda: there)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda there=mps: there)
        assert best_device() == torch.device(best)


# --- names -------------------------------------------------------------------------------------------------


def test_names_are_the_folders_with_a_config_sorted(checkpoints: Path, make_model: Make) -> None:
    assert vae.checkpoints() == []
    for name in ("b", "a-16", "c d"):
        save_model(checkpoints / name, make_model())
    (checkpoints / "empty").mkdir()
    (checkpoints / "file").write_text("no folder")
    assert vae.checkpoints() == ["a-16", "b", "c d"]


def test_no_checkpoints_folder_means_no_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path / "nowhere"))
    assert vae.checkpoints() == []
    with pytest.raises(CheckpointError, match="there is no checkpoint 'model'; there are none yet: train one"):
        vae.load("model")


def test_an_unknown_name_is_answered_with_those_there_are(saved: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no checkpoint 'modell'; there are model"):
        vae.load("modell")


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "model/../../secret",
        "..",
        ".",
        "",
        "/",
        "model\0",
        "..\\secret",
        "secret",
        "x" * 300,
        "é" * 200,
        "model/config.json",
        "\ud800",
    ],
)
def test_no_name_leads_out_of_the_checkpoints(
    saved: Path, make_model: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    save_model(tmp_path / "secret", make_model())  # beside the folder of checkpoints
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere" / "deep")
    with pytest.raises(CheckpointError, match=r"there is no checkpoint .*; there are model"):
        vae.load(name)


@given(st.text())
def test_any_text_is_a_name_or_a_sentence(text: str) -> None:
    try:
        folder = find_model(text)
    except CheckpointError as error:
        assert "there is no checkpoint" in str(error)
    else:
        assert (folder / "config.json").is_file()


# --- bad configs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '"vae"', "{'kind': 'vae'}", "[" * 100_000, "{}", b"\xff\xfe\x00", b"\x80\x02}q\x00."],
    ids=["empty", "cut", "list", "null", "number", "word", "quotes", "deep", "bare", "bytes", "pickle"],
)
def test_a_config_that_is_none_is_refused(saved: Path, text: str | bytes) -> None:
    (saved / "config.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CheckpointError, match=r"^model/config\.json cannot be used: .*; restore the file or train the model again"):
        vae.load("model")


@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "gan"), ("kind", None), ("kind", ["vae"]), ("latent_dim", "2"), ("latent_dim", -2), ("latent_dim", 2.5), ("image_shape", 64),
     ("image_shape", [8, 8]), ("hidden", "32"), ("hidden", [[32]]), ("hidden", None), ("beta", "one"), ("beta", None), ("seed", "zero"),
     ("batch_size", 0), ("learning_rate", None), ("precision", 32), ("epochs", -1), ("holdout", "all"), ("data", {})],
)  # fmt: skip
def test_a_config_of_wrong_types_is_refused_by_the_name_of_the_field(saved: Path, name: str, value: object) -> None:
    change_config(saved, **{name: value})
    with pytest.raises(CheckpointError, match=rf"^model/config\.json cannot be used: {name} is "):
        vae.load("model")


def test_a_config_with_an_unknown_field_is_refused(saved: Path) -> None:
    change_config(saved, activation="relu")
    with pytest.raises(CheckpointError, match="cannot be used: unknown fields: activation"):
        vae.load("model")


@pytest.mark.parametrize(
    "lie",
    [
        {"latent_dim": 3},
        {"hidden": [32]},
        {"hidden": [32, 17]},
        {"image_shape": [1, 8, 9]},
        {"kind": "ae", "beta": 0.0},
        {"hidden": [65536, 65536]},
    ],
)
def test_a_config_that_describes_another_model_is_refused(saved: Path, lie: dict) -> None:
    """Also one that describes a model of 17 GB: what the config claims is checked before memory is given to it."""
    change_config(saved, **lie)
    with pytest.raises(CheckpointError, match=r"^[a-z_.0-9]+ (is|in) .*model/model\.safetensors.*config"):
        vae.load("model")


# --- bad weights -------------------------------------------------------------------------------------------


class Payload:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.path,))


def pickles(payload: object) -> dict[str, bytes]:
    archive, legacy = io.BytesIO(), io.BytesIO()
    torch.save({"weights": torch.zeros(2), "payload": payload}, archive)
    torch.save({"weights": torch.zeros(2), "payload": payload}, legacy, _use_new_zipfile_serialization=False)
    return {"torch.save": archive.getvalue(), "torch.save before 1.6": legacy.getvalue()} | {
        f"protocol {protocol}": pickle.dumps(payload, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    }


@pytest.mark.parametrize("name", list(pickles(None)))
def test_a_pickle_is_never_unpickled(saved: Path, tmp_path: Path, name: str) -> None:
    trap = tmp_path / "sprung"
    pickle.loads(pickle.dumps(Payload(trap)))
    assert trap.exists(), "the trap must work for the test to mean anything"
    trap.unlink()
    (saved / "model.safetensors").write_bytes(pickles(Payload(trap))[name])
    old = name in ("protocol 0", "protocol 1")  # these begin like text, so they are merely no safetensors
    with pytest.raises(CheckpointError, match="missing or damaged" if old else "is a pickle, which can run code; convert the weights"):
        vae.load("model")
    assert not trap.exists()


def test_a_pickle_beside_the_place_of_the_weights_is_not_looked_at(saved: Path, tmp_path: Path) -> None:
    (saved / "model.safetensors").unlink()
    for name in ("model.pt", "pytorch_model.bin", "model.pkl"):
        (saved / name).write_bytes(pickles(Payload(tmp_path / "sprung"))["torch.save"])
    with pytest.raises(CheckpointError, match=r"model/model\.safetensors is missing or damaged"):
        vae.load("model")
    assert not (tmp_path / "sprung").exists()


def test_a_sound_file_is_not_taken_for_a_pickle_whatever_the_length_of_its_header(tmp_path: Path) -> None:
    """A safetensors file begins with that length, whose bytes can be those that a pickle begins with."""
    starts = set()
    for padding in range(0, 1500, 8):
        path = tmp_path / "file.safetensors"
        write_tensors(path, {"codes": torch.ones(2)}, {"words": "x" * padding})
        starts.add(path.read_bytes()[:2])
        assert torch.equal(read_tensors(path)[0]["codes"], torch.ones(2))
    assert {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"} <= starts


def test_missing_weights_are_named(saved: Path) -> None:
    (saved / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model/model\.safetensors is missing or damaged .*; restore the file or make it again"):
        vae.load("model")


@given(st.data())
@settings(max_examples=60)
def test_truncated_weights_are_refused_wherever_they_end(
    tmp_path_factory: pytest.TempPathFactory, make_model: Make, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "truncated"
    save_model(folder, make_model("vae"))
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(CheckpointError, match="missing or damaged"):
        load_model(folder)


@given(st.data())
@settings(max_examples=60)
def test_weights_with_a_garbled_header_load_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, make_model: Make, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "garbled"
    save_model(folder, make_model("vae"))
    content = bytearray((folder / "model.safetensors").read_bytes())
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), min_size=1, max_size=4)):
        content[place] = value
    (folder / "model.safetensors").write_bytes(content)
    try:
        model = load_model(folder, "cpu")
    except CheckpointError as error:
        assert "garbled/model.safetensors" in str(error)
    else:
        assert torch.isfinite(model.decode(torch.zeros(1, 2))).all()


def test_a_missing_tensor_is_named(saved: Path) -> None:
    change_weights(saved, lambda weights: weights.pop("mean.bias"))
    with pytest.raises(
        CheckpointError, match=r"mean\.bias is missing from model/model\.safetensors; its config\.json describes another model"
    ):
        vae.load("model")


def test_an_extra_tensor_is_named(saved: Path) -> None:
    change_weights(saved, lambda weights: weights.update(extra=torch.zeros(1)))
    with pytest.raises(CheckpointError, match=r"extra is unexpected in model/model\.safetensors"):
        vae.load("model")


@pytest.mark.parametrize("shape", [(3,), (2, 1), ()])
def test_a_tensor_of_another_shape_is_named(saved: Path, shape: tuple[int, ...]) -> None:
    change_weights(saved, lambda weights: weights.update({"mean.bias": torch.zeros(shape)}))
    with pytest.raises(CheckpointError, match=r"mean\.bias in model/model\.safetensors has shape .*asks for \(2,\)"):
        vae.load("model")


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64, torch.int64, torch.float8_e4m3fn])
def test_a_tensor_of_another_type_is_named(saved: Path, dtype: torch.dtype) -> None:
    change_weights(saved, lambda weights: weights.update({"mean.bias": torch.zeros(2).to(dtype)}))
    with pytest.raises(CheckpointError, match=r"mean\.bias in model/model\.safetensors is torch\..*; convert it to torch\.float32"):
        vae.load("model")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_not_finite_are_named(saved: Path, value: float) -> None:
    def spoil(weights: dict[str, torch.Tensor]) -> None:
        weights["trunk.0.0.weight"][3, 4] = value

    change_weights(saved, spoil)
    with pytest.raises(CheckpointError, match=r"trunk\.0\.0\.weight in model/model\.safetensors holds values that are not finite"):
        vae.load("model")


# --- the atlas ---------------------------------------------------------------------------------------------


def make_atlas(kind: str = "vae", dimensions: int = 2, method: str = "umap", count: int = 20) -> Atlas:
    random = np.random.default_rng(0)
    codes = random.standard_normal((count, dimensions), np.float32)
    std = random.random((count, dimensions), np.float32) if kind == "vae" else np.zeros_like(codes)
    places = codes if method == "identity" else random.standard_normal((count, 2), np.float32)
    labels = (np.arange(count) % 3).astype(np.uint8)
    return Atlas(codes, std, labels, places, ("T-shirt", "σ", "Ankle boot"), {"method": method, "seed": 0, "splits": ["test"]})


@pytest.mark.parametrize(
    ("kind", "dimensions", "method"), [("ae", 5, "umap"), ("vae", 5, "umap"), ("ae", 2, "identity"), ("vae", 2, "identity")]
)
def test_an_atlas_comes_back_to_the_last_bit(checkpoints: Path, make_model: Make, kind: str, dimensions: int, method: str) -> None:
    save_model(checkpoints / "model", make_model(kind, latent_dim=dimensions))
    atlas = make_atlas(kind, dimensions, method)
    save_atlas(checkpoints / "model", atlas)
    loaded = load_atlas(checkpoints / "model")
    for name in ("codes", "std", "labels", "places"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(atlas, name), strict=True)
    assert (loaded.classes, loaded.settings, len(loaded)) == (atlas.classes, atlas.settings, 20)

    stored = load_file(checkpoints / "model" / "atlas.safetensors").keys()
    assert ("std" in stored) == (kind == "vae"), "an autoencoder's zeros are not worth their bytes"
    assert ("places" in stored) == (method != "identity"), "the plane is its own map"


def test_a_missing_atlas_says_how_to_make_it(saved: Path) -> None:
    with pytest.raises(CheckpointError, match=r"model has no atlas\.safetensors; make it with: python -m vae embed model"):
        load_atlas(saved)


def spoil(name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[dict], object]:
    return lambda tensors: tensors.update({name: change(tensors[name])})


def with_nan(values: torch.Tensor) -> torch.Tensor:
    values[7, 1] = float("nan")
    return values


UNFIT = {
    "fewer labels": spoil("labels", lambda values: values[:-1].clone()),
    "fewer places": spoil("places", lambda values: values[:-1].clone()),
    "fewer std": spoil("std", lambda values: values[:-1].clone()),
    "places in space": spoil("places", lambda values: torch.cat([values, values], 1)),
    "codes of another model": spoil("codes", lambda values: torch.cat([values, values], 1)),
    "no rows": lambda tensors: tensors.update({key: value[:0].clone() for key, value in tensors.items()}),
    "a label beyond the classes": spoil("labels", lambda values: values.clone().fill_(3)),
    "a label below the classes": spoil("labels", lambda values: values.clone().to(torch.int8).fill_(-1)),
    "a label between the classes": spoil("labels", lambda values: values.float() + 0.5),
    "NaN in codes": spoil("codes", with_nan),
    "NaN in std": spoil("std", with_nan),
    "NaN in places": spoil("places", with_nan),
    "no codes": lambda tensors: tensors.pop("codes"),
    "no labels": lambda tensors: tensors.pop("labels"),
    "no places": lambda tensors: tensors.pop("places"),
    "a number for codes": spoil("codes", lambda values: torch.tensor(1.0)),
    "codes of a type numpy lacks": spoil("codes", lambda values: values.bfloat16()),
}
WORDS = {"classes": '["a", "b", "c"]', "settings": '{"method": "umap"}'}


@pytest.mark.parametrize("name", list(UNFIT))
def test_an_atlas_that_does_not_fit_is_refused(saved: Path, name: str) -> None:
    save_atlas(saved, make_atlas())
    tensors = load_file(saved / "atlas.safetensors")
    UNFIT[name](tensors)
    save_file(tensors, saved / "atlas.safetensors", WORDS)
    with pytest.raises(
        CheckpointError, match=r"model/atlas\.safetensors (does not fit its model|lacks .*); make it again with: python -m vae embed model"
    ):
        load_atlas(saved)


@pytest.mark.parametrize("words", [None, {"classes": "[]"}, WORDS | {"classes": "["}, WORDS | {"classes": "3"}, WORDS | {"settings": "[]"},
                                   WORDS | {"settings": "{}"}, WORDS | {"classes": "[]"}])  # fmt: skip
def test_an_atlas_without_its_words_is_refused(saved: Path, words: dict | None) -> None:
    save_atlas(saved, make_atlas())
    save_file(load_file(saved / "atlas.safetensors"), saved / "atlas.safetensors", words)
    with pytest.raises(CheckpointError, match="make it again with: python -m vae embed model"):
        load_atlas(saved)


def test_a_damaged_atlas_is_refused(saved: Path) -> None:
    save_atlas(saved, make_atlas())
    (saved / "atlas.safetensors").write_bytes((saved / "atlas.safetensors").read_bytes()[:-10])
    with pytest.raises(CheckpointError, match=r"model/atlas\.safetensors is missing or damaged"):
        load_atlas(saved)


# --- ladders ---------------------------------------------------------------------------------------------


def make_ladder(steps: int = 3, count: int = 6) -> Ladder:
    random = np.random.default_rng(0)
    labels = (np.arange(count) % 2).astype(np.uint8)
    return Ladder(
        tuple(f"m{i}" for i in range(steps)), labels, random.random((steps, count, 2), np.float32), ("0", "σ"), {"method": "procrustes"}
    )


def test_a_ladder_comes_back_as_it_was_and_is_listed(checkpoints: Path) -> None:
    assert ladder_names() == []
    ladder = make_ladder()
    save_ladder("mnist-2", ladder)
    assert ladder_names() == ["mnist-2"]
    assert model_names() == []  # it is no model
    loaded = load_ladder("mnist-2")
    assert (loaded.models, loaded.classes, loaded.settings) == (ladder.models, ladder.classes, ladder.settings)
    assert np.array_equal(loaded.labels, ladder.labels)
    assert np.array_equal(loaded.places, ladder.places)


@pytest.mark.parametrize("name", ["none", "", ".", "../model", "a/b", "a\0b"])
def test_no_such_ladder_says_how_to_make_one(checkpoints: Path, name: str) -> None:
    save_ladder("mnist-2", make_ladder())
    with pytest.raises(CheckpointError, match="python -m vae ladder"):
        load_ladder(name)


@pytest.mark.parametrize("lie", [
    {"models": ("m0",)}, {"models": ("m0", "m1")}, {"classes": ("0",)}, {"labels": np.zeros(5, np.uint8)}, {"labels": np.zeros(6, np.float32)},
    {"places": np.full((3, 6, 2), np.nan, np.float32)}, {"places": np.zeros((3, 6, 3), np.float32)},
])  # fmt: skip
def test_a_ladder_that_does_not_fit_together_is_refused(checkpoints: Path, lie: dict) -> None:
    save_ladder("bad", replace(make_ladder(), **lie))
    with pytest.raises(CheckpointError, match="make it again"):
        load_ladder("bad")


def test_a_damaged_ladder_is_refused(checkpoints: Path) -> None:
    path = save_ladder("bad", make_ladder())
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_ladder("bad")
    save_file({"places": torch.zeros(2, 3, 2)}, path)
    with pytest.raises(CheckpointError, match="lacks"):
        load_ladder("bad")


# --- metrics -----------------------------------------------------------------------------------------------


def test_metrics_come_back_as_they_were(saved: Path) -> None:
    metrics = {"recon_mse": {"value": 0.0158, "interval": [0.015, 0.016], "count": 10_000}, "data": "mnist", "none": None, "σ": 0.1 + 0.2}
    save_metrics(saved, metrics)
    assert load_metrics(saved) == metrics


def test_missing_metrics_are_no_metrics(saved: Path) -> None:
    assert load_metrics(saved) == {}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut", "list", "number", "bytes", "deep"]
)
def test_broken_metrics_say_how_to_make_them_again(saved: Path, content: bytes) -> None:
    (saved / "metrics.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model/metrics\.json is broken; make it again with: python -m vae evaluate model"):
        load_metrics(saved)


def test_figures_of_other_seeds_come_in_the_order_of_seeds_and_nothing_else_does(saved: Path) -> None:
    assert load_seeds(saved) == []
    for seed in (10, 2, 1):
        (saved / f"metrics-seed-{seed}.json").write_text(json.dumps({"recon_mse": {"value": seed}, "weights_sha256": str(seed)}))
    (saved / "metrics-seed-x.json").write_text("not one of them")
    assert [metrics["recon_mse"]["value"] for metrics in load_seeds(saved)] == [1, 2, 10]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is broken; make it again with"),
        ('{"recon_mse": {"value": "low"}}', "holds a figure that is no finite number"),
        ('{"recon_mse": {"value": NaN}}', "holds a figure that is no finite number"),
        ('{"kl": Infinity}', "holds a figure that is no finite number"),
        ('{"weights_sha256": "the same"}', r"same weights as metrics\.json, so it is no other seed"),
    ],
)
def test_a_seed_whose_figures_cannot_be_true_is_refused_in_a_sentence(saved: Path, content: str, words: str) -> None:
    save_metrics(saved, {"weights_sha256": "the same"})
    (saved / "metrics-seed-1.json").write_text(content)
    with pytest.raises(CheckpointError, match=rf"model/metrics-seed-1\.json .*{words}"):
        load_seeds(saved)


# --- files -------------------------------------------------------------------------------------------------


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class FullDisk(io.FileIO):
    """Takes half of what it is given, then finds no space for the rest."""

    def write(self, content: bytes) -> int:
        super().write(content[: len(content) // 2])
        full()


SAVE = {
    "a model": ("model.safetensors", lambda folder, make: save_model(folder, make("vae", seed=9))),
    "an atlas": ("atlas.safetensors", lambda folder, make: save_atlas(folder, make_atlas(count=30))),
    "metrics": ("metrics.json", lambda folder, make: save_metrics(folder, {"new": 2})),
}
FAULTS = {"fdopen": lambda descriptor, mode: FullDisk(descriptor, "w"), "fsync": full, "replace": full}


@pytest.mark.parametrize("fault", list(FAULTS))
@pytest.mark.parametrize("what", list(SAVE))
def test_a_write_that_fails_leaves_the_old_file_whole_and_nothing_behind(
    saved: Path, make_model: Make, monkeypatch: pytest.MonkeyPatch, what: str, fault: str
) -> None:
    save_atlas(saved, make_atlas())
    save_metrics(saved, {"old": 1})
    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    name, save = SAVE[what]
    with monkeypatch.context() as patch:
        patch.setattr(os, fault, FAULTS[fault])
        with pytest.raises(OSError, match="No space left"):
            save(saved, make_model)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before
    save(saved, make_model)
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


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.lists(st.integers(0, 4), max_size=3), max_size=4))
def test_tensors_of_any_name_and_shape_come_back(tmp_path_factory: pytest.TempPathFactory, shapes: dict[str, list[int]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    tensors = {name: torch.randn(shape) for name, shape in shapes.items() if name != "__metadata__"}
    write_tensors(path, tensors, {"words": "σ"})
    loaded, words = read_tensors(path)
    assert words == {"words": "σ"}
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], value) for name, value in tensors.items())


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
