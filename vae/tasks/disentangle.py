"""Measuring whether each number of a model's code stands for one factor of the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from vae.store.files import write_json
from vae.store.folders import CONFIG, MODEL
from vae.tasks.common import device_named, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    import numpy as np

FILE = "disentanglement.json"


class DisentangleRequest(Request):
    """name : of the model, under checkpoints/, or a path; points : pictures to learn from; half as many judge"""

    name: str
    points: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    device: Device = "auto"
    seed: Seed = 0


@dataclass(frozen=True)
class Disentangled:
    """figures : by name, 0 to 1; path : of the file that holds them"""

    figures: dict[str, float]
    path: Path


def disentangle(request: DisentangleRequest, progress: Progress = silent) -> Disentangled:
    """Measure FactorVAE score, MIG, DCI and SAP of a model of dSprites by the published protocols, all five factors counted.

    Raises
    ------
    ValueError
        If the model cannot be used, or is of pictures whose factors nobody knows.
    """
    import torch

    from vae.continuity import disentanglement as measures
    from vae.data import dsprites
    from vae.store.checkpoints import find_model, load_model, read_config, weights_sha256

    folder = find_model(request.name)
    config = read_config(folder)
    if config.data != dsprites.NAME:
        raise ValueError(
            f"{folder.name} is a model of {config.data}, of whose pictures nobody knows the factors; train one with --data {dsprites.NAME}"
        )
    model = load_model(request.name, device_named(request.device))

    def represent(factors: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            parts = [model.encode(dsprites.render(factors[start : start + 1000])).mean.cpu() for start in range(0, len(factors), 1000)]
        return torch.cat(parts).numpy()

    train, test = (dsprites.some_factors(count, request.seed + at) for at, count in enumerate((request.points, request.points // 2)))
    progress(0.0, f"{folder.name}: encoding")
    codes, others = represent(train), represent(test)
    progress(0.1, f"{folder.name}: MIG")
    figures = {"mig": measures.mig(codes, train)}
    progress(0.15, f"{folder.name}: SAP")
    figures["sap"] = measures.sap(codes, train, others, test, request.seed)
    progress(0.3, f"{folder.name}: FactorVAE score")
    votes = {"learned": request.points, "judged": request.points // 2}
    figures["factor_vae"] = measures.factor_vae_score(represent, dsprites.SIZES, request.seed, **votes)
    progress(0.6, f"{folder.name}: DCI, which takes longest")
    found = measures.dci(codes, train, others, test, request.seed)
    figures |= {"dci": found.disentanglement, "completeness": found.completeness, "informativeness": found.informativeness}
    facts = {"weights_sha256": weights_sha256(folder), "seed": request.seed, "points": request.points, "factors": list(dsprites.FACTORS)}
    write_json(folder / FILE, facts | {name: float(f"{value:.6g}") for name, value in figures.items()})
    progress(1.0, f"{folder.name}: done")
    return Disentangled(figures, folder / FILE)


def _reads(request: DisentangleRequest) -> object:
    return stamps([request.name], CONFIG, MODEL)


DISENTANGLE = register(Task("disentangle", DisentangleRequest, disentangle, reads=_reads))
