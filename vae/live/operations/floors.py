"""The map's floors, its unreal pictures, and the way back from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from vae.continuity.measures import cycle_gap
from vae.live.bundle import Bundle
from vae.live.operations.plan import Drawn, Plan
from vae.live.terrain import centres
from vae.live.wire.frames import ProtocolError
from vae.live.wire.schema import LIMITS
from vae.sentences import phrase

STRIDES = 12  # of the way back, to the nearest drawn code
SMALLEST_STRIDE = 48  # of the way back; the codes' spread is divided by it


def plane(bundle: Bundle, *, x0: float, x1: float, y0: float, y1: float, columns: int, rows: int) -> Plan:
    """A window of the map in cells, each the picture of its centre; y grows upwards."""
    _few(columns, rows, LIMITS.most_pictures)
    found = bundle.unfolded.now().inverse(centres(np.array([x0, x1, y0, y1]), columns, rows))

    def finish(drawn: Drawn) -> dict[str, Any]:
        cells = np.zeros((rows * columns, *drawn.pixels.shape[1:]), np.uint8)
        cells[found.inside] = drawn.pixels
        height, width, channels = cells.shape[1:]
        mosaic = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2).reshape(rows * height, columns * width, channels)
        return {"mosaic": mosaic, "inside": found.inside.reshape(rows, columns).astype(np.int32)}

    return Plan(found.codes[found.inside], finish)


def terrain(bundle: Bundle, *, field: str, x0: float, x1: float, y0: float, y1: float, columns: int, rows: int) -> Plan:
    """A floor as `Terrain.measure` defines it. What has once been worked out of a model's overview is remembered."""
    size, window = bundle.model.config.latent_dim, np.array([x0, x1, y0, y1])
    _few(columns, rows, max(1, LIMITS.most_jacobians // (size + 2)) if field == "stretch" else LIMITS.most_pictures)
    terrain = bundle.terrain
    grid = terrain.known(field, window, columns, rows)
    values = np.full(columns * rows, np.inf, np.float32) if grid is None else grid.flatten()
    new = np.flatnonzero(values == np.inf)
    if not len(new):
        return Plan(np.empty((0, size), np.float32), lambda drawn: {"values": values.reshape(rows, columns)})
    found = bundle.unfolded.now().inverse(centres(window, columns, rows)[new])
    codes = found.codes[found.inside]
    measure = terrain.measure(field) if len(codes) else None

    def finish(drawn: Drawn) -> dict[str, Any]:
        values[new] = np.nan
        if measure is not None:
            pictures = drawn.pictures
            values[new[found.inside]] = measure(torch.from_numpy(codes).to(pictures.device), pictures).float().cpu().numpy()
        shaped = values.reshape(rows, columns)
        if grid is not None:
            grid[:] = shaped
        return {"values": shaped}

    return Plan(codes, finish)


def hole(bundle: Bundle, *, code: np.ndarray) -> Plan:
    """The place nearest to the code on the map that decodes to an unreal picture.

    A picture is unreal if it is farther from every real one, in the features of the classifier, than 99 % of unseen real
    ones; without a classifier, the nearest empty place is found, whose code is far from all that were drawn. It is looked
    for in 64 by 64 places of the overview.
    """
    unreal = bundle.terrain.unreal.now()
    if not len(unreal.codes):
        nothing = {
            "code": np.full(len(code), np.nan, np.float32),
            "place": {"x": np.nan, "y": np.nan},
            "figures": {"share": 0, "distance": np.nan, "cycle_gap": np.nan, "judged": unreal.judged},
            "nearest": {"row": -1, "label": -1},
        }
        return Plan(unreal.codes, lambda drawn: {"pixels": drawn.pixels} | nothing)
    here = bundle.map.place(code[None])[0]
    nearest = int(np.square(unreal.places - here).sum(1).argmin())
    found, typical = unreal.codes[nearest : nearest + 1], bundle.typical.now()

    def finish(drawn: Drawn) -> dict[str, Any]:
        there = torch.from_numpy(found).to(drawn.pictures.device)
        distance = bundle.drawn.query(there, 1)[0].item() / (typical or np.nan)  # images that all have one code say nothing of what is far
        gap = cycle_gap(bundle.model, there, bundle.radius or 1, drawn.pictures).item()
        row = int(bundle.neighbours.query(there, 1)[1])
        return {
            "pixels": drawn.pixels,
            "code": found[0],
            "place": unreal.places[nearest],
            "figures": {"share": unreal.share, "distance": distance, "cycle_gap": gap, "judged": unreal.judged},
            "nearest": {"row": row, "label": bundle.atlas.labels[row]},
        }

    return Plan(found, finish)


def climb(bundle: Bundle, *, stride: float, steps: int, code: np.ndarray) -> Plan:
    """A stretch of the way back to the data, up the gradient of the aggregate posterior's log-density.

    Ask again from its last code for the rest. A stride of 0 is chosen: a twelfth of the way to the nearest drawn code, and
    at least 1/48 of the codes' spread.
    """
    density = bundle.terrain.density.now()

    def finish(drawn: Drawn) -> dict[str, Any]:
        length = stride or max(bundle.drawn.query(code[None], 1)[0].item() / STRIDES, bundle.radius / SMALLEST_STRIDE)
        way = density.climb(torch.from_numpy(code), length, steps) if length > 0 else torch.from_numpy(code[None])
        codes = way.float().numpy()
        heights = (density.log_density(way) + bundle.terrain.volume).float().numpy()
        figures = {"stride": length, "ended": len(codes) <= steps}
        return {"codes": codes, "places": bundle.map.place(codes), "densities": heights, "figures": figures}

    return Plan(code[None], finish)  # decoded for the engine's check of what a code may be


def _few(columns: int, rows: int, most: int) -> None:
    if columns * rows > most:
        raise ProtocolError(
            phrase("{columns} times {rows} cells are too many; ask for at most {most} at once", columns=columns, rows=rows, most=most)
        )
