"""A continuous normalizing flow on codes: an ordinary differential equation that carries Gaussians to where codes lie."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

WAVES = 4  # cosines and sines of the time that the network sees beside it
INTEGRATION_STEPS = 16


class Flow(nn.Module):
    """A learned prior: a draw from one of several Gaussians, moved for one unit of time with a velocity that a small network gives.

    Each Gaussian has a flow of its own, in the coordinates in which it is N(0, I), and all share one network that is told which it is.
    While the network gives no velocity, draws are those of the mixture of Gaussians.

    Source: Lipman et al., "Flow Matching for Generative Modeling", 2023, from the mixture in place of one Gaussian.

    Parameters
    ----------
    dim : D, the size of a code
    components : K, the number of Gaussians
    width : units of the three hidden layers
    """

    shares: Tensor  # (K,), of the codes
    means: Tensor  # (K, D)
    factors: Tensor  # (K, D, D), lower triangular: the covariances are factors[k] factors[k]ᵀ

    def __init__(self, dim: int, components: int = 1, width: int = 96) -> None:
        super().__init__()
        self.components, self.width = components, width
        self.register_buffer("shares", torch.full((components,), 1 / components))
        self.register_buffer("means", torch.zeros(components, dim))
        self.register_buffer("factors", torch.eye(dim).repeat(components, 1, 1))
        self.layers = nn.Sequential(
            nn.Linear(dim + 1 + 2 * WAVES + components, width), nn.SiLU(),
            nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, dim),
        )  # fmt: skip

    def forward(self, points: Tensor, time: Tensor, which: Tensor) -> Tensor:
        """Velocity (N, D) of `points` (N, D), each in the coordinates of the Gaussian `which` (N,), at `time` (N, 1), from 0 to 1."""
        angles = torch.pi * time * torch.arange(1, WAVES + 1, device=time.device)  # (N, WAVES)
        told = nn.functional.one_hot(which, self.components).to(points.dtype)
        return self.layers(torch.cat([points, time, angles.cos(), angles.sin(), told], 1))

    @torch.inference_mode()
    def sample(self, noise: np.ndarray, chances: np.ndarray) -> np.ndarray:
        """Codes (N, D) float32 by the midpoint rule, each of its own dice alone.

        Parameters
        ----------
        noise : (N, D) standard normal
        chances : (N,) uniform in [0, 1), which choose the Gaussians
        """
        sums = self.shares.double().cumsum(0).cpu().numpy()
        chosen = np.searchsorted(sums / sums[-1], chances, side="right").clip(max=self.components - 1)
        which = torch.from_numpy(chosen).to(self.means.device)
        points, step = torch.from_numpy(np.asarray(noise, np.float32)).to(self.means.device), 1 / INTEGRATION_STEPS
        for at in range(INTEGRATION_STEPS):
            time = points.new_full((len(points), 1), at * step)
            middle = points + step / 2 * self(points, time, which)
            points = points + step * self(middle, time + step / 2, which)
        return (self.means[which] + torch.einsum("nij,nj->ni", self.factors[which], points)).cpu().numpy()
