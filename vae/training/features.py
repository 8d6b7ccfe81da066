"""Training features without classes: an encoder that tells every picture from the others, and real ones from spoilt ones.

Two views of a picture, shifted and brighter or darker, should have features that are nearer to each other than to those of any
other picture (Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", 2020). What a decoder does
wrong, blur above all, must not be among the differences that do not matter: so a second head says what has been done to a view.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae.models import Encoder
from vae.models.classifier import WIDTH

BATCH = 128
MOST_STEPS, FEWEST_STEPS, EPOCHS = 600, 100, 30
PEAK_LEARNING_RATE, WEIGHT_DECAY = 3e-3, 1e-2
TEMPERATURE = 0.2
PROJECTED = 64
SHIFT, BRIGHTNESS = 0.1, 0.2  # of a view: share of the picture's side, and of its brightness
SPOILT = ("as it is", "blurred", "noisy", "shuffled", "mixed")


def train_features(
    images: Tensor, *, seed: int = 0, steps: int | None = None, progress: Callable[[int, int, float], None] | None = None
) -> Encoder:
    """An encoder of pictures like `images` (N, C, H, W) uint8, N at least 2, in evaluation mode; the same for the same seed."""
    batch = min(BATCH, len(images))
    steps = steps or max(FEWEST_STEPS, min(MOST_STEPS, EPOCHS * len(images) // batch))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Encoder((images.shape[1], images.shape[2], images.shape[3]))
        projector = nn.Sequential(nn.Linear(WIDTH, PROJECTED), nn.ReLU(), nn.Linear(PROJECTED, PROJECTED))
        telling = nn.Linear(WIDTH, len(SPOILT))
        weights = [*model.parameters(), *projector.parameters(), *telling.parameters()]
        optimizer = torch.optim.AdamW(weights, weight_decay=WEIGHT_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
        for step in range(steps):
            chosen = images[torch.randperm(len(images))[:batch] if len(images) < 50_000 else torch.randint(len(images), (batch,))]
            pictures = chosen.float() / 255
            marred, kinds = spoil(view(pictures))
            features = model.features(torch.cat([view(pictures), view(pictures), marred]))
            first, second, third = features.split(batch)
            loss = contrast(projector(first), projector(second)) + functional.cross_entropy(telling(third), kinds)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            if progress:
                progress(step + 1, steps, loss.item())
    return model.eval().requires_grad_(False)


def contrast(first: Tensor, second: Tensor) -> Tensor:
    """How badly two views of N pictures, (N, P) each, are found among the views of all: the loss NT-Xent, in nats."""
    both = functional.normalize(torch.cat([first, second]), dim=1)
    count = len(first)
    alike = (both @ both.T / TEMPERATURE).fill_diagonal_(-math.inf)
    partner = torch.arange(2 * count).roll(count)
    return functional.cross_entropy(alike, partner)


def view(pictures: Tensor) -> Tensor:
    """`pictures` (N, C, H, W) in [0, 1], each shifted by up to a tenth of its side and a little brighter or darker."""
    count, _, height, width = pictures.shape
    reach = max(1, round(SHIFT * min(height, width)))
    padded = functional.pad(pictures, (reach,) * 4, mode="replicate")
    down, right = torch.randint(2 * reach + 1, (2, count))
    rows = down[:, None] + torch.arange(height)  # (N, H)
    columns = right[:, None] + torch.arange(width)  # (N, W)
    shifted = padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    gain = 1 + BRIGHTNESS * (2 * torch.rand(count, 1, 1, 1) - 1)
    return (shifted * gain).clamp(0, 1)


def spoil(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """`pictures` (N, C, H, W), each spoilt in one of the ways of SPOILT or left as it is, and in which, (N,) int64."""
    kinds = torch.randint(len(SPOILT), (len(pictures),))
    spoilt = pictures.clone()
    for kind, how in enumerate((lambda part: part, blur, noisy, shuffle, mix)):
        chosen = kinds == kind
        if chosen.any():
            spoilt[chosen] = how(pictures[chosen])
    return spoilt, kinds


def blur(pictures: Tensor) -> Tensor:
    """Each pixel the mean of those around it, twice or more often."""
    for _ in range(int(torch.randint(1, 4, ()))):
        pictures = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return pictures


def noisy(pictures: Tensor) -> Tensor:
    """Noise on each pixel, of a standard deviation up to 0.3."""
    strength = 0.05 + 0.25 * torch.rand(len(pictures), 1, 1, 1)
    return (pictures + strength * torch.randn_like(pictures)).clamp(0, 1)


def shuffle(pictures: Tensor) -> Tensor:
    """Moved round by half a side, downwards, to the right, or both, so that the parts are in wrong places."""
    height, width = (side // 2 for side in pictures.shape[2:])
    down, right = ((height, 0), (0, width), (height, width))[int(torch.randint(3, ()))]
    return pictures.roll((down, right), (2, 3))


def mix(pictures: Tensor) -> Tensor:
    """Half of itself and half of the next one, as a decoder mixes two pictures that it cannot tell apart."""
    return (pictures + pictures.roll(1, 0)) / 2
