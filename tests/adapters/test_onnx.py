"""Pairs of ONNX graphs give the pictures that their weights give in torch, whichever way they were exported."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import vae
from tests.foreign import PIXELS, D, put_onnx
from vae.latent.directions import jacobians
from vae.tasks.convert import Converted

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: pip install onnxruntime to hold the adapter to it")

Convert = Callable[..., Converted]


def images(count: int = 5) -> Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("second", "given"),
    [("log_variance", {}), ("Sigma", {}), (None, {}), ("logvar", {"batch": 2}), (None, {"batch": 1, "last": True})],
)
def test_a_pair_gives_what_its_weights_give_in_torch(
    second: str | None, given: dict, converted: Convert, spots: str, tmp_path: Path
) -> None:
    pytest.importorskip("onnx")
    weights = put_onnx(tmp_path / "pair", second, **given)
    made = converted(tmp_path / "pair", data=spots)
    model = vae.load("theirs", "cpu")
    assert model.config.kind == ("ae" if second is None else "vae") and "onnx" in made.model
    flat = images().flatten(1)
    mean, other = flat @ weights["mean"], flat @ weights["second"]
    std = (
        torch.zeros_like(other)
        if second is None
        else other.clamp_min(torch.finfo(torch.float32).tiny)
        if second == "Sigma"
        else (other / 2).exp()
    )
    posterior = model.encode(images())
    torch.testing.assert_close(posterior.mean, mean, atol=1e-5, rtol=0)
    torch.testing.assert_close(posterior.std, std, atol=1e-5, rtol=0)
    pictures = (mean @ weights["decoder"]).sigmoid().view(-1, 1, 8, 8)
    torch.testing.assert_close(model.decode(mean), pictures, atol=1e-5, rtol=0)
    torch.testing.assert_close(deepcopy(model).decode(mean), pictures, atol=1e-5, rtol=0)
    assert model.decode(mean[:0]).shape == (0, 1, 8, 8)

    slope = (pictures * (1 - pictures)).flatten(1)[..., None] * weights["decoder"].T
    torch.testing.assert_close(jacobians(model.paint, mean), slope, atol=1e-4, rtol=0)


def test_the_worked_example_exports_what_is_then_converted(converted: Convert, spots: str, own_python: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript", reason="onnxscript is not installed: pip install onnxscript to run the example")
    from tests.adapters.test_module import example

    class Encoder(nn.Linear):
        def forward(self, images: Tensor) -> tuple[Tensor, ...]:
            return super().forward(images.flatten(1)).chunk(2, 1)

    torch.manual_seed(0)
    encoder, decoder = Encoder(PIXELS, 2 * D), nn.Sequential(nn.Linear(D, PIXELS), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))
    found: dict = {}
    exec(example("to_onnx"), found)
    found["to_onnx"](encoder, decoder, images(2), torch.zeros(2, D), tmp_path / "pair")
    assert (tmp_path / "pair" / "encoder.onnx.data").exists()
    converted(tmp_path / "pair", data=spots)
    model = vae.load("theirs", "cpu")
    with torch.no_grad():
        mean, log_variance = encoder(images())
        torch.testing.assert_close(model.encode(images()).mean, mean, atol=1e-5, rtol=0)
        torch.testing.assert_close(model.encode(images()).std, (log_variance / 2).exp(), atol=1e-5, rtol=0)
        torch.testing.assert_close(model.decode(mean), decoder(mean), atol=1e-5, rtol=0)


def draw_at_random(folder: Path) -> None:
    import onnx
    from onnx import helper

    graph = onnx.load(folder / "encoder.onnx")
    nodes = graph.graph.node
    nodes[1].output[0] = "still"
    nodes.append(helper.make_node("RandomNormalLike", ["still"], ["dice"]))
    nodes.append(helper.make_node("Add", ["still", "dice"], ["codes"]))
    onnx.save(graph, folder / "encoder.onnx")


def outside(folder: Path) -> None:
    """Weights in a file that belongs to somebody else."""
    import onnx

    graph = onnx.load(folder / "decoder.onnx")
    onnx.save(graph, folder / "decoder.onnx", save_as_external_data=True, location="theirs", size_threshold=0)


@pytest.mark.parametrize(
    ("second", "spoil", "sentence"),
    [
        (None, draw_at_random, "other codes each time; export the mean"),
        ("variance", lambda folder: None, r'gives codes, variance; export it .*output_names=\["mean", "log_variance"\]'),
        (None, lambda folder: (folder / "decoder.onnx").unlink(), "holds no decoder.onnx"),
        (None, lambda folder: (folder / "decoder.onnx").write_bytes(b"nothing of the kind"), r"decoder.onnx cannot be opened \(.*; export it again"),
        (None, lambda folder: (folder / "decoder.onnx").write_bytes((folder / "encoder.onnx").read_bytes()), "decoder.onnx fails on 16×3 numbers"),
        (None, outside, "decoder.onnx cannot be opened"),
    ],
)  # fmt: skip
def test_what_is_no_such_pair_is_said(
    second: str | None, spoil: Callable[[Path], object], sentence: str, converted: Convert, spots: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    pytest.importorskip("onnx")
    put_onnx(tmp_path / "pair", second)
    spoil(tmp_path / "pair")
    monkeypatch.chdir(tmp_path / "pair")
    with pytest.raises(ValueError, match=sentence):
        converted(tmp_path / "pair", data=spots)
    assert vae.checkpoints() == []


def test_without_onnxruntime_it_is_one_sentence(spots: str, tmp_path: Path, converted: Convert, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"")
    monkeypatch.setattr("vae.adapters.onnx.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="pip install onnxruntime"):
        converted(tmp_path, data=spots)
