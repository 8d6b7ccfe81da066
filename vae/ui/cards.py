"""The cards of the Models page: data, layers, figures with the best marked, and on request training, verdicts and draws."""

from __future__ import annotations

import csv
from collections import Counter
from html import escape
from urllib.parse import urlencode

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from vae.continuity.comparison import FIGURES as ALL
from vae.continuity.comparison import value, with_interval
from vae.continuity.verdicts import verdicts
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import unpack_reply
from vae.live.wire.schema import SAMPLE
from vae.models import family
from vae.store.folders import TRAINING_LOG
from vae.ui import server
from vae.ui.certify import certificate
from vae.ui.diagnose import diagnosed, diagnoses, results
from vae.ui.language import translate as _
from vae.ui.language import translated, written
from vae.ui.pairs import FIGURES, Entry, Pair
from vae.ui.plain import plain
from vae.ui.terms import term

DRAWS, COLUMNS, GAP, ZOOM = 24, 8, 2, 2
COLOURS = {"ae": "#d97706", "vae": "#0d9488"}  # readable on both backgrounds
MARKS = {"holds": "✓", "holds partly": "◐", "does not hold": "✗", "not decided": "≈", "cannot be decided": "–"}

STYLE = """<style>
.ctm-pair h2 { font-size: 1rem; font-weight: 650; padding: 0; margin: 0; }
.ctm-pair p { font-size: 0.875rem; margin: 0.15rem 0; overflow-wrap: anywhere; }
.ctm-pair .soft { opacity: 0.8; }
.ctm-pair table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; margin: 0.4rem 0; }
.ctm-pair th { font-weight: 400; text-align: left; }
.ctm-pair th, .ctm-pair td { border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); padding: 2px 4px; }
.ctm-pair td, .ctm-pair thead th + th { text-align: right; white-space: nowrap; }
.ctm-pair .best { font-weight: 700; }
.ctm-pair thead th { font-weight: 650; }
.ctm-pair .links { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; }
.ctm-pair .links a { color: inherit; text-decoration: underline; text-underline-offset: 3px; }
</style>"""


def cards(pairs: list[Pair]) -> None:
    """Show the cards, two beside each other where there is room."""
    if not pairs:
        return
    known = diagnosed()
    with st.container(gap="small"):
        st.html(STYLE)
        for start in range(0, len(pairs), 2):
            columns = st.columns(2)
            for column, pair in zip(columns, pairs[start : start + 2], strict=False):
                with column, st.container(border=True):
                    _card(pair, known)


@st.fragment
def _card(pair: Pair, known: frozenset[str]) -> None:
    st.html(f'<div class="ctm-pair">{head(pair)}{figures(pair)}{links(pair)}</div>')
    diagnoses(pair.models, known)
    name = pair.models[0].name
    if st.toggle(_("Training, verdicts and draws"), key=f"more of {name}"):
        _training(pair)
        st.html(f'<div class="ctm-pair">{judged(pair)}</div>')
        for entry in pair.models:
            _draws(entry)
        certificate(tuple(entry.name for entry in pair.models), key=f"certify {name}")
        if pair.variants:
            diagnoses(pair.variants, known)
    elif found := tuple(entry for entry in pair.variants if entry.name in known):
        results(found, known)


def head(pair: Pair) -> str:
    """Data, code size, layers, and of how many images the figures are, as HTML."""
    said = " · ".join(filter(None, [pair.architecture, pair.measured_on]))
    return f'<h2>{escape(pair.title)}</h2><p class="soft">{escape(said)}</p>'


def figures(pair: Pair) -> str:
    """The table of a card as HTML; what is better beyond its 95 % interval stands in bold."""
    heads = "".join(f'<th scope="col">{escape(f"{family(entry.config.kind).short} {entry.variant}")}</th>' for entry in pair.models)
    rows = ""
    for key in FIGURES:
        if all(value(entry.metrics, key) is None for entry in pair.models):
            continue
        figure, best = ALL[key], pair.best(key)
        cells = "".join(
            f'<td title="{escape(written(with_interval(entry.metrics, key)))}"{" class=best" if entry.name == best else ""}>'
            f"{'–' if (number := value(entry.metrics, key)) is None else written(figure.words(number))}</td>"
            for entry in pair.models
        )
        measured = "; ".join(
            f"{family(entry.config.kind).short} {entry.variant}: {written(with_interval(entry.metrics, key))}" for entry in pair.models
        )
        rows += f'<tr><th scope="row">{term(figure, pair.models[0].name, measured)}</th>{cells}</tr>'
    if not rows:
        names = " --against ".join(entry.name for entry in pair.models)
        return f"<p>{_('Not measured yet:')} <code>python -m vae evaluate {escape(names)}</code></p>"
    return f'<table><thead><tr><th scope="col">{_("figure")}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def links(pair: Pair) -> str:
    """Where the models can be seen at work, as HTML; relative to the page, as a proxy may have put something in front."""
    shown = [entry for entry in pair.models if entry.mapped]
    if not shown:
        return ""
    one, *others = shown
    said = [_link(_("Explore {kind}", kind=family(entry.config.kind).short), entry.name, ".", model=entry.name) for entry in shown]
    said += [
        _link(_("Compare the two"), _("{one} and {other}", one=one.name, other=other.name), "compare", left=one.name, right=other.name)
        for other in others
    ]
    called = {entry.name: entry.variant if entry.role == "vae" else f"AE {entry.variant}" for entry in pair.variants if entry.mapped}
    also = "".join(
        _link(words, _("compare {one} and {other}", one=one.name, other=name), "compare", left=one.name, right=name)
        for name, words in called.items()
    )
    more = (
        f'<p class="links"><span class="soft">{_("Beside the {kind}:", kind=family(one.config.kind).short)}</span>{also}</p>'
        if also
        else ""
    )
    return f'<p class="links">{"".join(said)}</p>{more}'


