"""Training a model."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from vae.sentences import about, phrase
from vae.store.folders import CONFIG, MODEL, TRAINING_LOG
from vae.store.names import check_folder
from vae.tasks.common import device_named, half_written, need_writable
from vae.tasks.own_folder import settled
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from vae.data import Images
    from vae.models import ModelConfig
    from vae.training.heldout import Stopped

PRECISIONS = ("32-true", "bf16-mixed", "16-mixed")  # of Lightning Fabric's, those that weights of 32 bits are trained in
FEWEST = 8  # pictures in all
TIMED = 2.0  # seconds of steps from which the time of an epoch is told
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Tell = Callable[[str], None]


class TrainRequest(Request):
    """What to train on which images; `vae.models.ModelConfig` says what the fields mean.

    out : folder for the checkpoint
    data : a name that `vae.data.load` knows, or a folder of images, which becomes a data set
    beta : 1 for a VAE and 0 for an autoencoder if left out
    hidden : what suits the architecture if left out, 512, 256 for a fully connected model
    flip : mirror half of the training images, others at every step
    size : side in pixels to which a folder's images are scaled
    precision : one of PRECISIONS
    holdout : training images kept aside
    patience : epochs without a smaller loss on these after which training stops and keeps the weights that did best; 0 to do neither
    threads : on the CPU; 0 to choose
    resume : go on from where a stopped run was, with more epochs from where a finished one ended, or start if there is none
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
    flip: bool = False
    sphere: bool = False
    architecture: Literal["mlp", "conv", "residual", "spatial"] = "mlp"
    hidden: tuple[int, ...] | None = None
    dense: Annotated[int, Field(ge=0, le=65536)] = 0
    batch_size: Annotated[int, Field(ge=1)] = 256
    learning_rate: Annotated[float, Field(ge=1e-8, le=1)] = 1e-3
    optimizer: Literal["adamw", "muon"] = "adamw"
    seed: Seed = 0
    device: Device = "auto"
    precision: str = "32-true"
    holdout: Annotated[int, Field(ge=0)] = 0
    patience: Annotated[int, Field(ge=0)] = 0
    weights: Literal["float32", "float16"] = "float32"
    size: Annotated[int, Field(ge=8, le=256)] = 32
    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    resume: bool = False
    download: bool = False

    @field_validator("out")
    @classmethod
    def _a_name(cls, out: Path) -> Path:
        return check_folder(out)

    @field_validator("precision")
    @classmethod
    def _offered(cls, precision: str) -> str:
        if precision not in PRECISIONS:
            raise ValueError(
                phrase(
                    "--precision is {precision!r}; it must be one of {precisions}", precision=precision, precisions=", ".join(PRECISIONS)
                )
            )
        return precision


@dataclass(frozen=True)
class Trained:
    """folder : of the checkpoint."""

    folder: Path


def train(request: TrainRequest, progress: Progress = silent, tell: Tell = lambda sentence: None) -> Trained:
    """Train a model; a run that was stopped goes on with `resume` and ends with the same weights.

    Parameters
    ----------
    tell : told in sentences what the training takes, before it starts, and how long an epoch does, after its first steps

    Raises
    ------
    ValueError
        If the settings do not go together, the data cannot be had or does not suffice, the folder holds another run, or the loss
        is no longer finite (`vae.training.loop.Diverged`).
    OSError
        If the folder cannot be written.
    """
    import torch

    from vae import data
    from vae.training.loop import train as run
    from vae.training.plan import plan, threads

    named = device_named(request.device)
    _need_precision(request.precision, named)
    request = request.model_copy(update={"data": settled(request.data, request.size, progress)})
    found = data.load(request.data, "train", download=request.download, size=request.size)
    images = found.images
    config = config_of(request, images)
    _need_enough(request, found)
    need_writable(request.out)
    planned = plan(config, images)
    tell(f"{request.out.name}: {planned.words}")
    with threads_kept():
        if _computes_on_cpu(named):
            chosen = threads(config, images, request.out, wanted=request.threads, resume=request.resume)
            torch.set_num_threads(chosen.count)
            tell(f"{request.out.name}: {chosen.words}")
        telling = _Telling(request.out.name, config, planned.steps, min(config.batch_size, planned.pictures), progress, tell)
        run(config, images, request.out, accelerator=request.device, resume=request.resume, progress=telling.step)
    ended = how_it_ended(request.out)
    if ended is not None:
        tell(about(request.out.name, ended.words))
    return Trained(request.out)


