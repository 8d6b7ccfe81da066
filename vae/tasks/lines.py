"""Measuring how a model interpolates between lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vae.store.folders import CONFIG, METRICS, MODEL
from vae.tasks.common import device_named, half_written, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed


class LinesRequest(Request):
    """name : of the model, under checkpoints/, or a path."""

    name: str
    device: Device = "auto"
    seed: Seed = 0


@dataclass(frozen=True)
class LinesMeasured:
    """path : of the metrics, which now have these figures too."""

    path: Path


def lines(request: LinesRequest, progress: Progress = silent) -> LinesMeasured:
    """Measure the lines task and write its figures into metrics.json, beside those that are there.

    Raises
    ------
    ValueError
        If the model cannot be used.
    """
    from vae.continuity.lines import lines_figures
    from vae.store.checkpoints import find_model, load_model
    from vae.store.metrics import load_metrics, save_metrics

    folder = find_model(request.name)
    progress(0.0, f"{folder.name}: lines")
    figures = lines_figures(load_model(request.name, device_named(request.device)), request.seed)
    save_metrics(folder, load_metrics(folder) | figures)
    progress(1.0, f"{folder.name}: lines")
    return LinesMeasured(folder / METRICS)


def _leaves(request: LinesRequest) -> list[Path]:
    from vae.store.checkpoints import find_model

    return half_written(find_model(request.name), METRICS)


def _reads(request: LinesRequest) -> object:

    return stamps([request.name], CONFIG, MODEL)


LINES = register(Task("lines", LinesRequest, lines, leaves=_leaves, reads=_reads))
