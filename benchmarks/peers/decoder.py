"""The shipped decoder as matrix products, so that a peer needs no torch; for one picture that is as fast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

MODEL = Path(__file__).resolve().parents[2] / "checkpoints" / "mnist-vae"
LOW, HIGH, STEP = -4.0, 4.0, 0.02  # of the one slider that a peer has

_weights = load_file(MODEL / "model.safetensors")
_layers = [(_weights[f"decoder.{i}.weight"], _weights[f"decoder.{i}.bias"]) for i in (0, 2, 4)]
SIZE = _layers[0][0].shape[1]


def decode(first: float) -> np.ndarray:
    """The picture (28, 28) uint8 of the code whose first number is `first` and whose others are 0."""
    values = np.zeros(SIZE, np.float32)
    values[0] = first
    for weight, bias in _layers[:-1]:
        values = weight @ values + bias
        values /= 1 + np.exp(-values)  # SiLU
    weight, bias = _layers[-1]
    return np.round(255 / (1 + np.exp(-(weight @ values + bias)))).astype(np.uint8).reshape(28, 28)
