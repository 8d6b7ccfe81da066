"""The certificate as a page: one HTML file that needs nothing else, no network and no scripts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

from vae.continuity.certificate import RAMP, STRIP_FRAMES, WALL, Certificate
from vae.continuity.comparison import FIGURES, better, by_second, value, with_interval
from vae.continuity.scorecard import LEFT_OUT
from vae.continuity.verdicts import EMPTY, HALF, JUMP
from vae.data import title as data_title
from vae.models import families
from vae.store.files import write_atomically, write_json

STYLE = Path(__file__).with_name("certificate.css")
SHORT = {each.kind: each.short for each in families()}
MARKS = {"met": "✓", "not met": "✗", "open": "≈"}
LIMITS = {
    "off_manifold_prior": HALF,
    "off_manifold_mixture": HALF,
    "step_max_ratio": JUMP,
    "hole_mass_fitted": EMPTY,
    "hole_mass_prior": EMPTY,
}
FROM = {
    "prior": "N(0, I)", "fitted": "a Gaussian fitted to its codes", "mixture": "ten Gaussians fitted to its codes",
    "learned": "a prior learned from its codes",
}  # fmt: skip
WIDTH = 300  # of a plot, in its own units


def save(certificate: Certificate, path: Path) -> Path:
    """Write the page to `path` and its facts beside it as JSON; the JSON file's path.

    Raises
    ------
    ValueError
        If `path` does not end in .html.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"--out is {path}; give it a name that ends in .html, its JSON file is written beside it")
    beside = path.with_suffix(".json")
    text = page(certificate)
    write_atomically(path, lambda file: file.write(text.encode()))
    write_json(beside, certificate.facts)
    return beside


def page(certificate: Certificate) -> str:
    """The certificate as one HTML document."""
    facts = certificate.facts
    draw = Page(certificate)
    title = f"Certificate of continuity: {' and '.join(model['name'] for model in facts['models'])}"
    sections = [draw.head(), draw.verdicts(), draw.dice(), draw.mixture(), draw.strips(), draw.map(), draw.figures(), draw.provenance()]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text('utf-8')}</style></head><body><main>\n"
        + "\n".join(filter(None, sections))
        + "\n</main></body></html>\n"
    )


