"""The weights of a network among whatever a training has saved with them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

# What trainings call the entry that holds the weights, those that are meant for use first.
WRAPPINGS = ("ema_state_dict", "model_state_dict", "state_dict", "model", "net", "weights", "params", "module")
PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "autoencoder.")  # of DistributedDataParallel, torch.compile and wrapping classes
DEEPEST = 4


def weights_in(saved: object, depth: int = DEEPEST) -> dict[str, Tensor] | None:
    """The state dict in `saved`, which may be wrapped in a training's checkpoint; None if there is none."""
    if not isinstance(saved, Mapping) or depth == 0:
        return None
    if saved and all(isinstance(key, str) and isinstance(value, Tensor) for key, value in saved.items()):
        return dict(saved)
    for key in (
        *(name for name in WRAPPINGS if name in saved),
        *(key for key in saved if key not in WRAPPINGS and "optim" not in str(key)),
    ):
        if (found := weights_in(saved[key], depth - 1)) is not None:
            return found
    return None


def without_prefixes(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """`weights` without what wrappers have put before every name: `module.`, `_orig_mod.` and the like, in any order."""
    names = list(weights)
    while (prefix := next((each for each in PREFIXES if names and all(name.startswith(each) for name in names)), None)) is not None:
        names = [name.removeprefix(prefix) for name in names]
    names = [name.replace("_orig_mod.", "") for name in names]  # a part that was compiled by itself
    return dict(zip(names, weights.values(), strict=True))


def widened(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """`weights` with every floating-point number as float32, in memory of their own; ValueError where one is too large for that."""
    found = {}
    for name, value in weights.items():
        wide = value.detach().to(torch.float32, copy=True) if value.is_floating_point() else value.detach().clone()
        if value.is_floating_point() and not torch.isfinite(wide).all():
            raise ValueError(f"{name} holds values that are not finite in float32; save the weights of an earlier step")
        found[name] = wide.contiguous()
    return found
