"""What a judge says of a decoded picture: its class, where the judge tells any, and whether it still looks like any real one."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from vae import data
from vae.latent.neighbours import Neighbours
from vae.models import Classifier, Encoder
from vae.sentences import exchanged, listed, phrase
from vae.store import folders
from vae.store.classifiers import Pictures, StoredJudge, classifier_names, find_judge, load_judge, read_classifier
from vae.store.files import CheckpointError, is_passing
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, REFERENCE
from vae.store.names import printable

CACHED = 32  # pictures at a time on a CPU: the layers of more leave its cache, and each picture takes almost twice as long
# Whether the CPU reckons in bfloat16; an older torch does not tell.
SHORT = hasattr(torch.cpu, "get_capabilities") and bool(torch.cpu.get_capabilities().get("avx512_bf16"))


@dataclass(frozen=True)
class Judgement:
    """What a judge finds in N pictures, each (N,) float32.

    label : the likeliest class; -1 where the judge tells none
    confidence : its softmax probability; NaN where the judge tells no classes
    unreal : 1 where the nearest real image is farther in feature space than almost all unseen real images are, else
        0; NaN where the judge's config has no threshold
    """

    label: np.ndarray
    confidence: np.ndarray
    unreal: np.ndarray


class Judge:
    """The judge of one data set with its features of real images.

    Parameters
    ----------
    stored : as `load_judge` gives it
    """

    def __init__(self, stored: StoredJudge) -> None:
        self.model = quick(stored.model)
        self.image_shape = tuple(stored.model.image_shape)
        self.classes = stored.classes
        self._reference = Neighbours(stored.reference)
        self._threshold = np.nan if stored.threshold is None else float(stored.threshold)

    @property
    def tells_unreal(self) -> bool:
        """Whether it tells what is unlike any real image."""
        return bool(np.isfinite(self._threshold))

    def verdicts(self, pictures: Tensor) -> Judgement:
        """What it finds in `pictures` (N, C, H, W) in [0, 1]."""
        features = self._features(pictures)
        if self.classes:
            confidence, label = self._head(features).softmax(1).max(1)
        else:
            confidence, label = features.new_full((len(features),), torch.nan), features.new_full((len(features),), -1)
        distance = self._reference.query(features, 1)[0][:, 0]
        unreal = (distance > self._threshold).float() if np.isfinite(self._threshold) else torch.full_like(distance, torch.nan)
        return Judgement(*(column.float().cpu().numpy() for column in (label, confidence, unreal)))

    def labels(self, pictures: Tensor) -> np.ndarray:
        """For a judge that tells classes: the likeliest class of each of `pictures` (N, C, H, W) in [0, 1]: (N,) int64."""
        return self._head(self._features(pictures)).argmax(1).cpu().numpy()

    def scores(self, pictures: Tensor) -> Tensor:
        """For a judge that tells classes: class scores (N, classes) float32 of `pictures` (N, C, H, W) in [0, 1], before the softmax.

        Where the CPU can, they are reckoned in bfloat16, a third faster: good for colours, while `verdicts` are exact.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=SHORT):
            return self._head(self._features(pictures)).float()

    def _head(self, features: Tensor) -> Tensor:
        return cast(Classifier, self.model).head(features)

    def _features(self, pictures: Tensor) -> Tensor:
        parts = pictures.split(CACHED) if pictures.device.type == "cpu" else [pictures]
        return torch.cat([self.model.features(part.to(memory_format=torch.channels_last)) for part in parts])


def quick(model: Encoder) -> Encoder:
    """A copy that says the same, to within rounding, in less than half the time on a CPU.

    Each batch normalisation is folded into the convolution before it, and channels lie next to each other in memory.
    """
    copy = deepcopy(model)
    for before, after in pairwise(range(len(copy.blocks))):
        convolution, norm = copy.blocks[before], copy.blocks[after]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            copy.blocks[before] = fuse_conv_bn_eval(convolution, norm)
            copy.blocks[after] = nn.Identity()
    return copy.to(memory_format=torch.channels_last)


def load(pictures: Pictures, device: torch.device) -> Judge | None:
    """The judge of `pictures`, or None where there is none whose word counts or it is broken."""
    try:
        return Judge(load_judge(pictures, device))
    except CheckpointError as error:
        if is_passing(error):  # or there would be none until the server ends
            raise
        return None


@dataclass(frozen=True)
class Known:
    """What is known of a judge by its config; whether its weights are sound, too, shows when it is loaded.

    classes : whether it tells any
    sentence : who judges, or why nobody does
    """

    classes: bool
    sentence: str


def known(pictures: Pictures) -> Known:
    """Who judges `pictures`."""
    try:
        name, note = find_judge(pictures)
        config = read_classifier(name)
    except CheckpointError as error:
        return Known(
            False, exchanged(str(error), printable(pictures.data), data.label(pictures.data))
        )  # no paths of this machine in a reply
    if not config.get("classes"):
        said = phrase("judged by our encoder {name}, which was trained without classes and tells none", name=name)
    else:
        accuracy = float(config["test_accuracy" if "test_accuracy" in config else "balanced_accuracy"])
        said = phrase("judged by our classifier {name}, which is right on {share:.1f} % of test images", name=name, share=100 * accuracy)
    return Known(bool(config.get("classes")), listed([said, note], "; ") if note else said)


def files(pictures: Pictures) -> list[Path]:
    """The files the judge of `pictures` is made of; those of all judges, where it has none yet."""
    try:
        names = [find_judge(pictures)[0]]
    except CheckpointError:
        names = classifier_names()
    return [folders.place(CLASSIFIERS, name) / file for name in names for file in (CONFIG, MODEL, REFERENCE)]
