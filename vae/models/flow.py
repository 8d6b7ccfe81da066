"""A continuous normalizing flow on codes: an ordinary differential equation that carries noise to where codes lie."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

WAVES = 4  # cosines and sines of the time that the network sees beside it
STEPS = 16  # of the integration


class Flow(nn.Module):
    """A learned prior: standard normal noise, moved for one unit of time with a velocity that a small network gives.

    Source: Lipman et al., "Flow Matching for Generative Modeling", 2023.

    Parameters
    ----------
    dim : D, the size of a code
    width : units of the three hidden layers
    """

    centre: Tensor  # (D,), mean of the codes
    scale: Tensor  # (D,), their standard deviation

    def __init__(self, dim: int, width: int = 96) -> None:
        super().__init__()
        self.dim, self.width = dim, width
        self.register_buffer("centre", torch.zeros(dim))
        self.register_buffer("scale", torch.ones(dim))
        self.layers = nn.Sequential(
            nn.Linear(dim + 1 + 2 * WAVES, width), nn.SiLU(),
            nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, dim),
        )  # fmt: skip

    def forward(self, points: Tensor, time: Tensor) -> Tensor:
        """Velocity (N, D) of `points` (N, D) at `time` (N, 1), which is 0 for noise and 1 for codes; both in units of `scale` about `centre`."""
        angles = torch.pi * time * torch.arange(1, WAVES + 1, device=time.device)  # (N, WAVES)
        return self.layers(torch.cat([points, time, angles.cos(), angles.sin()], 1))

    @torch.inference_mode()
    def sample(self, noise: np.ndarray) -> np.ndarray:
        """Codes (N, D) float32 from standard normal `noise` (N, D), by the midpoint rule; each depends on its own noise alone."""
        points, step = torch.from_numpy(np.asarray(noise, np.float32)).to(self.centre.device), 1 / STEPS
        for at in range(STEPS):
            time = points.new_full((len(points), 1), at * step)
            middle = points + step / 2 * self(points, time)
            points = points + step * self(middle, time + step / 2)
        return (self.centre + self.scale * points).cpu().numpy()
