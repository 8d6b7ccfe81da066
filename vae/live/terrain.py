"""What lies under a model's map: its floors, its unreal pictures, and what they take to work out, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from vae.continuity.measures import cycle_gap
from vae.continuity.terrain import AggregatePosterior, class_entropy, log_stretch
from vae.live.cached import Cached
from vae.live.derivatives import prepared
from vae.live.wire.frames import NOT_AVAILABLE, ProtocolError
from vae.live.wire.schema import FIELDS, LIMITS
from vae.sentences import phrase
from vae.store.atlases import fingerprint
from vae.store.checkpoints import find_model
from vae.store.files import CheckpointError
from vae.store.folders import TERRAIN
from vae.store.tensors import read_tensors, write_tensors

if TYPE_CHECKING:
    from vae.live.bundle import Bundle

SIDES = tuple(LIMITS.overview_side >> halvings for halvings in (3, 2, 1, 0))  # cells along each side of the overview, coarse to fine
ALIGNED = 0.01  # of a cell, that rounding to float32 may shift a tile
AT_ONCE = 64  # codes that are worked on in one go, so that nobody else has to wait long

Measure = Callable[[Tensor, Tensor], Tensor]  # from codes (N, D) and their pictures to values (N,)


@dataclass(frozen=True)
class Unreal:
    """Places of the overview that decode to unreal pictures; without a classifier, empty places.

    codes (H, D) and places (H, 2) float32; share : of the overview's cells on the map; judged : whether a classifier
    found their pictures unlike every real one, or, without one, their codes are far from all that were drawn
    """

    codes: np.ndarray
    places: np.ndarray
    share: float
    judged: bool


class Terrain:
    """What is measured under one model's map. Belongs to the engine's thread, but for what its `Cached` members load.

    window : [x0, x1, y0, y1], the square about all data points that the overview covers
    volume : log of the model's own unit of code, its spread per dimension, to the power of D: what a log-density in that unit has on top
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        low, high = bundle.map.places.min(0), bundle.map.places.max(0)
        half = LIMITS.overview_margin * float((high - low).max()) / 2 or 0.5
        centre = (low + high) / 2
        self.window = np.array([centre[0] - half, centre[0] + half, centre[1] - half, centre[1] + half])
        # A model's volumes and densities are measured in its own unit of code, or two models could not be compared.
        dim = bundle.model.config.latent_dim
        self.volume = dim * np.log((bundle.radius or 1) / dim**0.5)
        self.density = Cached(lambda: AggregatePosterior.of(bundle.atlas.codes, bundle.atlas.std), lambda: 0)
        self.unreal = Cached(self._find_unreal, lambda: 0)
        self._grids = Cached(self._read, lambda: 0)

    def measure(self, field: str) -> Measure:
        """How `field`, one of FIELDS, is measured: cycle_gap in units of the codes' spread, stretch as log₁₀ √det(JᵀJ), density and entropy in nats.

        Stretch and density are in units of each model's own spread of codes per dimension.

        Raises
        ------
        Slow
            If something must be loaded first.
        ProtocolError
            If there is no classifier for it.
        """
        bundle = self._bundle
        if field == "cycle_gap":
            return lambda codes, pictures: cycle_gap(bundle.model, codes, bundle.radius or 1, pictures)
        if field == "stretch":
            if bundle.model.config.sphere:
                raise ProtocolError(
                    phrase("the decoder looks at a code's direction alone, so √det(JᵀJ) is 0 everywhere; choose another floor"),
                    status=NOT_AVAILABLE,
                )
            if bundle.model.slopes is None:
                prepared(bundle.model)
            return lambda codes, _: log_stretch(bundle.model, codes) + self.volume / np.log(10)
        if field == "density":
            density = self.density.now()
            return lambda codes, _: density.log_density(codes) + self.volume
        judge = bundle.judge.now()
        if judge is None or not judge.classes:
            raise ProtocolError(phrase("there is no classifier for these pictures; choose another floor"), status=NOT_AVAILABLE)
        return lambda _, pictures: class_entropy(judge.scores(pictures))

    def known(self, field: str, window: np.ndarray, columns: int, rows: int) -> np.ndarray | None:
        """A view of the overview's cells that a request for `columns` by `rows` cells of `window` asks for: (rows, columns).

        What has not been worked out yet is +inf, which no floor reaches. None where the request is not
        a piece of the overview.
        """
        span = self.window[1] - self.window[0]
        across, down = (window[1] - window[0]) / columns, (window[3] - window[2]) / rows
        if not (across > 0 and down > 0):
            return None
        side = round(span / across) if span / across < 2 * SIDES[-1] else 0
        if side not in SIDES:
            return None
        cell = span / side
        left, top = (window[0] - self.window[0]) / cell, (self.window[3] - window[3]) / cell
        i, j = round(left), round(top)
        reach = np.abs([left - i, top - j, left + columns * across / cell - i - columns, top + rows * down / cell - j - rows])
        if reach.max() > ALIGNED or min(i, j) < 0 or i + columns > side or j + rows > side:
            return None
        return self._grids.now()[field, side][j : j + rows, i : i + columns]

    def store(self) -> None:
        """Write what is known of the overview to `terrain.safetensors` beside the model; reads it back when it is loaded next."""
        tensors = {f"{field}.{side}": torch.from_numpy(grid) for (field, side), grid in self._grids.get().items()}
        name = self._bundle.name
        write_tensors(find_model(name) / TERRAIN, tensors, {"of": fingerprint(find_model(name))})

    def tiles(self, side: int, step: int = 8) -> Iterator[tuple[np.ndarray, int, int]]:
        """The overview of `side` by `side` cells in pieces of `step` by `step`: window [x0, x1, y0, y1], columns, rows."""
        cell = (self.window[1] - self.window[0]) / side
        for j in range(0, side, step):
            for i in range(0, side, step):
                left, top = self.window[0] + i * cell, self.window[3] - j * cell
                yield np.array([left, left + step * cell, top - step * cell, top]), step, step

    def _find_unreal(self) -> Unreal:
        bundle = self._bundle
        judge = bundle.judge.get()
        if judge is not None and not judge.tells_unreal:
            judge = None
        places = np.concatenate([centres(*tile) for tile in self.tiles(SIDES[-1])])
        found = bundle.unfolded.get().inverse(places)
        codes, places = found.codes[found.inside], places[found.inside].astype(np.float32)
        unreal = np.zeros(len(codes), bool)
        with torch.inference_mode():
            for start in range(0, len(codes), AT_ONCE):
                part = torch.from_numpy(codes[start : start + AT_ONCE]).to(bundle.model.device)
                if judge is not None:
                    unreal[start : start + AT_ONCE] = judge.verdicts(bundle.model.paint(part)).unreal > 0
                else:
                    unreal[start : start + AT_ONCE] = (bundle.drawn.query(part, 1)[0][:, 0] > bundle.typical.get()).cpu().numpy()
        return Unreal(codes[unreal], places[unreal], float(unreal.mean()) if len(unreal) else 0.0, judge is not None)

    def _read(self) -> dict[tuple[str, int], np.ndarray]:
        """The overview as far as `python -m vae terrain` has written it, if it is of these very weights and this map."""
        grids = {(field, side): np.full((side, side), np.inf, np.float32) for field in FIELDS for side in SIDES}
        if self._bundle.projection:
            return grids  # what is written is of the model's own map
        path = find_model(self._bundle.name) / TERRAIN
        with suppress(CheckpointError):  # no such file, or a broken one: then all of it is worked out when it is asked for
            tensors, words = read_tensors(path)
            if words.get("of") == fingerprint(path.parent):
                for (field, side), grid in grids.items():
                    stored = tensors.get(f"{field}.{side}")
                    if stored is not None and tuple(stored.shape) == grid.shape:
                        grid[:] = stored.float().numpy()
        return grids


def centres(window: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """The centres of `columns` by `rows` cells of a window [x0, x1, y0, y1], the row at y1 first: (rows · columns, 2)."""
    x = window[0] + (window[1] - window[0]) * (np.arange(columns) + 0.5) / columns
    y = window[3] - (window[3] - window[2]) * (np.arange(rows) + 0.5) / rows
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