def _link(words: str, about: str, page: str, **view: str) -> str:
    """A link whose name, to who hears it among those of the other cards, begins with what stands there and says what it is about."""
    return f'<a href="{page}?{escape(urlencode(view))}" target="_self" aria-label="{escape(f"{words}: {about}")}">{escape(words)}</a>'


def judged(pair: Pair) -> str:
    """The textbook's sentences and what the figures make of them, as HTML."""
    metrics = {entry.role: entry.metrics for entry in pair.models}
    found = [verdict for verdict in verdicts(metrics.get("ae"), metrics.get("vae")) if verdict.claims]
    if not found:
        return ""
    short = [verdict.ruling.removesuffix(" here").removesuffix(" for this model") for verdict in found]
    tally = ", ".join(f"{count} {translated(words)}" for words, count in Counter(short).items())
    lines = "".join(
        f"<tr><td>{MARKS[ruling]}</td><th scope='row'>{escape(translated(verdict.sentence))}</th><td>{escape(translated(verdict.ruling))}</td></tr>"
        for verdict, ruling in zip(found, short, strict=True)
    )
    return f"<p><b>{_('What the textbook says:')}</b> {tally}</p><table>{lines}</table>"


def curve(entry: Entry, column: str) -> tuple[list[float], list[float]]:
    """Epochs and a column of a model's `training.csv`; both empty where there is none."""
    try:
        with (entry.folder / TRAINING_LOG).open(encoding="utf-8", newline="") as file:
            rows = [(float(row["epoch"]), float(row[column])) for row in csv.DictReader(file) if row.get(column)]
    except (OSError, ValueError, KeyError):
        return [], []
    return [epoch for epoch, _ in rows], [number for _, number in rows]


def _training(pair: Pair) -> None:
    plot = go.Figure()
    for entry in pair.models:
        epochs, errors = curve(entry, "mse")
        if epochs:
            colour = COLOURS[entry.role]
            plot.add_scatter(x=epochs, y=errors, name=family(entry.config.kind).short, mode="lines", line={"color": colour, "width": 2})
    if not plot.data:
        st.caption(_("There is no record of its training."))
        return
    plot.update_layout(
        height=220, margin={"l": 0, "r": 0, "t": 28, "b": 0}, title={"text": _("squared error in training"), "font": {"size": 13}},
        separators=".," if written("0.5") == "0.5" else ",.", xaxis={"title": _("epoch")}, yaxis={"type": "log", "tickformat": "~g", "dtick": "D2"}, legend={"x": 1, "xanchor": "right", "y": 1},
    )  # fmt: skip
    st.plotly_chart(plot, key=f"training of {pair.models[0].name}", config={"displayModeBar": False})


def _draws(entry: Entry) -> None:
    frame = server.engine.submit(request(0, SAMPLE, entry.name, seed=1, count=DRAWS, temperature=1, source="prior")).result()
    reply = unpack_reply(frame)
    if reply.sentence:
        st.caption(plain(reply.sentence))
        return
    pixels = np.asarray(answer_of(SAMPLE, reply.arrays)["pixels"])
    st.image(wall(pixels), caption=_("{n} draws of N(0, I), {model}", n=DRAWS, model=f"{family(entry.config.kind).short} {entry.variant}"))


def wall(pixels: np.ndarray) -> np.ndarray:
    """Pictures (N, H, W, C) uint8 in rows of eight with a gap between them: (H', W', 3) uint8, each pixel twice as large."""
    count, height, width, channels = pixels.shape
    rows = -(-count // COLUMNS)
    canvas = np.full((rows * (height + GAP) - GAP, COLUMNS * (width + GAP) - GAP, 3), 128, np.uint8)
    for at, picture in enumerate(pixels):
        top, left = at // COLUMNS * (height + GAP), at % COLUMNS * (width + GAP)
        canvas[top : top + height, left : left + width] = picture if channels == 3 else picture[..., :1]
    return canvas.repeat(ZOOM, 0).repeat(ZOOM, 1)
