"""Small pictures of the images of the atlas, for a map that shows pictures in place of points."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from vae.live.bundle import Bundle
from vae.live.operations.plan import Drawn, Plan
from vae.live.wire.schema import LIMITS


def thumbnails(bundle: Bundle, *, each: int, members: np.ndarray) -> Plan:
    """Each picture is the mean of its members: the images themselves where they are on disk, else their reconstructions."""
    present = members >= 0  # (N, each)
    rows = members[present]  # (M,)
    originals = bundle.originals.held().images
    codes = bundle.atlas.codes[rows]

    def finish(drawn: Drawn) -> dict[str, object]:
        pictures = drawn.pictures.cpu() if originals is None else originals[torch.from_numpy(rows).long()].float() / 255
        means = _means(pictures, present)  # (N, C, H, W)
        pixels = _small(means).mul(255).round_().to(torch.uint8).permute(0, 2, 3, 1)
        return {"pixels": pixels.numpy(), "originals": originals is not None}

    return Plan(codes if originals is None else codes[:0], finish)


def _means(pictures: Tensor, present: np.ndarray) -> Tensor:
    """The mean of each group of `pictures` (M, C, H, W); `present` (N, each) says which group has how many: (N, C, H, W)."""
    counts = torch.from_numpy(present.sum(1))
    groups = torch.arange(len(present)).repeat_interleave(counts)
    sums = torch.zeros(len(present), *pictures.shape[1:]).index_add_(0, groups, pictures)
    return sums / counts.clamp(min=1)[:, None, None, None]


def _small(pictures: Tensor) -> Tensor:
    """`pictures` (N, C, H, W) no larger than a thumbnail, each pixel the mean of those that it stands for."""
    height, width = pictures.shape[2:]
    scale = LIMITS.thumbnail_side / max(height, width)
    if scale >= 1:
        return pictures
    return interpolate(pictures, (max(1, round(scale * height)), max(1, round(scale * width))), mode="area")
