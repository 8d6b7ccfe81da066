"""Codes by dice: draws, and variations of one code."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae.latent.mixture import chances
from vae.latent.sampling import noise, prior
from vae.live.bundle import Bundle
from vae.live.operations.judging import judge_of, judging_of
from vae.live.operations.plan import ALL, Drawn, Plan, pictures_and_places


def sample(bundle: Bundle, *, seed: int, count: int, temperature: float, source: str) -> Plan:
    """Draws of N(0, I), of the Gaussian fitted to the atlas codes, of a mixture of Gaussians fitted to them, or of the learned prior."""
    if source == "mixture":
        codes = bundle.mixture.now().sample(count, temperature, seed)
    else:
        codes = prior(count, bundle.model.config.latent_dim, temperature, seed)
    if source == "fitted":
        codes = bundle.gaussian.sample(codes)
    elif source == "learned":
        codes = bundle.learned.held().sample(codes, chances(count, seed))
    judging = judging_of(bundle)

    def finish(drawn: Drawn) -> dict[str, Any]:
        return {"pixels": drawn.pixels, "places": drawn.places, "codes": codes, "verdicts": judging(drawn.pictures, codes)}

    return Plan(codes, finish, ALL)


def perturb(bundle: Bundle, *, seed: int, count: int, radius: float, code: np.ndarray) -> Plan:
    """Variations of a code; `radius` is in standard deviations of the atlas codes along each of their principal axes."""
    return pictures_and_places(bundle.gaussian.perturb(code, noise(count, len(code), seed), radius))


def kept(bundle: Bundle, *, seed: int, count: int, radius: float, code: np.ndarray) -> Plan:
    """The share of the variations of `perturb` that keep the class of the code's own picture.

    It is asked apart from the pictures, so that a hand on the radius does not wait for it.
    """
    moved, judge = bundle.gaussian.perturb(code, noise(count, len(code), seed), radius), judge_of(bundle)
    if judge is None or not judge.classes:
        return Plan(moved[:0], lambda drawn: {"figures": {"share": np.nan, "label": -1}})

    def finish(drawn: Drawn) -> dict[str, Any]:
        label, *labels = judge.labels(drawn.pictures)
        return {"figures": {"share": np.equal(labels, label).mean(), "label": label}}

    return Plan(np.vstack([code, moved]), finish)
