"""Making the atlas of a model: codes of the test set, their labels and their places on the map; and what is usual of these images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from vae.sentences import about, phrase
from vae.store.folders import ATLAS, CONFIG, MODEL, TSNE, USUAL
from vae.tasks.common import changed_since, device_named, encoded, half_written, images_of, on_data, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

ENCODED, LAID = 0.3, 0.9  # of the work
FEW = 30  # test images, too few for a map


class EmbedRequest(Request):
    """The atlas of which model.

    name : under checkpoints/, or a path
    data : the data set whose images are mapped, or a folder, which becomes one; what the model was trained on if left out
    projection : "umap" for the atlas, or "tsne" for another map of an atlas' codes, beside it
    training_set : map the training images too, after the test images; where there are few of these, they are mapped anyway
    neighbours, min_dist : UMAP's n_neighbors and min_dist
    half : round codes and standard deviations to half precision, which halves the file
    quick : lay the map by principal components, within a second, in place of UMAP
    """

    name: str
    data: str | None = None
    projection: Literal["umap", "tsne"] = "umap"
    training_set: bool = False
    neighbours: Annotated[int, Field(ge=2, le=200)] = 15
    min_dist: Annotated[float, Field(ge=0, le=0.99)] = 0.1
    half: bool = False
    quick: bool = False
    device: Device = "auto"
    seed: Seed = 0
    download: bool = False


@dataclass(frozen=True)
class Embedded:
    """path : of the atlas; codes : how many it holds; notes : sentences on what is out of the ordinary."""

    path: Path
    codes: int
    notes: list[str]


def embed(request: EmbedRequest, progress: Progress = silent) -> Embedded:
    """Encode the images and lay the map; writes `atlas.safetensors`, and `usual.safetensors` with the images' squared errors and cycle gaps.

    With t-SNE nothing is encoded: of the codes that there are it writes `tsne.safetensors`, which Explore offers beside the map.

    Raises
    ------
    ValueError
        If the model cannot be used, the data cannot be had, or there are too few images.
    """
    if request.projection == "tsne":
        return _beside(request, progress)
    import torch

    from vae.continuity.codes import code_radius
    from vae.continuity.placing import measure_usual
    from vae.data.fingerprint import fingerprint
    from vae.latent.layout import lay
    from vae.store.atlases import Atlas, save_atlas
    from vae.store.checkpoints import find_model, load_model
    from vae.store.usual import save_usual

    folder = find_model(request.name)
    model = load_model(request.name, device_named(request.device))
    config, own = on_data(model.config, request.data, progress)
    notes = []
    if own and (changed := changed_since(config)):
        notes.append(changed)
    parts = [images_of(config, "test", request.download)]
    splits = ["test"]
    if request.training_set or len(parts[0]) < FEW:
        parts.append(images_of(config, "train", request.download))
        splits.append("train")
        if not request.training_set:
            notes.append(phrase("there are only {count} test images, so the training images are on the map, too", count=len(parts[0])))
    images = torch.cat([part.images for part in parts])
    means, stds = encoded(model, images, part_of(progress, 0, ENCODED), about(folder.name, phrase("encoding")))
    if request.half:  # before the map is laid: it is one of the codes that are kept
        means, stds = means.half().float(), stds.half().float()
        if not (means.isfinite().all() and stds.isfinite().all()):
            raise ValueError(phrase("{name} has codes beyond what half precision holds; leave --half out", name=folder.name))
    codes = means.numpy()
    told = phrase("laying a map of {count} codes", count=len(codes))
    if not request.quick:
        told = phrase("{told}; the first UMAP on a machine compiles for about a minute", told=told)
    laying = part_of(progress, ENCODED, LAID)
    laying(0, told)
    layout = lay(codes, seed=request.seed, neighbours=request.neighbours, min_dist=request.min_dist, quick=request.quick,
                 on_progress=lambda share: laying(share, told))  # fmt: skip
    if layout.note:
        notes.append(layout.note)
    settings: dict[str, Any] = layout.settings | {"splits": splits, "images": fingerprint(config.data, images)}
    if config.data != model.config.data:
        settings["data"] = config.data
    atlas = Atlas(codes, stds.numpy(), torch.cat([part.labels for part in parts]).numpy(), layout.places, parts[0].classes, settings)
    save_atlas(folder, atlas, half=request.half)
    (folder / TSNE).unlink(missing_ok=True)  # of the codes that were here before
    measuring = part_of(progress, LAID, 1)
    told_last = about(folder.name, phrase("squared errors and cycle gaps"))
    save_usual(folder, measure_usual(model, codes, images, code_radius(codes), lambda share: measuring(share, told_last)))
    progress(1.0, about(folder.name, phrase("map")))
    return Embedded(folder / ATLAS, len(codes), notes)


def _beside(request: EmbedRequest, progress: Progress) -> Embedded:
    """Lay another map of the codes in a model's atlas."""
    from vae.latent.projection import fit_tsne
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model
    from vae.store.layouts import save_layout

    folder = find_model(request.name)
    codes = load_atlas(folder).codes
    if codes.shape[1] <= 2:
        raise ValueError(
            phrase(
                "{name} has codes of {count} numbers, which have one map; choose a model with more", name=folder.name, count=codes.shape[1]
            )
        )
    told = phrase("laying a map of {count} codes by t-SNE; ten thousand take a minute or two", count=len(codes))
    progress(0.0, about(folder.name, told))
    save_layout(folder, request.projection, fit_tsne(codes, request.seed))
    progress(1.0, about(folder.name, phrase("map")))
    return Embedded(folder / TSNE, len(codes), [])


def _leaves(request: EmbedRequest) -> list[Path]:
    from vae.store.checkpoints import find_model

    return half_written(find_model(request.name), ATLAS, USUAL, TSNE)


def _reads(request: EmbedRequest) -> object:

    return stamps([request.name], CONFIG, MODEL)


EMBED = register(Task("embed", EmbedRequest, embed, leaves=_leaves, reads=_reads))
