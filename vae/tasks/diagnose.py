"""Finding out what is wrong with a model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import field_validator

from vae.sentences import about, phrase
from vae.store.files import write_json
from vae.store.folders import CONFIG, METRICS, MODEL, TRAINING_LOG
from vae.store.names import check_file
from vae.tasks.command import train_command
from vae.tasks.common import changed_since, device_named, images_of, need_writable, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed
from vae.tasks.train import TrainRequest

if TYPE_CHECKING:
    from vae.continuity.doctor.case import LadderStep
    from vae.continuity.doctor.finding import Finding
    from vae.models import ModelConfig

READ = 0.05  # of the work, when the images are there


class DiagnoseRequest(Request):
    """Which model to examine.

    name : under checkpoints/, or a path
    out : JSON file to write
    """

    name: str
    out: Path
    device: Device = "auto"
    seed: Seed = 0
    download: bool = False

    @field_validator("out")
    @classmethod
    def _a_file(cls, out: Path) -> Path:
        return check_file(out)


@dataclass(frozen=True)
class Diagnosed:
    """What was found; everything is in the file, too.

    path : of the JSON file
    findings : faults first, plain JSON types (`vae.continuity.doctor.finding.Finding`), each with its `command`, the remedy as it is typed
    left_out : of checks that could not be made, why, by key
    notes : sentences about the examination itself
    """

    path: Path
    findings: list[dict[str, Any]]
    left_out: dict[str, str]
    notes: list[str]

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Those of the findings that are faults."""
        return [finding for finding in self.findings if finding["fault"]]


def diagnose(request: DiagnoseRequest, progress: Progress = silent) -> Diagnosed:
    """Examine a model with its images, its record of training and its ladder, and write what was found.

    Raises
    ------
    ValueError
        If the model cannot be used, or the data cannot be had.
    OSError
        If the file cannot be written.
    """
    from vae.continuity.doctor.case import Case
    from vae.continuity.doctor.examine import examine
    from vae.store.checkpoints import find_model, load_model, weights_sha256

    folder = find_model(request.name)
    need_writable(request.out.absolute().parent)
    progress(0.0, about(folder.name, phrase("reading the images")))
    model = load_model(request.name, device_named(request.device))
    train, test = (images_of(model.config, split, request.download).images for split in ("train", "test"))
    notes = [said] if (said := changed_since(model.config)) else []
    case = Case(model, train, test, read_log_of(folder), ladder_steps(model.config), request.seed)
    telling = part_of(progress, READ, 1.0)
    found = examine(case, lambda share, words: telling(share, about(folder.name, words)))
    findings = [finding.to_dict() | {"command": command(finding, model.config, folder)} for finding in found.findings]
    facts = {"name": folder.name, "weights_sha256": weights_sha256(folder), "seed": request.seed, "notes": notes}
    write_json(request.out, facts | {"findings": findings, "left_out": found.left_out})
    progress(1.0, about(folder.name, phrase("done")))
    return Diagnosed(request.out, findings, found.left_out, notes)


def command(finding: Finding, config: ModelConfig, folder: Path) -> str | None:
    """The remedy as it is typed; None where nothing is wrong, and of a model that others have trained, in their own way."""
    if finding.remedy is None or config.foreign is not None:
        return None
    out = Path(f"{folder.name}-{finding.remedy.ending}")  # a bare name lies where the app looks
    return train_command(request_of(config, out).model_copy(update=dict(finding.remedy.changes)))


def request_of(config: ModelConfig, out: Path) -> TrainRequest:
    """The training that a model of `config` came from, to `out`."""
    from vae.models import architecture

    values = config.to_dict()
    own = {name: values[name] for name in TrainRequest.model_fields if name in values}
    hidden = None if config.hidden == architecture(config.architecture).hidden else config.hidden
    plain = 1.0 if config.kind == "vae" else 0.0
    own |= {"hidden": hidden, "beta": None if config.beta == plain else config.beta}
    return TrainRequest(**own | {"out": out, "model": config.kind, "epochs": max(1, config.epochs)})


def ladder_steps(config: ModelConfig) -> list[LadderStep]:
    """The VAEs of the ladders that are of the same data and code size as a model of `config`, as far as they have been measured."""
    from vae.continuity.comparison import value
    from vae.continuity.doctor.case import LadderStep
    from vae.store.checkpoints import find_model, read_config
    from vae.store.files import CheckpointError
    from vae.store.ladders import ladder_names, load_ladder
    from vae.store.metrics import read_figures

    found: dict[str, LadderStep] = {}
    for ladder in ladder_names():
        try:
            for name in load_ladder(ladder).models:
                folder = find_model(name)
                other = read_config(folder)
                same = (other.data, other.data_sha256, other.latent_dim) == (config.data, config.data_sha256, config.latent_dim)
                if not same or other.kind != "vae" or other.likelihood != config.likelihood:
                    continue
                figures = read_figures(folder).values
                rate, distortion = value(figures, "kl"), value(figures, "recon_mse")
                if rate is not None and distortion is not None and distortion > 0:
                    found[name] = LadderStep(name, other, rate, distortion)
        except CheckpointError:  # a ladder that is broken is no ladder to stand beside
            continue
    return list(found.values())


def read_log_of(folder: Path) -> list[dict[str, float]]:
    """The rows of the record of training in `folder` as numbers; none where there is none to be read."""
    from vae.training.loop import read_log

    try:
        return [{key: _number(word) for key, word in row.items() if key and word} for row in read_log(folder / TRAINING_LOG)]
    except (OSError, ValueError):
        return []


def _number(word: str) -> float:
    try:
        return float(word)
    except (TypeError, ValueError):
        return math.nan


def _reads(request: DiagnoseRequest) -> object:
    from vae import data
    from vae.store.checkpoints import find_model, read_config

    return [stamps([request.name], CONFIG, MODEL, TRAINING_LOG, METRICS), data.available(read_config(find_model(request.name)).data)]


DIAGNOSE = register(Task("diagnose", DiagnoseRequest, diagnose, reads=_reads))
