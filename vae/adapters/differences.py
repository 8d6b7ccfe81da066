"""Derivatives of networks that torch cannot look into, by central differences, for whatever asks torch for them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor

# Of the codes' own spread, to either side: float32 pictures are rounded by 6e-8 and differ from their tangent by about a sixth of the
# square of this, and 2⁻⁷ keeps both below 1e-4 of a slope.
STEP = 2.0**-7

Decode = Callable[[Tensor], Tensor]


class Differences(torch.autograd.Function):
    """`decode` of codes (N, D), each picture (N, ...) of its own code alone, with derivatives in both directions, and under `vmap`.

    Along a direction they cost two decodings, back from a picture two for each number of the code.
    """

    @staticmethod
    def forward(decode: Decode, scale: float, codes: Tensor) -> Tensor:
        """The pictures."""
        return decode(codes.detach())

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Decode, float, Tensor], output: Tensor) -> None:
        """Remember the codes."""
        ctx.decode, ctx.scale, codes = inputs
        ctx.save_for_backward(codes)
        ctx.save_for_forward(codes)

    @staticmethod
    def jvp(ctx: Any, _decode: None, _scale: None, tangent: Tensor) -> Tensor:
        """The pictures' change along `tangent` (N, D)."""
        (codes,) = ctx.saved_tensors
        return _along(ctx.decode, ctx.scale, codes, tangent)

    @staticmethod
    def backward(ctx: Any, change: Tensor) -> tuple[None, None, Tensor]:
        """How much each number of the code changes Σ `change` · picture: (N, D)."""
        (codes,) = ctx.saved_tensors
        axes = torch.eye(codes.shape[1], dtype=codes.dtype, device=codes.device)
        slopes = [(_along(ctx.decode, ctx.scale, codes, axis.expand_as(codes)) * change).flatten(1).sum(1) for axis in axes]
        return None, None, torch.stack(slopes, 1)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[None, None, int | None], decode: Decode, scale: float, codes: Tensor) -> tuple[Tensor, int]:
        """All of a batch of batches at once."""
        codes = codes.movedim(cast(int, in_dims[2]), 0)
        pictures = differentiable(decode, codes.flatten(0, 1), scale)
        return pictures.unflatten(0, codes.shape[:2]), 0


def differentiable(decode: Decode, codes: Tensor, scale: float = 1.0) -> Tensor:
    """`decode(codes)`, of which torch's transforms and `backward` get derivatives; `scale` is the spread of the model's codes."""
    return cast(Tensor, Differences.apply(decode, scale, codes))


def _along(decode: Decode, scale: float, codes: Tensor, tangent: Tensor) -> Tensor:
    """The change of each picture along its `tangent` (N, D), which may have any length."""
    length = tangent.abs().amax(1, keepdim=True)
    step = STEP * scale / torch.where(length > 0, length, 1)  # (N, 1)
    ahead, behind = (differentiable(decode, codes + sign * step * tangent, scale) for sign in (1, -1))
    return (ahead - behind) / (2 * step).reshape(-1, *[1] * (ahead.ndim - 1))


def has_derivatives(decode: Decode, codes: Tensor) -> bool:
    """Whether torch can differentiate `decode` at `codes` (N, D) by itself: along all directions at once, and back from the pictures."""
    axes = torch.eye(codes.shape[1], dtype=codes.dtype, device=codes.device)[:2]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of torch's own, when its rules for forward derivatives are loaded
            torch.func.vmap(lambda axis: torch.func.jvp(decode, (codes,), (axis.expand_as(codes),))[1])(axes)
        with torch.enable_grad():
            codes = codes.clone().requires_grad_()
            torch.autograd.grad(decode(codes).sum(), codes)
    except (RuntimeError, TypeError, ValueError):  # by whatever of torch, or of the network, cannot be differentiated
        return False
    return True
