"""Making the atlas of a model: codes of the test set, their labels and their places on the map; and what is usual of these images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from vae.store.folders import ATLAS, CONFIG, MODEL, USUAL
from vae.tasks.common import device_named, half_written, images_of, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

ENCODED, LAID = 0.3, 0.9  # of the work


class EmbedRequest(Request):
    """The atlas of which model.

    name : under checkpoints/, or a path
    training_set : map the training images too, after the test images
    neighbours, min_dist : UMAP's n_neighbors and min_dist
    """

    name: str
    training_set: bool = False
    neighbours: Annotated[int, Field(ge=2, le=200)] = 15
    min_dist: Annotated[float, Field(ge=0, le=0.99)] = 0.1
    device: Device = "auto"
    seed: Seed = 0
    download: bool = False


@dataclass(frozen=True)
class Embedded:
    """path : of the atlas; codes : how many it holds."""

    path: Path
    codes: int


def embed(request: EmbedRequest, progress: Progress = silent) -> Embedded:
    """Encode the images and lay the map; writes `atlas.safetensors`, and `usual.safetensors` with the images' squared errors and cycle gaps.

    Raises
    ------
    ValueError
        If the model cannot be used, the data cannot be had, or there are too few images.
    """
    import numpy as np
    import torch

    from vae.continuity.codes import code_radius
    from vae.continuity.placing import measure_usual
    from vae.data.fingerprint import fingerprint
    from vae.latent.projection import fit_umap
    from vae.store.atlases import Atlas, save_atlas
    from vae.store.checkpoints import find_model, load_model
    from vae.store.usual import save_usual

    folder = find_model(request.name)
    model = load_model(request.name, device_named(request.device))
    splits = ["test", "train"] if request.training_set else ["test"]
    parts = [images_of(model.config, split, request.download) for split in splits]
    images = torch.cat([part.images for part in parts])
    batches = images.split(1000)
    means, stds = [], []
    with torch.inference_mode():
        for done, batch in enumerate(batches):
            progress(ENCODED * done / len(batches), f"{folder.name}: encoding")
            posterior = model.encode(batch.float() / 255)
            means.append(posterior.mean.cpu().numpy())
            stds.append(posterior.std.cpu().numpy())
    codes = np.concatenate(means)
    settings: dict[str, Any]
    if model.config.latent_dim == 2:
        places, settings = codes, {"method": "identity"}
    else:
        told = f"fitting UMAP to {len(codes)} codes; the first fit on a machine compiles for about a minute"
        laying = part_of(progress, ENCODED, LAID)
        laying(0, told)
        places = fit_umap(
            codes,
            seed=request.seed,
            neighbours=request.neighbours,
            min_dist=request.min_dist,
            on_progress=lambda share: laying(share, told),
        )
        settings = {"method": "umap", "seed": request.seed, "neighbours": request.neighbours, "min_dist": request.min_dist}
    atlas = Atlas(codes, np.concatenate(stds), torch.cat([part.labels for part in parts]).numpy(), places,
                             parts[0].classes, settings | {"splits": splits, "images": fingerprint(model.config.data, images)})  # fmt: skip
    save_atlas(folder, atlas)
    measuring = part_of(progress, LAID, 1)
    told_last = f"{folder.name}: squared errors and cycle gaps"
    save_usual(folder, measure_usual(model, codes, images, code_radius(codes), lambda share: measuring(share, told_last)))
    progress(1.0, f"{folder.name}: map")
    return Embedded(folder / ATLAS, len(codes))


def _leaves(request: EmbedRequest) -> list[Path]:
    from vae.store.checkpoints import find_model

    return half_written(find_model(request.name), ATLAS, USUAL)


def _reads(request: EmbedRequest) -> object:

    return stamps([request.name], CONFIG, MODEL)


EMBED = register(Task("embed", EmbedRequest, embed, leaves=_leaves, reads=_reads))
