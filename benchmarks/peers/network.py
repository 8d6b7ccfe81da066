"""The fully connected VAE of the training benchmark as anybody would write it, and what its peers tell: seconds an epoch."""

from __future__ import annotations

import json
import time

import torch
from torch import Tensor, nn

SIZE = 16  # numbers in a code
Widths = tuple[int, int]  # of the encoder's layers, which the decoder mirrors


class Encoder(nn.Module):
    """Pictures (N, C, H, W) to means and log-variances (N, D)."""

    def __init__(self, pixels: int, widths: Widths) -> None:
        super().__init__()
        wide, narrow = widths
        self.trunk = nn.Sequential(nn.Flatten(), nn.Linear(pixels, wide), nn.SiLU(), nn.Linear(wide, narrow), nn.SiLU())
        self.mean, self.log_variance = nn.Linear(narrow, SIZE), nn.Linear(narrow, SIZE)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = self.trunk(pictures)
        return self.mean(features), self.log_variance(features)


class Decoder(nn.Sequential):
    """Codes (N, D) to pictures (N, C, H, W) in [0, 1]."""

    def __init__(self, shape: tuple[int, int, int], widths: Widths) -> None:
        wide, narrow = widths
        pixels = shape[0] * shape[1] * shape[2]
        super().__init__(
            nn.Linear(SIZE, narrow), nn.SiLU(), nn.Linear(narrow, wide), nn.SiLU(), nn.Linear(wide, pixels), nn.Sigmoid(),
            nn.Unflatten(1, shape),
        )  # fmt: skip


def asked(words: list[str]) -> tuple[str, Widths, int, int]:
    """What the arguments of a peer say: a file of pictures (.npy), the widths, the batch, and how many epochs."""
    pictures, wide, narrow, batch, epochs = words
    return pictures, (int(wide), int(narrow)), int(batch), int(epochs)


class Stopwatch:
    """Processor time, and time, of every epoch but the first, which allocates."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []

    def mark(self) -> None:
        """An epoch begins, or the last one has ended."""
        self._times.append((time.process_time(), time.perf_counter()))

    def tell(self, images: int) -> None:
        """Print how many `images` of an epoch were trained on in a second of processor time, and of the clock."""
        (busy, start), (ended, stop), count = self._times[1], self._times[-1], images * (len(self._times) - 2)
        print(json.dumps({"images": count, "busy": ended - busy, "clock": stop - start, "threads": torch.get_num_threads()}), flush=True)
