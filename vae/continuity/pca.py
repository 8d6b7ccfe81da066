"""The linear bar: what as many numbers say of an image when encoder and decoder are straight lines."""

from __future__ import annotations

import torch
from torch import Tensor

from vae.continuity.estimates import Unmeasurable
from vae.continuity.likelihood import squared_errors
from vae.models.linear import LinearModel

BATCH = 1000


def linear_model(images: Tensor, size: int, seed: int = 0) -> LinearModel:
    """The principal components of training images (N, C, H, W) uint8; Unmeasurable for fewer than two of them."""
    try:
        return LinearModel.fit(images, size, seed)
    except ValueError as error:
        raise Unmeasurable(str(error)) from error


def linear_errors(linear: LinearModel, images: Tensor) -> Tensor:
    """Squared error per pixel of each of `images` (N, C, H, W) in [0, 1]: (N,)."""
    return torch.cat([squared_errors(part, linear.decode(linear.encode(part))) for part in images.split(BATCH)])
