"""A model comes back as it was written; a name or a config that cannot be used says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import vae
from vae.models import KINDS, Autoencoder
from vae.models.device import best_device
from vae.store.checkpoints import find_model, save_model, unknown_folders
from vae.store.files import CheckpointError

Make = Callable[..., Autoencoder]


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


def change_config(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | values))


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


def test_a_model_in_the_making_is_no_folder_of_others(checkpoints: Path) -> None:
    for name, files in {
        "foreign": ["model.safetensors"],
        "stopped": ["training.safetensors", "training.csv"],
        "being-written": [".writing", "model.safetensors"],
    }.items():
        (checkpoints / name).mkdir()
        for file in files:
            (checkpoints / name / file).touch()
    assert unknown_folders().keys() == {"foreign"}
