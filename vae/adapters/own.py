"""Which of our own architectures a state dict is of, by the names and shapes of its weights."""

from __future__ import annotations

from itertools import count
from typing import Any

from torch import Tensor


def structure_of(weights: dict[str, Tensor]) -> dict[str, Any]:
    """The fields of a config that the weights of one of our models tell: kind, latent_dim, architecture, hidden, dense, sphere, pixels.

    Beside them `pixels`, C·H·W, of a fully connected model, and `channels` of another; the one that they do not tell is None.

    Raises
    ------
    ValueError
        If they are of no architecture of ours.
    """
    shapes = {name: tuple(value.shape) for name, value in weights.items()}
    if len(shapes.get("mean.weight", ())) != 2:
        raise ValueError(
            "these weights are of none of our architectures; for a network of your own, see docs/models.md: convert my_module:my_model NAME"
        )
    found: dict[str, Any] = {
        "kind": "vae" if "log_variance.weight" in shapes else "ae",
        "latent_dim": shapes["mean.weight"][0],
        "sphere": any(name.startswith("decoder.decoder.") for name in shapes),
    }
    dense = shapes.get("trunk.dense.weight", (0,))[0]
    if kernels := _series(shapes, "trunk.layers.{}.weight"):
        straight, spatial = any(".straight." in name for name in shapes), any(name.endswith("decoder.widen.weight") for name in shapes)
        architecture = "residual" if straight else "spatial" if spatial else "conv"
        hidden = tuple(each[0] for each in kernels)
        return found | {"architecture": architecture, "dense": dense, "hidden": hidden, "pixels": None, "channels": kernels[0][1]}
    layers = _series(shapes, "trunk.0.{}.weight", 2)
    if not layers:
        raise ValueError("these weights are of none of our architectures: there is no trunk; name a model of the same shape with --like")
    return found | {
        "architecture": "mlp",
        "dense": 0,
        "hidden": tuple(each[0] for each in layers),
        "pixels": layers[0][1],
        "channels": None,
    }


def _series(shapes: dict[str, tuple[int, ...]], pattern: str, step: int = 1) -> list[tuple[int, ...]]:
    """The shapes of `pattern` with 0, `step`, 2 `step` and so on in it, as far as they go."""
    found: list[tuple[int, ...]] = []
    for index in count(0, step):
        if (shape := shapes.get(pattern.format(index))) is None:
            return found
        found.append(shape)
    return found
