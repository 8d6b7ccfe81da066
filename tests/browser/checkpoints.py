"""Folders of checkpoints for pages to show: small untrained models with codes that a test chooses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vae.models import ModelConfig, build
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model

CLASSES = ("circle", "square", "star")


def put_model(root: Path, name: str, kind: str, dim: int = 2, codes: np.ndarray | int = 60, data: str = "shapes") -> Path:
    """Write the checkpoint `name` under `root`.

    Parameters
    ----------
    codes : (N, dim) of the images on its map, or how many random ones
    """
    torch.manual_seed(0)
    config = ModelConfig(kind=kind, latent_dim=dim, image_shape=(1, 8, 8), data=data, hidden=(24, 16), beta=1.0 if kind == "vae" else 0.0)
    folder = root / name
    save_model(folder, build(config))
    put_atlas(folder, kind, dim, codes)
    return folder


def put_atlas(folder: Path, kind: str, dim: int, codes: np.ndarray | int = 60) -> None:
    """Write the atlas of the checkpoint in `folder`; `codes` as in `put_model`."""
    dice = np.random.default_rng(0)
    codes = dice.normal(size=(codes, dim)) if isinstance(codes, int) else codes
    codes = codes.astype(np.float32)
    std = np.full_like(codes, 0.3 if kind == "vae" else 0.0)
    plane = dim == 2
    places = codes if plane else dice.normal(size=(len(codes), 2)).astype(np.float32) * (0 if np.ptp(codes) == 0 else 4)
    settings = {"method": "identity" if plane else "umap", "splits": ["test"]}
    labels = (np.arange(len(codes)) % len(CLASSES)).astype(np.uint8)
    save_atlas(folder, Atlas(codes, std, labels, places, CLASSES, settings))
