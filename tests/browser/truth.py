"""What the app ought to show, worked out here with the same checkpoints and without a browser."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from scipy.spatial import ConvexHull

from vae.latent.projection import Map
from vae.store.atlases import load_atlas
from vae.store.checkpoints import find_model, load_model


class Truth:
    """A model with its atlas."""

    def __init__(self, name: str) -> None:
        folder = find_model(name)
        self.model = load_model(name, "cpu")
        self.atlas = load_atlas(folder)
        self.map = Map(self.atlas.codes, self.atlas.places, self.atlas.settings["method"] == "identity")

    def decoding(self, code: np.ndarray) -> np.ndarray:
        """The picture of a code (D,) as a canvas holds it: (H, W, 4) uint8."""
        with torch.inference_mode():
            picture = self.model.decode(torch.as_tensor(np.asarray(code, np.float32))[None])[0]  # (C, H, W)
        return on_canvas(picture.mul(255).round().to(torch.uint8).numpy())

    def reconstruction(self, row: int) -> np.ndarray:
        """The picture of an image's code."""
        return self.decoding(self.atlas.codes[row])

    def at(self, place: np.ndarray) -> np.ndarray:
        """The picture of a place (2,) on the map."""
        found = self.map.inverse(np.asarray(place)[None])
        assert found.inside[0], "this place lies outside the map"
        return self.decoding(found.codes[0])


@cache
def truth(name: str) -> Truth:
    """The truth about the model called `name`, loaded once."""
    return Truth(name)


def on_canvas(picture: np.ndarray) -> np.ndarray:
    """A picture (C, H, W) uint8 as a canvas holds it: (H, W, 4) uint8, opaque."""
    pixels = np.full((*picture.shape[1:], 4), 255, np.uint8)
    pixels[..., :3] = picture.transpose(1, 2, 0)  # one channel serves as all three
    return pixels


def nearest_within(places: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The place (2,) of a map's outline that is nearest to one outside of it, a thousandth of the way to the outline's middle."""
    corners = places[ConvexHull(places).vertices]
    sides = np.roll(corners, -1, 0) - corners
    share = np.clip(((place - corners) * sides).sum(1) / (sides**2).sum(1), 0, 1)
    on_sides = corners + share[:, None] * sides
    nearest = on_sides[np.hypot(*(on_sides - place).T).argmin()]
    return nearest + 1e-3 * (corners.mean(0) - nearest)
