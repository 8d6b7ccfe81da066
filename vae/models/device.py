"""The device that a model runs on."""

from __future__ import annotations

import torch


def best_device() -> torch.device:
    """`cuda` if there is one, else `mps`, else `cpu`."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
