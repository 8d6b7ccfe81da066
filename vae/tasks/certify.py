"""Writing the certificate of a model or of a pair."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import field_validator

from vae.sentences import phrase
from vae.store import folders
from vae.store.files import stamp
from vae.store.folders import ATLAS, CLASSIFIERS, CONFIG, METRICS, MODEL
from vae.store.names import check_file
from vae.tasks.classifier import judge_of
from vae.tasks.common import device_named, need_writable, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

JUDGE_MADE = 0.1  # of the work, where an encoder must be trained first
MEASURED = 0.7  # of it, where the figures are kept


class CertifyRequest(Request):
    """Which certificate.

    name : under checkpoints/, or a path
    out : HTML file to write; its JSON file is written beside it
    against : the model to compare it with, of the same data
    translated : whether to write the page in every other language, too, beside it
    keep : enter the figures that are measured in the models' metrics.json, where it holds none of another seed
    """

    name: str
    out: Path
    against: str | None = None
    translated: bool = False
    keep: bool = False
    device: Device = "auto"
    seed: Seed = 0

    @field_validator("out")
    @classmethod
    def _a_page(cls, out: Path) -> Path:
        if out.suffix.lower() not in (".html", ".htm"):  # before minutes of work
            raise ValueError(phrase("--out is {out}; give it a name that ends in .html, its JSON file is written beside it", out=out))
        return check_file(out)

    @property
    def names(self) -> list[str]:
        """One or two."""
        return [self.name] if self.against is None else [self.name, self.against]


@dataclass(frozen=True)
class Certified:
    """What was written.

    page, figures : where they are
    verdicts : a ruling and a sentence each
    kept : the metrics.json that hold now what was measured
    notes : why others do not
    """

    page: Path
    figures: Path
    verdicts: list[dict[str, Any]]
    kept: list[Path]
    notes: list[str]


def certify(request: CertifyRequest, progress: Progress = silent) -> Certified:
    """Write one HTML page that needs nothing else, and a JSON file.

    Raises
    ------
    ValueError
        If a model cannot be used or there is nothing to examine it by.
    """
    import torch

    from vae import data
    from vae.continuity.certificate import certify as examine
    from vae.continuity.certificate_page import save
    from vae.store.checkpoints import find_model, read_config

    for name in request.names:
        find_model(name)  # a mistake makes no folder
    need_writable(request.out.parent)
    config = read_config(find_model(request.name))
    if data.available(config.data):
        judge_of(
            config, torch.device("cpu"), False, part_of(progress, 0, JUDGE_MADE)
        )  # without the images there is nothing to train one on
    kept: list[Path] = []
    notes: list[str] = []
    begins = JUDGE_MADE
    if request.keep and len({read_config(find_model(name)).data for name in request.names}) == 1:  # else the page refuses at once
        begins, count = MEASURED, len(request.names)
        spans = [JUDGE_MADE + (MEASURED - JUDGE_MADE) * at / count for at in range(count + 1)]
        for at, name in enumerate(request.names):
            found = _keep(name, request, part_of(progress, spans[at], spans[at + 1]))
            kept += [found] if isinstance(found, Path) else []
            notes += [found] if isinstance(found, str) and found else []
    certificate = examine(request.names, seed=request.seed, device=device_named(request.device), progress=part_of(progress, begins, 1))
    beside = save(certificate, request.out, request.translated)
    return Certified(request.out, beside, certificate.facts["verdicts"], kept, notes)


def _keep(name: str, request: CertifyRequest, progress: Progress) -> Path | str:
    """Measure what a model's metrics.json lacks and enter it there: the file, or why it stays as it is; "" where it lacks nothing."""
    from vae import data
    from vae.continuity.certificate import CertifiedModel
    from vae.store.checkpoints import weights_sha256
    from vae.store.metrics import read_figures
    from vae.tasks.evaluate import EvaluateRequest, evaluate

    measured = CertifiedModel(name, device_named(request.device), request.seed)
    folder, found = measured.folder, read_figures(measured.folder)
    if not measured.missing:
        return ""
    if found.sentence is not None:
        return f"the figures of {folder.name} are not kept: {found.sentence}"
    if not data.available(measured.model.config.data):
        return f"{folder.name} is not measured, since its data set is not on disk; set VAE_DATA"
    other = found.values.get("seed")
    if found.values.get("weights_sha256") == weights_sha256(folder) and other not in (None, request.seed):
        return (
            f"the figures of {folder.name} stand in the certificate alone: metrics.json holds those of seed {other}; to have those of seed "
            f"{request.seed} in their place: python -m vae evaluate {folder.name} --seed {request.seed}"
        )
    if not os.access(folder, os.W_OK):
        return f"the figures of {folder.name} stand in the certificate alone: nothing can be written to {folder}"
    return evaluate(EvaluateRequest(name=name, missing=True, device=request.device, seed=request.seed), progress).paths[0]


def _reads(request: CertifyRequest) -> object:
    from vae import data

    models = stamps(request.names, CONFIG, MODEL, ATLAS, METRICS)
    classifiers = stamp(sorted(file for root in folders.roots() for file in (root / CLASSIFIERS).glob(f"*/{MODEL}")))
    return [models, classifiers, [known.available() for known in data.data_sets()]]


CERTIFY = register(Task("certify", CertifyRequest, certify, reads=_reads))
