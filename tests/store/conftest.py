"""A sound checkpoint, and atlases for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vae.models import Autoencoder
from vae.store.atlases import Atlas
from vae.store.checkpoints import save_model

Make = Callable[..., Autoencoder]


@pytest.fixture
def saved(checkpoints: Path, make_model: Make) -> Path:
    """A sound checkpoint of a VAE, called `model`."""
    save_model(checkpoints / "model", make_model("vae"))
    return checkpoints / "model"


@pytest.fixture(scope="session")
def make_atlas() -> Callable[..., Atlas]:
    """Random codes of three classes; keywords change the kind, the dimensions, the method of the map and the count."""

    def make(kind: str = "vae", dimensions: int = 2, method: str = "umap", count: int = 20) -> Atlas:
        random = np.random.default_rng(0)
        codes = random.standard_normal((count, dimensions), np.float32)
        std = random.random((count, dimensions), np.float32) if kind == "vae" else np.zeros_like(codes)
        places = codes if method == "identity" else random.standard_normal((count, 2), np.float32)
        labels = (np.arange(count) % 3).astype(np.uint8)
        return Atlas(codes, std, labels, places, ("T-shirt", "σ", "Ankle boot"), {"method": method, "seed": 0, "splits": ["test"]})

    return make
