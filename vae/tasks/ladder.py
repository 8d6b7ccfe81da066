"""Laying the maps of several models on each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from vae.store import folders
from vae.store.folders import ATLAS, LADDERS
from vae.store.names import check_name
from vae.tasks.common import half_written, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Request, Seed


class LadderRequest(Request):
    """Which models make a ladder.

    name : what to call it
    models : names under checkpoints/, of the same data with an atlas each, from one end to the other
    images : how many of the test images the maps show
    """

    name: str
    models: tuple[str, ...]
    images: Annotated[int, Field(ge=4)] = 2000
    seed: Seed = 0

    @field_validator("name")
    @classmethod
    def _a_name(cls, name: str) -> str:
        return check_name(name)


@dataclass(frozen=True)
class Laid:
    """path : of the ladder; images : on each of its maps; models : how many there are."""

    path: Path
    images: int
    models: int


def ladder(request: LadderRequest, progress: Progress = silent) -> Laid:
    """Align the maps, so that the app can slide from one to the next, and write the ladder.

    Raises
    ------
    ValueError
        If a model has no atlas, or the maps show different images.
    """
    import numpy as np

    from vae.latent.ladder import align_maps, align_planes
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model
    from vae.store.ladders import Ladder, save_ladder

    atlases = [load_atlas(find_model(model)) for model in request.models]
    if not atlases:
        raise ValueError("a ladder needs two or more models whose maps show the same images")
    first, count = atlases[0], min(request.images, *(len(atlas) for atlas in atlases))
    if len(atlases) < 2 or any(not np.array_equal(atlas.labels[:count], first.labels[:count]) for atlas in atlases):
        raise ValueError("a ladder needs two or more models whose maps show the same images")
    codes = [atlas.codes[:count] for atlas in atlases]
    settings: dict[str, Any]
    if all(part.shape[1] == 2 for part in codes):
        places, settings = align_planes(codes), {"method": "procrustes"}
    else:
        progress(0.0, f"fitting {len(codes)} aligned UMAPs; the first fit on a machine compiles for about a minute")
        places, settings = align_maps(codes, request.seed), {"method": "aligned umap", "seed": request.seed}
    path = save_ladder(request.name, Ladder(request.models, first.labels[:count], places, first.classes, settings))
    progress(1.0, f"{request.name}: done")
    return Laid(path, count, len(request.models))


def _leaves(request: LadderRequest) -> list[Path]:

    return half_written(folders.root() / LADDERS, f"{request.name}.safetensors")


def _reads(request: LadderRequest) -> object:

    return stamps(list(request.models), ATLAS)


LADDER = register(Task("ladder", LadderRequest, ladder, leaves=_leaves, reads=_reads))
