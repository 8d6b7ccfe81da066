"""Weights that cannot be used say why, and nothing is ever unpickled."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

import vae
from vae.models import Autoencoder
from vae.store.checkpoints import load_model, save_model
from vae.store.files import CheckpointError
from vae.store.tensors import read_tensors, write_tensors

Make = Callable[..., Autoencoder]


def change_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


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


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.lists(st.integers(0, 4), max_size=3), max_size=4))
def test_tensors_of_any_name_and_shape_come_back(tmp_path_factory: pytest.TempPathFactory, shapes: dict[str, list[int]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    tensors = {name: torch.randn(shape) for name, shape in shapes.items() if name != "__metadata__"}
    write_tensors(path, tensors, {"words": "σ"})
    loaded, words = read_tensors(path)
    assert words == {"words": "σ"}
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], value) for name, value in tensors.items())
