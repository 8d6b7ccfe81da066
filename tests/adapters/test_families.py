"""A model of every family is measured, certified, diagnosed and drawn from like one of ours, and answers what the pages ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import vae
from tests.adapters.test_module import example
from tests.foreign import put_onnx, put_pythae
from vae.live.bundle import Library
from vae.live.engine import Engine
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import unpack_reply
from vae.live.wire.schema import BALLOONS, CLIMB, HANDLES, HOLE, IMAGE, PREVIEW, RELAX, SAMPLE, TERRAIN
from vae.store.atlases import Atlas, save_atlas
from vae.tasks.certify import CertifyRequest, certify
from vae.tasks.convert import Converted
from vae.tasks.diagnose import DiagnoseRequest, diagnose
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.prove import ProveRequest, prove
from vae.tasks.sample import SampleRequest, sample

Convert = Callable[..., Converted]
Make = Callable[..., vae.models.Autoencoder]


def weights(folder: Path, make_model: Make) -> str:
    save_file(make_model("vae", architecture="conv", hidden=(4, 8)).state_dict(), folder / "model.safetensors")
    return str(folder / "model.safetensors")


def pythae(folder: Path, _: Make) -> str:
    put_pythae(folder / "final_model")
    return str(folder / "final_model")


def onnx(folder: Path, _: Make) -> str:
    for library in ("onnxruntime", "onnx"):
        pytest.importorskip(library)
    put_onnx(folder / "pair")
    return str(folder / "pair")


def module(folder: Path, _: Make) -> str:
    Path("my_networks.py").write_text(example("my_networks"))
    return "my_networks:Small"


def torchscript(folder: Path, _: Make) -> str:
    torch.jit.trace(nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), torch.zeros(1, 1, 8, 8)).save("encoder.ts")
    torch.jit.trace(nn.Sequential(nn.Linear(3, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8))), torch.zeros(1, 3)).save("decoder.ts")
    Path("scripted.py").write_text(example("scripted"))
    return "scripted:Scripted"


def diffusers(folder: Path, _: Make) -> str:
    library = pytest.importorskip("diffusers")
    model = library.AutoencoderKL(
        in_channels=1, out_channels=1, latent_channels=1, block_out_channels=(4, 4, 4), down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3, norm_num_groups=2, sample_size=8,
    )  # fmt: skip
    model.save_pretrained(folder / "kl", safe_serialization=True)
    return str(folder / "kl")


FAMILIES = [weights, pythae, onnx, module, torchscript, diffusers]


@pytest.fixture(params=FAMILIES, ids=lambda family: family.__name__)
def theirs(
    request: pytest.FixtureRequest, converted: Convert, spots: str, own_python: Path, tmp_path: Path, make_model: Make, monkeypatch: pytest.MonkeyPatch
) -> Iterator[vae.models.Autoencoder]:  # fmt: skip
    """An untrained model of each family, with a map of its codes as if drawn by UMAP; little is drawn of it, and no judge is trained."""
    torch.manual_seed(0)
    made = converted(request.param(tmp_path, make_model), data=spots)
    model, images = vae.load("theirs", "cpu"), vae.data.load(spots, "test")
    with torch.no_grad():
        posterior = model.encode(images.images.float() / 255)
    codes, std = posterior.mean.numpy(), posterior.std.numpy()
    places = codes if codes.shape[1] == 2 else np.random.default_rng(0).normal(size=(len(codes), 2)).astype(np.float32)
    settings = {"method": "identity" if codes.shape[1] == 2 else "umap", "splits": ["test"]}
    save_atlas(made.folder, Atlas(codes, std, images.labels.numpy().astype(np.uint8), places, images.classes, settings))
    for where, least in (
        ("scorecard.DRAWS", 400),
        ("scorecard.GEODESICS", 2),
        ("scorecard.SAMPLES", 5),
        ("doctor.amortisation.ADAM_STEPS", 5),
    ):
        monkeypatch.setattr(f"vae.continuity.{where}", least)
    monkeypatch.setattr("vae.tasks.evaluate.judge_of", lambda *_, **__: (None, []))
    monkeypatch.setattr("vae.tasks.certify.judge_of", lambda *_, **__: (None, []))
    yield model


@pytest.mark.slow
def test_every_command_takes_it(theirs: vae.models.Autoencoder, tmp_path: Path) -> None:
    made = certify(CertifyRequest(name="theirs", out=tmp_path / "certificate.html", device="cpu"))
    page, facts = made.page.read_text("utf-8"), json.loads(made.figures.read_text("utf-8"))
    assert facts["models"][0]["figures_computed_now"] > 0
    foreign = theirs.config.foreign
    assert ("its layers and its training are not known here" in page) == (foreign is not None)
    in_single = foreign is not None and bool(foreign.differences)
    assert ("too small for float32" in facts["left_out"][0].get("path_length_pixels", "")) == in_single

    (figures,) = evaluate(EvaluateRequest(name="theirs", brief=True, device="cpu")).metrics
    assert figures["recon_mse"]["value"] > 0 and ("kl" in figures) == theirs.spec.has_std

    sample(SampleRequest(name="theirs", out=tmp_path / "wall.png", count=4, device="cpu"))
    assert (tmp_path / "wall.png").stat().st_size

    found = diagnose(DiagnoseRequest(name="theirs", out=tmp_path / "diagnosis.json", device="cpu"))
    assert found.faults and all((fault["command"] is None) == (foreign is not None) for fault in found.faults)
    if foreign is not None:
        with pytest.raises(ValueError, match="was trained elsewhere and cannot be trained anew here"):
            prove(ProveRequest(name="theirs", key="blur", device="cpu"))


@pytest.mark.slow
def test_the_pages_are_answered(theirs: vae.models.Autoencoder) -> None:
    library = Library("cpu")
    facts = library.describe("theirs")
    assert facts["latent_dim"] == len(facts["dimensions"]) == theirs.config.latent_dim and json.dumps(facts)
    code, size = np.zeros(theirs.config.latent_dim, np.float32), theirs.config.latent_dim
    window = {"x0": -1, "x1": 1, "y0": -1, "y1": 1, "columns": 2, "rows": 2}
    questions = [
        (IMAGE, {"row": 3}), (SAMPLE, {"seed": 1, "count": 3, "temperature": 1, "source": "fitted"}), (BALLOONS, {"rows": [0, 1]}),
        (HANDLES, {"count": min(2, size), "reach": 1, "code": code}), (HOLE, {"code": code}), (CLIMB, {"stride": 0, "steps": 2, "code": code}),
        (RELAX, {"start": "line", "segments": 16, "iterations": 1, "a": code, "b": code + 1}), (TERRAIN, {"field": "stretch", **window}),
        (TERRAIN, {"field": "density", **window}), (PREVIEW, {"shrink": 2, "seed": 1, "count": 1, "mean": code, "std": code}),
    ]  # fmt: skip
    engine = Engine(library)
    engine.start()
    try:
        for operation, asked in questions:
            reply = unpack_reply(engine.submit(request(0, operation, "theirs", **asked)).result())
            assert not reply.sentence, (operation.name, reply.sentence)
            answer = answer_of(operation, reply.arrays)
            if operation is PREVIEW:
                assert answer["pixels"].shape == (2, *((4, 4) if theirs.config.architecture == "diffusers" else (8, 8)), 1)
            if operation is HANDLES:
                assert (np.asarray(answer["values"]) > 0).all()
    finally:
        engine.stop()
