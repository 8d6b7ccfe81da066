"""Training a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from vae.store.folders import CONFIG, MODEL
from vae.store.names import check_folder
from vae.tasks.common import half_written, need_writable
from vae.tasks.progress import Progress, of_steps, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    from torch import Tensor

    from vae.models import ModelConfig

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class TrainRequest(Request):
    """What to train on which images; `vae.models.ModelConfig` says what the fields mean.

    out : folder for the checkpoint
    data : a name that `vae.data.load` knows, or a folder of images
    beta : 1 for a VAE and 0 for an autoencoder if left out
    hidden : what suits the architecture if left out, 512, 256 for a fully connected model
    size : side in pixels to which a folder's images are scaled
    resume : go on from where a stopped run was, or start if there is none
    download : fetch MNIST or Fashion-MNIST if it is not on disk
    """

    out: Path
    data: str = "mnist"
    model: Literal["ae", "vae"] = "vae"
    latent_dim: Annotated[int, Field(ge=1, le=4096)] = 16
    epochs: Annotated[int, Field(ge=1)] = 60
    beta: Amount | None = None
    likelihood: Literal["gaussian", "bernoulli"] = "gaussian"
    noise: Amount = 0.0
    first_noise: Amount = 0.0
    l2: Amount = 0.0
    first_blur: Amount = 0.0
    sphere: bool = False
    architecture: Literal["mlp", "conv", "residual"] = "mlp"
    hidden: tuple[int, ...] | None = None
    dense: Annotated[int, Field(ge=0, le=65536)] = 0
    batch_size: Annotated[int, Field(ge=1)] = 256
    learning_rate: Annotated[float, Field(ge=1e-8, le=1)] = 1e-3
    seed: Seed = 0
    device: Device = "auto"
    precision: str = "32-true"
    holdout: Annotated[int, Field(ge=0)] = 0
    weights: Literal["float32", "float16"] = "float32"
    size: Annotated[int, Field(ge=8, le=256)] = 32
    resume: bool = False
    download: bool = False

    @field_validator("out")
    @classmethod
    def _a_name(cls, out: Path) -> Path:
        return check_folder(out)


@dataclass(frozen=True)
class Trained:
    """folder : of the checkpoint."""

    folder: Path


def train(request: TrainRequest, progress: Progress = silent) -> Trained:
    """Train a model; a run that was stopped goes on with `resume` and ends with the same weights.

    Raises
    ------
    ValueError
        If the settings do not go together, the data cannot be had, or the folder holds another run.
    OSError
        If the folder cannot be written.
    """
    from vae import data
    from vae.training.loop import train as run

    images = data.load(request.data, "train", download=request.download, size=request.size).images
    config = config_of(request, images)
    need_writable(request.out)
    run(config, images, request.out, accelerator=request.device, resume=request.resume, progress=of_steps(progress, request.out.name, 2))
    return Trained(request.out)


def config_of(request: TrainRequest, images: Tensor) -> ModelConfig:
    """The config of the model that `request` trains on `images` (N, C, H, W); ValueError if the settings do not go together."""
    from vae import data
    from vae.models import ModelConfig, architecture

    own = ("out", "data", "model", "beta", "hidden", "device", "size", "resume", "download")
    return ModelConfig(
        kind=request.model,
        image_shape=(images.shape[1], images.shape[2], images.shape[3]),
        data=request.data if data.find(request.data) else str(Path(request.data).resolve()),
        beta=(1.0 if request.model == "vae" else 0.0) if request.beta is None else request.beta,
        hidden=request.hidden or architecture(request.architecture).hidden,
        **request.model_dump(exclude=set(own)),
    )


def _leaves(request: TrainRequest) -> list[Path]:
    from vae.training.loop import LOG, STATE

    return half_written(request.out, MODEL, CONFIG, STATE, LOG)


TRAIN = register(Task("train", TrainRequest, train, resume=lambda request: request.model_copy(update={"resume": True}), leaves=_leaves))
