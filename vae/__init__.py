"""Continuum: see how continuous the latent space of an autoencoder is, and draw from a caption.

Pictures to codes and back:

>>> import vae
>>> model = vae.load("mnist-vae")
>>> posterior = model.encode(images)    # (N, C, H, W) float in [0, 1] -> .mean and .std, (N, D) each; an autoencoder's std is 0
>>> images = model.decode(posterior.mean)  # (N, D) -> (N, C, H, W) float in [0, 1]

`encode` also takes NumPy arrays, PIL images and lists of them, bytes from 0 to 255, a single picture, channels last, grey for
colour and colour for grey; what could mean several things, or has another size, is an error that says how to convert it.
`decode` takes a tensor, an array or a list of lists. `model.config` says what the model is, `vae.checkpoints()` which there are.

From a caption:

>>> painter = vae.load("dalle")
>>> images = painter.draw("a red apple on a white background", count=4, seed=0)
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vae.store.files import CheckpointError

if TYPE_CHECKING:
    from types import ModuleType

    import torch

    from vae.drawing.painter import Painter
    from vae.models import Autoencoder
    from vae.store.atlases import Atlas

__all__ = ["CheckpointError", "atlas", "checkpoints", "load"]
__version__ = "0.1.0"


def checkpoints() -> list[str]:
    """The names of the models found under `checkpoints/`, sorted: autoencoders and painters."""
    from vae.store.checkpoints import model_names  # which imports torch: whoever asks for help alone need not wait for it
    from vae.store.painters import painter_names

    return sorted(model_names() + painter_names())


def load(name: str | Path, device: str | torch.device | None = None) -> Autoencoder | Painter:
    """The autoencoder or the painter called `name`; see `vae.store.checkpoints.load_model` and `vae.drawing.painter.load_painter`.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    from vae.store.checkpoints import load_model
    from vae.store.painters import find_painter

    if find_painter(name) is None:
        return load_model(name, device)
    from vae.drawing.painter import load_painter  # only who draws pays for what drawing needs

    return load_painter(name, device)


def atlas(name: str | Path) -> Atlas:
    """What is on the map of the autoencoder called `name`: `.codes` and `.std` (N, D), `.places` (N, 2), `.labels` (N,), `.classes`.

    Raises
    ------
    CheckpointError
        If there is no such model, or no map of it.
    """
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model

    return load_atlas(find_model(name))


def __getattr__(name: str) -> ModuleType:
    """`vae.data` and `vae.models`, imported when they are first used."""
    if name in ("data", "models"):
        return import_module(f"vae.{name}")
    raise AttributeError(f"module 'vae' has no attribute {name!r}")
