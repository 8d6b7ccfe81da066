"""A model on disk: which ones there are, their configs and their weights."""

from __future__ import annotations

import hashlib
import shlex
from contextlib import suppress
from pathlib import Path

import torch
from torch import Tensor

import vae.adapters  # noqa: F401, so that configs of others' models can be read
from vae.models import Autoencoder, ModelConfig, build
from vae.models.device import best_device
from vae.sentences import phrase
from vae.store.files import CheckpointError, read_object, reason, write_json
from vae.store.folders import CONFIG, MODEL, PAINTER, STATE, entries, folders_with, holds, look_for
from vae.store.names import RESERVED, check_folder, printable
from vae.store.tensors import fill, half, write_tensors
from vae.store.writing import LOCK

WEIGHTS = (".pt", ".pth", ".ckpt", ".bin", ".safetensors", ".onnx", ".pt2")
FOREIGN = ("_class_name", "_diffusers_version", "model_type", "architectures")  # what other libraries' config.json have and ours never


def model_names() -> list[str]:
    """The names found under `roots()`, sorted: folders with a `config.json`, readable or not."""
    return folders_with(CONFIG)


def need_model(name: str) -> None:
    """CheckpointError if there is no model called `name`: a name that is none of these is never taken for a path."""
    known = model_names()
    if name not in known:
        raise CheckpointError(
            phrase(
                "there is no model {name!r}; choose one of {known}", name=name, known=", ".join(known) or phrase("none: train one first")
            )
        )


def unknown_folders() -> dict[str, str]:
    """The folders under `roots()` that hold weights or a model of another library but no model of ours, and how to make one of each.

    A model of ours that is being trained or written, or whose training was stopped, is none of these.
    """
    found: dict[str, str] = {}
    for path in entries():
        if path.name in RESERVED or any(holds(path, ours) for ours in (CONFIG, PAINTER, STATE, LOCK)):
            continue
        with suppress(OSError):
            if any(file.suffix in WEIGHTS or file.name == "model_config.json" for file in path.iterdir()):
                found[path.name] = phrase(
                    "it is no model of this app; make one of it with: python -m vae convert {path} NAME", path=shlex.quote(str(path))
                )
    return found


def find_model(name: str | Path) -> Path:
    """The folder of the checkpoint called `name`, which may also be a path.

    Raises
    ------
    CheckpointError
        If there is none; the message lists those that exist.
    """
    folder = look_for(str(name), CONFIG)
    if folder is not None:
        return folder
    raise CheckpointError(
        phrase(
            "there is no checkpoint {name!r}; there are {known}",
            name=str(name),
            known=", ".join(model_names()) or phrase("none yet: train one"),
        )
    )


def read_config(folder: Path) -> ModelConfig:
    """The config of the checkpoint in `folder`; CheckpointError with a sentence if it lies, is broken or of another library."""
    try:
        values = read_object(folder / CONFIG)
        if any(key in values for key in FOREIGN) and "kind" not in values:
            whose = values.get("_class_name") or values.get("model_type") or "another kind"
            raise CheckpointError(
                phrase(
                    "{name} is a model of another library ({why}); make one for this app of it with: python -m vae convert PATH NAME",
                    name=printable(folder.name),
                    why=reason(ValueError(whose)),
                )
            )
        return ModelConfig.from_dict(values)
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(
            phrase(
                "{name}/{config} cannot be used: {why}; restore the file or train the model again",
                name=printable(folder.name),
                config=CONFIG,
                why=reason(error),
            )
        ) from error


def load_model(name: str | Path, device: str | torch.device | None = None) -> Autoencoder:
    """The model called `name`, in evaluation mode, with frozen weights.

    Parameters
    ----------
    name : a name under `checkpoints/`, or a path
    device : where to put it; by default the best there is (`best_device`)

    Raises
    ------
    CheckpointError
        If it is missing, truncated, of another shape than its config says, or a pickle.
    """
    folder = find_model(name)
    model = outline(read_config(folder))
    fill(model, folder / MODEL, getattr(torch, model.config.weights))
    return model.to(device or best_device()).eval().requires_grad_(False)


def outline(config: ModelConfig) -> Autoencoder:
    """A model of `config` without weights, on the device `meta`; CheckpointError if it is another's and cannot be built here."""
    try:
        with torch.device("meta"):  # shapes without memory: a config with wrong sizes takes none, and no random weights are drawn
            return build(config)
    except ValueError as error:  # a model of others', whose library or registration is missing
        raise CheckpointError(str(error)) from error


def weights_sha256(folder: Path) -> str:
    """The SHA-256 of the weights in `folder`: which model a figure is of."""
    try:
        return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()
    except OSError as error:
        raise CheckpointError(
            phrase(
                "{name}/{model} cannot be read: {why}; restore the file or make it again",
                name=folder.name,
                model=MODEL,
                why=error.strerror,
            )
        ) from error


def save_model(folder: Path, model: Autoencoder, weights: dict[str, Tensor] | None = None) -> None:
    """Write `model`'s config and weights (or `weights` in their place) to `folder`, each file atomically; ValueError for a bad name."""
    check_folder(folder)
    weights = model.state_dict() if weights is None else weights
    if model.config.weights == "float16":
        weights = half(weights)
    write_tensors(folder / MODEL, weights)
    write_json(folder / CONFIG, model.config.to_dict())