class Page:
    """The sections of a certificate's page, each an HTML string, or "" where there is nothing to show."""

    def __init__(self, certificate: Certificate) -> None:
        self.facts, self._pictures = certificate.facts, certificate.pictures
        self.models = self.facts["models"]
        roles = [model["role"] for model in self.models]
        self.classes = ["other" if at and roles[at] == roles[0] else role for at, role in enumerate(roles)]  # two of a kind: two colours
        self.metrics = [
            {row["key"]: row["values"][at] for row in self.facts["figures"] if row["values"][at]} for at in range(len(self.models))
        ]
        self.untold = any("foreign" in model["config"] or not model["config"]["epochs"] for model in self.models)  # how it was trained
        self.pair = {role: roles.index(role) for role in roles} if len(set(roles)) == len(roles) == 2 else {}

    # --- sections --------------------------------------------------------------------------------------------

    def head(self) -> str:
        """Title, what was compared, and how the verdicts fell."""
        sizes = " and ".join(dict.fromkeys(str(model["config"]["latent_dim"]) for model in self.models))
        title = data_title(self.facts["data"])
        count = self.facts["test_images"]
        who = " and ".join(f"{self._name(at)} ({self._kind(at)})" for at in range(len(self.models)))
        line = f"{who} on {escape(title)}, code size {sizes}" + (f", examined on {count:,} test images" if count else "") + "."
        fair = ""
        if self.pair and self.untold:
            fair = "How they were trained is not known of both, so nobody can say whether the pair is fair."
        elif self.pair:
            others = self.facts["differences"]
            fair = (
                "A fair pair: same seed, layers, batches and steps; only the σ head and the KL term differ."
                if not others
                else f"Not a fair pair: the two also differ in {escape(', '.join(others))}."
            )
        rulings = [_ruling(verdict["ruling"]) for verdict in self.facts["verdicts"]]
        tally = "".join(
            f'<div class="{_class(ruling)}"><b>{rulings.count(ruling)}</b><span>{words}</span></div>'
            for ruling, words in (
                ("holds", "hold"),
                ("holds partly", "hold partly"),
                ("does not hold", "do not hold"),
                ("not decided", "not decided"),
                ("cannot be decided", "without figures"),
            )
            if rulings.count(ruling) or ruling not in ("not decided", "cannot be decided")
        )
        return (
            f'<header><div><div class="brand">◐ Continuum</div><h1>Certificate of continuity</h1><p>{line}</p><p class="soft">{fair}</p></div>'
            + (f'<div class="tally" role="img" aria-label="{escape(_counted(rulings))}">{tally}</div>' if self._judged() else "")
            + "</header>"
        )

    def verdicts(self) -> str:
        """The textbook's sentences and what becomes of them."""
        if not self._judged():
            return '<section><h2>What the textbook says</h2><p class="lead">Its sentences are about one autoencoder and one VAE; for these models none can be decided. The figures follow.</p></section>'
        cards = "".join(self._verdict(verdict) for verdict in self.facts["verdicts"] if verdict["claims"] or self.pair)
        lead = (
            "Each sentence is taken apart into claims that figures can decide. It holds if all its claims are met, holds partly if some are, does "
            "not hold here if all are not met, and is not decided if none is met and some are open. ✓ met and ✗ not met are said only where 95 % intervals leave no doubt; where they overlap the claim is ≈ open, and where two classifiers contradict each other about a Fréchet distance."
        )
        single = "" if self.pair else " With one model alone, only the claims that need no second one are examined."
        return f'<section><h2>What the textbook says, and what we found</h2><p class="lead">{lead}{single}</p><div class="verdicts">{cards}</div></section>'

    def dice(self) -> str:
        """Walls of draws from N(0, I) and from the fitted Gaussian; without a pair from the mixture, too, and from a learned prior."""
        learned = not self.pair and all(f"{at}/learned" in self._pictures for at in range(len(self.models)))
        names = ("prior", "fitted") if self.pair else ("prior", "fitted", "mixture", *(["learned"] if learned else []))
        order = [(at, name) for name in names for at in range(len(self.models))]
        order.sort(key=lambda each: 0 if self.pair else each[0])  # without a pair each model has a row of its own
        figures = "".join(self._wall(*each) for each in order if "/".join(map(str, each)) in self._pictures)
        lead = (
            f"{WALL} draws of each kind, not chosen: from N(0, I), from a Gaussian fitted to the model's own codes"
            + (". Both models get the same random numbers." if self.pair and "latent_dim" not in self.facts["differences"] else "")
            + ("" if self.pair else ", and from ten Gaussians fitted to them.")
            + (" The last come from a prior that a small network has learned from the codes of the training images." if learned else "")
        )
        return f'<section><h2>Drawn at random</h2><p class="lead">{lead}</p><div class="walls {"four" if self.pair or learned else "three"}">{figures}</div></section>'

    def mixture(self) -> str:
        """The autoencoder told where its codes lie, beside the VAE."""
        if not self.pair or f"{self.pair['ae']}/mixture" not in self._pictures:
            return ""
        lead = (
            "An autoencoder is not trained to have its codes anywhere in particular, so nobody knows where to draw. After training that can be "
            "made up for: ten Gaussians are fitted to its codes, and draws are taken from them. Beside it the VAE, from N(0, I) and treated in the same way."
        )
        figures = "".join(self._wall(self.pair[role], name) for role, name in (("ae", "mixture"), ("vae", "prior"), ("vae", "mixture")))
        return (
            f'<section><h2>The autoencoder, told where its codes lie</h2><p class="lead">{lead}</p><div class="walls three">{figures}</div>'
            f"{self._mixture_words()}</section>"
        )

    def strips(self) -> str:
        """Film strips of the same pairs."""
        figures = "".join(self._strips(row, strip) for row, strip in enumerate(self.facts["strips"]))
        lead = (
            f"The first {len(self.facts['strips'])} of the random pairs of test images that the figures are measured on, not chosen: {STRIP_FRAMES} frames on the "
            "straight line in code space." + self._under_frames()
        )
        return f'<section><h2>From one image to another</h2><p class="lead">{lead}</p><div class="strips">{figures}</div></section>'

    def map(self) -> str:
        """The decoded plane and the terrain, where there are any."""
        planes = "".join(
            f'<figure><div class="dark">{self._image(f"{at}/plane", f"decoded code plane of {self._called(at)}")}</div>'
            f"<figcaption>{self._kind(at)}: every picture is what the decoder makes of that place in the plane.</figcaption></figure>"
            for at in range(len(self.models))
            if f"{at}/plane" in self._pictures
        )
        terrains = "".join(
            f"<figure>{self._image(f'{at}/terrain', f'cycle gap over the map of {self._called(at)}')}<figcaption>{self._kind(at)}: "
            f"{'the code plane itself' if self.models[at]['config']['latent_dim'] == 2 else 'UMAP of its codes, and the code at every place of it'}.</figcaption></figure>"
            for at in range(len(self.models))
            if f"{at}/terrain" in self._pictures
        )
        out = ""
        if planes:
            out += f'<section><h2>The whole plane, decoded</h2><p class="lead">Codes of two numbers fill a plane that can be shown whole.</p><div class="planes">{planes}</div></section>'
        if terrains:
            reach = self.facts["terrain_reach"]
            out += (
                '<section><h2>Terrain</h2><p class="lead">At every place of the map: how far its code is from where it comes back to when it is decoded and encoded again, '
                "as a share of the codes' spread. Dark blue comes back; red does not, so the decoder and the encoder have not agreed on what lies there.</p>"
                f'<div class="planes">{terrains}</div><div class="scale" style="--ramp: linear-gradient(90deg, {", ".join(RAMP)})">'
                f"<span>0: comes back</span><i></i><span>{reach:g} of the spread and more</span></div></section>"
            )
        return out

    def figures(self) -> str:
        """The table of all figures."""
        body, group, meaning = [], None, ""
        columns = len(self.models) + 1 + (len(self.models) == 2)
        for row in self.facts["figures"]:
            if row["group"] != group:
                group = row["group"]
                body.append(f'<tr class="group"><th colspan="{columns + 1}" scope="colgroup">{escape(group)}</th></tr>')
            cells = "".join(self._cell(at, row) for at in range(len(self.models)))
            ahead = f'<td class="ahead">{self._ahead(row)}</td>' if len(self.models) == 2 else ""
            better = {"lower": " Lower is better.", "higher": " Higher is better.", "": ""}[row["better"]]
            said = "" if row["meaning"] == meaning else f"<small>{escape(row['meaning'] + better)}</small>"
            meaning = row["meaning"]
            body.append(
                f'<tr><th scope="row">{escape(row["title"])}{said}</th>{cells}'
                f'<td class="drawn">{self._plot([(at, row["key"]) for at in range(len(self.models))], tags=False)}</td>{ahead}</tr>'
            )
        heads = "".join(f'<th scope="col" class="{self.classes[at]}">{self._kind(at)}</th>' for at in range(len(self.models)))
        last = '<th scope="col">ahead</th>' if len(self.models) == 2 else ""
        return (
            '<section><h2>All figures</h2><p class="lead">With 95 % bootstrap intervals and the number of images, pairs or draws behind each. '
            "One model counts as ahead where the intervals do not overlap.</p>"
            f'<div class="scroll"><table><thead><tr><th scope="col">figure</th>{heads}<th scope="col"></th>{last}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
            f"{self._left_out()}</section>"
        )

    def provenance(self) -> str:
        """What it takes to repeat this."""
        rows = [
            ("command", f"<code>{escape(self.facts['command'])}</code>"),
            ("made", escape(self.facts["made"])),
            ("seed of all draws", str(self.facts["seed"])),
        ]
        for at, model in enumerate(self.models):
            said = _of_others(model) if "foreign" in model["config"] else _of_ours(model)
            source = f"{model['figures_from_metrics_json']} figures from its metrics.json, {model['figures_computed_now']} computed now"
            rows.append((f"{self._kind(at)}", f"{escape(model['name'])}: {escape(said)}; {source}"))
            rows.append(("its weights, SHA-256", f"<code>{escape(model['weights_sha256'])}</code>"))
        judge = self.facts["classifier"]
        if judge:
            accuracy = judge["test_accuracy"]
            said = f" (right on {100 * accuracy:.2f} % of the test images)" if accuracy and judge["classes"] else ""
            said += f" ({escape(judge['note'])})" if judge["note"] else ""
            rows.append((f"judged by our {judge['kind']}, SHA-256", f"<code>{escape(judge['sha256'])}</code>{said}"))
        elif self.facts["unjudged"]:
            rows.append(("judged by nobody", escape(self.facts["unjudged"])))
        rows.append(("versions", escape(", ".join(f"{name} {number}" for name, number in self.facts["versions"].items()))))
        listed = "".join(f"<dt>{title}</dt><dd>{content}</dd>" for title, content in rows)
        return (
            '<section><h2>How this was made</h2><p class="lead">The same figures, in full, stand in the JSON file beside this page. '
            f'One training seed was examined: how much the figures would vary over others is not part of the intervals.</p><dl class="how">{listed}</dl></section>'
        )

    # --- pieces ----------------------------------------------------------------------------------------------

    def _under_frames(self) -> str:
        """What the marks under a strip's frames are."""
        judge = self.facts["classifier"]
        if not judge:
            return ""
        bar = f" A red bar marks an unreal frame: a picture unlike every real image, in the features of our {judge['kind']}."
        return (" Under each frame stands the class that our classifier sees." if judge["classes"] else "") + bar

    def _judged(self) -> bool:
        return any(verdict["claims"] for verdict in self.facts["verdicts"])

    def _called(self, at: int) -> str:
        return Path(self.models[at]["name"]).name

    def _name(self, at: int) -> str:
        return f'<span class="name {self.classes[at]}">{escape(self._called(at))}</span>'

    def _kind(self, at: int) -> str:
        """What a model is called in captions: its kind where that tells the two apart, else its name."""
        if len(self.models) == 2 and not self.pair:
            return self._name(at)
        kind = self.models[at]["kind"]
        return f'<span class="name {self.classes[at]}">{escape(SHORT.get(kind, kind.upper()))}</span>'

    def _image(self, name: str, alt: str, cls: str = "") -> str:
        data = base64.b64encode(self._pictures[name]).decode()
        return f'<img{f" class={cls!r}" if cls else ""} alt="{escape(alt)}" src="data:image/png;base64,{data}">'

    def _verdict(self, verdict: dict[str, Any]) -> str:
        claims = "".join(
            f'<li><span class="mark {_class(claim["outcome"])}" title="{claim["outcome"]}">{MARKS[claim["outcome"]]}</span><span>{escape(claim["claim"])}</span>'
            f"{self._claim_plot(claim)}<span class='evidence'>{escape(claim['evidence'])}</span></li>"
            for claim in verdict["claims"]
        )
        empty = "" if claims else '<p class="soft">The figures that would decide it are missing.</p>'
        return (
            f'<article class="verdict {_class(_ruling(verdict["ruling"]))}"><span class="badge">{escape(verdict["ruling"])}</span>'
            f'<blockquote>{escape(verdict["sentence"])}</blockquote><p class="soft">{escape(verdict["reading"])}</p>{empty}<ul class="claims">{claims}</ul></article>'
        )

    def _claim_plot(self, claim: dict[str, Any]) -> str:
        roles = [model["role"] for model in self.models]
        if any(key == "retention_curve" for _, key in claim["keys"]):
            return self._curves()
        marks = [(roles.index(role), key) for role, key in claim["keys"] if role in roles and key in FIGURES]
        limit = LIMITS.get(marks[0][1]) if len(marks) == 1 else None
        return self._plot(sorted(marks), limit) if marks else ""

    def _curves(self) -> str:
        """Share of images that keep their class over the radius of the move, a curve for each model."""
        parts = ['<line class="axis" x1="26" x2="292" y1="82" y2="82"/><line class="axis" x1="26" x2="26" y1="4" y2="82"/>']
        parts += [f'<text class="tick" x="0" y="{y + 3}">{words}</text>' for y, words in ((6, "100"), (82, "0 %"))]
        largest = max((float(radius) for curve in self.facts["retention_curves"] if curve for radius in curve), default=1.0)
        for at, curve in enumerate(self.facts["retention_curves"]):
            points = " ".join(f"{26 + 266 * float(radius) / largest:.1f},{82 - 76 * share:.1f}" for radius, share in (curve or {}).items())
            parts.append(f'<g class="{self.classes[at]}"><polyline points="{points}"/></g>')
        parts.append(
            f'<text class="tick" x="26" y="94">radius 0</text><text class="tick" x="292" y="94" text-anchor="end">{largest:g} standard deviations</text>'
        )
        return f'<svg class="plot" viewBox="0 0 {WIDTH} 98" role="img" aria-label="Share of images that keep their class, over the radius">{"".join(parts)}</svg>'

    def _plot(self, marks: list[tuple[int, str]], limit: float | None = None, tags: bool = True) -> str:
        """Values with their intervals on one axis from 0, or from the smallest where some are negative."""
        known = [(at, self.metrics[at][key]) for at, key in marks if key in self.metrics[at]]
        numbers = [
            number
            for _, figure in known
            for number in (figure["value"], figure.get("low"), figure.get("high"), limit)
            if number is not None
        ]
        if not numbers or not any("low" in figure for _, figure in known):
            return ""
        low, high = min(0.0, *numbers), max(0.0, *numbers)
        reach = (high - low) or 1.0
        left, width = (26, WIDTH) if tags else (8, 190)

        def x(number: float) -> float:
            return round(left + (width - left - 8) * (number - low) / reach, 1)

        height = 6 + 12 * len(known)
        parts = [
            f'<line class="axis" x1="{x(low)}" x2="{x(high)}" y1="{height - 2}" y2="{height - 2}"/>',
            f'<line class="axis" x1="{x(0)}" x2="{x(0)}" y1="0" y2="{height - 2}"/>',
        ]
        if limit is not None:
            parts.append(f'<line class="limit" x1="{x(limit)}" x2="{x(limit)}" y1="0" y2="{height - 2}"/>')
        for row, (at, figure) in enumerate(known):
            y = 7 + 12 * row
            tag = f'<text x="0" y="{y + 3}">{SHORT.get(self.models[at]["kind"], "")}</text>' if tags else ""
            whisker = f'<line x1="{x(figure["low"])}" x2="{x(figure["high"])}" y1="{y}" y2="{y}"/>' if "low" in figure else ""
            parts.append(f'<g class="{self.classes[at]}">{tag}{whisker}<circle cx="{x(figure["value"])}" cy="{y}" r="3.5"/></g>')
        return f'<svg class="plot" viewBox="0 0 {width} {height}" aria-hidden="true">{"".join(parts)}</svg>'

    def _wall(self, at: int, name: str) -> str:
        said = [f"{title} {with_interval(self.metrics[at], key)}" for title, key in (("Fréchet distance", f"frechet_c_{name}"), ("unreal pictures", f"off_manifold_{name}"), ("empty places", f"hole_mass_{name}"), ("recall", f"recall_{name}"))
                if value(self.metrics[at], key) is not None]  # fmt: skip
        return (
            f"<figure>{self._image(f'{at}/{name}', f'{WALL} pictures decoded by {self._called(at)} from {FROM[name]}')}"
            f"<figcaption>{self._kind(at)}, <strong>{FROM[name]}</strong><br>{'; '.join(said)}</figcaption></figure>"
        )

    def _mixture_words(self) -> str:
        """What the mixture does for the autoencoder, in a sentence."""
        ae, vae = self.metrics[self.pair["ae"]], self.metrics[self.pair["vae"]]
        keys = ((ae, "frechet_c_mixture"), (vae, "frechet_c_prior"), (vae, "frechet_c_mixture"), (ae, "frechet_c_prior"))
        known = [number for each in keys if (number := value(*each)) is not None]
        if len(known) < len(keys):
            return ""
        told, prior, treated, blind = known

        told_apart = {"first": "closer than", "second": "farther than", "overlap": "not told apart from", None: "beside"}

        def against(key: str, whose: str, number: float) -> str:
            first, second = ("frechet_c_mixture", key), (by_second("frechet_c_mixture"), by_second(key))
            words, again = (told_apart[better(ae, {own: vae.get(other)}, own)] for own, other in (first, second))
            doubt = f", {again} it by a second classifier" if again not in (words, "beside") else ""
            return f"{words} {whose} ({number:.3g}{doubt})"

        words = (
            f"Told where its codes lie, the autoencoder's draws come to a Fréchet distance of {told:.3g}: "
            f"{against('frechet_c_prior', 'the VAE from N(0, I)', prior)}, and {against('frechet_c_mixture', 'the VAE with a mixture of its own', treated)}. "
            f"From N(0, I) its distance was {blind:.3g}"
            + (": what it lacks is not a decoder but a known density." if told < blind / 2 else ".")
        )
        return f'<p class="callout {self.classes[self.pair["ae"]]}">{words}</p>'

    def _strips(self, row: int, strip: dict[str, Any]) -> str:
        first, last = strip["images"]
        real = self._image(f"original/{row}", f"test images {first} and {last}", "real") if f"original/{row}" in self._pictures else ""
        names = f": {escape(strip['classes'][0])} and {escape(strip['classes'][1])}" if strip["classes"] else ""
        rows = ""
        for at, facts in enumerate(strip["models"]):
            said = [f"largest step {facts['step_max_ratio']:.3g} times the mean"]
            if "class_flips" in facts:
                said.append(
                    "no needless class change"
                    if not facts["class_flips"]
                    else f"{facts['class_flips']} needless class change{'s' * (facts['class_flips'] > 1)}"
                )
            if "unreal" in facts:
                said.append(f"{sum(facts['unreal']) or 'no'} unreal frame{'s' * (sum(facts['unreal']) != 1)}")
            rows += (
                f'<div class="strip"><span>{self._kind(at)}</span><div>{self._image(f"{at}/strip/{row}", f"{STRIP_FRAMES} frames of {self._called(at)} from image {first} to image {last}")}'
                f'{_frames(facts)}</div><span class="said">{"; ".join(said)}</span></div>'
            )
        return f"<figure><h3>{real}Test images {first} and {last}{names}</h3>{rows}</figure>"

    def _cell(self, at: int, row: dict[str, Any]) -> str:
        figure = row["values"][at]
        label = f'class="{self.classes[at]}" data-model="{escape(SHORT.get(self.models[at]["kind"], self.models[at]["kind"]) if self.pair else self._called(at))}"'
        if figure is None:
            return f"<td {label}>–</td>"
        words = FIGURES[row["key"]].words
        interval = (
            f"[{words(figure['low'], False)}, {words(figure['high'], False)}], {figure['n']:,} {row['unit']}" if "low" in figure else ""
        )
        return f"<td {label}><b>{words(figure['value'])}</b><small>{interval}</small></td>"

    def _ahead(self, row: dict[str, Any]) -> str:
        for at, model in enumerate(self.models):
            if row["ahead"] == model["name"]:
                return self._kind(at)
        return "overlap" if row["ahead"] else ""

    def _left_out(self) -> str:
        said = []
        for at, reasons in enumerate(self.facts[LEFT_OUT]):
            by_reason: dict[str, list[str]] = {}
            for key, reason in reasons.items():
                by_reason.setdefault(reason, []).append(FIGURES[key].title if key in FIGURES else "")
            said += [
                f"<li>{self._kind(at)}: no {escape(', '.join(filter(None, titles)))}: {escape(reason)}.</li>"
                for reason, titles in by_reason.items()
            ]
        return (
            f'<p class="soft" style="margin-top: 18px">Left out, with the reason:</p><ul class="soft">{"".join(said)}</ul>' if said else ""
        )


