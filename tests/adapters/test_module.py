"""Any module of the operator's own Python is a model; a checkpoint alone never has anything imported."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import vae
from vae.models import Foreign, ModelConfig
from vae.store.files import CheckpointError, write_json
from vae.tasks.convert import Converted
from vae.tasks.embed import EmbedRequest, embed

Convert = Callable[..., Converted]
DOCS = Path(__file__).parents[2] / "docs" / "models.md"


def example(name: str) -> str:
    """The Python of docs/models.md that begins with the comment `# name.py`."""
    return next(code for code in re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.S) if code.startswith(f"# {name}.py"))


@pytest.mark.slow
def test_the_worked_example_is_a_model_with_a_map(converted: Convert, spots: str, own_python: Path, checkpoints: Path) -> None:
    (own_python / "my_networks.py").write_text(example("my_networks"))
    made = converted("my_networks:Small", data=spots)
    assert made.model == "Variational autoencoder, 4 numbers, images of 1 × 8 × 8, module my_networks:Small, values from -1 to 1"
    model, images = vae.load("theirs", "cpu"), torch.rand(3, 1, 8, 8)
    net = model.net
    with torch.no_grad():
        mean, std = net.encode(2 * images - 1)
        posterior = model.encode(images)
        torch.testing.assert_close(posterior.mean, mean, atol=1e-6, rtol=0)
        torch.testing.assert_close(posterior.std, std, atol=1e-6, rtol=0)
        torch.testing.assert_close(model.decode(mean), ((net.decode(mean) + 1) / 2).clamp(0, 1), atol=1e-6, rtol=0)
    embed(EmbedRequest(name="theirs", device="cpu"))
    assert vae.atlas("theirs").codes.shape[1] == 4


def script(part: torch.nn.Module, given: torch.Tensor, file: Path) -> None:
    torch.jit.trace(part, given).save(str(file.with_suffix(".ts")))


def program(part: torch.nn.Module, given: torch.Tensor, file: Path) -> None:
    many = ({0: torch.export.Dim("batch")},)
    torch.export.save(
        torch.export.export(part.eval(), (given.repeat_interleave(2, 0),), dynamic_shapes=many), str(file.with_suffix(".pt2"))
    )


@pytest.mark.parametrize(("name", "save"), [("scripted", script), ("exported", program)])
def test_programs_are_opened_by_ones_own_python_alone(name: str, save: Callable, converted: Convert, spots: str, own_python: Path) -> None:
    encoder = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 3))
    decoder = torch.nn.Sequential(torch.nn.Linear(3, 64), torch.nn.Sigmoid(), torch.nn.Unflatten(1, (1, 8, 8)))
    for part, given, file in ((encoder, torch.zeros(1, 1, 8, 8), "encoder"), (decoder, torch.zeros(1, 3), "decoder")):
        save(part, given, own_python / file)
    for file in own_python.glob("encoder.*"):
        with pytest.raises(ValueError, match=r"see docs/models\.md: convert my_module:my_model NAME"):
            converted(file, data=spots)
    (own_python / f"{name}.py").write_text(example(name))
    converted(f"{name}:{name.title()}", data=spots)
    model, images = vae.load("theirs", "cpu"), torch.rand(3, 1, 8, 8)
    with torch.no_grad():
        torch.testing.assert_close(model.encode(images).mean, encoder(images), atol=1e-6, rtol=0)
        torch.testing.assert_close(model.decode(encoder(images)), decoder(encoder(images)), atol=1e-6, rtol=0)


def test_a_checkpoint_that_names_a_module_has_nothing_imported(checkpoints: Path, own_python: Path) -> None:
    (own_python / "trap.py").write_text("open('sprung', 'w')\n")
    foreign = Foreign(source="trap:net", code_shape=(2,), low=0.0, high=1.0)
    config = ModelConfig(kind="ae", latent_dim=2, image_shape=(1, 8, 8), data="spots", architecture="module", foreign=foreign)
    write_json(checkpoints / "theirs" / "config.json", config.to_dict())
    (checkpoints / "theirs" / "model.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError, match="trap:net is not registered on this machine"):
        vae.load("theirs", "cpu")
    assert not (own_python / "sprung").exists()


NET = """
import torch
class Net(torch.nn.Module):
    image_shape = (1, 8, 8)
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(()))
    def encode(self, images):
        return images[:, 0, ::4, ::4] * self.scale
    def decode(self, codes):
        return torch.nn.functional.interpolate(codes[:, None], scale_factor=4.0) SUFFIX
