"""Weights as trainings leave them become a model that gives the same pictures."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import vae
from vae.store.checkpoints import save_model
from vae.tasks.convert import Converted

Make = Callable[..., vae.models.Autoencoder]
Convert = Callable[..., Converted]
ARCHITECTURES = [("vae", {}), ("ae", {"sphere": True}), ("vae", {"architecture": "conv", "hidden": (4, 8)}),
                 ("ae", {"architecture": "conv", "hidden": (4,), "dense": 8}), ("vae", {"architecture": "residual", "hidden": (4, 8), "dense": 8})]  # fmt: skip


def same(theirs: vae.models.Autoencoder, ours: vae.models.Autoencoder, tolerance: float = 1e-6) -> None:
    images = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        first, second = theirs.encode(images), ours.encode(images)
        torch.testing.assert_close(first.mean, second.mean, atol=tolerance, rtol=0)
        torch.testing.assert_close(first.std, second.std, atol=tolerance, rtol=0)
        torch.testing.assert_close(theirs.decode(first.mean), ours.decode(first.mean), atol=tolerance, rtol=0)


@pytest.mark.parametrize(("kind", "changes"), ARCHITECTURES)
def test_weights_of_our_architectures_tell_what_they_are_of(
    kind: str, changes: dict, make_model: Make, converted: Convert, spots: str, tmp_path: Path
) -> None:
    model = make_model(kind, **changes)
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    converted(tmp_path / "model.safetensors", data=spots)
    found = vae.load("theirs", "cpu")
    assert (found.config.kind, found.config.architecture, found.config.hidden) == (kind, model.config.architecture, model.config.hidden)
    same(found, model)


@pytest.mark.slow
def test_prefixes_and_a_training_around_the_weights_are_taken_off(make_model: Make, converted: Convert, spots: str, tmp_path: Path) -> None:
    model = make_model("vae")
    wrapped = {f"module._orig_mod.{key}": value.double() for key, value in model.state_dict().items()}
    saved = {"epoch": 3, "optimizer_state_dict": {"state": {0: {"step": torch.ones(())}}}, "model_state_dict": wrapped}
    torch.save(saved, tmp_path / "last.ckpt")
    converted(tmp_path / "last.ckpt", data=spots)
    same(vae.load("theirs", "cpu"), model)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 5e-3), (torch.bfloat16, 5e-2), (torch.float64, 1e-6)])
def test_other_number_types_become_float32(
    dtype: torch.dtype, tolerance: float, make_model: Make, converted: Convert, spots: str, tmp_path: Path
) -> None:
    model = make_model("vae")
    save_file({key: value.to(dtype) for key, value in model.state_dict().items()}, tmp_path / "model.safetensors")
    converted(tmp_path / "model.safetensors", data=spots)
    found = vae.load("theirs", "cpu")
    assert {value.dtype for value in found.state_dict().values()} == {torch.float32}
    same(found, model, tolerance)


@pytest.mark.slow
def test_a_config_beside_or_within_the_file_is_believed(make_model: Make, converted: Convert, tmp_path: Path) -> None:
    model = make_model("ae", noise=0.25)
    folder = tmp_path / "older"
    save_model(folder, model)
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "model.pt")
    converted(folder / "model.pt")
    assert vae.load("theirs", "cpu").config == model.config
    torch.save({"config": json.loads((folder / "config.json").read_text()), "state_dict": model.state_dict()}, tmp_path / "alone.pt")
    converted(tmp_path / "alone.pt", replace=True)
    assert vae.load("theirs", "cpu").config == model.config


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return open, (str(self.path), "w")


def test_pictures_of_other_channels_and_a_data_set_that_is_not_there_are_told(
    converted: Convert, spots: str, make_model: Make, tmp_path: Path
) -> None:
    model = make_model("ae", image_shape=(3, 8, 8))
    torch.save({"model": model.state_dict()}, tmp_path / "bare.pt")
    with pytest.raises(ValueError, match="there is no data set 'nowhere' to ask: name one of mnist"):
        converted(tmp_path / "bare.pt", data="nowhere")
    torch.save({"config": model.config.to_dict(), "model": model.state_dict()}, tmp_path / "own.pt")
    with pytest.raises(ValueError, match=f"the pictures of {spots} have 1 channel and the model takes 3 channels"):
        converted(tmp_path / "own.pt", data=spots)


@pytest.mark.slow
@pytest.mark.parametrize("save", [torch.save, lambda value, path: path.write_bytes(pickle.dumps(value))])
def test_a_pickle_that_could_run_code_is_refused_with_how_to_convert_it(
    save: Callable, converted: Convert, spots: str, tmp_path: Path
) -> None:
    save({"model": Trap(tmp_path / "sprung")}, tmp_path / "model.pt")
    with pytest.raises(ValueError, match=r"torch\.save\(model\.state_dict\(\), 'weights\.pt'\)"):
        converted(tmp_path / "model.pt", data=spots)
    assert not (tmp_path / "sprung").exists() and vae.checkpoints() == []


def test_a_program_of_torch_export_is_not_opened(converted: Convert, spots: str, tmp_path: Path) -> None:
    """torch.export.load unpickles the inputs that it was exported with, whatever they are."""
    encoder = torch.nn.Linear(64, 2)
    torch.export.save(torch.export.export(encoder, (torch.zeros(1, 64),)), str(tmp_path / "plain.pt2"))
    inputs = io.BytesIO()
    torch.save((Trap(tmp_path / "sprung"),), inputs)
    with zipfile.ZipFile(tmp_path / "plain.pt2") as plain, zipfile.ZipFile(tmp_path / "encoder.pt2", "w") as trapped:
        for name in plain.namelist():
            trapped.writestr(name, inputs.getvalue() if "sample_inputs" in name else plain.read(name))
    with pytest.raises(ValueError, match=r"torch\.export.* can run code; open it in a module of your own"):
        converted(tmp_path / "encoder.pt2", data=spots)
    assert not (tmp_path / "sprung").exists()
    with suppress(TypeError):  # of a warning of torch's that cannot be formatted
        torch.export.load(str(tmp_path / "encoder.pt2"))
    assert (tmp_path / "sprung").exists(), "torch opens it without running what lies in it: it can be opened here, too"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is empty"), (b"nothing of the kind", "damaged, or no file|could run code"), (None, "is not there")],
)
def test_what_is_no_file_of_weights_is_named_in_a_sentence(
    content: bytes | None, sentence: str, converted: Convert, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        converted(tmp_path / "model.pt", data="mnist")


def test_weights_of_another_network_are_refused(converted: Convert, spots: str, tmp_path: Path) -> None:
    save_file(torch.nn.Linear(3, 3).state_dict(), tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match="none of our architectures"):
        converted(tmp_path / "model.safetensors", data=spots)


def test_a_name_that_is_taken_is_kept_unless_told(make_model: Make, converted: Convert, spots: str, tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    save_file(make_model("vae").state_dict(), file)
    converted(file, data=spots)
    with pytest.raises(ValueError, match="--replace"):
        converted(file, data=spots)
    converted(file, data=spots, replace=True)
