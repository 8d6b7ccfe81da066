"""A small convolutional classifier with a head for every attribute of a scene: the judge of drawings."""

from __future__ import annotations

import torch
from torch import Tensor, nn

GRID = 6  # the sides of the last layer's map


class Probe(nn.Module):
    """Reads a picture of one or two things: how they are arranged, what each is and in which tint, and the background.

    The things are read by one and the same head, each from the part of the picture where the arrangement puts it: a thing
    alone from all of it, the first of two from its left or upper half, the second from the other.

    Parameters
    ----------
    sizes : numbers of arrangements, tints, objects and backgrounds; there are three arrangements
    width : channels of the first layer
    """

    def __init__(self, sizes: tuple[int, int, int, int], width: int = 32) -> None:
        super().__init__()
        arrangements, tints, objects, backgrounds = sizes
        channels = (3, width, 2 * width, 3 * width, 4 * width)
        self.blocks = nn.Sequential(
            *_block(channels[0], channels[1], 5, 2),  # 24 x 24
            *_block(channels[1], channels[2], 3, 2),  # 12 x 12
            *_block(channels[2], channels[3], 3, 1),
            *_block(channels[3], channels[4], 3, 2),  # 6 x 6
        )
        self.hidden = nn.Linear(channels[4], channels[4])
        self.tint, self.object = nn.Linear(channels[4], tints), nn.Linear(channels[4], objects)
        self.arrangement = nn.Linear(channels[4] * GRID * GRID, arrangements)
        self.background = nn.Linear(channels[4], backgrounds)

    def forward(self, images: Tensor, arrangement: Tensor | None = None) -> dict[str, Tensor]:
        """Logits of every attribute of `images` (N, 3, 48, 48) in [0, 1].

        Parameters
        ----------
        arrangement : (N,) int64, where to look for the things; by default where they seem to be

        Returns
        -------
        dict of "arrangement", "tint", "object", "second tint", "second object" and "background", (N, classes) each. Those of
        a second thing mean nothing where there is none.
        """
        features = self.blocks(images)  # (N, C, 6, 6)
        placed = self.arrangement(features.flatten(1))
        if arrangement is None:
            arrangement = placed.argmax(1)
        half = GRID // 2
        whole = features.mean((2, 3))
        first = torch.stack([whole, features[..., :half].mean((2, 3)), features[..., :half, :].mean((2, 3))])  # (3, N, C)
        second = torch.stack([whole, features[..., half:].mean((2, 3)), features[..., half:, :].mean((2, 3))])
        rows = torch.arange(len(images), device=images.device)
        one, two = (self.hidden(each[arrangement, rows]).relu() for each in (first, second))
        return {
            "arrangement": placed, "tint": self.tint(one), "object": self.object(one),
            "second tint": self.tint(two), "second object": self.object(two), "background": self.background(whole),
        }  # fmt: skip


def _block(before: int, after: int, kernel: int, stride: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()
