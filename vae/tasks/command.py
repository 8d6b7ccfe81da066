"""A training as the command that repeats it."""

from __future__ import annotations

import shlex

from vae.tasks.train import TrainRequest

OPTIONS = {"data": "--data", "out": "--out"}  # said even where they are what is said by default
SILENT = ("resume", "download")


def train_command(request: TrainRequest) -> str:
    """What a person types for `request`: everything that differs from what is taken when nothing is said."""
    words = ["python", "-m", "vae", "train"]
    for name, field in TrainRequest.model_fields.items():
        value = getattr(request, name)
        if name in SILENT or (name not in OPTIONS and value == field.default):
            continue
        words.append(f"--{name.replace('_', '-')}")
        if isinstance(value, tuple):
            words.append(",".join(map(str, value)))
        elif not isinstance(value, bool):
            words.append(f"{value:g}" if isinstance(value, float) else str(value))
    return shlex.join(words)
