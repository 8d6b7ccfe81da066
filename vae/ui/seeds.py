"""Figures over several seeds on the Models page."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from vae.continuity.comparison import FIGURES, spread, value
from vae.ui.language import translate as _
from vae.ui.language import translated, written
from vae.ui.terms import term

STYLE = """<style>
.ctm-seeds { overflow-x: auto; }
.ctm-seeds table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.ctm-seeds th, .ctm-seeds td { border: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: 3px 8px; text-align: right; white-space: nowrap; font-weight: 400; }
.ctm-seeds tr > :first-child { text-align: left; }
.ctm-seeds thead th { opacity: 0.75; }
.ctm-seeds small { display: block; font-size: 0.75rem; opacity: 0.75; }
</style>"""


def seeds_table(runs: dict[str, list[dict[str, Any]]], keys: list[str]) -> None:
    """Show, for models that were trained from several seeds, each figure and under it, smaller, its lowest and highest.

    Parameters
    ----------
    runs : by name, the metrics of the shipped model and then those of the same training from other seeds
    keys : of the figures, those that came out differently at least once are shown
    """
    shown = [key for key in keys if any(spread(each, key) for each in runs.values())]
    if not shown:
        return
    st.html(f'<h2 style="font-size:1.05rem;font-weight:650;padding:0;margin:1rem 0 0.4rem">{_("Over seeds")}</h2>')
    st.caption(
        _(
            "The figure of the shipped model, and under it the lowest and the highest of all its trainings, which differ in nothing but "
            "the seed. A figure's name opens what it means."
        )
    )
    heads = "".join(f'<th scope="col">{term(FIGURES[key], "seeds")}</th>' for key in shown)
    lines = []
    for name, each in runs.items():
        cells = "".join(_cell(each, key) for key in shown)
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    body = f"<thead><tr><th>{_('model')}</th>{heads}</tr></thead><tbody>{''.join(lines)}</tbody>"
    st.html(f'{STYLE}<div class="ctm-seeds" tabindex="0" role="region" aria-label="{_("Figures over seeds")}"><table>{body}</table></div>')


def _cell(runs: list[dict[str, Any]], key: str) -> str:
    figure, number, over = FIGURES[key], value(runs[0], key), spread(runs, key)
    words = "–" if number is None else written(figure.words(number))
    if over is None:
        return f"<td>{words}</td>"
    said = _(
        "{figure}, trained {times} times with nothing but the seed changed: from {low} to {high}.",
        figure=translated(figure.title), times=over.seeds, low=written(figure.words(over.low)), high=written(figure.words(over.high)),
    )  # fmt: skip
    return f'<td title="{escape(said)}">{words}<small>{written(over.words(figure))}, n = {over.seeds}</small></td>'
