"""Other maps of a model's codes than its own: planes through code space, and layouts that `embed` has laid beside it.

A request may name a projection beside its model. It is then answered by a bundle whose map, places and floors are those of
the projection, so that no operation has to know of them.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vae.latent.directions import mean_difference
from vae.latent.plane import Plane, directions_plane, principal_plane, raw_plane
from vae.latent.projection import Map
from vae.live.cached import Cached
from vae.sentences import phrase
from vae.store.atlases import Atlas
from vae.store.checkpoints import find_model
from vae.store.files import CheckpointError, stamp
from vae.store.layouts import LAYOUTS, load_layout

if TYPE_CHECKING:
    from vae.live.bundle import Bundle

MOST_VIEWS = 8  # of a model that are held at once
ALL_OTHERS = -1  # in place of a class
UNKNOWN = "there is no such projection; choose PCA, two numbers of the code or two directions"


class ProjectionError(CheckpointError):
    """A projection that this model's codes cannot be seen on; the message is a sentence that says why."""


def plane_of(projection: str, atlas: Atlas) -> Plane:
    """The plane that a projection's text stands for.

    "pca" is that of the leading principal components, "raw_0_5" that of two numbers of the code, "toward_3_7_1_-1" that of
    two directions, each from the mean code of the images of one class to that of another; −1 are all others.

    Raises
    ------
    ProjectionError
        If there is no such plane among these codes.
    """
    codes = atlas.codes
    if codes.shape[1] <= 2:
        raise ProjectionError(phrase("codes of one or two numbers have one map; choose a model with more"))
    kind, *rest = projection.split("_")
    if not all(re.fullmatch(r"-1|\d{1,6}", number, re.ASCII) for number in rest):
        raise ProjectionError(UNKNOWN)
    numbers = [int(number) for number in rest]
    try:
        if kind == "pca" and not numbers:
            return principal_plane(codes)
        if kind == "raw" and len(numbers) == 2:
            return raw_plane(codes, *numbers)
        if kind == "toward" and len(numbers) == 4:
            return directions_plane(codes, _direction(atlas, *numbers[:2]), _direction(atlas, *numbers[2:]))
    except ValueError as error:
        raise ProjectionError(str(error)) from error
    raise ProjectionError(UNKNOWN)


class Views:
    """One model on other maps than its own, each made when it is first asked for; of many, those used last are held."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Cached[Bundle]] = OrderedDict()

    def on(self, projection: str) -> Cached[Bundle]:
        """Gives the bundle on a projection, or raises CheckpointError with a sentence that says why there is none."""
        with self._lock:
            if projection not in self._entries:
                self._entries[projection] = Cached(lambda: self._view(projection), lambda: self._stamp(projection), (CheckpointError,))
            self._entries.move_to_end(projection)
            while len(self._entries) > MOST_VIEWS:
                self._entries.popitem(last=False)
            return self._entries[projection]

    def _view(self, projection: str) -> Bundle:
        bundle, codes = self._bundle, self._bundle.atlas.codes
        if projection in LAYOUTS:
            places = load_layout(find_model(bundle.name), projection, len(codes))
            chart = Map(codes, places, False, bundle.neighbours)
        else:
            chart = Map.on(plane_of(projection, bundle.atlas), codes)
        atlas = replace(bundle.atlas, places=chart.places.astype(np.float32))
        return replace(bundle, projection=projection, atlas=atlas, map=chart, unfolded=Cached(chart.unfold, lambda: 0))

    def _stamp(self, projection: str) -> Hashable:
        """Changes with the file that a layout lies in; a plane has none."""
        return stamp([find_model(self._bundle.name) / LAYOUTS[projection]]) if projection in LAYOUTS else None


def _direction(atlas: Atlas, first: int, second: int) -> np.ndarray:
    """From the mean code of the images of the second class to that of the first: (D,); ValueError where there is none."""
    chosen = atlas.labels == first
    return mean_difference(atlas.codes, chosen, ~chosen if second == ALL_OTHERS else atlas.labels == second)
