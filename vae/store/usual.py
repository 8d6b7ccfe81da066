"""What is usual of a model's own images: their squared errors and cycle gaps, by which a picture of somebody's own is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae.data.framing import Framing
from vae.sentences import phrase
from vae.store.atlases import fingerprint
from vae.store.files import CheckpointError, reason
from vae.store.folders import USUAL
from vae.store.tensors import read_tensors, write_tensors

QUANTILES = 1001  # 0 %, 0.1 %, … 100 %


@dataclass(frozen=True)
class Usual:
    """Of the images on a model's map.

    errors : (1001,) float32, quantiles of their squared errors; empty where the images were not on disk
    gaps : (1001,) float32, quantiles of their codes' cycle gaps
    count : how many images that is
    framing : how they stand in their frames
    """

    errors: np.ndarray
    gaps: np.ndarray
    count: int
    framing: Framing


def save_usual(folder: Path, usual: Usual) -> None:
    """Write `usual` to `folder`, atomically, with a hash of the weights and the map that it is of."""
    tensors = {"errors": torch.from_numpy(usual.errors), "gaps": torch.from_numpy(usual.gaps)}
    words = {"of": fingerprint(folder), "count": str(usual.count), "framing": json.dumps(usual.framing.to_dict())}
    write_tensors(folder / USUAL, tensors, words)


def load_usual(folder: Path) -> Usual:
    """What `save_usual` has written to `folder`; CheckpointError if it is missing, broken, or of other weights or another map."""
    tensors, words = read_tensors(folder / USUAL)
    try:
        errors, gaps = tensors["errors"].numpy(), tensors["gaps"].numpy()
        usual = Usual(errors, gaps, int(words["count"]), _framing(json.loads(words["framing"])))
        sound = all(each.dtype == np.float32 and each.shape == (QUANTILES,) and np.isfinite(each).all() for each in (errors, gaps))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(phrase("{name}/{usual} lacks {why}", name=folder.name, usual=USUAL, why=reason(error))) from error
    if not sound or words.get("of") != fingerprint(folder):
        raise CheckpointError(phrase("{name}/{usual} is not of this model and its map", name=folder.name, usual=USUAL))
    return usual


def _framing(values: dict[str, Any]) -> Framing:
    return Framing(**(values | {"background": tuple(map(float, values["background"]))}))
