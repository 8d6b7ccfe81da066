"""Codes as pictures: what sliders and the pointer on the map ask for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vae.latent.sampling import noise
from vae.live.bundle import Bundle
from vae.live.operations.plan import Plan, pictures_and_places
from vae.live.wire.frames import FARTHEST, ProtocolError
from vae.sentences import phrase


def decode(bundle: Bundle, *, codes: np.ndarray) -> Plan:
    """Pictures of codes."""
    return pictures_and_places(codes)


def vary(bundle: Bundle, *, seed: int, count: int, mean: np.ndarray, std: np.ndarray) -> Plan:
    """Pictures of μ, then of μ + σ⊙ε.

    Where μ is decoded, its variations are: those that would lie beyond the farthest place stand at it.
    """
    if (std < 0).any():
        raise ProtocolError(phrase("σ has a negative value; a standard deviation is at least 0"))
    if not (std <= FARTHEST).all():
        raise ProtocolError(phrase("σ reaches beyond {most:,.0f}; choose one whose variations stay nearer to the data", most=FARTHEST))
    codes = np.vstack([mean, np.clip(mean + std * noise(count, len(mean), seed), -FARTHEST, FARTHEST)])
    return pictures_and_places(codes)


def preview(bundle: Bundle, *, shrink: int, seed: int, count: int, mean: np.ndarray, std: np.ndarray) -> Plan:
    """`vary` in smaller pictures."""
    return replace(vary(bundle, seed=seed, count=count, mean=mean, std=std), shrink=shrink)


def at(bundle: Bundle, *, x: float, y: float) -> Plan:
    """The picture at a place of the map."""
    found = bundle.unfolded.now().inverse(np.array([[x, y]]))
    inside = bool(found.inside[0])
    corners = bundle.atlas.labels[found.vertices[0]] if inside else np.full(3, -1)
    spot = {"inside": inside} | dict(zip(("first", "second", "third"), corners.astype(np.int32), strict=True))
    return Plan(found.codes[found.inside], lambda drawn: {"pixels": drawn.pixels, "code": found.codes[0], "spot": spot})
