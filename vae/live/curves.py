"""The operations that need the decoder's derivatives: geodesics a step at a time, and directions from a code."""

from __future__ import annotations

import numpy as np
import torch

from vae.latent.directions import inside, mean_difference, metrics, singular_directions
from vae.latent.geodesic import CURVE_STEPS, along, relax
from vae.live.bundle import Bundle
from vae.live.derivatives import prepared
from vae.live.wire.frames import FARTHEST, ProtocolError
from vae.sentences import phrase


def relaxed(bundle: Bundle, curve: np.ndarray, iterations: int) -> tuple[np.ndarray, np.ndarray]:
    """A curve (K + 1, D) after some steps, and the 65 codes (65, D) at which it is measured.

    Slow while torch's derivatives must be loaded first; ProtocolError where a curve lies too far out.
    """
    if not (np.abs(curve) <= FARTHEST).all():
        raise ProtocolError(phrase("the curve reaches beyond {most:,.0f}; choose ends nearer to the data", most=FARTHEST))
    nodes = torch.from_numpy(np.ascontiguousarray(curve)).to(bundle.model.device)
    if iterations:
        prepared(bundle.model)
    for _ in range(iterations):
        nodes = relax(bundle.model.paint, nodes).curve
    return nodes.cpu().numpy(), along(nodes, CURVE_STEPS).cpu().numpy()


def local_directions(bundle: Bundle, code: np.ndarray, before: np.ndarray | None, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Directions (k, D) and values (k,), float32: those of the decoder at `code` (D,) per standard deviation of the codes.

    Slow while torch's derivatives must be loaded first; ProtocolError where the decoder has none.
    """
    prepared(bundle.model)
    metric = metrics(bundle.model.paint, torch.from_numpy(code)[None].to(bundle.model.device))[0].cpu().numpy()
    if not np.isfinite(metric).all():
        raise ProtocolError(phrase("the decoder has no derivatives at this code; choose a place nearer to the data"))
    found = singular_directions(metric, count, bundle.gaussian.factor, before)
    return found.directions.astype(np.float32), found.values.astype(np.float32)


def contrast(bundle: Bundle, first: int, second: int, outline: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The direction (D,) float32 from the second set of images to the first, and how many each has: (2,) int32.

    A set is a class; −1 as the first are the images inside `outline` (M, 2) on the map, as the second all that are not
    in the first. ProtocolError where one is empty.
    """
    atlas = bundle.atlas
    chosen = inside(atlas.places, outline) if first < 0 else atlas.labels == first
    others = ~chosen if second < 0 else atlas.labels == second
    try:
        direction = mean_difference(atlas.codes, chosen, others)
    except ValueError as error:
        raise ProtocolError(str(error)) from error
    return direction, np.array([chosen.sum(), others.sum()], np.int32)
