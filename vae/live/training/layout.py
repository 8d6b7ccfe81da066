"""What a training publishes at every look: both models' weights, and where the watched images are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from vae.models import Autoencoder
from vae.training.pair import Pair
from vae.training.recording import KINDS
from vae.training.watched import Plane, View


def layout_of(models: Mapping[str, Autoencoder], size: int, watched: int) -> dict[str, int]:
    """Names to how many float32 numbers each holds, for `Shared`, where codes have `size` numbers."""
    layout = {"step": 1}
    for kind in KINDS:
        layout |= {f"{kind}/weights": sum(value.numel() for value in models[kind].state_dict().values())}
        layout |= {f"{kind}/places": 2 * watched, f"{kind}/shapes": 2 * watched, f"{kind}/origin": size, f"{kind}/axes": 2 * size}
    return layout


def newest_view(parts: Mapping[str, np.ndarray], kind: str) -> View:
    """A model's view in what was published; its codes and σ are not, and are empty."""
    plane = Plane(torch.from_numpy(parts[f"{kind}/origin"]), torch.from_numpy(parts[f"{kind}/axes"].reshape(2, -1)))
    places, shapes = (torch.from_numpy(parts[f"{kind}/{what}"].reshape(-1, 2)) for what in ("places", "shapes"))
    nothing = torch.empty(0, plane.axes.shape[1])
    return View(nothing, nothing, plane, places, shapes)


def published(pair: Pair, views: Mapping[str, View]) -> dict[str, list[np.ndarray]]:
    """What `Shared.publish` takes. Weights share memory with the models."""
    values = {"step": [np.array([pair.step], np.float32)]}
    for kind in KINDS:
        view = views[kind]
        values[f"{kind}/weights"] = [value.detach().numpy() for value in pair.models[kind].state_dict().values()]
        values[f"{kind}/places"] = [view.places.numpy()]
        values[f"{kind}/shapes"] = [view.shapes.numpy()]
        values[f"{kind}/origin"] = [view.plane.origin.numpy()]
        values[f"{kind}/axes"] = [view.plane.axes.numpy()]
    return values
