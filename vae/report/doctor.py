"""A diagnosis as HTML: each finding with its sentence, figure, picture and remedy."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import Any

from vae.sentences import SOURCE, Sentence, counted, figures, known, phrase, translated

WIDTH, HEIGHT = 240, 72
COLOURS = ("#0d9488", "#d97706", "#7c7f87")  # readable on both backgrounds
MARKED = 8  # bars that have room for a label each

STYLE = """<style>
.ctm-doctor { font-size: 0.875rem; }
.ctm-doctor p { font-size: 0.875rem; margin: 0.15rem 0; overflow-wrap: anywhere; }
.ctm-doctor .soft { opacity: 0.8; }
.ctm-doctor article { padding: 0.6rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.ctm-doctor article h3 { font-size: 0.9rem; font-weight: 650; padding: 0; margin: 0; }
.ctm-doctor .fault h3::before { content: "✗ "; }
.ctm-doctor .sound h3::before { content: "✓ "; }
.ctm-doctor code { display: block; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; padding: 0.3rem 0.5rem; margin-top: 0.2rem; }
.ctm-doctor figure { margin: 0.4rem 0 0; }
.ctm-doctor figcaption { font-size: 0.8rem; opacity: 0.8; }
.ctm-doctor .plot { display: block; width: 100%; max-width: 20rem; height: auto; }
.ctm-doctor .under { display: flex; justify-content: space-between; max-width: 20rem; font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.ctm-doctor .bars span { flex: 1 1 0; min-width: 0; text-align: center; line-height: 1.2; }
.ctm-doctor .row { display: flex; align-items: center; gap: 2px; margin: 2px 0; }
.ctm-doctor .row span { flex: 0 0 5.2rem; font-size: 0.8rem; }
.ctm-doctor .row img { flex: 0 1 2.2rem; min-width: 0; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; }
.ctm-doctor summary { cursor: pointer; padding: 0.4rem 0; }
</style>"""


def diagnosis(name: str, findings: list[dict[str, Any]], left_out: dict[str, str], language: str = SOURCE) -> str:
    """The findings about the model `name` (`vae.tasks.diagnose.Diagnosed`) as HTML: faults, then, folded, what is sound and what was left out."""
    findings = translated(findings, language)
    faults = [finding for finding in findings if finding["fault"]]
    sound = [finding for finding in findings if not finding["fault"]]
    if faults:
        head = phrase("{faults} of {count} checks found something wrong with {name}.", faults=len(faults), count=len(findings), name=name)
    else:
        head = phrase("None of {count} checks found anything wrong with {name}.", count=len(findings), name=name)
    parts = [f"<p><b>{escape(translated(head, language))}</b></p>", *(article(finding, language) for finding in faults)]
    if sound:
        said = translated(counted(len(sound), "{n} check found nothing", "{n} checks found nothing"), language)
        rows = "".join(article(finding, language) for finding in sound)
        parts.append(f"<details><summary>{said}</summary>{rows}</details>")
    if left_out:
        rows = "".join(f"<p>{escape(key)}: {escape(translated(why, language))}</p>" for key, why in left_out.items())
        said = translated(counted(len(left_out), "{n} could not be made", "{n} could not be made"), language)
        parts.append(f"<details><summary>{said}</summary>{rows}</details>")
    return f'<div class="ctm-doctor">{"".join(parts)}</div>'


def article(finding: dict[str, Any], language: str = SOURCE) -> str:
    """One finding as HTML."""
    remedy = translated(finding["remedy"], language)
    typed = finding["command"]
    finding = translated(finding, language)
    try_next = ""
    if remedy is not None and typed:
        try_next = f"<p>{escape(remedy['words'])}:<code>{escape(typed)}</code></p>"
    elif remedy is not None:
        try_next = f"<p>{escape(translated(phrase('{remedy}, where it was trained.', remedy=remedy['words']), language))}</p>"
    return (
        f'<article class="{"fault" if finding["fault"] else "sound"}"><h3>{escape(finding["title"])}</h3><p>{escape(finding["sentence"])}</p>'
        f'<p class="soft">{escape(translated(figure(finding), language))}</p>{picture(finding["sketch"], language)}{try_next}</article>'
    )


def figure(finding: dict[str, Any]) -> Sentence:
    """The figure of a finding, its interval and its limit, in words."""
    values = finding["figure"]
    interval = f" [{values['low']:.3g}, {values['high']:.3g}]" if "low" in values else ""
    told = {"what": finding["figure_name"], "figure": figures(f"{values['value']:.3g}{interval}"), "limit": finding["limit"]}
    if finding["above"]:
        return phrase("{what}: {figure}, wrong above {limit:.3g}", **told)
    return phrase("{what}: {figure}, wrong below {limit:.3g}", **told)


def picture(sketch: dict[str, Any], language: str = SOURCE) -> str:
    """The evidence (`vae.continuity.doctor.finding.Sketch`) as HTML."""
    if sketch["kind"] == "pictures":
        rows = zip(sketch["labels"], sketch["pictures"], strict=True)
        drawn = "".join(f'<div class="row"><span>{escape(label)}</span>{_images(label, row)}</div>' for label, row in rows)
        return f"<figure>{drawn}<figcaption>{escape(sketch['caption'])}</figcaption></figure>"
    drawn = _bars(sketch, language) if sketch["kind"] == "bars" else _curves(sketch, language)
    alone = sketch["kind"] == "bars" or len(sketch["labels"]) + len(sketch["points"]) == 1
    names = [] if alone else [*sketch["labels"], *(translated(known(name), language) for name in sketch["points"])]
    legend = " ".join(f'<span style="color:{_colour(at)}">●</span> {escape(name)}' for at, name in enumerate(names))
    return f"<figure>{drawn}<figcaption>{escape(sketch['caption'])} {legend}</figcaption></figure>"


def _images(label: str, row: list[str]) -> str:
    return "".join(f'<img src="{escape(address)}" alt="{escape(label)} {at + 1}">' for at, address in enumerate(row))


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def _bars(sketch: dict[str, Any], language: str) -> str:
    (heights,) = sketch["values"]
    low, high = min(0.0, *heights), max(1e-9, *heights)
    step = WIDTH / max(1, len(heights))
    y = _scale(low, high, HEIGHT - 1, 1)
    parts = [f'<line x1="0" y1="{y(0):.1f}" x2="{WIDTH}" y2="{y(0):.1f}" stroke="{COLOURS[2]}"/>']
    for at, height in enumerate(heights):
        top, end = sorted((y(height), y(0)))
        parts.append(
            f'<rect x="{at * step + 0.1 * step:.1f}" y="{top:.1f}" width="{0.8 * step:.1f}" height="{max(0.5, end - top):.1f}" fill="{COLOURS[0]}"/>'
        )
    named = [
        f"{label}<br>{translated(figures(f'{height:.2g}'), language)}"
        for label, height in zip(map(escape, sketch["labels"]), heights, strict=True)
    ]
    if len(heights) > MARKED:
        ends = {"count": len(heights), "high": max(heights), "low": min(heights)}
        named = [translated(phrase("{count} numbers, from {high:.3g} to {low:.3g}", **ends), language)]
    return _plot(sketch, parts) + f'<div class="under bars">{"".join(f"<span>{each}</span>" for each in named)}</div>'


def _curves(sketch: dict[str, Any], language: str) -> str:
    points = sketch["points"]
    across = [*sketch["x"], *(point[0] for point in points.values())]
    up = [*(value for row in sketch["values"] for value in row), *(point[1] for point in points.values())]
    x, y = _scale(min(across), max(across), 4, WIDTH - 4), _scale(min(up), max(up), HEIGHT - 5, 5)
    parts = []
    for at, row in enumerate(sketch["values"]):
        line = " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in zip(sketch["x"], row, strict=True))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{_colour(at)}" stroke-width="1.5"/>')
    for at, (place, value) in enumerate(points.values(), len(sketch["values"])):
        parts.append(f'<circle cx="{x(place):.1f}" cy="{y(value):.1f}" r="4" fill="{_colour(at)}"/>')
    heights = phrase("{low:.3g} to {high:.3g}", low=min(up), high=max(up))
    under = (figures(f"{min(across):.3g}"), heights, figures(f"{max(across):.3g}"))
    ends = "".join(f"<span>{translated(each, language)}</span>" for each in under)
    return _plot(sketch, parts) + f'<div class="under">{ends}</div>'


def _plot(sketch: dict[str, Any], parts: list[str]) -> str:
    """A drawing as an image, since Streamlit takes SVG out of a page; its words stand outside, in the page's own colour."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    address = f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"
    return f'<img class="plot" alt="{escape(sketch["caption"])}" src="{address}">'


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """A function that lays `low` to `high` on `start` to `end`."""
    span = high - low or 1.0
    return lambda value: start + (value - low) / span * (end - start)
