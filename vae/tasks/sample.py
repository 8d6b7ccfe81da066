"""Drawing codes and decoding them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vae.store.files import write_atomically
from vae.store.folders import ATLAS, CONFIG, MODEL
from vae.tasks.common import device_named, need_writable, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed


class SampleRequest(Request):
    """A wall of which pictures.

    name : under checkpoints/, or a path
    out : PNG file to write
    distribution : N(0, I), a Gaussian fitted to the codes, or a mixture of ten; temperature is for the first two
    """

    name: str
    out: Path
    count: Annotated[int, Field(ge=1, le=4096)] = 64
    distribution: Literal["prior", "fitted", "mixture"] = "prior"
    temperature: Annotated[float, Field(ge=0, le=10)] = 1.0
    device: Device = "auto"
    seed: Seed = 0


@dataclass(frozen=True)
class Sampled:
    """path : of the wall."""

    path: Path


def sample(request: SampleRequest, progress: Progress = silent) -> Sampled:
    """Draw codes, decode them and write the pictures as one wall.

    Raises
    ------
    ValueError
        If the model cannot be used, its codes are to be fitted but it has no atlas, or `out` is no name of a picture.
    """
    import torch
    from PIL import Image
    from torchvision.utils import save_image

    from vae.latent.sampling import Gaussian, prior
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model, load_model

    model = load_model(request.name, device_named(request.device))
    codes = prior(request.count, model.config.latent_dim, request.temperature, request.seed)
    if request.distribution == "fitted":
        codes = Gaussian.fit(load_atlas(find_model(request.name)).codes).sample(codes)
    elif request.distribution == "mixture":
        from vae.continuity.scorecard import fit_mixture

        drawn, _ = fit_mixture(load_atlas(find_model(request.name)).codes, request.seed).sample(request.count)
        codes = drawn.astype(codes.dtype)
    need_writable(request.out.parent)
    kind = Image.registered_extensions().get(request.out.suffix.lower())
    if kind is None:
        raise ValueError(f"--out is {request.out}; give it a name that ends in .png")
    wall = model.decode(torch.from_numpy(codes))
    write_atomically(
        request.out, lambda file: save_image(wall, file, format=kind, nrow=round(request.count**0.5), padding=2, pad_value=0.15)
    )
    progress(1.0, f"{request.name}: wall")
    return Sampled(request.out)


def _reads(request: SampleRequest) -> object:

    return stamps([request.name], CONFIG, MODEL, ATLAS)


SAMPLE = register(Task("sample", SampleRequest, sample, reads=_reads))
