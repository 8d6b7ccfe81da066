"""Measuring how a model interpolates between lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    from vae import checkpoint
    from vae.continuity.lines import lines_figures

    folder = checkpoint.find(request.name)
    progress(0.0, f"{folder.name}: lines")
    figures = lines_figures(checkpoint.load(request.name, device_named(request.device)), request.seed)
    checkpoint.save_metrics(folder, checkpoint.load_metrics(folder) | figures)
    progress(1.0, f"{folder.name}: lines")
    return LinesMeasured(folder / checkpoint.METRICS)


def _leaves(request: LinesRequest) -> list[Path]:
    from vae import checkpoint

    return half_written(checkpoint.find(request.name), checkpoint.METRICS)


def _reads(request: LinesRequest) -> object:
    from vae import checkpoint

    return stamps([request.name], checkpoint.CONFIG, checkpoint.MODEL)


LINES = register(Task("lines", LinesRequest, lines, leaves=_leaves, reads=_reads))
