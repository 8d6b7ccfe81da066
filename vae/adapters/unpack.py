"""Reads the weights of a `torch.save` file in a process of its own: `python -m vae.adapters.unpack FILE OUT`.

Only tensors and plain values are unpickled (`weights_only=True`), here and nowhere else, and what goes on from here is safetensors.
It prints one sentence and ends with 1 where the file cannot be read so.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from vae.adapters.weights import weights_in, widened, without_prefixes

CONFIGS = ("config", "model_config", "hyper_parameters", "args")  # what trainings call the entry that says what was trained


def unpack(source: Path, out: Path) -> None:
    """Write the weights in `source` to `out` as safetensors, in float32 and under plain names; ValueError with a sentence if there are none."""
    with source.open("rb") as file:
        if file.read(1) == b"":
            raise ValueError(f"{source.name} is empty; save the weights again")
    try:
        saved = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(
            f"{source.name} is a pickle that holds more than weights and could run code, so it is not opened; where the model was made, "
            "save its weights alone, torch.save(model.state_dict(), 'weights.pt'), and convert that"
        ) from error
    except (RuntimeError, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{source.name} is damaged, or no file of torch.save; copy it again") from error
    weights = weights_in(saved)
    if weights is None:
        raise ValueError(f"{source.name} holds no weights; save them with torch.save(model.state_dict(), 'weights.pt')")
    config = next((saved[key] for key in CONFIGS if isinstance(saved.get(key), dict)), None) if isinstance(saved, dict) else None
    save_file(widened(without_prefixes(weights)), out, {"config": _as_json(config)} if config is not None else None)


def _as_json(config: object) -> str:
    try:
        return json.dumps(config)
    except (TypeError, ValueError):  # tensors, or what holds itself
        return "{}"


if __name__ == "__main__":
    try:
        unpack(Path(sys.argv[1]), Path(sys.argv[2]))
    except (ValueError, OSError) as error:
        sys.exit(str(error))
