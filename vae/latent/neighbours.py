"""Exact nearest neighbours among codes (or features)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

BLOCK = 64  # points whose smallest distance is looked at together before any is looked at alone
AT_ONCE = 1 << 23  # distances held in memory at once, 32 MB
FEW = 8  # questions for which one pass over all points is quicker than many small steps to the blocks that matter
SPARE = 4  # candidates beyond k: rounding in |z|² − 2z·c + |c|² may swap close calls
SAMPLE = 10_000  # points whose nearest neighbour `typical` looks at


class Neighbours:
    """The nearest of N points to any place, exactly, with plain matrix products on any device.

    Parameters
    ----------
    codes : (N, D), N at least 1; kept as float32 where they are
    """

    def __init__(self, codes: Tensor | np.ndarray) -> None:
        codes = torch.as_tensor(codes)
        if codes.ndim != 2 or not len(codes):
            raise ValueError(f"neighbours are looked for among codes of shape (N, D) with N at least 1, not {tuple(codes.shape)}")
        self.codes = codes.float()
        # Measured from the mean, the three terms of the squared distance are small and cancel less.
        self._centre = self.codes.mean(0)
        centred = self.codes - self._centre
        blank = -len(centred) % BLOCK
        self._twice = -2 * torch.nn.functional.pad(centred, (0, 0, 0, blank)).T.contiguous()  # (D, N padded)
        self._squares = torch.nn.functional.pad(centred.square().sum(1), (0, blank), value=torch.inf)  # (N padded,)

    def __len__(self) -> int:
        return len(self.codes)

    def query(self, z: Tensor | np.ndarray, k: int) -> tuple[Tensor, Tensor]:
        """The `k` nearest points of each code in `z` (M, D), nearest first.

        Returns
        -------
        distances : (M, k) float32; 0 for a code that is one of the points
        indices : (M, k) int64, rows of `codes`

        Raises
        ------
        ValueError
            If `k` is not between 1 and N.
        """
        if not 1 <= k <= len(self):
            raise ValueError(f"k is {k}; there are {len(self)} points, so it must be from 1 to {len(self)}")
        z = torch.as_tensor(z, dtype=torch.float32, device=self.codes.device)
        indices = self.candidates(z, k)
        exact = (self.codes[indices] - z.unsqueeze(1)).square().sum(2)  # (M, k + a few)
        squares, order = exact.topk(k, largest=False)
        return squares.sqrt(), indices.gather(1, order)

    def candidates(self, z: Tensor | np.ndarray, k: int) -> Tensor:
        """Rows among which the `k` nearest points of each code in `z` (M, D) are sure to be, in no order.

        (M, C) int64, with C a few more than `k` where there are so many points. For a caller that measures them itself.
        """
        z = torch.as_tensor(z, dtype=torch.float32, device=self.codes.device)
        rows = max(1, AT_ONCE // len(self._squares))
        if len(z) <= rows:
            return self._candidates(z, k)
        return torch.cat([self._candidates(part, k) for part in z.split(rows)])

    @cached_property
    def typical(self) -> float:
        """The 99th percentile of the distances from a point to its nearest other one.

        Farther than this from every point counts as far from the data. Of more than 10,000 points, 10,000 evenly
        spaced ones are asked. Infinite for a single point.
        """
        return self.measure_typical()

    def measure_typical(self, on_progress: Callable[[float], None] = lambda share: None) -> float:
        """What `typical` is, telling `on_progress` the share of the work that is done, 0 to 1: it takes seconds among 300,000 points."""
        if len(self) == 1:
            return float("inf")
        rows = torch.linspace(0, len(self) - 1, min(len(self), SAMPLE), dtype=torch.float64).round().long()
        # The nearest of a point is itself, or a copy of it at distance 0 either way.
        nearest = []
        for part in rows.split(500):
            nearest.append(self.query(self.codes[part.to(self.codes.device)], 2)[0][:, 1])
            on_progress(500 * len(nearest) / len(rows))
        return float(torch.cat(nearest).double().quantile(0.99))

    def _candidates(self, z: Tensor, k: int) -> Tensor:
        scores = torch.addmm(self._squares, z - self._centre, self._twice)  # (M, N), squared distances less |z|², which ranks alike
        wanted = min(k + SPARE, len(self))
        blocks = len(self._squares) // BLOCK
        if len(z) <= FEW or blocks <= 2 * wanted:
            return scores.topk(wanted, largest=False, sorted=False).indices
        # The `wanted` best points lie in the `wanted` blocks with the smallest minima, so only those are sorted.
        grid = scores.unflatten(1, (blocks, BLOCK))  # (M, blocks, BLOCK)
        best = grid.amin(2).topk(wanted, largest=False, sorted=False).indices  # (M, wanted)
        inside = grid.gather(1, best.unsqueeze(2).expand(-1, -1, BLOCK)).flatten(1)  # (M, wanted * BLOCK)
        picks = inside.topk(wanted, largest=False, sorted=False).indices
        return best.gather(1, picks // BLOCK) * BLOCK + picks % BLOCK
