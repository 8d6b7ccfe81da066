"""A small imported data set with columns of its own, and a model of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from vae.data.imported.build import import_pictures
from vae.data.imported.pictures import Look
from vae.models import Autoencoder
from vae.store.checkpoints import save_model
from vae.tasks.embed import EmbedRequest, embed

SIDE = 8


def put_pets(folder: Path, checkpoints: Path, make_model: Callable[..., Autoencoder]) -> str:
    """Import `pets`, of whose 24 pictures in two classes 21 are for testing, and save an untrained VAE of two numbers; its name."""
    source, dice = folder / "pets", np.random.default_rng(0)
    lines = ["file_name,split,age,colour"]
    for number in range(24):
        name = f"{'cat' if number % 2 else 'dog, old'}/{number}.png"
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 256, (SIDE, SIDE), np.uint8)).save(source / name)
        lines.append(f'"{name}",{"test" if number < 21 else "train"},{number / 2},{"red" if number < 5 else ""}')
    (source / "metadata.csv").write_text("\n".join(lines))
    import_pictures(source, "pets", Look(SIDE, grey=True), test_share=0.1, replace=False, progress=lambda *_: None, processes=0)
    save_model(checkpoints / "pets-vae", make_model("vae", image_shape=(1, SIDE, SIDE), data="pets"))
    embed(EmbedRequest(name="pets-vae", device="cpu"))
    return "pets-vae"
