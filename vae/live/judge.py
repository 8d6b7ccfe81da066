"""What a classifier says of a decoded picture, and whether the picture still looks like any real one."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from vae.latent.neighbours import Neighbours
from vae.models import Classifier
from vae.store import folders
from vae.store.classifiers import StoredClassifier, load_classifier, read_classifier
from vae.store.files import CheckpointError, is_passing
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, REFERENCE

CACHED = 32  # pictures at a time on a CPU: the layers of more leave its cache, and each picture takes almost twice as long
# Whether the CPU reckons in bfloat16; an older torch does not tell.
SHORT = hasattr(torch.cpu, "get_capabilities") and bool(torch.cpu.get_capabilities().get("avx512_bf16"))


@dataclass(frozen=True)
class Judgement:
    """What a classifier finds in N pictures, each (N,) float32.

    label : the likeliest class
    confidence : its softmax probability
    off_manifold : 1 where the nearest real image is farther in feature space than almost all unseen real images are, else
        0; NaN where the classifier's config has no threshold
    """

    label: np.ndarray
    confidence: np.ndarray
    off_manifold: np.ndarray


class Judge:
    """The classifier of one data set with its features of real images.

    Parameters
    ----------
    stored : the classifier, as `load_classifier` gives it
    """

    def __init__(self, stored: StoredClassifier) -> None:
        self.model = quick(stored.model)
        self.image_shape = tuple(stored.model.image_shape)
        self._reference = Neighbours(stored.reference)
        threshold = stored.config.get("off_manifold_threshold")
        self._threshold = np.nan if threshold is None else float(threshold)

    def verdicts(self, pictures: Tensor) -> Judgement:
        """What it finds in `pictures` (N, C, H, W) in [0, 1]."""
        features = self._features(pictures)
        confidence, label = self.model.head(features).softmax(1).max(1)
        distance = self._reference.query(features, 1)[0][:, 0]
        off = (distance > self._threshold).float() if np.isfinite(self._threshold) else torch.full_like(distance, torch.nan)
        return Judgement(*(column.float().cpu().numpy() for column in (label, confidence, off)))

    def labels(self, pictures: Tensor) -> np.ndarray:
        """The likeliest class of each of `pictures` (N, C, H, W) in [0, 1]: (N,) int64."""
        return self.model.head(self._features(pictures)).argmax(1).cpu().numpy()

    def scores(self, pictures: Tensor) -> Tensor:
        """Class scores (N, classes) float32 of `pictures` (N, C, H, W) in [0, 1], before the softmax.

        Where the CPU can, they are reckoned in bfloat16, a third faster: good for colours, while `verdicts` are exact.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=SHORT):
            return self.model.head(self._features(pictures)).float()

    def _features(self, pictures: Tensor) -> Tensor:
        parts = pictures.split(CACHED) if pictures.device.type == "cpu" else [pictures]
        return torch.cat([self.model.features(part.to(memory_format=torch.channels_last)) for part in parts])


def quick(model: Classifier) -> Classifier:
    """A copy that says the same, to within rounding, in less than half the time on a CPU.

    Each batch normalisation is folded into the convolution before it, and channels lie next to each other in memory.
    """
    copy = deepcopy(model)
    for before, after in pairwise(range(len(copy.blocks))):
        if isinstance(copy.blocks[before], nn.Conv2d) and isinstance(copy.blocks[after], nn.BatchNorm2d):
            copy.blocks[before] = fuse_conv_bn_eval(copy.blocks[before], copy.blocks[after])
            copy.blocks[after] = nn.Identity()
    return copy.to(memory_format=torch.channels_last)


def load(data: str, device: torch.device) -> Judge | None:
    """The judge of data set `data`, or None where no classifier has been trained for it or it is broken."""
    try:
        return Judge(load_classifier(data, device))
    except CheckpointError as error:
        if is_passing(error):  # or there would be none until the server ends
            raise
        return None


def there(data: str) -> bool:
    """Whether there is a judge of data set `data`, by its config: whether its weights are sound, too, shows when it is loaded."""
    try:
        read_classifier(data)
    except CheckpointError:
        return False
    return True


def files(data: str) -> list[Path]:
    """The files a judge is made of."""
    folder = folders.place(CLASSIFIERS, Path(data).name)
    return [folder / CONFIG, folder / MODEL, folder / REFERENCE]
