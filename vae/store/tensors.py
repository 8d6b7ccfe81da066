"""Tensors in safetensors files, and the weights of a network among them. Nothing is ever unpickled."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from vae.sentences import phrase
from vae.store.files import CheckpointError, read_whole, reason, write_atomically
from vae.store.folders import CONFIG
from vae.store.names import printable

PICKLED = (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # how `torch.save` (a zip) or `pickle.dump` begin a file
LONGEST_HEADER = 4 << 20  # bytes; a model of ours has some thousand


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file; CheckpointError if it is anything else.

    The file is read and not mapped: whoever overwrites a mapped file ends the process that has it mapped.
    """
    content = b""
    try:
        content = read_whole(path)
        length = int.from_bytes(content[:8], "little")
        if content[:8] and LONGEST_HEADER < length <= len(content):
            raise ValueError(phrase("its header has {length:,} bytes; at most {most:,} are read", length=length, most=LONGEST_HEADER))
        tensors = load(content)
        return tensors, json.loads(content[8 : 8 + length]).get("__metadata__") or {}
    except (OSError, SafetensorError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, AssertionError) as error:
        if content[:2] in PICKLED:  # asked last: the length that a sound file begins with can look like a pickle's first bytes
            raise CheckpointError(
                phrase(
                    "{name}/{file} is a pickle, which can run code; convert the weights to safetensors",
                    name=path.parent.name,
                    file=path.name,
                )
            ) from error
        raise CheckpointError(
            phrase(
                "{name}/{file} is missing or damaged ({why}); restore the file or make it again",
                name=printable(path.parent.name),
                file=path.name,
                why=reason(error),
            )
        ) from error


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
            where = phrase("missing from") if key not in weights else phrase("unexpected in")
            raise CheckpointError(
                phrase(
                    "{key} is {where} {name}/{file}; its {config} describes another model",
                    key=key,
                    where=where,
                    name=path.parent.name,
                    file=path.name,
                    config=CONFIG,
                )
            )
        if weights[key].shape != expected[key].shape:
            raise CheckpointError(
                phrase(
                    "{key} in {name}/{file} has shape {shape}, but {config} asks for {expected}",
                    key=key,
                    name=path.parent.name,
                    file=path.name,
                    shape=tuple(weights[key].shape),
                    config=CONFIG,
                    expected=tuple(expected[key].shape),
                )
            )
        wanted = stored if expected[key].is_floating_point() else expected[key].dtype
        if weights[key].dtype != wanted:
            raise CheckpointError(
                phrase(
                    "{key} in {name}/{file} is {dtype}; convert it to {wanted}",
                    key=key,
                    name=path.parent.name,
                    file=path.name,
                    dtype=weights[key].dtype,
                    wanted=wanted,
                )
            )
        if not all_finite(weights[key]):
            raise CheckpointError(
                phrase(
                    "{key} in {name}/{file} holds values that are not finite; train the model again",
                    key=key,
                    name=path.parent.name,
                    file=path.name,
                )
            )
    return weights


def all_finite(values: Tensor) -> bool:
    """Whether all of `values` are finite, in one pass and without a copy: the first page asks it of every model."""
    return not values.numel() or all(math.isfinite(extreme) for extreme in torch.aminmax(values))
