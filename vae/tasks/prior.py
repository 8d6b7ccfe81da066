"""Giving a model a learned prior: a flow trained on the codes of its training images, and its figures beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from vae.store.folders import CONFIG, METRICS, MODEL, PRIOR
from vae.tasks.common import changed_since, device_named, encoded, half_written, images_of, stamps
from vae.tasks.progress import Progress, of_steps, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

ENCODED, LEARNED = 0.1, 0.7  # of the work


class PriorRequest(Request):
    """The learned prior of which model.

    name : under checkpoints/, or a path
    steps : of the training, 512 codes each
    """

    name: str
    steps: Annotated[int, Field(ge=1, le=1_000_000)] = 4000
    device: Device = "auto"
    seed: Seed = 0
    download: bool = False


@dataclass(frozen=True)
class Learned:
    """What came of it.

    path : of the prior
    metrics : what the model's metrics.json now holds; None where it has not been measured yet
    notes : sentences on what is out of the ordinary
    """

    path: Path
    metrics: dict[str, Any] | None
    notes: list[str]


def prior(request: PriorRequest, progress: Progress = silent) -> Learned:
    """Learn where a model's codes lie; writes `prior.safetensors`, and enters its figures in `metrics.json` where there is one.

    It learns from the codes of the training images and is measured against the test images, as everything else is.

    Raises
    ------
    ValueError
        If the model cannot be used, the data cannot be had, or there are too few images.
    """
    import torch

    from vae.store.checkpoints import find_model, load_model
    from vae.store.priors import save_prior
    from vae.training.prior import train_flow

    folder = find_model(request.name)
    model = load_model(request.name, device_named(request.device))
    changed = changed_since(model.config)
    images = images_of(model.config, "train", request.download).images
    codes, _ = encoded(model, images, part_of(progress, 0, ENCODED), f"{folder.name}: encoding")
    step = of_steps(part_of(progress, ENCODED, LEARNED), f"prior of {folder.name}", 3)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a step is so short that threads would mostly wait for each other, on a busy machine for long
    try:
        save_prior(folder, train_flow(codes, steps=request.steps, seed=request.seed, progress=step))
    finally:
        torch.set_num_threads(threads)
    metrics = _measured(folder, request, part_of(progress, LEARNED, 1))
    progress(1.0, f"{folder.name}: prior")
    return Learned(folder / PRIOR, metrics, [changed] if changed else [])


def _measured(folder: Path, request: PriorRequest, progress: Progress) -> dict[str, Any] | None:
    """Enter the figures of a learned prior in a model's metrics.json; None, and nothing is done, where that is not of these weights."""
    from vae.store.checkpoints import weights_sha256
    from vae.store.metrics import load_metrics
    from vae.tasks.evaluate import EvaluateRequest, evaluate

    known = load_metrics(folder)
    if known.get("weights_sha256") != weights_sha256(folder):
        return None
    asked = EvaluateRequest(name=request.name, missing=True, device=request.device, seed=known.get("seed", 0), download=request.download)
    return evaluate(asked, progress).metrics[0]


def _leaves(request: PriorRequest) -> list[Path]:
    from vae.store.checkpoints import find_model

    return half_written(find_model(request.name), PRIOR, METRICS)


def _reads(request: PriorRequest) -> object:
    return stamps([request.name], CONFIG, MODEL)


PRIOR_TASK = register(Task("prior", PriorRequest, prior, leaves=_leaves, reads=_reads))
