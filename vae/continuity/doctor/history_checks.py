"""What can be wrong before the model: its training and its data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor

from vae.continuity.doctor.case import Case, few, keys
from vae.continuity.doctor.finding import Finding, Remedy, Sketch, beyond, numbers
from vae.continuity.doctor.picture_checks import SHOWN, picture_rows
from vae.continuity.estimates import Unmeasurable, share_estimate
from vae.sentences import counted, phrase
from vae.training.schedule import WARM_UP

WORSE = 1.25  # times the best loss before
UNSTEADY = 0.1  # of the epochs
FEWEST = 5  # epochs
COPIES = 0.01  # of the images
PLAIN = 0.6  # of the pixels
LOOKED_AT = 20_000  # training images whose pixels are compared


def training(case: Case) -> Finding:
    """Whether the loss fell."""
    # While the KL term comes in, the loss may rise: it is another loss.
    rows = [row for row in case.log if "loss" in row and "epoch" in row]
    if len(rows) < FEWEST:
        raise Unmeasurable(
            phrase(
                "training.csv tells of {epochs}; {fewest} are needed",
                epochs=counted(len(rows), "{n} epoch", "{n} epochs"),
                fewest=FEWEST,
            )
            if rows
            else phrase("there is no training.csv")
        )
    after = [row for row in rows if row["epoch"] > WARM_UP * rows[-1]["epoch"] + 1] if case.variational else rows
    losses = np.array([row["loss"] if math.isfinite(row["loss"]) else math.inf for row in after])
    best = np.minimum.accumulate(losses)
    worse = int((losses[1:] > best[:-1] + (WORSE - 1) * np.abs(best[:-1])).sum()) if len(losses) > 1 else 0
    if len(losses) < 2:
        raise Unmeasurable(phrase("training.csv tells of too few epochs after the KL term had come in"))
    figure = share_estimate(worse, len(losses) - 1)
    fault = beyond(figure, UNSTEADY)
    config = case.model.config
    said = phrase(
        "In {worse} of {epochs} epochs the loss was over {share:.0f} % above the best before",
        worse=worse,
        epochs=len(losses) - 1,
        share=100 * (WORSE - 1),
    )
    finite = np.where(np.isfinite(losses), losses, np.nan)
    return Finding(
        "training", phrase("Unstable training"), fault, phrase("{said}: it jumped about.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of epochs with a loss above the best before"), UNSTEADY, True,
        Sketch("curves", phrase("loss by epoch"), [phrase("loss")], [numbers(np.nan_to_num(finite, nan=float(np.nanmax(finite)) if np.isfinite(finite).any() else 0.0))],
               [row["epoch"] for row in after]),
        Remedy(phrase("Take smaller steps"), {"learning_rate": float(f"{0.3 * config.learning_rate:.2g}")}, "gentle") if fault else None,
    )  # fmt: skip


def duplicates(case: Case) -> Finding:
    """Whether training images are there more than once."""
    found = case.train_keys
    first: dict[bytes, int] = {}
    again = [(first.setdefault(key, row), row) for row, key in enumerate(found)]
    pairs = [(one, two) for one, two in again if one != two]
    figure = share_estimate(len(pairs), len(found))
    fault = beyond(figure, COPIES)
    said = phrase("{count:,} of {total:,} training images are copies of another one", count=len(pairs), total=len(found))
    rows: dict[str, Tensor] = {
        phrase("image"): case.train[[one for one, _ in pairs[:SHOWN]]],
        phrase("copy"): case.train[[two for _, two in pairs[:SHOWN]]],
    }
    return Finding(
        "duplicates", phrase("Images there twice"), fault, phrase("{said}, and weigh as often.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of training images that are copies"), COPIES, True,
        _pairs(phrase("an image, and its copy"), rows, case),
        _cleaned(case, phrase("Delete the copies in the folder")) if fault else None,
    )  # fmt: skip


def leakage(case: Case) -> Finding:
    """Whether test images were trained on."""
    seen = {key: row for row, key in reversed(list(enumerate(case.train_keys)))}
    pairs = [(seen[key], row) for row, key in enumerate(keys(case.test)) if key in seen]
    figure = share_estimate(len(pairs), len(case.test))
    fault = beyond(figure, COPIES)
    said = phrase("{count:,} of {total:,} test images are among the training images", count=len(pairs), total=len(case.test))
    rows: dict[str, Tensor] = {
        phrase("test"): case.test[[two for _, two in pairs[:SHOWN]]],
        phrase("training"): case.train[[one for one, _ in pairs[:SHOWN]]],
    }
    return Finding(
        "leakage", phrase("Test images in training"), fault, phrase("{said}: figures on them say too much.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of test images that were trained on"), COPIES, True,
        _pairs(phrase("a test image, and the training image like it"), rows, case),
        _cleaned(case, phrase("Take the folders train and test apart, so that each image's content decides where it goes")) if fault else None,
    )  # fmt: skip


def constant(case: Case) -> Finding:
    """Whether much of a picture is the same in all."""
    images = few(case.train, LOOKED_AT)
    low, high = images.amin(0), images.amax(0)  # (C, H, W)
    still = low == high
    figure = share_estimate(int(still.sum()), still.numel())
    fault = beyond(figure, PLAIN)
    said = phrase("{count:,} of {total:,} pixel values are the same in every training image", count=int(still.sum()), total=still.numel())
    return Finding(
        "constant", phrase("Pixels that never change"), fault, phrase("{said}: the model spends itself on a frame.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of pixel values that never change"), PLAIN, True,
        picture_rows(phrase("white where pixels change"), {phrase("changes"): (~still).float()[None], phrase("mean"): (images.float().mean(0) / 255)[None]}),
        _cleaned(case, phrase("Cut the images to what changes")) if fault else None,
    )  # fmt: skip


def _pairs(caption: str, rows: Mapping[str, Tensor], case: Case) -> Sketch:
    """Rows of images, one under the other; where there are none, some training images."""
    if not len(next(iter(rows.values()))):
        caption, rows = phrase("there are none; these are some training images"), {phrase("images"): few(case.train, SHOWN)}
    return picture_rows(caption, {label: row.float() / 255 for label, row in rows.items()})


def _cleaned(case: Case, words: str) -> Remedy:
    name = f"{case.model.config.data.rstrip('/').rpartition('/')[2]}-clean"
    changes: dict[str, Any] = {"data": name}
    return Remedy(phrase("{words}, import that as {name}, and train on it", words=words, name=name), changes, "clean")
