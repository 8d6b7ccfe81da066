"""Drawing codes and decoding them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from vae.store.files import write_atomically
from vae.store.folders import ATLAS, CONFIG, MODEL, PRIOR
from vae.tasks.common import device_named, images_of, need_writable, on_data, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    import numpy as np

    from vae.models import Autoencoder


class SampleRequest(Request):
    """A wall of which pictures.

    name : under checkpoints/, or a path
    out : PNG file to write
    distribution : N(0, I), a Gaussian fitted to the codes, a mixture of ten, or the model's learned prior
    data : the data set to whose test images Gaussians are fitted, or a folder, which becomes one; those of the atlas if left out
    """

    name: str
    out: Path
    count: Annotated[int, Field(ge=1, le=4096)] = 64
    distribution: Literal["prior", "fitted", "mixture", "learned"] = "prior"
    temperature: Annotated[float, Field(ge=0, le=10)] = 1.0
    data: str | None = None
    device: Device = "auto"
    seed: Seed = 0

    @model_validator(mode="after")
    def _fitted_to_data(self) -> SampleRequest:
        if self.data is not None and self.distribution not in ("fitted", "mixture"):
            raise ValueError("--data says to whose codes Gaussians are fitted; add --distribution fitted or mixture, or leave --data out")
        return self


@dataclass(frozen=True)
class Sampled:
    """path : of the wall."""

    path: Path


def sample(request: SampleRequest, progress: Progress = silent) -> Sampled:
    """Draw codes, decode them and write the pictures as one wall.

    Raises
    ------
    ValueError
        If the model cannot be used, its codes are to be fitted but it has no atlas, it has no learned prior but is to be drawn from
        one, or `out` is no name of a picture.
    """
    import torch
    from PIL import Image
    from torchvision.utils import save_image

    from vae.latent.mixture import Mixture, chances
    from vae.latent.sampling import Gaussian, prior
    from vae.store.checkpoints import find_model, load_model
    from vae.store.priors import load_prior

    model = load_model(request.name, device_named(request.device))
    codes = prior(request.count, model.config.latent_dim, request.temperature, request.seed)
    if request.distribution == "fitted":
        codes = Gaussian.fit(_codes(request, model, progress)).sample(codes)
    elif request.distribution == "mixture":
        codes = Mixture.fit(_codes(request, model, progress)).sample(request.count, request.temperature, request.seed)
    elif request.distribution == "learned":
        codes = load_prior(find_model(request.name)).sample(codes, chances(request.count, request.seed))
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


def _codes(request: SampleRequest, model: Autoencoder, progress: Progress) -> np.ndarray:
    """The codes that the Gaussian is fitted to, (N, D)."""
    import torch

    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model

    if request.data is None:
        return load_atlas(find_model(request.name)).codes
    images = images_of(on_data(model.config, request.data, progress)[0], "test", download=False).images
    with torch.inference_mode():
        return torch.cat([model.encode(part.float() / 255).mean for part in images.split(1000)]).cpu().numpy()


def _reads(request: SampleRequest) -> object:

    return stamps([request.name], CONFIG, MODEL, ATLAS, PRIOR)


SAMPLE = register(Task("sample", SampleRequest, sample, reads=_reads))
