"""Writing the certificate of a model or of a pair."""

from __future__ import annotations

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


class CertifyRequest(Request):
    """Which certificate.

    name : under checkpoints/, or a path
    out : HTML file to write; its JSON file is written beside it
    against : the model to compare it with, of the same data
    translated : whether to write the page in every other language, too, beside it
    """

    name: str
    out: Path
    against: str | None = None
    translated: bool = False
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
    """Where the page and its figures are, and the verdicts: a ruling and a sentence each."""

    page: Path
    figures: Path
    verdicts: list[dict[str, Any]]


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
    certificate = examine(request.names, seed=request.seed, device=device_named(request.device), progress=part_of(progress, JUDGE_MADE, 1))
    beside = save(certificate, request.out, request.translated)
    return Certified(request.out, beside, certificate.facts["verdicts"])


def _reads(request: CertifyRequest) -> object:
    from vae import data

    models = stamps(request.names, CONFIG, MODEL, ATLAS, METRICS)
    classifiers = stamp(sorted(file for root in folders.roots() for file in (root / CLASSIFIERS).glob(f"*/{MODEL}")))
    return [models, classifiers, [known.available() for known in data.data_sets()]]


CERTIFY = register(Task("certify", CertifyRequest, certify, reads=_reads))
