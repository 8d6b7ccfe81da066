"""The published tables, with a row for each of our models that has been measured in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vae.continuity import interpolation
from vae.continuity.comparison import interval, value
from vae.models import ModelConfig, family
from vae.store.checkpoints import find_model, model_names, read_config
from vae.store.files import CheckpointError
from vae.store.metrics import read_figures

TRAINING_IMAGES = 60_000  # of MNIST, and of our lines

PYTHAE = "pythae's own reproductions"  # Chadebec, Vincent and Allassonnière 2022, examples/scripts/reproducibility
SIX_RUNS = "a public repository's benchmark, mean of six runs"

# Published negative log-likelihoods of binarized MNIST: model, nats per image, samples of the estimate (1: the evidence
# bound), binarization ("" where it is not told), and where they are from.
PUBLISHED = (
    ("VAE, MLP 784-400-z40-400", 89.78, 200, "static", PYTHAE),
    ("IWAE, 50 samples", 86.82, 5000, "static", PYTHAE),
    ("VAMP, 500 pseudo-inputs", 85.79, 5000, "static", PYTHAE),
    ("MIWAE, 8 × 8 samples", 85.09, 5000, "dynamic", PYTHAE),
    ("VAE, fully connected", 90.85, 1, "", SIX_RUNS),
    ("VAE, fully connected", 86.83, 5000, "", SIX_RUNS),
    ("VAE, convolutional", 86.47, 1, "", SIX_RUNS),
    ("VAE, convolutional", 81.02, 5000, "", SIX_RUNS),
    ("IWAE, convolutional, 5 samples", 77.77, 5000, "", SIX_RUNS),
)
LINES_SOURCE, LINES_SEEN = "Berthelot and others 2018, table 1", 16_800_000

Rows = list[dict[str, str | float | int | None]]


def likelihood_rows() -> Rows:
    """The table of likelihoods on binarized MNIST, best first: published rows, and ours where `nll_200_binarized` is known.

    Returns
    -------
    Rows by column; `nats` per image, lower is better, `95 %` its interval over test images, `images seen` in training, each
    as often as it was seen; None where it is not told.
    """
    rows = [_row(model, nats, samples, drawn, source) for model, nats, samples, drawn, source in PUBLISHED]
    for name, config, metrics in _measured("nll_200_binarized"):
        nats, bounds = value(metrics, "nll_200_binarized"), interval(metrics, "nll_200_binarized")
        if config.data == "mnist" and nats is not None:
            rows.append(_row(_called(name, config), nats, 200, "static", "here", bounds, _seen(config)))
    return sorted(rows, key=lambda row: row["nats"])


def lines_rows() -> Rows:
    """The table of the lines task, best mean distance first: published rows, and ours where `lines_distance` is known.

    Returns
    -------
    Rows by column; `distance ×10⁻³` and `smoothness`, lower is better for both, each with its interval over pairs, and
    `images seen` as in `likelihood_rows`.
    """
    rows = [
        _line(model, distance, smoothness, LINES_SOURCE, LINES_SEEN) for model, (distance, smoothness) in interpolation.PUBLISHED.items()
    ]
    for name, config, metrics in _measured("lines_distance"):
        distance, smoothness = value(metrics, "lines_distance"), value(metrics, "lines_smoothness")
        bounds = interval(metrics, "lines_distance"), interval(metrics, "lines_smoothness")
        if distance is not None:
            rows.append(_line(_called(name, config), distance, smoothness, "here", _seen(config), *bounds))
    return sorted(rows, key=lambda row: row["distance ×10⁻³"])


def as_text(rows: Rows) -> str:
    """Rows of a table as plain text, their columns aligned."""
    cells = [list(rows[0]), *([_cell(key, number) for key, number in row.items()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [not isinstance(number, str) and key != "binarized" for key, number in rows[0].items()]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    )


def _row(
    model: str, nats: float, samples: int, drawn: str, source: str, bounds: tuple[Any, ...] | None = None, seen: int | None = None
) -> dict[str, Any]:
    return {
        "model": model, "nats": nats, "95 %": _range(bounds, ".2f"), "samples": samples, "binarized": drawn or None,
        "images seen": seen, "from": source,
    }  # fmt: skip


def _line(
    model: str,
    distance: float,
    smoothness: float | None,
    source: str,
    seen: int | None,
    far: tuple[Any, ...] | None = None,
    uneven: tuple[Any, ...] | None = None,
) -> dict[str, Any]:
    thousandths = tuple(1000 * bound for bound in far) if far else None
    return {
        "model": model, "distance ×10⁻³": 1000 * distance, "95 %": _range(thousandths, ".2f"), "smoothness": smoothness,
        "95 % of it": _range(uneven, ".2f"), "images seen": seen, "from": source,
    }  # fmt: skip


def _measured(key: str) -> Iterator[tuple[str, ModelConfig, dict[str, Any]]]:
    """The checkpoints whose metrics hold a figure; one that is broken has its sentence elsewhere."""
    for name in model_names():
        try:
            folder = find_model(name)
            config, metrics = read_config(folder), read_figures(folder).values
        except CheckpointError:
            continue
        if value(metrics, key) is not None:
            yield name, config, metrics


def _called(name: str, config: ModelConfig) -> str:
    if config.foreign is not None:
        return f"{name}: {family(config.kind).short}, {config.architecture} {config.foreign.source}, code {config.latent_dim}"
    widths = "-".join(map(str, (*config.hidden, config.dense) if config.dense else config.hidden))
    where = f" on a {'circle' if config.latent_dim == 2 else 'sphere'}" if config.sphere else ""
    return f"{name}: {family(config.kind).short}, {config.architecture} {widths}, code {config.latent_dim}{where}"


def _seen(config: ModelConfig) -> int:
    return (TRAINING_IMAGES - config.holdout) * config.epochs


def _range(bounds: tuple[Any, ...] | None, form: str) -> str | None:
    return f"{bounds[0]:{form}} to {bounds[1]:{form}}" if bounds else None


def _cell(key: str, number: str | float | int | None) -> str:
    if number is None:
        return "–"
    return f"{number:,}" if isinstance(number, int) else f"{number:.2f}" if isinstance(number, float) else number
