"""Whether what lies on disk can be used, without keeping any of it in memory."""

from __future__ import annotations

from pathlib import Path

import torch

from vae.models import ModelConfig
from vae.store.atlases import load_atlas
from vae.store.checkpoints import find_model, outline, read_config
from vae.store.classifiers import classifier_names, load_classifier
from vae.store.files import CheckpointError
from vae.store.folders import MODEL
from vae.store.ladders import ladder_names, load_ladder
from vae.store.names import printable
from vae.store.tensors import read_weights


def verify_model(folder: Path) -> ModelConfig:
    """The config of the model in `folder`, if `load_model` and `load_atlas` would take it; else their CheckpointError, which is NoMap only where
    nothing but the map is missing. Keeps nothing in memory."""
    model = outline(read_config(folder))
    read_weights(model, folder / MODEL, getattr(torch, model.config.weights))
    load_atlas(folder)
    return model.config


def broken_extras() -> dict[str, str]:
    """Of the ladders and classifiers, which belong to no one model, those that cannot be used: what each is called, and why."""
    problems = {}
    for kind, found, try_out in (("ladder", ladder_names(), _try_ladder), ("classifier", classifier_names(), load_classifier)):
        for name in found:
            try:
                try_out(name)
            except CheckpointError as error:
                problems[f"{kind} {printable(name)}"] = str(error)
    return problems


def _try_ladder(name: str) -> None:
    for model in load_ladder(name).models:
        read_config(find_model(model))
