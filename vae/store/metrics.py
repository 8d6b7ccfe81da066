"""A model's `metrics.json`, and those of the same training from other seeds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from vae.sentences import phrase
from vae.store.figures import Figures, clean
from vae.store.files import CheckpointError, is_finite, plain, read_object, write_json
from vae.store.folders import METRICS, holds
from vae.store.names import printable


def save_metrics(folder: Path, metrics: dict[str, Any]) -> None:
    """Write `metrics.json` to `folder`, atomically."""
    write_json(folder / METRICS, metrics)


def load_metrics(folder: Path) -> dict[str, Any]:
    """What stands in `metrics.json`, or an empty dict where there is none; a broken file raises CheckpointError.

    For whoever writes it anew with something added; whoever shows figures takes `read_figures`.
    """
    return plain(_read_metrics(folder / METRICS, _again(folder))) if holds(folder, METRICS) else {}


def read_figures(folder: Path) -> Figures:
    """The figures of the model in `folder`, as `vae.store.figures.clean` keeps them. Never raises: a broken file is a sentence."""
    try:
        return Figures(clean(_read_metrics(folder / METRICS, _again(folder))) if holds(folder, METRICS) else {})
    except CheckpointError as error:
        return Figures(sentence=str(error))


def _again(folder: Path) -> str:
    return f"python -m vae evaluate {printable(folder.name)}"


def load_seeds(folder: Path) -> list[dict[str, Any]]:
    """The figures of the same training from other seeds: what `metrics-seed-1.json`, `metrics-seed-2.json` and so on hold, in this order.

    Each is like `metrics.json`. Only the figures are kept, so nothing but their form can be verified, and that no two of them
    are of the same weights.

    Raises
    ------
    CheckpointError
        If one is broken, holds a figure that is no finite number, or is of weights that another one is of already.
    """
    found = {
        int(match[1]): path
        for path in folder.glob("metrics-seed-*.json")
        if (match := re.fullmatch(r"metrics-seed-(\d{1,9})", path.stem, re.ASCII))
    }
    seeds, seen = [], {str(read_figures(folder).values.get("weights_sha256")): METRICS} if found else {}
    for _, path in sorted(found.items()):
        again = "sh checkpoints/build.sh, once it is deleted"
        metrics = _read_metrics(path, again)
        if not all(map(_is_finite, metrics.values())):
            raise CheckpointError(
                phrase(
                    "{name}/{file} holds a figure that is no finite number; make it again with: {again}",
                    name=folder.name,
                    file=path.name,
                    again=again,
                )
            )
        metrics = clean(metrics)
        weights = metrics.get("weights_sha256")
        if isinstance(weights, str) and weights in seen:
            raise CheckpointError(
                phrase(
                    "{name}/{file} is of the same weights as {seen}, so it is no other seed; make it again with: {again}",
                    name=folder.name,
                    file=path.name,
                    seen=seen[weights],
                    again=again,
                )
            )
        seen[str(weights)] = path.name
        seeds.append(metrics)
    return seeds


def _is_finite(figure: object) -> bool:
    """Whether a figure of `metrics.json`, bare or with its interval, is a finite number; words and curves pass."""
    if isinstance(figure, dict) and "value" in figure:
        return is_finite(figure["value"])
    return not isinstance(figure, int | float) or is_finite(figure)


def _read_metrics(path: Path, again: str) -> dict[str, Any]:
    try:
        return read_object(path)
    except ValueError as error:
        raise CheckpointError(
            phrase("{name}/{file} is broken; make it again with: {again}", name=printable(path.parent.name), file=path.name, again=again)
        ) from error
