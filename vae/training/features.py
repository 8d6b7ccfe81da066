"""Training features without classes: an encoder that tells groups of like images apart.

The images are put into groups by k-means in the principal components of their pixels, and a classifier learns to tell which group a
shifted image is of; its features are kept, its groups are not.

Source: Caron et al., "Deep Clustering for Unsupervised Learning of Visual Features", 2018, with one round of clustering.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from torch import Tensor
from torch.nn import functional

from vae.models import Classifier, Encoder

GROUPS, LEAST_IN_GROUP = 64, 8  # at most so many groups, and on average so many images in each
CLUSTERED = 10_000  # images that the groups are made of
COMPONENTS, THUMB = 32, 16  # numbers of an image that are compared, and the side in pixels that it is brought to before
BATCH, EPOCHS = 128, 20
FEWEST_STEPS, MOST_STEPS = 100, 400
PEAK_LEARNING_RATE, WEIGHT_DECAY, SMOOTHING = 4e-3, 1e-2, 0.05
SHIFT = 0.07  # of an image's side, at most


def train_features(
    images: Tensor, *, seed: int = 0, steps: int | None = None, progress: Callable[[int, int, float], None] | None = None
) -> Encoder:
    """An encoder of pictures like `images` (N, C, H, W) uint8, N at least 2, in evaluation mode; the same for the same seed.

    Of more than CLUSTERED images, so many evenly spaced ones are learned from.
    """
    rows = torch.linspace(0, len(images) - 1, min(len(images), CLUSTERED), dtype=torch.float64).round().long()
    images = images[rows]
    labels = groups(images, seed)
    batch = min(BATCH, len(images))
    steps = steps or max(FEWEST_STEPS, min(MOST_STEPS, EPOCHS * len(images) // batch))
    shape = (images.shape[1], images.shape[2], images.shape[3])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Classifier(shape, int(labels.max()) + 1)
        optimizer = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
        for step in range(steps):
            chosen = torch.randperm(len(images))[:batch]
            loss = functional.cross_entropy(model(shifted(images[chosen].float() / 255)), labels[chosen], label_smoothing=SMOOTHING)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            if progress:
                progress(step + 1, steps, loss.item())
    with torch.device("meta"):  # without weights: drawing them would change the global generator's state
        encoder = Encoder(shape)
    encoder.blocks = model.blocks
    return encoder.eval().requires_grad_(False)


def groups(images: Tensor, seed: int) -> Tensor:
    """Which group of like ones each of `images` (N, C, H, W) uint8 is in: (N,) int64, at most GROUPS of them."""
    thumbs = functional.adaptive_avg_pool2d(images.float() / 255, THUMB) if min(images.shape[2:]) > THUMB else images.float() / 255
    flat = thumbs.flatten(1).numpy()
    count = max(2, min(GROUPS, len(images) // LEAST_IN_GROUP))
    with warnings.catch_warnings():  # images that coincide have no variance, and make fewer groups than asked for
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        components = PCA(min(COMPONENTS, *flat.shape), svd_solver="randomized", random_state=seed).fit_transform(flat)
        found = KMeans(count, n_init=1, random_state=seed).fit_predict(components)
    return torch.from_numpy(found).long()


def shifted(images: Tensor) -> Tensor:
    """`images` (N, C, H, W), each moved by up to a fourteenth of its side either way; the border is carried on."""
    count, _, height, width = images.shape
    reach = max(1, round(SHIFT * min(height, width)))
    padded = functional.pad(images, (reach,) * 4, mode="replicate")
    down, right = torch.randint(2 * reach + 1, (2, count))
    rows = down[:, None] + torch.arange(height)  # (N, H)
    columns = right[:, None] + torch.arange(width)  # (N, W)
    return padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2).contiguous()
