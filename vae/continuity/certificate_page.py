"""The certificate as a page: one HTML file that needs nothing else, no network and no scripts."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from vae.continuity.certificate import RAMP, STRIP_FRAMES, WALL, Certificate
from vae.continuity.comparison import FIGURES, better, by_second, value, with_interval
from vae.continuity.scorecard import LEFT_OUT
from vae.continuity.verdicts import EMPTY, HALF, JUMP
from vae.data import title as data_title
from vae.models import families
from vae.sentences import SOURCE, Sentence, counted, figures, in_language, known, languages, listed, phrase, translated
from vae.store.files import write_atomically, write_json

STYLE = Path(__file__).with_name("certificate.css")
SHORT = {each.kind: each.short for each in families()}
MARKS = {"met": "✓", "not met": "✗", "open": "≈"}
UNITS = {"images": phrase("images"), "pairs": phrase("pairs"), "draws": phrase("draws")}  # of a figure
LIMITS = {
    "off_manifold_prior": HALF,
    "off_manifold_mixture": HALF,
    "step_max_ratio": JUMP,
    "hole_mass_fitted": EMPTY,
    "hole_mass_prior": EMPTY,
}
FROM = {
    "prior": phrase("N(0, I)"), "fitted": phrase("a Gaussian fitted to its codes"), "mixture": phrase("ten Gaussians fitted to its codes"),
    "learned": phrase("a prior learned from its codes"),
}  # fmt: skip
TALLY = (
    ("holds", phrase("hold")),
    ("holds partly", phrase("hold partly")),
    ("does not hold", phrase("do not hold")),
    ("not decided", phrase("not decided")),
    ("cannot be decided", phrase("without figures")),
)
APART = {"first": phrase("closer than"), "second": phrase("farther than"), "overlap": phrase("not told apart from"), None: phrase("beside")}
WIDTH = 300  # of a plot, in its own units


def save(certificate: Certificate, path: Path, others: bool = False) -> Path:
    """Write the page to `path` and its facts beside it as JSON; the JSON file's path.

    Parameters
    ----------
    others : whether to write the page in every other language than English, too, to `in_language(path, code)`

    Raises
    ------
    ValueError
        If `path` does not end in .html.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(phrase("--out is {path}; give it a name that ends in .html, its JSON file is written beside it", path=path))
    beside = path.with_suffix(".json")
    for code in languages() if others else (SOURCE,):
        text = page(certificate, code).encode()
        write_atomically(path if code == SOURCE else in_language(path, code), partial(_write, text))
    write_json(beside, certificate.facts)
    return beside


def _write(text: bytes, file: BinaryIO) -> None:
    file.write(text)


def page(certificate: Certificate, language: str = SOURCE) -> str:
    """The certificate as one HTML document in a language."""
    draw = Page(certificate, language)
    title = draw.say("Certificate of continuity: {names}", names=_both([model["name"] for model in certificate.facts["models"]]))
    sections = [draw.head(), draw.verdicts(), draw.dice(), draw.mixture(), draw.strips(), draw.map(), draw.figures(), draw.provenance()]
    return (
        '<!DOCTYPE html>\n<html lang="'
        f'{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text('utf-8')}</style></head><body><main>\n"
        + "\n".join(filter(None, sections))
        + "\n</main></body></html>\n"
    )


