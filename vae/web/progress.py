"""How far a training has come, by what it leaves on disk: its log, and pictures of the weights that it saved last."""

from __future__ import annotations

import io
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from vae import data
from vae.sentences import phrase
from vae.store.files import CheckpointError
from vae.store.folders import CONFIG, MODEL, TRAINING_LOG

if TYPE_CHECKING:
    from vae.models import Autoencoder
    from vae.tasks.train import TrainRequest

SHOWN, GAP = 8, 2  # pictures in a row of the wall, and pixels between two
MOST = 400  # rows of a log that a page is told: as many as a chart can show
RECENT = 5  # epochs by which the time of the next ones is reckoned
NOTHING_YET = phrase("nothing has been saved yet; look again in some seconds")


def curves(folder: Path) -> dict[str, list[float | None]]:
    """The log of the run in `folder`, thinned where it is long: epoch, mse (squared error per pixel), kl (nats an image) and validation (squared error on images held
    out, None where there are none), a value for each epoch."""
    rows = _rows(folder)
    rows = [*rows[: -1 : 1 + len(rows) // MOST], *rows[-1:]]
    columns = {"epoch": "epoch", "mse": "mse", "kl": "kl", "validation": "validation_mse"}
    return {name: [_number(row.get(column)) for row in rows] for name, column in columns.items()}


def seconds_left(request: TrainRequest, share: float) -> float | None:
    """What a run of which `share` is done will still take, by the last epochs; None before the first has ended."""
    seconds = [each for row in _rows(request.out)[-RECENT:] if (each := _number(row.get("seconds"))) is not None]
    return (1 - share) * request.epochs * median(seconds) if seconds else None


def stamp_of(folder: Path) -> int | None:
    """What differs once the run in `folder` has saved again; None before it has saved at all."""
    newest = _newest(folder)
    return None if newest is None else newest.stat().st_mtime_ns


def wall(folder: Path) -> bytes:
    """Pictures of the testing images, how the newest weights rebuild them, and what these draw from N(0, I), a row each, as a PNG file.

    Raises
    ------
    CheckpointError
        If nothing has been saved yet.
    DataError
        If the images cannot be had.
    """
    import numpy as np
    import torch
    from PIL import Image

    model = _model(folder)
    if not data.may_be_shown(model.config.data):
        raise CheckpointError(phrase("the images of {name} are not shown", name=folder.name))
    images = data.load(model.config.data, "test").images[:SHOWN].float() / 255
    draws = torch.randn(SHOWN, model.config.latent_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        rows = [images, model.decode(model.encode(images).mean), model.decode(draws)]
    channels, height, width = model.config.image_shape
    whole = np.zeros((channels + 1, 3 * (height + GAP) - GAP, SHOWN * (width + GAP) - GAP), np.uint8)
    for line, row in enumerate(rows):
        for place, picture in enumerate((row * 255).round().clamp(0, 255).to(torch.uint8).numpy()):
            top, left = line * (height + GAP), place * (width + GAP)
            whole[:channels, top : top + height, left : left + width] = picture
            whole[channels, top : top + height, left : left + width] = 255  # what lies between is transparent
    file = io.BytesIO()
    Image.fromarray(whole.transpose(1, 2, 0), "LA" if channels == 1 else "RGBA").save(file, "PNG")
    return file.getvalue()


def _newest(folder: Path) -> Path | None:
    """The weights that were saved last."""
    from vae.training.loop import STATE

    return next((folder / name for name in (STATE, MODEL) if (folder / name).exists()), None)


def _model(folder: Path) -> Autoencoder:
    """With the moving average of a run under way, or of one that has finished; CheckpointError if there is neither."""
    import json

    from vae.models import ModelConfig, build
    from vae.store.checkpoints import load_model
    from vae.store.tensors import read_tensors
    from vae.training.loop import STATE

    if (folder / STATE).exists():
        tensors, words = read_tensors(folder / STATE)
        model = build(ModelConfig.from_dict(json.loads(words["config"])))
        model.load_state_dict({key.removeprefix("average/"): value for key, value in tensors.items() if key.startswith("average/")})
        return model.eval().requires_grad_(False)
    if not (folder / CONFIG).exists():
        raise CheckpointError(NOTHING_YET)
    return load_model(folder, "cpu")


def _rows(folder: Path) -> list[dict[str, Any]]:
    from vae.training.loop import read_log

    return read_log(folder / TRAINING_LOG)


def _number(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None
