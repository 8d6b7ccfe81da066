"""Training a judge: a supervised classifier, or, where there are no classes to tell apart, an encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vae.data import Images
from vae.models import Classifier, Encoder, Mixer
from vae.store.classifiers import save_classifier, save_second
from vae.store.tensors import half
from vae.training.features import GROUPS, train_features

BATCH, PEAK_LEARNING_RATE, WEIGHT_DECAY = 128, 4e-3, 1e-2
REFERENCES = 10_000  # training images whose features are kept for nearest-neighbour figures
TESTED = 50  # images at least, whose distances say what is still real
PLANTED = 200  # pictures that are certainly unreal, of each sort
CAUGHT = 0.9  # of them must be found unreal, or a judge has no say in what is


def train_classifier(
    data: str, train: Images, test: Images, folder: Path, *, data_sha256: str = "", epochs: int = 8, seed: int = 0, flip: bool = False,
    second: bool = False, progress: Callable[[int, int, float], None] | None = None,
) -> float:  # fmt: skip
    """Train a classifier on `train`, write it to `folder`, and return its accuracy on `test`.

    Images are shifted by up to two pixels and, with `flip`, mirrored; the learning rate is one cycle. `data_sha256` is the `identity`
    of the images, empty for a shipped set. With `second` it is of another architecture, and keeps no features for reference.
    """
    torch.manual_seed(seed)
    making: type[Classifier] = Mixer if second else Classifier
    model = making((train.images.shape[1], train.images.shape[2], train.images.shape[3]), len(train.classes))
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    batch = min(BATCH, len(train))
    steps = epochs * (len(train) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
    done = 0
    for _ in range(epochs):
        for rows in torch.randperm(len(train))[: len(train) // batch * batch].split(batch):
            images = _jitter(train.images[rows].float() / 255, flip)
            loss = functional.cross_entropy(model(images), train.labels[rows].long(), label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            done += 1
            if progress:
                progress(done, steps, loss.item())
    if second:
        model.load_state_dict(half(model.state_dict()))  # what is examined is what is stored
    model.eval()
    accuracy, balanced = _accuracy(model, test)
    config = {
        "data": data, "data_sha256": data_sha256, "image_shape": list(train.images.shape[1:]), "classes": list(train.classes),
        "epochs": epochs, "seed": seed, "flip": flip,
        "test_accuracy": accuracy, "balanced_accuracy": balanced, "test_images": len(test),
    }  # fmt: skip
    if isinstance(model, Mixer):
        save_second(folder, model, config)
    else:
        _save(folder, model, config, train, test)
    return accuracy


def train_encoder(
    data: str, train: Images, test: Images, folder: Path, *, data_sha256: str = "", seed: int = 0,
    progress: Callable[[int, int, float], None] | None = None,
) -> None:  # fmt: skip
    """Train an encoder on `train`, whatever its classes, and write it to `folder`; what is left out is as for a classifier."""
    model = train_features(train.images, seed=seed, progress=progress)
    config = {"data": data, "data_sha256": data_sha256, "image_shape": list(train.images.shape[1:]), "classes": [], "seed": seed,
              "test_images": len(test), "method": f"telling up to {GROUPS} groups of like images apart"}  # fmt: skip
    _save(folder, model, config, train, test)


@torch.inference_mode()
def _save(folder: Path, model: Encoder, config: dict[str, Any], train: Images, test: Images) -> None:
    """Write a judge with its reference, and with a threshold of what is unreal if it can tell that."""
    reference = torch.cat([model.features(part.float() / 255) for part in train.images[:REFERENCES].split(1000)])
    kept = reference.half().float()
    threshold = off_manifold_threshold(model, test, kept)
    caught = planted(model, test, kept, threshold)
    found: dict[str, Any] = {"reference": f"features of the first {len(reference)} training images", "planted": caught}
    if len(test) < TESTED:
        found["no_threshold"] = f"what is still real is read off {TESTED} test images or more, and there are {len(test)}"
    elif min(caught.values()) < CAUGHT:
        found["no_threshold"] = f"it takes {' and '.join(name for name, share in caught.items() if share < CAUGHT)} for real"
    else:
        found["off_manifold_threshold"] = threshold
    save_classifier(folder, model, config | found, reference)


@torch.inference_mode()
def planted(model: Encoder, test: Images, reference: Tensor, threshold: float) -> dict[str, float]:
    """Which share of pictures that are certainly unreal a judge finds so: noise, and test images whose pixels have changed places."""
    draws = torch.Generator().manual_seed(0)
    images = test.images[:PLANTED].float() / 255
    noise = torch.rand(PLANTED, *images.shape[1:], generator=draws)
    scattered = images.flatten(2)[:, :, torch.randperm(images[0, 0].numel(), generator=draws)].view_as(images)
    return {
        name: (torch.cdist(model.features(pictures), reference).amin(1) > threshold).float().mean().item()
        for name, pictures in (("noise", noise), ("scattered pixels", scattered))
    }


@torch.inference_mode()
def off_manifold_threshold(model: Encoder, test: Images, reference: Tensor) -> float:
    """The 99th percentile of the distances in φ from real test images to the nearest of `reference` (M, 64)."""
    nearest = [torch.cdist(model.features(part.float() / 255), reference).amin(1) for part in test.images.split(1000)]
    return torch.cat(nearest).quantile(0.99).item()


@torch.inference_mode()
def _accuracy(model: Classifier, images: Images) -> tuple[float, float]:
    """The share of `images` whose class is found, and the mean of that share over their classes."""
    parts = zip(images.images.split(1000), images.labels.split(1000), strict=True)
    right = torch.cat([model(part.float() / 255).argmax(1) == labels for part, labels in parts]).double()
    return right.mean().item(), torch.stack([right[images.labels == label].mean() for label in images.labels.unique()]).mean().item()


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