class Page:
    """The sections of a certificate's page, each an HTML string, or "" where there is nothing to show."""

    def __init__(self, certificate: Certificate, language: str = SOURCE) -> None:
        self.facts, self._pictures, self._language = certificate.facts, certificate.pictures, language
        self.models = self.facts["models"]
        roles = [model["role"] for model in self.models]
        self.classes = ["other" if at and roles[at] == roles[0] else role for at, role in enumerate(roles)]  # two of a kind: two colours
        self.metrics = [
            {row["key"]: row["values"][at] for row in self.facts["figures"] if row["values"][at]} for at in range(len(self.models))
        ]
        self.untold = any("foreign" in model["config"] or not model["config"]["epochs"] for model in self.models)  # how it was trained
        self.pair = {role: roles.index(role) for role in roles} if len(set(roles)) == len(roles) == 2 else {}

    def say(self, template: str, **values: object) -> str:
        """A sentence in the page's language."""
        return self.told(phrase(template, **values))

    def told(self, sentence: str) -> str:
        """A sentence that was made elsewhere, or words that the catalogue knows as they stand, in the page's language."""
        return str(translated(known(sentence), self._language))

    # --- sections --------------------------------------------------------------------------------------------

    def head(self) -> str:
        """Title, what was compared, and how the verdicts fell."""
        sizes = _both(list(dict.fromkeys(str(model["config"]["latent_dim"]) for model in self.models)))
        title = data_title(self.facts["data"])
        count = self.facts["test_images"]
        facts = {
            "who": _both([f"{self._name(at)} ({self._kind(at)})" for at in range(len(self.models))]),
            "data": escape(title), "sizes": sizes, "count": count,
        }  # fmt: skip
        line = (
            self.say("{who} on {data}, code size {sizes}, examined on {count:,} test images.", **facts)
            if count
            else self.say("{who} on {data}, code size {sizes}.", **facts)
        )
        fair = ""
        if self.pair and self.untold:
            fair = self.say("How they were trained is not known of both, so nobody can say whether the pair is fair.")
        elif self.pair:
            others = self.facts["differences"]
            fair = (
                self.say("A fair pair: same seed, layers, batches and steps; only the σ head and the KL term differ.")
                if not others
                else self.say("Not a fair pair: the two also differ in {settings}.", settings=escape(", ".join(others)))
            )
        rulings = [_ruling(verdict["ruling"]) for verdict in self.facts["verdicts"]]
        tally = "".join(
            f'<div class="{_class(ruling)}"><b>{rulings.count(ruling)}</b><span>{self.told(words)}</span></div>'
            for ruling, words in TALLY
            if rulings.count(ruling) or ruling not in ("not decided", "cannot be decided")
        )
        return (
            f'<header><div><div class="brand">◐ Continuum</div><h1>{self.say("Certificate of continuity")}</h1><p>{line}</p><p class="soft">{fair}</p></div>'
            + (f'<div class="tally" role="img" aria-label="{escape(self._counted(rulings))}">{tally}</div>' if self._judged() else "")
            + "</header>"
        )

    def verdicts(self) -> str:
        """The textbook's sentences and what becomes of them."""
        if not self._judged():
            lead = self.say(
                "Its sentences are about one autoencoder and one VAE; for these models none can be decided. The figures follow."
            )
            return f'<section><h2>{self.say("What the textbook says")}</h2><p class="lead">{lead}</p></section>'
        cards = "".join(self._verdict(verdict) for verdict in self.facts["verdicts"] if verdict["claims"] or self.pair)
        lead = self.say(
            "Each sentence is taken apart into claims that figures can decide. It holds if all its claims are met, holds partly if some are, does "
            "not hold here if all are not met, and is not decided if none is met and some are open; what is true of the VAE and may be of the AE as well counts only beside a claim that tells the two apart. ✓ met and ✗ not met are said only where 95 % intervals leave no doubt; where they overlap the claim is ≈ open, and where two classifiers contradict each other about a Fréchet distance."
        )
        single = "" if self.pair else " " + self.say("With one model alone, only the claims that need no second one are examined.")
        heading = self.say("What the textbook says, and what we found")
        return f'<section><h2>{heading}</h2><p class="lead">{lead}{single}</p><div class="verdicts">{cards}</div></section>'

    def dice(self) -> str:
        """Walls of draws from N(0, I) and from the fitted Gaussian; without a pair from the mixture, too, and from a learned prior."""
        learned = not self.pair and all(f"{at}/learned" in self._pictures for at in range(len(self.models)))
        names = ("prior", "fitted") if self.pair else ("prior", "fitted", "mixture", *(["learned"] if learned else []))
        order = [(at, name) for name in names for at in range(len(self.models))]
        order.sort(key=lambda each: 0 if self.pair else each[0])  # without a pair each model has a row of its own
        figures = "".join(self._wall(*each) for each in order if "/".join(map(str, each)) in self._pictures)
        lead = (
            self.say("{count} draws of each kind, not chosen: from N(0, I), from a Gaussian fitted to the model's own codes.", count=WALL)
            if self.pair
            else self.say(
                "{count} draws of each kind, not chosen: from N(0, I), from a Gaussian fitted to the model's own codes, and from ten Gaussians "
                "fitted to them.",
                count=WALL,
            )
        )
        if self.pair and "latent_dim" not in self.facts["differences"]:
            lead += " " + self.say("Both models get the same random numbers.")
        if learned:
            lead += " " + self.say("The last come from a prior that a small network has learned from the codes of the training images.")
        return f'<section><h2>{self.say("Drawn at random")}</h2><p class="lead">{lead}</p><div class="walls {"four" if self.pair or learned else "three"}">{figures}</div></section>'

    def mixture(self) -> str:
        """The autoencoder told where its codes lie, beside the VAE."""
        if not self.pair or f"{self.pair['ae']}/mixture" not in self._pictures:
            return ""
        lead = self.say(
            "An autoencoder is not trained to have its codes anywhere in particular, so nobody knows where to draw. After training that can be "
            "made up for: ten Gaussians are fitted to its codes, and draws are taken from them. Beside it the VAE, from N(0, I) and treated in the same way."
        )
        figures = "".join(self._wall(self.pair[role], name) for role, name in (("ae", "mixture"), ("vae", "prior"), ("vae", "mixture")))
        return (
            f'<section><h2>{self.say("The autoencoder, told where its codes lie")}</h2><p class="lead">{lead}</p><div class="walls three">{figures}</div>'
            f"{self._mixture_words()}</section>"
        )

    def strips(self) -> str:
        """Film strips of the same pairs."""
        figures = "".join(self._strips(row, strip) for row, strip in enumerate(self.facts["strips"]))
        lead = self.say(
            "The first {count} of the random pairs of test images that the figures are measured on, not chosen: {frames} frames on the "
            "straight line in code space.",
            count=len(self.facts["strips"]),
            frames=STRIP_FRAMES,
        )
        lead += self._under_frames()
        return f'<section><h2>{self.say("From one image to another")}</h2><p class="lead">{lead}</p><div class="strips">{figures}</div></section>'

    def map(self) -> str:
        """The decoded plane and the terrain, where there are any."""
        planes = "".join(
            f'<figure><div class="dark">{self._image(f"{at}/plane", self.say("decoded code plane of {name}", name=self._called(at)))}</div>'
            f"<figcaption>{self.say('{model}: every picture is what the decoder makes of that place in the plane.', model=self._kind(at))}</figcaption></figure>"
            for at in range(len(self.models))
            if f"{at}/plane" in self._pictures
        )
        terrains = "".join(
            f"<figure>{self._image(f'{at}/terrain', self.say('cycle gap over the map of {name}', name=self._called(at)))}<figcaption>{self._kind(at)}: "
            f"{self.say('the code plane itself') if self.models[at]['config']['latent_dim'] == 2 else self.say('UMAP of its codes, and the code at every place of it')}.</figcaption></figure>"
            for at in range(len(self.models))
            if f"{at}/terrain" in self._pictures
        )
        out = ""
        if planes:
            out += f'<section><h2>{self.say("The whole plane, decoded")}</h2><p class="lead">{self.say("Codes of two numbers fill a plane that can be shown whole.")}</p><div class="planes">{planes}</div></section>'
        if terrains:
            reach = self.facts["terrain_reach"]
            lead = self.say(
                "At every place of the map: how far its code is from where it comes back to when it is decoded and encoded again, as a share of "
                "the codes' spread. Dark blue comes back; red does not, so the decoder and the encoder have not agreed on what lies there."
            )
            out += (
                f'<section><h2>{self.say("Terrain")}</h2><p class="lead">{lead}</p>'
                f'<div class="planes">{terrains}</div><div class="scale" style="--ramp: linear-gradient(90deg, {", ".join(RAMP)})">'
                f"<span>{self.say('0: comes back')}</span><i></i><span>{self.say('{reach:g} of the spread and more', reach=reach)}</span></div></section>"
            )
        return out

    def figures(self) -> str:
        """The table of all figures."""
        body, group, meaning = [], None, ""
        columns = len(self.models) + 1 + (len(self.models) == 2)
        for row in self.facts["figures"]:
            if row["group"] != group:
                group = row["group"]
                body.append(f'<tr class="group"><th colspan="{columns + 1}" scope="colgroup">{escape(self.told(group))}</th></tr>')
            cells = "".join(self._cell(at, row) for at in range(len(self.models)))
            ahead = f'<td class="ahead">{self._ahead(row)}</td>' if len(self.models) == 2 else ""
            better = {"lower": self.say("Lower is better."), "higher": self.say("Higher is better."), "": ""}[row["better"]]
            words = f"{self.told(row['meaning'])} {better}".strip()
            said = "" if row["meaning"] == meaning else f"<small>{escape(words)}</small>"
            meaning = row["meaning"]
            body.append(
                f'<tr><th scope="row">{escape(self.told(row["title"]))}{said}</th>{cells}'
                f'<td class="drawn">{self._plot([(at, row["key"]) for at in range(len(self.models))], tags=False)}</td>{ahead}</tr>'
            )
        heads = "".join(f'<th scope="col" class="{self.classes[at]}">{self._kind(at)}</th>' for at in range(len(self.models)))
        last = f'<th scope="col">{self.say("ahead")}</th>' if len(self.models) == 2 else ""
        lead = self.say(
            "With 95 % bootstrap intervals and the number of images, pairs or draws behind each. One model counts as ahead where the intervals "
            "do not overlap."
        )
        return (
            f'<section><h2>{self.say("All figures")}</h2><p class="lead">{lead}</p>'
            f'<div class="scroll"><table><thead><tr><th scope="col">{self.say("figure")}</th>{heads}<th scope="col"></th>{last}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
            f"{self._left_out()}</section>"
        )

    def provenance(self) -> str:
        """What it takes to repeat this."""
        rows = [
            (self.say("command"), f"<code>{escape(self.facts['command'])}</code>"),
            (self.say("made"), escape(self.facts["made"])),
            (self.say("seed of all draws"), str(self.facts["seed"])),
        ]
        for at, model in enumerate(self.models):
            said = self.told(_of_others(model) if "foreign" in model["config"] else _of_ours(model))
            counts = {"known": model["figures_from_metrics_json"], "now": model["figures_computed_now"]}
            source = self.say("{known} figures from its metrics.json, {now} computed now", **counts)
            rows.append((f"{self._kind(at)}", f"{escape(model['name'])}: {escape(said)}; {source}"))
            rows.append((self.say("its weights, SHA-256"), f"<code>{escape(model['weights_sha256'])}</code>"))
        judge = self.facts["classifier"]
        if judge:
            accuracy = judge["test_accuracy"]
            right = accuracy and judge["classes"]
            said = f" ({self.say('right on {share:.2f} % of the test images', share=100 * accuracy)})" if right else ""
            said += f" ({escape(self.told(judge['note']))})" if judge["note"] else ""
            rows.append((self.say("judged by our {judge}, SHA-256", judge=_judge(judge)), f"<code>{escape(judge['sha256'])}</code>{said}"))
        elif self.facts["unjudged"]:
            rows.append((self.say("judged by nobody"), escape(self.told(self.facts["unjudged"]))))
        rows.append((self.say("versions"), escape(", ".join(f"{name} {number}" for name, number in self.facts["versions"].items()))))
        listed = "".join(f"<dt>{title}</dt><dd>{content}</dd>" for title, content in rows)
        lead = self.say(
            "The same figures, in full, stand in the JSON file beside this page. One training seed was examined: how much the figures would vary "
            "over others is not part of the intervals."
        )
        return f'<section><h2>{self.say("How this was made")}</h2><p class="lead">{lead}</p><dl class="how">{listed}</dl></section>'

    # --- pieces ----------------------------------------------------------------------------------------------

    def _under_frames(self) -> str:
        """What the marks under a strip's frames are."""
        judge = self.facts["classifier"]
        if not judge:
            return ""
        bar = self.say(
            "A red bar marks an unreal frame: a picture unlike every real image, in the features of our {judge}.", judge=_judge(judge)
        )
        return (" " + self.say("Under each frame stands the class that our classifier sees.") if judge["classes"] else "") + f" {bar}"

    def _counted(self, rulings: list[str]) -> str:
        return ", ".join(f"{self.told(ruling)}: {rulings.count(ruling)}" for ruling in dict.fromkeys(rulings))

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
            f'<li><span class="mark {_class(claim["outcome"])}" title="{self.told(claim["outcome"])}">{MARKS[claim["outcome"]]}</span><span>{escape(self.told(claim["claim"]))}</span>'
            f"{self._claim_plot(claim)}<span class='evidence'>{escape(self.told(claim['evidence']))}</span></li>"
            for claim in verdict["claims"]
        )
        empty = "" if claims else f'<p class="soft">{self.say("The figures that would decide it are missing.")}</p>'
        return (
            f'<article class="verdict {_class(_ruling(verdict["ruling"]))}"><span class="badge">{escape(self.told(verdict["ruling"]))}</span>'
            f'<blockquote>{escape(self.told(verdict["sentence"]))}</blockquote><p class="soft">{escape(self.told(verdict["reading"]))}</p>{empty}<ul class="claims">{claims}</ul></article>'
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
            f'<text class="tick" x="26" y="94">{self.say("radius 0")}</text><text class="tick" x="292" y="94" text-anchor="end">{self.say("{radius:g} standard deviations", radius=largest)}</text>'
        )
        return f'<svg class="plot" viewBox="0 0 {WIDTH} 98" role="img" aria-label="{self.say("Share of images that keep their class, over the radius")}">{"".join(parts)}</svg>'

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
        titles = (
            ("frechet_c", phrase("Fréchet distance")),
            ("off_manifold", phrase("unreal pictures")),
            ("hole_mass", phrase("empty places")),
            ("recall", phrase("recall")),
        )
        there = [(title, f"{key}_{name}") for key, title in titles if value(self.metrics[at], f"{key}_{name}") is not None]
        said = [f"{self.told(title)} {self.told(figures(with_interval(self.metrics[at], key)))}" for title, key in there]
        alt = self.say("{count} pictures decoded by {model} from {source}", count=WALL, model=self._called(at), source=FROM[name])
        return (
            f"<figure>{self._image(f'{at}/{name}', alt)}"
            f"<figcaption>{self._kind(at)}, <strong>{self.told(FROM[name])}</strong><br>{'; '.join(said)}</figcaption></figure>"
        )

    def _mixture_words(self) -> str:
        """What the mixture does for the autoencoder, in a sentence."""
        ae, vae = self.metrics[self.pair["ae"]], self.metrics[self.pair["vae"]]
        keys = ((ae, "frechet_c_mixture"), (vae, "frechet_c_prior"), (vae, "frechet_c_mixture"), (ae, "frechet_c_prior"))
        known = [number for each in keys if (number := value(*each)) is not None]
        if len(known) < len(keys):
            return ""
        told, prior, treated, blind = known

        def against(key: str, whose: Sentence, number: float) -> Sentence:
            first, second = ("frechet_c_mixture", key), (by_second("frechet_c_mixture"), by_second(key))
            found, again = (better(ae, {own: vae.get(other)}, own) for own, other in (first, second))
            words = APART[found]
            if again in (found, None):
                return phrase("{words} {whose} ({number:.3g})", words=words, whose=whose, number=number)
            return phrase(
                "{words} {whose} ({number:.3g}, {again} it by a second classifier)",
                words=words,
                whose=whose,
                number=number,
                again=APART[again],
            )

        words = self.say(
            "Told where its codes lie, the autoencoder's draws come to a Fréchet distance of {told:.3g}: {first}, and {second}.",
            told=told,
            first=against("frechet_c_prior", phrase("the VAE from N(0, I)"), prior),
            second=against("frechet_c_mixture", phrase("the VAE with a mixture of its own"), treated),
        )
        if told < blind / 2:
            words += " " + self.say(
                "From N(0, I) its distance was {blind:.3g}: what it lacks is not a decoder but a known density.", blind=blind
            )
        else:
            words += " " + self.say("From N(0, I) its distance was {blind:.3g}.", blind=blind)
        return f'<p class="callout {self.classes[self.pair["ae"]]}">{words}</p>'

    def _strips(self, row: int, strip: dict[str, Any]) -> str:
        first, last = strip["images"]
        real = (
            self._image(f"original/{row}", self.say("test images {first} and {last}", first=first, last=last), "real")
            if f"original/{row}" in self._pictures
            else ""
        )
        names = f": {self.told(_both([escape(each) for each in strip['classes']]))}" if strip["classes"] else ""
        rows = ""
        for at, facts in enumerate(strip["models"]):
            said: list[str] = [phrase("largest step {ratio:.3g} times the mean", ratio=facts["step_max_ratio"])]
            if "class_flips" in facts:
                flips = facts["class_flips"]
                said.append(
                    counted(flips, "{n} needless class change", "{n} needless class changes")
                    if flips
                    else phrase("no needless class change")
                )
            if "unreal" in facts:
                unreal = sum(facts["unreal"])
                said.append(counted(unreal, "{n} unreal frame", "{n} unreal frames") if unreal else phrase("no unreal frames"))
            alt = self.say(
                "{count} frames of {model} from image {first} to image {last}",
                count=STRIP_FRAMES, model=self._called(at), first=first, last=last,
            )  # fmt: skip
            rows += (
                f'<div class="strip"><span>{self._kind(at)}</span><div>{self._image(f"{at}/strip/{row}", alt)}'
                f'{_frames(facts)}</div><span class="said">{"; ".join(map(self.told, said))}</span></div>'
            )
        return f"<figure><h3>{real}{self.say('Test images {first} and {last}', first=first, last=last)}{names}</h3>{rows}</figure>"

    def _cell(self, at: int, row: dict[str, Any]) -> str:
        figure = row["values"][at]
        label = f'class="{self.classes[at]}" data-model="{escape(SHORT.get(self.models[at]["kind"], self.models[at]["kind"]) if self.pair else self._called(at))}"'
        if figure is None:
            return f"<td {label}>–</td>"
        words = FIGURES[row["key"]].words
        interval = ""
        if "low" in figure:
            bounds = figures(f"[{words(figure['low'], False)}, {words(figure['high'], False)}]")
            interval = self.say("{bounds}, {n:,} {unit}", bounds=bounds, n=figure["n"], unit=UNITS[row["unit"]])
        return f"<td {label}><b>{self.told(figures(words(figure['value'])))}</b><small>{interval}</small></td>"

    def _ahead(self, row: dict[str, Any]) -> str:
        for at, model in enumerate(self.models):
            if row["ahead"] == model["name"]:
                return self._kind(at)
        return self.say("overlap") if row["ahead"] else ""

    def _left_out(self) -> str:
        said = []
        for at, reasons in enumerate(self.facts[LEFT_OUT]):
            by_reason: dict[str, list[str]] = {}
            for key, reason in reasons.items():
                by_reason.setdefault(reason, []).append(self.told(FIGURES[key].title) if key in FIGURES else "")
            for reason, titles in by_reason.items():
                without = self.say("no {titles}: {reason}.", titles=", ".join(filter(None, titles)), reason=self.told(reason))
                said.append(f"<li>{self._kind(at)}: {escape(without)}</li>")
        return (
            f'<p class="soft" style="margin-top: 18px">{self.say("Left out, with the reason:")}</p><ul class="soft">{"".join(said)}</ul>'
            if said
            else ""
        )


