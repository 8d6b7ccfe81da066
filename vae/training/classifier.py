"""Training the judge: a supervised classifier, unlike everything else here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from vae.data import Images
from vae.models import Classifier
from vae.store.classifiers import save_classifier

BATCH, PEAK_LEARNING_RATE, WEIGHT_DECAY = 128, 4e-3, 1e-2
REFERENCES = 10_000  # training images whose features are kept for nearest-neighbour figures


def train_classifier(
    data: str, train: Images, test: Images, folder: Path, *, epochs: int = 8, seed: int = 0, flip: bool = False,
    progress: Callable[[int, int, float], None] | None = None,
) -> float:  # fmt: skip
    """Train a classifier on `train`, write it to `folder`, and return its accuracy on `test`.

    Images are shifted by up to two pixels and, with `flip`, mirrored; the learning rate is one cycle.
    """
    torch.manual_seed(seed)
    model = Classifier(tuple(train.images.shape[1:]), len(train.classes))
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    steps = epochs * (len(train) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
    done = 0
    for _ in range(epochs):
        for rows in torch.randperm(len(train))[: len(train) // BATCH * BATCH].split(BATCH):
            images = _jitter(train.images[rows].float() / 255, flip)
            loss = functional.cross_entropy(model(images), train.labels[rows].long(), label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            done += 1
            if progress:
                progress(done, steps, loss.item())
    model.eval()
    with torch.inference_mode():
        accuracy = _accuracy(model, test)
        reference = torch.cat([model.features(part.float() / 255) for part in train.images[:REFERENCES].split(1000)])
    config = {
        "data": data,
        "image_shape": list(train.images.shape[1:]),
        "classes": list(train.classes),
        "epochs": epochs,
        "seed": seed,
        "flip": flip,
        "test_accuracy": accuracy,
        "reference": f"features of the first {len(reference)} training images",
        "off_manifold_threshold": off_manifold_threshold(model, test, reference.half().float()),
    }
    save_classifier(folder, model, config, reference)
    return accuracy


@torch.inference_mode()
def off_manifold_threshold(model: Classifier, test: Images, reference: Tensor) -> float:
    """The 99th percentile of the distances in φ from real test images to the nearest of `reference` (M, 64)."""
    nearest = [torch.cdist(model.features(part.float() / 255), reference).amin(1) for part in test.images.split(1000)]
    return torch.cat(nearest).quantile(0.99).item()


def _accuracy(model: Classifier, images: Images) -> float:
    right = sum(
        (model(part.float() / 255).argmax(1) == labels).sum().item()
        for part, labels in zip(images.images.split(1000), images.labels.split(1000), strict=True)
    )
    return right / len(images)


def _jitter(images: Tensor, flip: bool) -> Tensor:
    """Shift each image by up to two pixels either way; mirror half of them if `flip`."""
    count, _, height, width = images.shape
    padded = functional.pad(images, (2, 2, 2, 2))
    down, right = torch.randint(5, (2, count))
    rows = down[:, None] + torch.arange(height)  # (N, H)
    columns = right[:, None] + torch.arange(width)  # (N, W)
    shifted = padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    if flip:
        mirror = torch.rand(count) < 0.5
        shifted = torch.where(mirror[:, None, None, None], shifted.flip(3), shifted)
    return shifted.contiguous()