"""


def test_codes_with_a_shape_are_flat_outside(converted: Convert, spots: str, own_python: Path) -> None:
    (own_python / "spatial.py").write_text(NET.replace("SUFFIX", "* self.scale"))
    converted("spatial:Net", data=spots)
    model = vae.load("theirs", "cpu")
    assert model.config.latent_dim == 4 and model.config.foreign.code_shape == (2, 2)
    assert model.decode(torch.rand(3, 4)).shape == (3, 1, 8, 8)


POSTERIORS = {
    "(codes, 0.3)": ("vae", [0.3, 0.3], "its σ is the same for every image"),
    "(codes, torch.zeros_like(codes))": ("ae", [0, 0], ""),
    "(codes, torch.tensor([[0.04, 0.03], [0.03, 0.09]]).expand(len(codes), 2, 2))": ("vae", [0.2, 0.3], "a full covariance"),
    "torch.distributions.MultivariateNormal(codes, torch.diag(torch.tensor([0.04, 0.09])))": ("vae", [0.2, 0.3], "a full covariance"),
    "torch.distributions.Normal(codes, codes.square() + 0.1)": ("vae", None, ""),
}


@pytest.mark.parametrize("posterior", POSTERIORS)
def test_posteriors_as_people_have_them_are_understood(posterior: str, converted: Convert, spots: str, own_python: Path) -> None:
    kind, std, said = POSTERIORS[posterior]
    name = f"posterior_{len(posterior)}"
    code = NET.replace(
        "images[:, 0, ::4, ::4] * self.scale",
        f"self.spread(images[:, 0, 0, ::4] * self.scale)\n    def spread(self, codes):\n        return {posterior}",
    )
    (own_python / f"{name}.py").write_text(
        code.replace("codes[:, None], scale_factor=4.0", "codes[:, None, None], size=(8, 8)").replace("SUFFIX", "")
    )
    notes = converted(f"{name}:Net", data=spots).notes
    model = vae.load("theirs", "cpu")
    found = model.encode(torch.rand(5, 1, 8, 8)).std
    assert model.config.kind == kind and any(said in note for note in notes)
    assert (found > 0.1).all() if std is None else torch.allclose(found, torch.tensor(std, dtype=torch.float32).expand(5, 2))


def test_a_wrong_range_is_noticed_by_its_error_and_the_right_one_found(converted: Convert, spots: str, own_python: Path) -> None:
    """Pictures from 0 to 1 come out again; with -1 to 1 what is below the middle is lost."""
    whole = NET.replace("images[:, 0, ::4, ::4]", "images.clamp(min=0)[:, 0]").replace("scale_factor=4.0", "scale_factor=1.0")
    (own_python / "ranged.py").write_text(whole.replace("SUFFIX", ""))
    found = converted("ranged:Net", data=spots)
    assert found.notes[0].startswith("values from 0 to 1")
    told = converted("ranged:Net", data=spots, low=-1.0, high=1.0, replace=True)
    assert "as you said" in told.notes[0] and any("--range=0,1 --replace" in note for note in told.notes)
    assert vae.load("theirs", "cpu").config.foreign.low == -1


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("", "there is no Net"), ("Net = 3", "no torch.nn.Module with encode"), ("import nothing_of_the_kind", "cannot be imported"), (NET.replace("SUFFIX", "[:, :, :4]"), "decodes to"),
     (NET.replace("* self.scale\n", "> 0.5\n").replace("codes[:, None]", "codes[:, None].float()").replace("SUFFIX", ""), "codes of whole numbers")],
)  # fmt: skip
def test_what_is_no_such_object_is_said(code: str, sentence: str, converted: Convert, spots: str, own_python: Path) -> None:
    name = f"wrong_{abs(hash(code))}"
    (own_python / f"{name}.py").write_text(code)
    with pytest.raises(ValueError, match=sentence):
        converted(f"{name}:Net", data=spots)
    assert not (own_python.parent / "modules.json").exists() or name not in json.loads((own_python.parent / "modules.json").read_text())
