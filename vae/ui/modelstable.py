"""All models of the Models page in one table, with the names and units that figures have everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from vae import data
from vae.continuity.comparison import FIGURES, value
from vae.models import family
from vae.ui.language import translate as _
from vae.ui.language import translated
from vae.ui.pairs import Entry

# Of the table, in this order; each has one name and one unit wherever it stands.
COLUMNS = (
    "recon_mse", "pca_mse", "elbo", "kl", "active_units", "frechet_c_prior", "frechet_c_fitted", "frechet_c_mixture", "frechet_c_learned", "frechet_c_midpoints",
    "frechet_c_pca",
    "off_manifold_prior", "hole_mass_prior", "recall_prior", "retention_auc", "step_max_ratio", "cycle_gap",
)  # fmt: skip


def judge_of(metrics: dict[str, Any]) -> str | None:
    """Who has judged the pictures: what it is and the beginning of its weights' SHA-256; None where nobody has."""
    told, sha256 = metrics.get("judge"), metrics.get("classifier_sha256")
    if not isinstance(sha256, str):
        return None
    return f"{told.get('kind', 'classifier') if isinstance(told, dict) else 'classifier'} {sha256[:8]}"


def _place(entry: Entry) -> tuple[Any, ...]:
    """A person's own data first, then as pages offer the data sets."""
    config = entry.config
    return data.is_shipped(config.data), data.order(config.data), config.latent_dim, config.kind


def models_table(entries: list[Entry], keys: Iterable[str]) -> None:
    """Show the figures `keys` of all models; shares are in per cent."""
    figures = [FIGURES[key] for key in keys]
    rows: list[dict[str, Any]] = []
    for entry in sorted(entries, key=_place):
        row = {
            _("model"): entry.name,
            _("data"): data.label(entry.config.data),
            _("kind"): family(entry.config.kind).short,
            _("code"): entry.config.latent_dim,
        }
        rows.append(
            row | {translated(figure.title): value(entry.metrics, figure.key) for figure in figures} | {_("judge"): judge_of(entry.metrics)}
        )
    columns: dict[str, Any] = {
        _("model"): st.column_config.TextColumn(pinned=True),
        _("code"): st.column_config.NumberColumn(help=_("Numbers in a code.")),
        _("judge"): st.column_config.TextColumn(
            help=_(
                "In whose features Fréchet distances and unreal pictures are measured, by the SHA-256 of its weights. Compare models of one judge."
            )
        ),
    }
    for figure in figures:
        better = {"lower": _("Lower is better."), "higher": _("Higher is better."), "": ""}[figure.better]
        columns[translated(figure.title)] = st.column_config.NumberColumn(
            help=f"{translated(figure.sentence)} {better}".strip(), format="percent" if figure.share else "%.4g"
        )
    st.dataframe(rows, column_config=columns, hide_index=True, placeholder="–", height=min(640, 38 + 35 * len(rows)))
