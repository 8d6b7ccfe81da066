"""How much of a picture is fine detail: its power by spatial frequency."""

from __future__ import annotations

import torch
from torch import Tensor

FINE = 0.25  # cycles per pixel, half of the most that a grid of pixels can hold


def power(images: Tensor) -> tuple[Tensor, Tensor]:
    """Power of images (N, C, H, W) by spatial frequency.

    Returns
    -------
    frequencies : (F,) cycles per pixel, of whose bins each is the middle, up to 0.5
    power : (N, F) float64, the mean squared size of the Fourier coefficients in the bin, over channels

    The mean of each picture is taken off first.
    """
    height, width = images.shape[2:]
    values = images.cpu().double()
    spectrum = torch.fft.fft2(values - values.mean((2, 3), keepdim=True)).abs().square().mean(1)  # (N, H, W)
    down, right = torch.fft.fftfreq(height), torch.fft.fftfreq(width)
    radius = (down[:, None].square() + right[None].square()).sqrt()
    bins = max(2, min(height, width) // 2)
    which = (radius * 2 * bins).long()
    rows = [spectrum[:, which == each].mean(1) for each in range(bins)]
    return (torch.arange(bins, dtype=torch.float64) + 0.5) / (2 * bins), torch.stack(rows, 1)


def fine_power(images: Tensor) -> Tensor:
    """Power of each of images (N, C, H, W) above `FINE`: (N,) float64."""
    frequencies, values = power(images)
    return values[:, frequencies > FINE].sum(1)