def _of_ours(model: dict[str, Any]) -> Sentence:
    """What a model is and how it was trained."""
    config = model["config"]
    settings = ((key.replace("_", " "), setting) for key, setting in config.items() if key not in ("kind", "data", "image_shape", "seed"))
    said = ", ".join(
        f"{key} {'–'.join(map(str, setting)) if isinstance(setting, list) else setting}" for key, setting in settings if setting
    )
    how = phrase("trained with seed {seed}", seed=config["seed"]) if config["epochs"] else phrase("how it was trained is not known")
    return phrase("{settings}, {count:,} parameters, {how}", settings=said, count=model["parameters"], how=how)


def _of_others(model: dict[str, Any]) -> Sentence:
    """What is known of a model that was made elsewhere."""
    config, foreign = model["config"], model["config"]["foreign"]
    shape = "×".join(map(str, foreign["code_shape"]))
    said = [
        f"{config['architecture']} {foreign['source']}",
        phrase("codes of {shape} numbers, values from {low:g} to {high:g}", shape=shape, low=foreign["low"], high=foreign["high"]),
        *([phrase("{count:,} parameters", count=model["parameters"])] if model["parameters"] else []),
        *([phrase("derivatives by differences")] if foreign["differences"] else []),
        *([phrase("of its full covariance the σ of each number alone")] if foreign.get("full_covariance") else []),
        phrase("made elsewhere: its layers and its training are not known here"),
    ]
    return listed(said)


def _both(names: list[str]) -> str:
    """One or two things."""
    return phrase("{first} and {last}", first=names[0], last=names[1]) if len(names) == 2 else names[0]


def _judge(judge: dict[str, Any]) -> Sentence:
    return phrase("classifier") if judge["kind"] == "classifier" else phrase("encoder trained without classes")


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
