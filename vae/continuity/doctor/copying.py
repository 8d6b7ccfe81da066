"""Whether a model's pictures are copies of its training images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.continuity.doctor.case import VALUES, few
from vae.continuity.estimates import Estimate, Unmeasurable, resampled_estimate
from vae.sentences import phrase

FEWEST = 20  # images on either side


@dataclass(frozen=True)
class Copies:
    """figure : share of pictures that are nearer to a training image than to any test image, ½ for a model that copies none
    nearest_train, nearest_test : the image nearest to each picture, (M, C, H, W) in [0, 1]
    nearness : (M,) distance to the test image divided by that to the training image
    """

    figure: Estimate
    nearest_train: Tensor
    nearest_test: Tensor
    nearness: np.ndarray


def copies(pictures: Tensor, train: Tensor, test: Tensor, seed: int = 0) -> Copies:
    """Which of `pictures` (M, C, H, W) in [0, 1] are nearer to a training than to a test image, among as many of each.

    Pictures that share both neighbours are counted once: a decoder that makes one picture of everything has one, and so no interval.
    An image that is on both sides decides nothing, half a picture for each.

    Parameters
    ----------
    train, test : (N, C, H, W) uint8

    Source: after Meehan, Chaudhuri and Dasgupta, "A Non-Parametric Test to Detect Data-Copying in Generative Models", 2020.
    """
    count = min(len(train), len(test), max(1, VALUES // train[0].numel()))
    if count < FEWEST:
        raise Unmeasurable(
            phrase("telling copies takes {fewest} images each for training and testing, and there are {count}", fewest=FEWEST, count=count)
        )
    near: list[tuple[np.ndarray, np.ndarray]] = []
    chosen = [few(images, count).float() / 255 for images in (train, test)]
    for images in chosen:
        away = torch.cat([torch.cdist(part.flatten(1).cpu(), images.flatten(1)) for part in pictures.split(250)])
        distance, rows = away.min(1)
        near.append((distance.numpy(), rows.numpy()))
    (to_train, train_rows), (to_test, test_rows) = near
    votes = np.where(to_train < to_test, 1.0, np.where(to_train > to_test, 0.0, 0.5))
    pairs, of = np.unique(np.stack([train_rows, test_rows], 1), axis=0, return_inverse=True)
    shares = np.bincount(of.reshape(-1), votes) / np.bincount(of.reshape(-1))
    figure = resampled_estimate(lambda rows: float(shares[rows].mean()), len(pairs), seed)
    nearness = to_test / np.maximum(to_train, 1e-6)
    return Copies(figure, chosen[0][train_rows], chosen[1][test_rows], nearness)
