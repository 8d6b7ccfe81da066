"""Any PyTorch module, through an object of the operator's own Python.

The object is an `nn.Module`, or a function or class that makes one when called with nothing, with two methods and up to three attributes:

    encode(images)   images (N, C, H, W) in `value_range` -> codes (N, ...), or the pair (means, standard deviations), or a Normal or
                     MultivariateNormal of torch.distributions; standard deviations may be one number, or covariances (N, D, D)
    decode(codes)    codes (N, ...) -> images (N, C, H, W) in `value_range`
    image_shape      (C, H, W); that of the data set if left out
    value_range      (low, high), what black and white are to it; (0, 1) if left out

Which objects may be imported stands in the operator's register alone, a JSON file outside all checkpoints, which `convert` writes from the
command line: {"module:name": "folder in which Python finds the module"}. A checkpoint only names an entry of it.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, MultivariateNormal

from vae.adapters.adapted import Adapted, Passage, check_codes
from vae.models.config import Foreign, ModelConfig
from vae.models.port import Adapter, register_adapter

NAME = "module"


def register_file() -> Path:
    """Where the register lies: the file that `VAE_MODULES` names, or one in this user's folder of settings."""
    if "VAE_MODULES" in os.environ:
        return Path(os.environ["VAE_MODULES"])
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "continuum" / "modules.json"


def registered() -> dict[str, str]:
    """The objects that the operator has registered, each with the folder in which Python finds it; ValueError if the register is damaged."""
    file = register_file()
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"the register of modules, {file}, cannot be read; mend or delete it") from error
    if not isinstance(found, dict) or not all(isinstance(folder, str) for folder in found.values()):
        raise ValueError(f"the register of modules, {file}, is no object of names and folders; mend or delete it")
    return found


def load(source: str, folder: str) -> nn.Module:
    """The module that the object `source`, "module:name", gives, found in `folder`; ValueError with a sentence if it is none."""
    module, _, name = source.partition(":")
    if folder not in sys.path:
        sys.path.append(folder)  # at the end: what lies there hides nothing of the program's own
    try:
        found = getattr(import_module(module), name)
    except ImportError as error:
        raise ValueError(f"{module} cannot be imported from {folder} ({error}); run this in the folder that holds {module}.py") from error
    except AttributeError as error:
        raise ValueError(f"there is no {name} in {module}; name the object as module:name") from error
    made = copy.deepcopy(found) if isinstance(found, nn.Module) else found() if callable(found) else found
    if not isinstance(made, nn.Module) or not all(callable(getattr(made, method, None)) for method in ("encode", "decode")):
        raise ValueError(f"{source} is no torch.nn.Module with encode and decode, and makes none when called; see docs/models.md")
    return made.eval()


def passage(net: Any) -> Passage:
    """The ways through a module, whose `encode` gives codes or a posterior; of a full covariance the standard deviation of each number."""

    def encode(images: Tensor) -> tuple[Tensor, Tensor | None]:
        mean, spread = _posterior(net, images)
        if spread is None or spread.shape == mean.shape:
            return mean, spread
        return mean, spread.diagonal(dim1=1, dim2=2).sqrt() if _is_full(mean, spread) else spread.expand_as(mean)

    return Passage(encode, net.decode)


def _posterior(net: Any, images: Tensor) -> tuple[Tensor, Tensor | None]:
    """What a module says of images: codes, and their standard deviations or covariances as it has them."""
    found = net.encode(images)
    if isinstance(found, Distribution):
        return found.mean, found.covariance_matrix if isinstance(found, MultivariateNormal) else found.stddev
    if not isinstance(found, tuple | list):
        return found, None
    mean, spread = found
    return mean, None if spread is None else torch.as_tensor(spread, dtype=mean.dtype, device=mean.device)


def _is_full(mean: Tensor, spread: Tensor) -> bool:
    return spread.shape == (*mean.shape, mean.shape[-1])


def fields_of(source: str, net: Any, shape: tuple[int, int, int]) -> dict[str, Any]:
    """The fields of a config of ours for the module `net`, whose images are of `shape`; ValueError if it does not fit them."""
    low, high = getattr(net, "value_range", (0.0, 1.0))
    shape = tuple(getattr(net, "image_shape", shape))
    try:
        with torch.inference_mode():
            mean, spread = _posterior(net, torch.full((2, *shape), float(low)))
            _, std = passage(net).encode(torch.full((2, *shape), float(low)))
            pictures = net.decode(mean)
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"{source} fails on two black images of {' x '.join(map(str, shape))}: {str(error)[:200]}") from error
    if tuple(pictures.shape) != (2, *shape):
        raise ValueError(f"{source} decodes to {tuple(pictures.shape[1:])}, and its images are {shape}; let decode give the images' shape")
    if not mean.is_floating_point():
        raise ValueError(
            f"{source} gives codes of whole numbers ({mean.dtype}), and between two of these there is nothing to see; let encode give the vectors "
            "that they stand for, such as the rows of its codebook, and decode take these"
        )
    full = spread is not None and _is_full(mean, spread)
    foreign = Foreign(source=source, code_shape=tuple(mean.shape[1:]), low=float(low), high=float(high), full_covariance=full)
    kind = "vae" if std is not None and std.any() else "ae"  # σ of 0 say that a code is certain
    return {"kind": kind, "latent_dim": mean[0].numel(), "image_shape": shape, "architecture": NAME, "foreign": foreign}


def _build(config: ModelConfig) -> Adapted:
    source = cast(Foreign, config.foreign).source
    folder = registered().get(source)
    if folder is None:
        raise ValueError(
            f"{source} is not registered on this machine, so it is not imported; whoever runs the app registers it with: "
            f"python -m vae convert {source} NAME"
        )
    with torch.device("cpu"):  # it may hold more than its weights, which are read afterwards
        net = load(source, folder)
    return Adapted(config, net, passage)


register_adapter(Adapter(NAME, _build, check_codes))