def how_it_ended(folder: Path) -> Stopped | None:
    """How the training of the model in `folder` ended; None where it watched no held-out images, or its log is gone."""
    from vae.store.checkpoints import read_config
    from vae.training.heldout import stopped
    from vae.training.loop import read_log

    return stopped(read_config(folder), read_log(folder / TRAINING_LOG))


def config_of(request: TrainRequest, images: Tensor) -> ModelConfig:
    """The config of the model that `request` trains on `images` (N, C, H, W); ValueError if the settings do not go together."""
    from vae.data.fingerprint import identity
    from vae.models import ModelConfig, architecture

    own = ("out", "data", "model", "beta", "hidden", "device", "size", "threads", "resume", "download")
    return ModelConfig(
        kind=request.model,
        image_shape=(images.shape[1], images.shape[2], images.shape[3]),
        data=request.data,
        data_sha256=identity(request.data),
        beta=(1.0 if request.model == "vae" else 0.0) if request.beta is None else request.beta,
        hidden=request.hidden or architecture(request.architecture).hidden,
        **request.model_dump(exclude=set(own)),
    )


class _Telling:
    """What is said during a training: at every step the epoch, the squared error per pixel and the rate; once, how long all takes."""

    def __init__(self, name: str, config: ModelConfig, steps: int, batch: int, progress: Progress, tell: Tell) -> None:
        self._name, self._config, self._steps, self._batch, self._progress, self._tell = name, config, steps, batch, progress, tell
        self._begun: tuple[float, int] | None = None  # when the first step was done, and which it was: none of a run before counts
        self._told = False

    def step(self, done: int, total: int, parts: dict[str, float]) -> None:
        """A step is done."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now, done
        seconds, steps = now - self._begun[0], done - self._begun[1]
        figures = {
            "epoch": (done - 1) // self._steps + 1, "epochs": self._config.epochs, "error": parts["squared_error"] / self._config.pixels,
            "rate": steps * self._batch / max(seconds, 1e-9),
        }  # fmt: skip
        if steps:
            words = phrase("epoch {epoch} of {epochs}, squared error {error:.5f} per pixel, {rate:,.0f} pictures/s", **figures)
        else:
            words = phrase("epoch {epoch} of {epochs}, squared error {error:.5f} per pixel", **figures)
        if not self._told and steps and (seconds > TIMED or done % self._steps == 0):
            self._told, each = True, seconds / steps
            epochs = f"an epoch takes about {_duration(each * self._steps)}"
            self._tell(f"{self._name}: {epochs}, what is left about {_duration(each * (total - done))}")
        self._progress(done / total, about(self._name, words))


@contextmanager
def threads_kept() -> Iterator[None]:
    """Leaves the number of threads as it was."""
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _computes_on_cpu(named: str | None) -> bool:
    from vae.models.device import best_device

    return (named or str(best_device())) == "cpu"


def _need_precision(precision: str, named: str | None) -> None:
    """ValueError before the data is read if such numbers cannot be had on the device."""
    if precision == "16-mixed" and _computes_on_cpu(named):
        raise ValueError(phrase("--precision 16-mixed needs a GPU; use bf16-mixed or 32-true on the CPU"))


def _need_enough(request: TrainRequest, found: Images) -> None:
    """ValueError before hours of work if nothing could be learned, or what was learned could neither be mapped nor measured."""
    from vae import data

    images = found.images
    if len(images) - request.holdout < 2:
        raise ValueError(
            phrase(
                "{data} has {count} training images, no two more than the {holdout} to hold out; add images or hold out fewer",
                data=request.data,
                count=len(images),
                holdout=request.holdout,
            )
        )
    if bool((images == images[:1]).all()):
        raise ValueError(
            phrase(
                "all {count} training images of {data} are the same, so there is nothing to learn; add others",
                count=len(images),
                data=request.data,
            )
        )
    if data.is_shipped(request.data):
        return
    everything = len(images) + len(data.load(request.data, "test", size=request.size))
    if everything < FEWEST:
        raise ValueError(
            phrase(
                "{data} holds {count} images, training and testing together; a map needs {fewest}, so add some",
                data=request.data,
                count=everything,
                fewest=FEWEST,
            )
        )


def _duration(seconds: float) -> str:
    """ "3 min", for people."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def leaves(request: TrainRequest) -> list[Path]:
    """The files that a training which was killed may have left half written."""
    from vae.training.loop import STATE

    return half_written(request.out, MODEL, CONFIG, STATE, TRAINING_LOG)


TRAIN = register(Task("train", TrainRequest, train, resume=lambda request: request.model_copy(update={"resume": True}), leaves=leaves))
