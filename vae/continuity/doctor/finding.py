"""What the doctor says of one thing that can be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from vae.continuity.estimates import Estimate


@dataclass(frozen=True)
class Sketch:
    """A small picture of the evidence, as numbers that anybody can draw.

    kind : "bars", one of each label; "curves", one of each label over `x`, a series of one value being a point; "pictures", a row of each label
    labels : of bars, curves or rows of pictures
    values : of bars [[height, ...]] in one row; of curves a row each; empty for pictures
    x : of curves; a point has its own in `points`
    points : (x, y) by label
    pictures : PNG files as data addresses, a row each
    caption : what is seen
    """

    kind: Literal["bars", "curves", "pictures"]
    caption: str
    labels: list[str]
    values: list[list[float]] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    pictures: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Remedy:
    """What to try.

    words : in a sentence, which the command follows
    changes : of the training, by the names of `vae.tasks.train.TrainRequest`
    ending : of the new model's name
    """

    words: str
    changes: Mapping[str, Any]
    ending: str


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    key : its name in files
    title : on screen
    fault : whether something is wrong: the whole interval of the figure is beyond the limit
    sentence : what was found
    figure : with its 95 % interval
    figure_name : what the figure is
    limit : where the fault begins
    above : whether that is above the limit; else below
    sketch : of the evidence
    remedy : None where nothing is wrong
    """

    key: str
    title: str
    fault: bool
    sentence: str
    figure: Estimate
    figure_name: str
    limit: float
    above: bool
    sketch: Sketch
    remedy: Remedy | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        values = asdict(self)
        return values | {"figure": self.figure.to_dict(), "remedy": None if self.remedy is None else asdict(self.remedy)}


def beyond(figure: Estimate, limit: float, above: bool = True) -> bool:
    """Whether the whole interval of `figure` is beyond `limit`; never where there is no interval."""
    return bool(figure.low > limit) if above else bool(figure.high < limit)


def numbers(values: np.ndarray, digits: int = 4) -> list[float]:
    """Of a sketch: so many significant digits, finite."""
    return [float(f"{value:.{digits}g}") for value in np.nan_to_num(np.asarray(values, np.float64), posinf=1e30, neginf=-1e30)]
