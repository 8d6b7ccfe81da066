"""Models as other libraries leave them on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

D, PIXELS = 3, 64


def put_pythae(folder: Path, name: str = "VAEConfig", **changes: object) -> dict[str, torch.Tensor]:
    """Write a model as pythae lays it out: its config, its environment, and its weights by `torch.save`."""
    folder.mkdir()
    generator = torch.Generator().manual_seed(0)
    sizes = {"encoder.layers.0.0": (512, PIXELS), "encoder.embedding": (D, 512), "decoder.layers.0.0": (512, D), "decoder.layers.1.0": (PIXELS, 512)}  # fmt: skip
    if name != "AEConfig":
        sizes["encoder.log_var"] = (D, 512)
    weights = {f"{part}.weight": 0.1 * torch.randn(size, generator=generator) for part, size in sizes.items()}
    weights |= {f"{part}.bias": 0.1 * torch.randn(size[0], generator=generator) for part, size in sizes.items()}
    torch.save({"model_state_dict": weights}, folder / "model.pt")
    config = {"name": name, "input_dim": [1, 8, 8], "latent_dim": D, "uses_default_encoder": True, "uses_default_decoder": True}
    (folder / "model_config.json").write_text(json.dumps(config | changes))
    (folder / "environment.json").write_text('{"name": "EnvironmentConfig", "python_version": "3.11"}')
    return weights


def put_onnx(folder: Path, second: str | None = "log_variance", *, batch: int | str = "n", last: bool = False) -> dict[str, torch.Tensor]:
    """Write encoder and decoder as ONNX graphs: one layer each, the decoder's with a sigmoid; the weights, (in, out).

    Parameters
    ----------
    second : name of the encoder's second output; None for an autoencoder
    batch : how many images and codes the graphs take
    last : whether images have their channels last
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    generator = torch.Generator().manual_seed(0)
    sizes = {"mean": (PIXELS, D), "second": (PIXELS, D), "decoder": (D, PIXELS)}
    weights = {name: 0.2 * torch.randn(size, generator=generator) for name, size in sizes.items()}
    shape = (8, 8, 1) if last else (1, 8, 8)

    def write(part: str, nodes: list, given: tuple, out: dict[str, tuple], *values: object) -> None:
        described = [
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, *sides]) for name, sides in ends.items()]
            for ends in (dict([given]), out)
        ]
        graph = helper.make_graph([helper.make_node(*node) for node in nodes], part, *described, list(values))
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), folder / f"{part}.onnx")

    folder.mkdir()
    stored = {name: numpy_helper.from_array(value.numpy(), name) for name, value in weights.items()}
    layers = [("Flatten", ["images"], ["flat"]), ("MatMul", ["flat", "mean"], ["codes"])]
    outputs = {"codes": (D,)}
    if second is not None:
        layers.append(("MatMul", ["flat", "second"], [second]))
        outputs[second] = (D,)
    write("encoder", layers, ("images", shape), outputs, stored["mean"], *([] if second is None else [stored["second"]]))
    sides = numpy_helper.from_array(np.array([-1, *shape]), "sides")
    ways = [("MatMul", ["codes", "decoder"], ["sums"]), ("Sigmoid", ["sums"], ["flat"]), ("Reshape", ["flat", "sides"], ["pictures"])]
    write("decoder", ways, ("codes", (D,)), {"pictures": shape}, stored["decoder"], sides)
    return weights
