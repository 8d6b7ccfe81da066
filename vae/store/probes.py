"""The probe that judges drawings of scenes: which object, tint and background they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from vae.models import Probe
from vae.sentences import phrase
from vae.store.checkpoints import weights_sha256
from vae.store.files import CheckpointError, read_object, write_json
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, place
from vae.store.tensors import fill, half, write_tensors

PROBE = "scenes-probe"  # under `classifiers/`: not of the classes that a scorecard looks for, so not under the data set's name


def save_probe(folder: Path, model: Probe, config: dict[str, Any]) -> None:
    """Write a probe in half precision, with how it was trained and what it reached, to `folder`."""
    write_tensors(folder / MODEL, half(model.state_dict()))
    write_json(folder / CONFIG, config)


def load_probe(device: str | torch.device = "cpu") -> tuple[Probe, dict[str, Any]]:
    """The probe that judges drawings, and its config with the hash of its weights; CheckpointError with a sentence if there is none."""
    folder = place(CLASSIFIERS, PROBE)
    try:
        config = read_object(folder / CONFIG)
        sizes, width = config["sizes"], config["width"]
        if not isinstance(sizes, list) or not sizes or not all(type(size) is int and 1 <= size <= 4096 for size in [*sizes, width]):
            raise ValueError(phrase("sizes and width must be whole numbers"))
    except (ValueError, KeyError) as error:
        raise CheckpointError(phrase("there is no usable probe of scenes; train one with: python -m vae dalle probe")) from error
    with torch.device("meta"):
        model = Probe(tuple(sizes), width)
    fill(model, folder / MODEL, torch.float16)
    return model.to(device).eval().requires_grad_(False), config | {"sha256": weights_sha256(folder)}
