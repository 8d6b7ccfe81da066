"""A classifier without convolutions: a second opinion on what the first one's features say."""

from __future__ import annotations

from torch import Tensor, nn

from vae.models.classifier import WIDTH, Classifier

GRID = 7  # patches along a side, about
CHANNELS, DEPTH = 48, 3


class Mixer(Classifier):
    """Class scores of an image, read from patches that perceptrons mix by place and by channel in turn.

    Source: Tolstikhin et al., "MLP-Mixer: An all-MLP Architecture for Vision", 2021.

    Parameters
    ----------
    image_shape : (C, H, W), H and W at least 8
    classes : number of classes
    """

    def __init__(self, image_shape: tuple[int, int, int], classes: int = 10) -> None:
        super().__init__(image_shape, classes)
        channels, height, width = image_shape
        side = max(2, min(height, width) // GRID)  # of a patch, in pixels
        places = (height // side) * (width // side)
        self.blocks = nn.Sequential(
            nn.Conv2d(channels, CHANNELS, side, side), nn.Flatten(2),  # one linear map of every patch: (N, CHANNELS, places)
            *(_Mixing(places) for _ in range(DEPTH)),
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.LayerNorm(CHANNELS), nn.Linear(CHANNELS, WIDTH), nn.ReLU(),
        )  # fmt: skip


class _Mixing(nn.Module):
    """One layer of two perceptrons: over the places of each channel, then over the channels of each place."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self.by_place = nn.Sequential(nn.LayerNorm(places), nn.Linear(places, 64), nn.GELU(), nn.Linear(64, places))
        self.by_channel = nn.Sequential(
            nn.LayerNorm(CHANNELS), nn.Linear(CHANNELS, 2 * CHANNELS), nn.GELU(), nn.Linear(2 * CHANNELS, CHANNELS)
        )

    def forward(self, patches: Tensor) -> Tensor:
        """(N, CHANNELS, places), before and after."""
        patches = patches + self.by_place(patches)
        return patches + self.by_channel(patches.mT).mT
