"""Measuring a model on the test set, or a painter by its drawings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vae.sentences import about, phrase
from vae.store.files import stamp, write_json
from vae.store.folders import CONFIG, METRICS, MODEL, PAINTER, PRIOR
from vae.store.painters import find_painter
from vae.tasks.classifier import judge_of
from vae.tasks.common import changed_since, device_named, half_written, images_of, on_data, stamps
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

JUDGE_MADE = 0.3  # of the work, where an encoder must be trained first


class EvaluateRequest(Request):
    """Which model to measure.

    name : under checkpoints/, or a path; of a model or a painter
    against : another model of the same data, measured after it
    data : the data set to measure it on, or a folder, which becomes one; what it was trained on if left out
    brief : without the figures that take longest
    missing : keep the figures that are of these weights, seed, images and classifiers, and measure the others
    """

    name: str
    against: str | None = None
    data: str | None = None
    brief: bool = False
    missing: bool = False
    device: Device = "auto"
    seed: Seed = 0
    download: bool = False

    @property
    def names(self) -> list[str]:
        """One or two."""
        return [self.name] if self.against is None else [self.name, self.against]


@dataclass(frozen=True)
class Haste:
    """What a measurement leaves out where time is short; `evaluate --missing` makes it good.

    draws : codes that are drawn from each distribution; as many as usual if None
    encoder : whether an encoder to judge by is trained where there is no judge
    late : whether there is no more time
    """

    draws: int | None = None
    encoder: bool = True
    late: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Evaluated:
    """What was measured.

    metrics : for each model what its metrics.json now holds
    paths : of these files
    notes : sentences about figures that could not be had
    """

    metrics: list[dict[str, Any]]
    paths: list[Path]
    notes: list[str]


def evaluate(request: EvaluateRequest, progress: Progress = silent, haste: Haste | None = None) -> Evaluated:
    """Measure a model, or two, or a painter, and write metrics.json.

    Parameters
    ----------
    haste : what is not to be waited for, where time is short

    Raises
    ------
    ValueError
        If a model cannot be used, the data cannot be had, or the two are of different data.
    """
    from vae.store.checkpoints import find_model, read_config

    if (painter := find_painter(request.name)) is not None:
        if request.against is not None:
            raise ValueError(
                phrase(
                    "{name} draws from captions and cannot be compared with {against}; leave --against out",
                    name=request.name,
                    against=request.against,
                )
            )
        return _painter(request, painter, progress)
    if request.against is not None and request.data is None:
        first, second = (read_config(find_model(name)).data for name in request.names)
        if first != second:
            raise ValueError(
                phrase(
                    "{name} was trained on {first} and {against} on {second}; compare two models of the same data",
                    name=request.name,
                    first=first,
                    against=request.against,
                    second=second,
                )
            )
    notes: list[str] = []
    count = len(request.names)
    measured = [
        _model(name, request, part_of(progress, at / count, (at + 1) / count), notes, haste or Haste())
        for at, name in enumerate(request.names)
    ]
    return Evaluated([metrics for metrics, _ in measured], [path for _, path in measured], list(dict.fromkeys(notes)))


def _model(name: str, request: EvaluateRequest, progress: Progress, notes: list[str], haste: Haste) -> tuple[dict[str, Any], Path]:
    from vae.continuity.interpolation import lines_figures
    from vae.continuity.scorecard import LEFT_OUT, NO_JUDGE, SLOW, TIME, parts, scorecard, still_true
    from vae.store.checkpoints import find_model, load_model, weights_sha256
    from vae.store.classifiers import Pictures, load_second
    from vae.store.metrics import load_metrics
    from vae.store.priors import NoPrior, load_prior, prior_sha256

    folder = find_model(name)
    model = load_model(name, device_named(request.device))
    config, own = on_data(model.config, request.data, progress)
    test = images_of(config, "test", request.download)
    if own and (changed := changed_since(config)):
        notes.append(about(folder.name, changed))
    judge, said = judge_of(config, model.device, request.download, part_of(progress, 0, JUDGE_MADE), make=haste.encoder)
    notes += said
    try:
        learned = load_prior(folder)
    except NoPrior as none:
        learned = None
        notes += [str(none)] if (folder / PRIOR).exists() else []
    second = load_second(Pictures.of(config), model.device)
    measuring, all_parts = part_of(progress, JUDGE_MADE, 1), len(parts(learned, second))
    begun: list[str] = []

    def step(part: str) -> None:
        measuring(len(begun) / all_parts, f"{folder.name}: {part}")
        begun.append(part)

    train = images_of(config, "train", request.download).images
    of: dict[str, Any] = {"seed": request.seed, "test_images": len(test), "weights_sha256": weights_sha256(folder)}
    hashes = {
        "prior_sha256": prior_sha256(folder) if learned is not None else None,
        "second_sha256": second.sha256 if second is not None else None,
    }
    known: dict[str, Any] = {}
    if request.missing and own:
        known = still_true(load_metrics(folder), **of, **hashes, classifier_sha256=judge.sha256 if judge is not None else None)
        wanting = {TIME} | ({NO_JUDGE} if judge is not None else set())  # then; now there is time, and somebody to judge
        if LEFT_OUT in known:
            known[LEFT_OUT] = {key: why for key, why in known[LEFT_OUT].items() if why not in wanting}
    figures = scorecard(
        model, test, judge, seed=request.seed, progress=step, known=known, train=train, without=SLOW if request.brief else (),
        learned=learned, second=second, draws=haste.draws, late=haste.late,
    )  # fmt: skip
    if judge is None and not haste.encoder:
        figures[LEFT_OUT] = {key: TIME if why == NO_JUDGE else why for key, why in figures[LEFT_OUT].items()}
    if config.data == "lines":
        figures |= lines_figures(model, request.seed)
    facts: dict[str, Any] = {} if own else {"data": config.data}
    facts |= {"draws": haste.draws} if haste.draws is not None else {}
    facts |= {"judge": judge.facts()} if judge is not None else {}
    facts |= {key: sha256 for key, sha256 in hashes.items() if sha256 is not None}
    metrics = {**of, **facts, **figures}
    path = folder / (METRICS if own else f"metrics-on-{config.data}.json")
    write_json(path, metrics)
    progress(1.0, about(folder.name, phrase("done")))
    return metrics, path


def _painter(request: EvaluateRequest, folder: Path, progress: Progress) -> Evaluated:
    from vae.drawing.figures import figures, tokenizer_figures
    from vae.drawing.painter import GUIDANCE, load_painter, load_tokenizers, tokenizer_name
    from vae.store.checkpoints import weights_sha256
    from vae.store.metrics import save_metrics
    from vae.store.probes import load_probe

    painter = load_painter(request.name, device_named(request.device))
    probe, judge = load_probe(painter.device)
    parts = {part: weights_sha256(folder / part) for part in (tokenizer_name(folder), "transformer", "clip")}
    found = figures(painter, probe, seed=request.seed, progress=lambda done, total, words: progress(min(1.0, done / total), words))
    found["tokenizers"] = tokenizer_figures(load_tokenizers(folder, painter.device), seed=request.seed)
    metrics = {"seed": request.seed, "guidance": GUIDANCE, "weights_sha256": parts, "probe_sha256": judge["sha256"],
               "probe_accuracy": judge["test_accuracy"], **found}  # fmt: skip
    save_metrics(folder, metrics)
    return Evaluated([metrics], [folder / METRICS], [])


def _folder(name: str) -> Path:
    from vae.store.checkpoints import find_model

    return find_painter(name) or find_model(name)


def _leaves(request: EvaluateRequest) -> list[Path]:

    return [path for name in request.names for path in half_written(_folder(name), METRICS)]


def _reads(request: EvaluateRequest) -> object:

    if (painter := find_painter(request.name)) is not None:
        return stamp([painter / PAINTER, *sorted(painter.glob(f"*/{MODEL}"))])
    return stamps(request.names, CONFIG, MODEL, PRIOR)


EVALUATE = register(Task("evaluate", EvaluateRequest, evaluate, leaves=_leaves, reads=_reads))