def _of_ours(model: dict[str, Any]) -> str:
    """What a model is and how it was trained."""
    config = model["config"]
    settings = ((key.replace("_", " "), setting) for key, setting in config.items() if key not in ("kind", "data", "image_shape", "seed"))
    said = ", ".join(
        f"{key} {'–'.join(map(str, setting)) if isinstance(setting, list) else setting}" for key, setting in settings if setting
    )
    how = f"trained with seed {config['seed']}" if config["epochs"] else "how it was trained is not known"
    return f"{said}, {model['parameters']:,} parameters, {how}"


def _of_others(model: dict[str, Any]) -> str:
    """What is known of a model that was made elsewhere."""
    config, foreign = model["config"], model["config"]["foreign"]
    shape = "×".join(map(str, foreign["code_shape"]))
    said = f"{config['architecture']} {foreign['source']}, codes of {shape} numbers, values from {foreign['low']:g} to {foreign['high']:g}"
    said += f", {model['parameters']:,} parameters" if model["parameters"] else ""
    said += ", derivatives by differences" if foreign["differences"] else ""
    said += ", of its full covariance the σ of each number alone" if foreign.get("full_covariance") else ""
    return f"{said}, made elsewhere: its layers and its training are not known here"


def _frames(facts: dict[str, Any]) -> str:
    """The row of classes and red bars under a strip; a long class name stands only where it begins."""
    classes, unreal = facts.get("classes"), facts.get("unreal", [False] * STRIP_FRAMES)
    if classes is None:
        return f'<div class="frames">{_spans([""] * STRIP_FRAMES, unreal, lambda *_: "")}</div>' if "unreal" in facts else ""
    short = all(len(name) <= 2 for name in classes)
    if short:
        return f'<div class="frames">{_spans(classes, unreal, lambda name, _: escape(name))}</div>'
    runs: list[list[Any]] = []
    for at, name in enumerate(classes):
        if not runs or runs[-1][0] != name:
            runs.append([name, at, 0])
        runs[-1][2] += 1
    bars = _spans(classes, unreal, lambda *_: "")
    names = "".join(
        f'<span style="grid-column: {start + 1} / span {length}" title="{escape(name)}">{escape(name)}</span>'
        for name, start, length in runs
    )
    return f'<div class="frames">{bars}</div><div class="frames">{names}</div>'


def _spans(classes: Iterable[str], unreal: Iterable[bool], text: Callable[[str, int], str]) -> str:
    return "".join(
        f"<span{' class=unreal' if off else ''}>{text(name, at)}</span>" for at, (name, off) in enumerate(zip(classes, unreal, strict=True))
    )


def _ruling(words: str) -> str:
    """A ruling without whom it is about."""
    return words.removesuffix(" here").removesuffix(" for this model")


def _class(words: str) -> str:
    return words.replace(" ", "-")


def _counted(rulings: list[str]) -> str:
    return json.dumps({ruling: rulings.count(ruling) for ruling in dict.fromkeys(rulings)}).strip("{}").replace('"', "")
