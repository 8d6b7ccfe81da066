"""Placing one picture among a model's own images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vae.store.folders import ATLAS, CONFIG, MODEL, USUAL
from vae.tasks.common import device_named, half_written, need_writable, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request

if TYPE_CHECKING:
    from torch import Tensor

    from vae.data.framing import Framing

ZOOM = 112  # side in pixels, at least, of each picture that is written


class PlaceRequest(Request):
    """Which picture, among the images of which model.

    name : of the model, under checkpoints/, or a path
    picture : its file
    fit : how it is brought to the model's shape: "crop" takes the middle square, "pad" the whole, "squeeze" the whole, stretched
    invert : light for dark; "auto" where the model's images have a dark background and the picture has a light one, or the reverse
    out : PNG file to write with the picture, its reconstruction and their difference side by side; None for none
    """

    name: str
    picture: Path
    fit: Literal["crop", "pad", "squeeze"] = "crop"
    invert: Literal["auto", "yes", "no"] = "auto"
    out: Path | None = None
    device: Device = "auto"


@dataclass(frozen=True)
class NearImage:
    """An image of the map: its row, its class, and how far its code is."""

    row: int
    label: str
    distance: float


@dataclass(frozen=True)
class PlacedPicture:
    """What came of it.

    steps : sentences on what was done to the picture before it was encoded
    mean, std : of its posterior
    place : on the map
    error, gap : squared error per pixel, cycle gap
    error_share, gap_share : of the model's own images, those with a smaller one; None where theirs are not known
    count : how many images that is
    nearest : the images with the nearest codes
    world : "inside", "edge" or "outside"
    sentence : the verdict
    path : of the PNG file
    """

    steps: list[str]
    mean: list[float]
    std: list[float]
    place: tuple[float, float]
    error: float
    gap: float
    error_share: float | None
    gap_share: float | None
    count: int
    nearest: list[NearImage]
    world: str
    sentence: str
    path: Path | None


def place(request: PlaceRequest, progress: Progress = silent) -> PlacedPicture:
    """Encode a picture and say where it stands among the model's own images.

    Raises
    ------
    ValueError
        If the model or its map cannot be used, or the file is no picture.
    """
    import torch

    from vae.continuity.codes import code_radius, cycle_gap
    from vae.continuity.likelihood import squared_errors
    from vae.continuity.placing import NEAREST, place_figures, usual_of, verdict, world
    from vae.latent.neighbours import Neighbours
    from vae.latent.projection import Map
    from vae.latent.sampling import draw
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model, load_model
    from vae.store.originals import find_originals

    folder = find_model(request.name)
    model, atlas = load_model(request.name, device_named(request.device)), load_atlas(folder)
    if request.out is not None:
        need_writable(request.out.parent)
    measuring = part_of(progress, 0, 0.9)
    told = f"{folder.name}: squared errors and cycle gaps of its own images"
    usual = usual_of(folder, model, atlas, lambda: find_originals(model.config, atlas).images, lambda share: measuring(share, told))
    pixels, steps = prepared(request, model.config.image_shape, usual.framing)
    radius = code_radius(atlas.codes)
    with torch.inference_mode():
        picture = pixels[None].to(model.device, model.dtype) / 255
        posterior = model.encode(picture)
        drawn = model.paint(posterior.mean)
        error = squared_errors(picture, drawn).item()
        gap = cycle_gap(model, posterior.mean, radius or 1, drawn).item()
    mean = posterior.mean.float().cpu().numpy()
    neighbours, codes = Neighbours(atlas.codes), Neighbours(draw(atlas.codes, atlas.std))
    distances, rows = neighbours.query(mean, min(NEAREST, len(atlas)))
    far = codes.query(mean, 1)[0].item() > codes.typical
    figures = place_figures(usual, error=error, gap=gap, far=far)
    if request.out is not None:
        _write(request.out, picture.float().cpu(), drawn.float().cpu())
    progress(1.0, f"{folder.name}: placed")
    x, y = Map(atlas.codes, atlas.places, atlas.settings["method"] == "identity", neighbours).place(mean)[0].tolist()
    return PlacedPicture(
        steps,
        mean[0].tolist(),
        posterior.std[0].float().cpu().tolist(),
        (x, y),
        error,
        gap,
        figures.error_share if len(usual.errors) else None,
        figures.gap_share,
        usual.count,
        [
            NearImage(row, atlas.classes[int(atlas.labels[row])], distance)
            for row, distance in zip(rows[0].tolist(), distances[0].tolist(), strict=True)
        ],
        world(figures),
        verdict(figures, usual.count),
        request.out,
    )


def prepared(request: PlaceRequest, shape: tuple[int, int, int], framing: Framing) -> tuple[Tensor, list[str]]:
    """The picture's pixels in the model's shape, (C, H, W) uint8, and what was done to it.

    Raises
    ------
    ValueError
        If the file is no picture, or the model's pictures are not square.
    """
    import torch

    from vae.data.imported.found import Unreadable
    from vae.data.imported.pictures import Look, see

    channels, height, width = shape
    if height != width or channels not in (1, 3):
        raise ValueError(
            f"{request.name} has pictures of {height} × {width} with {channels} channels; only square grey or coloured ones can be placed"
        )
    background = framing.background if len(framing.background) == 3 else framing.background * 3
    red, green, blue = (round(255 * value) for value in background)
    try:
        seen = see(request.picture.read_bytes(), Look(height, request.fit, (red, green, blue), channels == 1))
    except Unreadable as error:
        raise ValueError(f"{request.picture}: {error}") from None
    pixels = torch.from_numpy(seen.pixels)
    steps = []
    if seen.width != seen.height:
        steps.append({"crop": "cropped to its middle square", "pad": "padded to a square", "squeeze": "squeezed to a square"}[request.fit])
    if (seen.width, seen.height) != (width, height):
        steps.append(f"resized from {seen.width:,} × {seen.height:,} to {width} × {height}")
    if request.invert == "yes" or (request.invert == "auto" and framing.plain and _opposite(pixels, framing)):
        pixels = 255 - pixels
        why = " (its border is as light as the model's images are dark there, or the reverse; --invert no leaves it)"
        steps.append("inverted" + (why if request.invert == "auto" else ""))
    return pixels, steps


def _opposite(pixels: Tensor, framing: Framing) -> bool:
    """Whether the picture's border would fit much better if it were inverted."""
    import numpy as np

    from vae.data.framing import LIGHTER

    values = pixels.float() / 255
    border = np.concatenate([part.flatten(1) for part in (values[:, [0, -1]], values[:, :, [0, -1]])], 1).mean(1)
    return bool(np.abs(border - framing.background).mean() > LIGHTER)


def _write(path: Path, picture: Tensor, drawn: Tensor) -> None:
    """The picture, its reconstruction, and their difference as grey from black (none) to white, side by side."""
    import torch
    from torchvision.utils import save_image

    difference = (picture - drawn).abs()
    three = torch.cat([picture, drawn, difference])
    three = three.repeat_interleave(zoom := max(1, -(-ZOOM // picture.shape[-1])), 2).repeat_interleave(zoom, 3)
    save_image(three, path, nrow=3, padding=4, pad_value=0.5)


def _leaves(request: PlaceRequest) -> list[Path]:
    from vae.store.checkpoints import find_model

    return half_written(find_model(request.name), USUAL)


def _reads(request: PlaceRequest) -> object:
    return stamps([request.name], CONFIG, MODEL, ATLAS)


PLACE = register(Task("place", PlaceRequest, place, leaves=_leaves, reads=_reads))
