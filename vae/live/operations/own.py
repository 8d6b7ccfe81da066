"""A picture of somebody's own in the world of a model."""

from __future__ import annotations

import numpy as np
import torch

from vae.continuity.measures import cycle_gap, squared_errors
from vae.continuity.placing import place_figures, verdict, world
from vae.live.bundle import Bundle
from vae.live.operations.plan import Drawn, Plan
from vae.live.wire.schema import LIMITS, WORLDS
from vae.sentences import translated


def encode(bundle: Bundle, *, pixels: np.ndarray) -> Plan:
    """The code of a picture (H, W, C), its reconstruction, and how both stand among the model's own images."""
    model, atlas, usual, typical = bundle.model, bundle.atlas, bundle.usual.now(), bundle.typical.now()
    originals = bundle.originals.held().images
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None].to(model.device, model.dtype) / 255  # (1, C, H, W)
    posterior = model.encode(picture)
    mean = posterior.mean.float()  # (1, D)
    near = bundle.neighbours.query(mean, min(LIMITS.near, len(atlas)))[1][0].cpu().numpy()  # (K,)
    code = mean.cpu().numpy()
    # Where the images themselves are not on disk, their reconstructions are shown.
    codes = code if originals is not None else np.concatenate([code, atlas.codes[near]])

    def finish(drawn: Drawn) -> dict[str, object]:
        figures = place_figures(
            usual,
            error=squared_errors(picture, drawn.pictures[:1]).item(),
            gap=cycle_gap(model, mean.to(model.dtype), bundle.radius or 1, drawn.pictures[:1]).item(),
            far=bool(bundle.drawn.query(mean, 1)[0].item() > typical),
        )
        return {
            "pixels": drawn.pixels[:1],
            "mean": code[0],
            "std": posterior.std[0].float().cpu().numpy(),
            "place": drawn.places[0] if drawn.places is not None else np.full(2, np.nan, np.float32),
            "figures": {name: value for name, value in vars(figures).items() if name != "error_ratio"},
            "nearest": {"row": near, "label": atlas.labels[near]},
            "neighbours": drawn.pixels[1:] if originals is None else originals[near].permute(0, 2, 3, 1).numpy(),
            "world": WORLDS.index(world(figures)),
            "sentence": np.frombuffer(translated(verdict(figures, usual.count)).encode(), np.uint8),
        }

    return Plan(codes, finish, slice(0, 1))
