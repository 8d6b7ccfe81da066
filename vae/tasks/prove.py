"""Whether a remedy helps: the model trained anew at reduced size, without it and with it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from vae.tasks.common import device_named, images_of
from vae.tasks.diagnose import command, ladder_steps, read_log_of, request_of
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    from torch import Tensor

    from vae.continuity.doctor.case import Case
    from vae.continuity.doctor.finding import Finding
    from vae.models import ModelConfig


class ProveRequest(Request):
    """Which fault of which model.

    name : under checkpoints/, or a path
    key : of the check that found it, "collapsed"
    images, steps : at most so many training images and steps for each of the two
    """

    name: str
    key: str
    images: Annotated[int, Field(ge=8)] = 5000
    steps: Annotated[int, Field(ge=10)] = 1500
    device: Device = "auto"
    seed: Seed = 0


@dataclass(frozen=True)
class Proved:
    """What became of it.

    images, epochs : of both trainings
    without, remedied : what the check found in each model, as in `vae.tasks.diagnose.Diagnosed`
    sentence : what that says
    command : the remedy at full size
    """

    images: int
    epochs: int
    without: dict[str, Any]
    remedied: dict[str, Any]
    sentence: str
    command: str


def prove(request: ProveRequest, progress: Progress = silent) -> Proved:
    """Train a model anew at reduced size without and with the remedy for one of its faults, and make the check on both.

    Raises
    ------
    ValueError
        If the model has no such fault, was trained by others, or its remedy is to change the data.
    """
    from vae.continuity.doctor.case import Case, few
    from vae.continuity.doctor.examine import CHECKS
    from vae.continuity.estimates import Unmeasurable
    from vae.store.checkpoints import find_model, load_model

    if request.key not in CHECKS:
        raise ValueError(f"there is no check {request.key!r}; choose one of {', '.join(CHECKS)}")
    check = CHECKS[request.key][1]
    folder = find_model(request.name)
    model = load_model(request.name, device_named(request.device))
    if model.config.foreign is not None:
        raise ValueError(
            f"{folder.name} was trained elsewhere and cannot be trained anew here; make the change where it was, and convert it again"
        )
    train, test = (images_of(model.config, split, False).images for split in ("train", "test"))
    progress(0.0, f"{folder.name}: {CHECKS[request.key][0]}")
    try:
        found = check(Case(model, train, test, read_log_of(folder), ladder_steps(model.config), request.seed))
    except Unmeasurable as error:
        raise ValueError(f"{request.key} cannot be decided for {folder.name}: {error}") from error
    if found.remedy is None:
        raise ValueError(f"{folder.name} has no such fault, so there is nothing to prove: {found.sentence}")
    if "data" in found.remedy.changes:
        raise ValueError(f"its remedy is to change the data, which nobody can do for you: {found.remedy.words}")
    images = few(train, request.images)
    configs = [_reduced(model.config, changes, images, request.steps) for changes in ({}, dict(found.remedy.changes))]
    cases = [
        _trained(config, images, test, request, part_of(progress, 0.1 + 0.4 * at, 0.5 + 0.4 * at), words)
        for at, (config, words) in enumerate(zip(configs, ("without the remedy", "with it"), strict=True))
    ]
    try:
        before, after = (check(replace(case, ladder=ladder_steps(model.config))) for case in cases)
    except Unmeasurable as error:
        raise ValueError(f"{request.key} cannot be decided after so short a training: {error}") from error
    progress(1.0, f"{folder.name}: done")
    said = command(found, model.config, folder)
    assert said is not None
    return Proved(len(images), configs[0].epochs, before.to_dict(), after.to_dict(), _sentence(before, after), said)


def _reduced(config: ModelConfig, changes: dict[str, Any], images: Tensor, steps: int) -> ModelConfig:
    """What a training with `changes` makes a model of, in no more than so many steps; a change of the epochs keeps its proportion."""
    from vae.tasks.train import config_of

    request = request_of(config, Path("reduced"))
    fitting = max(1, min(request.epochs, steps // max(1, len(images) // request.batch_size)))
    longer = changes.get("epochs", request.epochs) / request.epochs
    made = config_of(request.model_copy(update={**changes, "holdout": 0, "patience": 0}), images)
    return replace(made, epochs=max(1, round(fitting * longer)), batch_size=min(made.batch_size, len(images)))


def _trained(config: ModelConfig, images: Tensor, test: Tensor, request: ProveRequest, progress: Progress, words: str) -> Case:
    from vae.continuity.doctor.case import Case
    from vae.training.loop import train

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "reduced")
        model = train(
            config, images, place, accelerator=request.device,
            progress=lambda done, total, _: progress(done / total, f"{words}: step {done} of {total}"),
        )  # fmt: skip
        return Case(model.eval().requires_grad_(False), images, test, read_log_of(place), (), request.seed)


def _sentence(before: Finding, after: Finding) -> str:
    one, other = before.figure, after.figure
    better = other.high < one.low if before.above else other.low > one.high
    worse = other.low > one.high if before.above else other.high < one.low
    figures = f"{before.figure_name} {one.value:.3g} [{one.low:.3g}, {one.high:.3g}] without the remedy, {other.value:.3g} [{other.low:.3g}, {other.high:.3g}] with it"
    if better:
        return f"{figures}: it helps{'' if after.fault else ', and nothing is wrong any more'}."
    return f"{figures}: {'it makes it worse' if worse else 'the intervals overlap, so nothing is proved'}."


PROVE = register(Task("prove", ProveRequest, prove))
