"""All checkpoints in plain text, one a line, with their main figures; those that cannot be used with the reason."""

from __future__ import annotations

from pathlib import Path

from vae.continuity.comparison import interval, spread, value
from vae.store import folders
from vae.store.checkpoints import model_names, read_config
from vae.store.files import CheckpointError
from vae.store.metrics import load_seeds, read_figures
from vae.store.names import printable

LISTED = {
    "recon_mse": "mse",
    "pca_mse": "mse PCA",
    "kl": "KL",
    "active_units": "active",
    "frechet_c_prior": "F N(0,I)",
    "frechet_c_fitted": "F fitted",
    "frechet_c_mixture": "F mixture",
    "frechet_c_learned": "F learned",
    "frechet_c_midpoints": "F between",
    "retention_auc": "kept",
}


def inventory() -> str:
    """The table of all checkpoints under `folders.roots()`. Never raises: what a broken file has to say stands in its line."""
    lines = [f"{'name':22s} {'kind':4s} {'data':14s} {'code':>4s} " + " ".join(f"{title:>9s}" for title in LISTED.values())]
    notes = []
    for name in model_names():
        folder, shown = folders.place(name), printable(name)
        try:
            config = read_config(folder)
        except CheckpointError as error:
            notes.append(f"{shown:22s} cannot be used: {error}")
            continue
        figures = read_figures(folder)
        numbers = [value(figures.values, key) for key in LISTED]
        cells = " ".join("        –" if number is None else f"{number:9.4g}" for number in numbers)
        lines.append(f"{shown:22s} {config.kind:4s} {config.data:14s} {config.latent_dim:4d} {cells}")
        if figures.sentence:
            notes.append(f"{shown:22s} has no figures: {figures.sentence}")
    return "\n".join([*lines, *notes])


def figure_lines(folder: Path) -> str:
    """The figures of one model with their intervals, a line each, over seeds where there are any; a broken file is a sentence at the end."""
    figures, seeds, problems = read_figures(folder), [], []
    try:
        seeds = load_seeds(folder)
    except CheckpointError as error:
        problems.append(str(error))
    lines = []
    for key in figures.values:
        bounds, number = interval(figures.values, key), value(figures.values, key)
        if bounds is not None and number is not None:
            over = spread([figures.values, *seeds], key)
            seen = f", {over.seeds} seeds {over.low:.5g} to {over.high:.5g}" if over else ""
            lines.append(f"{key:28s} {number:.5g} [{bounds[0]:.5g}, {bounds[1]:.5g}]{seen}")
    return "\n".join([*lines, *([figures.sentence] if figures.sentence else []), *problems])
