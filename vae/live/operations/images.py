"""The images of the atlas: one beside its reconstruction, many to look at, and how far the codes of many are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from vae.continuity.measures import squared_errors
from vae.live.bundle import Bundle
from vae.live.operations.plan import Drawn, Plan

NEAREST_IMAGES = 8  # whose distances a balloon on a UMAP is measured by


def image(bundle: Bundle, *, row: int) -> Plan:
    """An image and its code; the original where the map's images are on disk."""
    atlas, originals = bundle.atlas, bundle.originals.held().images
    original = None if originals is None else originals[row : row + 1]

    def finish(drawn: Drawn) -> dict[str, Any]:
        error, pixels = np.nan, drawn.pixels[:0]
        if original is not None:
            error = squared_errors(original.to(drawn.pictures.device).float() / 255, drawn.pictures).item()
            pixels = original.permute(0, 2, 3, 1).numpy()
        return {
            "pixels": drawn.pixels,
            "original": pixels,
            "mean": atlas.codes[row],
            "std": atlas.std[row],
            "place": atlas.places[row].astype(np.float32),
            "error": error,
            "label": atlas.labels[row],
        }

    return Plan(atlas.codes[row : row + 1], finish)


def pictures(bundle: Bundle, *, rows: np.ndarray) -> Plan:
    """Images to look at: originals where they are on disk, else reconstructions."""
    originals = bundle.originals.held().images
    if originals is None:
        return Plan(bundle.atlas.codes[rows], lambda drawn: {"pixels": drawn.pixels, "originals": 0})
    pixels = originals[torch.from_numpy(rows).long()].permute(0, 2, 3, 1).numpy()
    return Plan(bundle.atlas.codes[:0], lambda drawn: {"pixels": pixels, "originals": 1})


def errors(bundle: Bundle, *, rows: np.ndarray) -> Plan:
    """Squared errors of images; NaN where the originals are not on disk."""
    originals = bundle.originals.held().images
    if originals is None:
        return Plan(bundle.atlas.codes[:0], lambda drawn: {"errors": np.full(len(rows), np.nan, np.float32)})
    wanted = originals[torch.from_numpy(rows).long()]

    def finish(drawn: Drawn) -> dict[str, Any]:
        return {"errors": squared_errors(wanted.to(drawn.pictures.device).float() / 255, drawn.pictures).cpu().numpy()}

    return Plan(bundle.atlas.codes[rows], finish)


def balloons(bundle: Bundle, *, rows: np.ndarray) -> Plan:
    """The ellipses of z = μ + σ.

    Where the map is a plane through code space they reach as far across and up as the codes do that they stand for; where it
    is the code plane that is σ, exactly. On a UMAP, which has no room for D dimensions, it is a circle: its radius is to the distance of the nearest places as ‖σ‖, how far off codes are drawn, is to the distance of
    the nearest codes.
    """
    codes, std, plane = bundle.atlas.codes[rows], bundle.atlas.std[rows], bundle.map.plane  # (K, D)
    flat = None if plane is None else np.sqrt(np.square(std, dtype=np.float64) @ np.square(plane.axes).T).T  # (2, K)

    def finish(drawn: Drawn) -> dict[str, Any]:
        near = min(1 + NEAREST_IMAGES, len(bundle.atlas))
        if near == 1:  # there is no other image to measure by
            across, up = np.zeros((2, len(rows))) if flat is None else flat
            return {"shapes": {"across": across, "up": up, "reach": np.zeros(len(rows))}}
        away = bundle.neighbours.query(codes, near)[0][:, 1:].cpu().numpy()  # without the image itself
        length = np.linalg.norm(std, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):  # images of one and the same code have no distance to measure by
            reach = length / away[:, 0]
            scale = bundle.map.distances(bundle.map.places[rows], near)[:, 1:].mean(1) / away.mean(1)
        across, up = (length * scale,) * 2 if flat is None else flat
        shapes = {"across": across, "up": up, "reach": reach}
        return {"shapes": {name: np.nan_to_num(values, posinf=0) for name, values in shapes.items()}}

    return Plan(codes[:0], finish)
