"""What is said of pictures and their codes: a verdict has the columns of `schema.VERDICT`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import Tensor

from vae.live.bundle import Bundle
from vae.live.judge import Judge
from vae.live.operations.plan import Plan

Columns = dict[str, np.ndarray]


def verdicts(bundle: Bundle, *, codes: np.ndarray) -> Plan:
    """Verdicts on the pictures of codes."""
    judging = judging_of(bundle)
    return Plan(codes, lambda drawn: {"verdicts": judging(drawn.pictures, codes)})


def judging_of(bundle: Bundle) -> Callable[[Tensor, np.ndarray], Columns]:
    """A function from pictures and their codes (N, D) to verdicts; what it needs is loaded when it is made."""
    judge, typical = judge_of(bundle), bundle.typical.now()

    def judging(pictures: Tensor, codes: np.ndarray) -> Columns:
        # no code drawn for an image is nearer than the 99th percentile of the distances between neighbouring ones of these
        far = (bundle.drawn.query(codes, 1)[0][:, 0] > typical).cpu().numpy()
        if judge is None or tuple(pictures.shape[1:]) != bundle.model.config.image_shape:  # nobody has learned to judge smaller ones
            nobody = np.full(len(codes), np.nan, np.float32)
            return {"label": np.full(len(codes), -1, np.float32), "confidence": nobody, "unreal": nobody, "far": far}
        found = judge.verdicts(pictures)
        return {"label": found.label, "confidence": found.confidence, "unreal": found.unreal, "far": far}

    return judging


def judge_of(bundle: Bundle) -> Judge | None:
    """The judge of the bundle's pictures, or None where there is none; Slow if it must be loaded first."""
    return bundle.judge.now()
