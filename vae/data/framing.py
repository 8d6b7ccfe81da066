"""How the pictures of a data set stand in their frames, so that a picture of one's own can be brought to stand in its as they do."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from torch import Tensor

MOST = 1000  # pictures that are looked at
STROKED = 200  # of them, whose strokes are measured
FINER = 4  # times: strokes are measured on enlarged pictures
PLAIN = 0.12  # standard deviation of the border's brightness from picture to picture, below which all have the same background
CENTRED = 0.025  # of the picture's side, that the centre of mass may stray
INK = 0.25  # difference from the background that counts as drawn
LIGHTER = 0.5  # of the range: a picture whose border is farther from the background is of the other brightness


@dataclass(frozen=True)
class Framing:
    """What the pictures of a data set have in common.

    background : mean of the outermost pixels, (C,) in [0, 1]
    plain : whether it is much the same in all of them
    centred : whether what is drawn on a plain background has its centre of mass in the middle, as a digit of MNIST has
    extent : longer side of what is drawn, of the picture's side; the median. 1 unless centred
    stroke : width of its strokes, of the picture's side; 0 unless centred
    """

    background: tuple[float, ...]
    plain: bool
    centred: bool
    extent: float = 1.0
    stroke: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """As plain JSON types."""
        return asdict(self) | {"background": list(self.background)}


def framing_of(images: Tensor) -> Framing:
    """How `images` (N, C, H, W), uint8 or float in [0, 1], stand in their frames; N at least 1."""
    rows = np.unique(np.linspace(0, len(images) - 1, MOST).round().astype(int))
    values = images[rows].cpu().numpy()
    pictures = values.astype(np.float32) / (255 if values.dtype == np.uint8 else 1)  # (N, C, H, W)
    border = np.concatenate(
        [pictures[:, :, [0, -1], :].reshape(*pictures.shape[:2], -1), pictures[..., [0, -1]].reshape(*pictures.shape[:2], -1)], 2
    )
    background = border.mean((0, 2))
    plain = bool(border.mean((1, 2)).std() < PLAIN)
    ink = np.abs(pictures - background[:, None, None]).mean(1)  # (N, H, W)
    mass = ink.sum((1, 2))
    loose = Framing(tuple(map(float, background)), plain, False)
    if not plain or (mass < 1).mean() > 0.5:
        return loose
    ink, mass = ink[mass >= 1], mass[mass >= 1]
    height, width = ink.shape[1:]
    x = (ink.sum(1) * (np.arange(width) + 0.5)).sum(1) / mass / width
    y = (ink.sum(2) * (np.arange(height) + 0.5)).sum(1) / mass / height
    if max(x.std(), y.std(), abs(x.mean() - 0.5), abs(y.mean() - 0.5)) > CENTRED:
        return loose
    drawn = ink > INK
    across = [np.flatnonzero(each.any(0)) for each in drawn if each.any()]
    down = [np.flatnonzero(each.any(1)) for each in drawn if each.any()]
    longer = [max((a[-1] - a[0] + 1) / width, (d[-1] - d[0] + 1) / height) for a, d in zip(across, down, strict=True)]
    widths = [stroke_width(each) for each in ink[:STROKED]]
    return Framing(tuple(map(float, background)), True, True, float(np.median(longer or [1])), float(np.median(widths)) / width)


def stroke_width(ink: np.ndarray) -> float:
    """Mean width in pixels of the strokes of `ink` (H, W) in [0, 1]; 0 where there are none.

    Across a stroke the distance to its edge has a quarter of its width as its mean.
    """
    from scipy.ndimage import distance_transform_edt, zoom  # a quarter of a second, which the first picture need not wait for

    drawn = zoom(ink, FINER, order=1) > 0.5
    if not drawn.any() or drawn.all():
        return 0.0
    return float(4 * (distance_transform_edt(drawn)[drawn] - 0.5).mean() / FINER)
