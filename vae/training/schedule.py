"""How the learning rate, the weight of the KL term and the averaging change over a run: functions of the step alone."""

from __future__ import annotations

import math

FINAL_LEARNING_RATE = 1e-5
MAX_GRADIENT_NORM = 1.0
EMA_DECAY = 0.999
WARM_UP = 0.1  # share of all steps over which the KL term comes in


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Cosine from `peak` at step 0 down to 1e-5 at the last of `steps`."""
    floor = min(FINAL_LEARNING_RATE, peak)
    return floor + 0.5 * (peak - floor) * (1 + math.cos(math.pi * step / max(1, steps - 1)))


def kl_weight(step: int, steps: int, beta: float) -> float:
    """From 0 at step 0 in a straight line to `beta` after a tenth of all `steps`, constant from there."""
    return beta * min(1.0, step / max(1, WARM_UP * steps))


def noise_growth(step: int, steps: int, first: float, last: float) -> float:
    """How many times `last` the noise on the codes is: falls geometrically from `first` at step 0 to `last` after half of all `steps`.

    1 throughout where `first` is 0. Noise that begins large lets the coarse order of the data be learned before the fine.
    Source: Rose, "Deterministic Annealing for Clustering, Compression, Classification, Regression, and Related
    Optimization Problems", 1998.
    """
    return (first / last) ** max(0.0, 1 - 2 * step / max(1, steps)) if first else 1.0


def blur_width(step: int, steps: int, first: float) -> float:
    """Standard deviation, in pixels, of the blur of the training images: from `first` at step 0 in a straight line to 0 after half of all `steps`."""
    return first * max(0.0, 1 - 2 * step / max(1, steps))


def ema_decay(step: int) -> float:
    """What the moving average keeps of itself at `step`: little at first, so that a short run forgets its random start, 0.999 later."""
    return min(EMA_DECAY, (1 + step) / (10 + step))
