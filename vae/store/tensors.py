"""Tensors in safetensors files, and the weights of a network among them. Nothing is ever unpickled."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from vae.store.files import CheckpointError, read_whole, reason, write_atomically
from vae.store.folders import CONFIG
from vae.store.names import printable

LONGEST_HEADER = 4 << 20  # bytes; a model of ours has some thousand


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file; CheckpointError if it is anything else.

    The file is read and not mapped: whoever overwrites a mapped file ends the process that has it mapped.
    """
    try:
        content = read_whole(path)
        length = int.from_bytes(content[:8], "little")
        if content[:8] and LONGEST_HEADER < length <= len(content):
            raise ValueError(f"its header has {length:,} bytes; at most {LONGEST_HEADER:,} are read")
        tensors = load(content)
        return tensors, json.loads(content[8 : 8 + length]).get("__metadata__") or {}
    except (OSError, SafetensorError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, AssertionError) as error:
        if _looks_pickled(path):  # asked last: the length that a sound file begins with can look like a pickle's first bytes
            raise CheckpointError(
                f"{path.parent.name}/{path.name} is a pickle, which can run code; convert the weights to safetensors"
            ) from error
        raise CheckpointError(
            f"{printable(path.parent.name)}/{path.name} is missing or damaged ({reason(error)}); restore the file or make it again"
        ) from error


def _looks_pickled(path: Path) -> bool:
    """Whether a file begins as `torch.save` (a zip) or `pickle.dump` begin one."""
    try:
        with path.open("rb") as file:
            return file.read(2) in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
    except OSError:
        return False


def write_tensors(path: Path, tensors: dict[str, Tensor], words: dict[str, str] | None = None) -> None:
    """Write tensors as safetensors, atomically."""
    tensors = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    write_atomically(path, lambda file: file.write(save(tensors, words)))


def half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in half precision; whole numbers, such as counts, stay what they are."""
    return {key: value.half() if value.is_floating_point() else value for key, value in weights.items()}


def fill(model: torch.nn.Module, path: Path, stored: torch.dtype = torch.float32) -> None:
    """Put the weights in `path` into `model`, or raise CheckpointError with what does not fit."""
    expected = model.state_dict()
    # Copies, apart from the mapped file.
    copies = {key: value.to(expected[key].dtype, copy=True) for key, value in read_weights(model, path, stored).items()}
    model.load_state_dict(copies, assign=True)


def read_weights(model: torch.nn.Module, path: Path, stored: torch.dtype) -> dict[str, Tensor]:
    """The weights in `path`, floating-point ones of type `stored`, all that `model` needs and nothing else, or CheckpointError."""
    weights, _ = read_tensors(path)
    expected = model.state_dict()
    for key in sorted(expected.keys() | weights.keys()):
        if key not in weights or key not in expected:
            where = "missing from" if key not in weights else "unexpected in"
            raise CheckpointError(f"{key} is {where} {path.parent.name}/{path.name}; its {CONFIG} describes another model")
        if weights[key].shape != expected[key].shape:
            raise CheckpointError(
                f"{key} in {path.parent.name}/{path.name} has shape {tuple(weights[key].shape)}, "
                f"but {CONFIG} asks for {tuple(expected[key].shape)}"
            )
        wanted = stored if expected[key].is_floating_point() else expected[key].dtype
        if weights[key].dtype != wanted:
            raise CheckpointError(f"{key} in {path.parent.name}/{path.name} is {weights[key].dtype}; convert it to {wanted}")
        if not all_finite(weights[key]):
            raise CheckpointError(f"{key} in {path.parent.name}/{path.name} holds values that are not finite; train the model again")
    return weights


def all_finite(values: Tensor) -> bool:
    """Whether all of `values` are finite, in one pass and without a copy: the first page asks it of every model."""
    return not values.numel() or all(math.isfinite(extreme) for extreme in torch.aminmax(values))
