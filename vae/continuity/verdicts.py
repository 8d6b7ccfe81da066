"""What the textbook says of AEs and VAEs, and whether the figures of a pair, or of one model, bear it out.

Each sentence is taken apart into claims that figures can decide. A claim is met, or not met, only where 95 % intervals leave
no doubt; where they overlap it is open. A sentence **holds** if all its claims are met, **holds partly** if some are, **does
not hold here** if none is met and none is open, and is **not decided** if none is met and some are open. Claims that are no use
without others, such as that the VAE has no empty places where the AE has none either, do not count as met where none of the others
is. The rules are the same whichever model wins. A claim about Fréchet distances is looked at with a second classifier, too, where there is one: what the
two contradict each other about is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from vae.continuity.comparison import FIGURES, by_second, interval, with_interval
from vae.continuity.estimates import share_interval
from vae.sentences import Sentence, figures, phrase

Outcome = Literal["met", "not met", "open"]
Ruling = Literal[
    "holds", "holds partly", "does not hold here", "not decided", "cannot be decided here",
    "holds for this model", "holds partly for this model", "does not hold for this model", "not decided for this model",
]  # fmt: skip

HALF = 0.5  # of the pictures: what "real-looking" and "not real-looking" are told apart by
JUMP = 3.0  # largest step ÷ mean step from which a path is said to jump
EMPTY = 0.05  # of draws: five times the share of the codes themselves that lie in empty places
PRICE = 1.1  # how many times larger a squared error must be to be a price
SMALL = "0.5"  # the radius, in standard deviations of the codes, that counts as a small move


@dataclass(frozen=True)
class Claim:
    """One thing that a sentence says, with what decides it.

    claim : in words
    outcome : "met", "not met" or "open"
    evidence : the figures, in words
    keys : of the figures, in metrics.json; [role, key] each
    core : whether it bears the sentence by itself; what is true of the VAE alone, and might be of the AE as well, does not
    """

    claim: str
    outcome: Outcome
    evidence: str
    keys: tuple[tuple[str, str], ...]
    core: bool = True


@dataclass(frozen=True)
class Verdict:
    """A textbook sentence, what becomes of it, and why."""

    sentence: str
    ruling: Ruling
    reading: str
    claims: tuple[Claim, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "claims": [{**asdict(claim), "keys": [list(key) for key in claim.keys]} for claim in self.claims]}


def verdicts(ae: dict[str, Any] | None, vae: dict[str, Any] | None) -> list[Verdict]:
    """What the figures say of every textbook sentence.

    Parameters
    ----------
    ae, vae : the models' metrics, as `metrics.json` holds them; None for a model that is not examined. Claims whose figures
        are missing are left out, and a sentence without any that can be examined "cannot be decided here". Of one model
        alone only half of a sentence can be examined, and the ruling says that it is about this model.
    """
    alone = ae is None or vae is None
    return [_judge(sentence, reading, list(claims(_Pair(ae, vae))), alone) for sentence, reading, claims in SENTENCES]


def _judge(sentence: str, reading: str, claims: list[Claim], alone: bool) -> Verdict:
    core = {claim.outcome for claim in claims if claim.core}
    outcomes = core if core and "met" not in core else {claim.outcome for claim in claims}
    ruling: Ruling
    if not claims:
        ruling = "cannot be decided here"
    elif outcomes == {"met"}:
        ruling = "holds for this model" if alone else "holds"
    elif "met" in outcomes:
        ruling = "holds partly for this model" if alone else "holds partly"
    elif "open" in outcomes:
        ruling = "not decided for this model" if alone else "not decided"
    else:
        ruling = "does not hold for this model" if alone else "does not hold here"
    return Verdict(sentence, ruling, reading, tuple(claims))


NAMES = {"ae": phrase("the AE"), "vae": phrase("the VAE")}


class _Pair:
    """The figures of both models, and the claims that can be made of them; each gives one claim, or none where a figure is missing."""

    def __init__(self, ae: dict[str, Any] | None, vae: dict[str, Any] | None) -> None:
        self.metrics = {"ae": ae or {}, "vae": vae or {}}

    def less(self, claim: str, smaller: tuple[str, str], larger: tuple[str, str], times: float = 1.0) -> Iterator[Claim]:
        """That one figure is smaller than another, or the other more than `times` as large."""
        outcome = self._outcome(smaller, larger, times)
        if outcome is None:
            return
        sides = {"smaller": self.say(*smaller), "larger": self.say(*larger)}
        evidence = _against(outcome, times != 1, **sides)
        again = tuple((role, by_second(key)) for role, key in (smaller, larger))
        other = self._outcome(again[0], again[1], times)
        if other is not None and other != outcome:
            second = {"evidence": evidence, "smaller": self.say(*again[0]), "larger": self.say(*again[1])}
            evidence = _by_second(other, **second)
            outcome = outcome if "open" in (outcome, other) else "open"
        yield Claim(claim, outcome, evidence, (smaller, larger))

    def _outcome(self, smaller: tuple[str, str], larger: tuple[str, str], times: float) -> Outcome | None:
        """Whether one figure is smaller than another; None where one is missing."""
        low, high = (interval(self.metrics[role], key) for role, key in (smaller, larger))
        if low is None or high is None:
            return None
        return "met" if low[1] * times < high[0] else "not met" if low[0] * times > high[1] else "open"

    def below(self, claim: str, role: str, key: str, limit: float) -> Iterator[Claim]:
        """That a figure is below a limit: a virtue of one model, which the other may have, too."""
        for said in self._limit(claim, role, key, limit, "met", "not met"):
            yield replace(said, core=False)

    def above(self, claim: str, role: str, key: str, limit: float) -> Iterator[Claim]:
        """That a figure is above a limit."""
        yield from self._limit(claim, role, key, limit, "not met", "met")

    def _limit(self, claim: str, role: str, key: str, limit: float, under: Outcome, over: Outcome) -> Iterator[Claim]:
        bounds = interval(self.metrics[role], key)
        if bounds is None:
            return
        outcome: Outcome = under if bounds[1] < limit else over if bounds[0] > limit else "open"
        said = figures(f"{100 * limit:g}\N{NO-BREAK SPACE}%" if FIGURES[key].share else f"{limit:g}")
        yield Claim(claim, outcome, phrase("{figure}; the limit is {limit}", figure=self.say(role, key), limit=said), ((role, key),))

    def kept_nearby(self, claim: str) -> Iterator[Claim]:
        """That a small move keeps the class more often in the VAE; the curve holds shares alone, so their intervals are made here."""
        shares = {role: metrics.get("retention_curve", {}).get(SMALL) for role, metrics in self.metrics.items()}
        if None in shares.values() or not all(interval(metrics, "retention_auc") for metrics in self.metrics.values()):
            return
        bounds = {role: share_interval(share, self.metrics[role]["retention_auc"]["n"]) for role, share in shares.items()}
        outcome: Outcome = "met" if bounds["vae"][0] > bounds["ae"][1] else "not met" if bounds["vae"][1] < bounds["ae"][0] else "open"
        said = {
            role: _whose(f"{100 * shares[role]:.1f}\N{NO-BREAK SPACE}% [{100 * bounds[role][0]:.1f}, {100 * bounds[role][1]:.1f}]", role)
            for role in ("vae", "ae")
        }
        evidence = _against(outcome, False, smaller=said["vae"], larger=said["ae"])
        yield Claim(claim, outcome, evidence, (("vae", "retention_curve"), ("ae", "retention_curve")))

    def say(self, role: str, key: str) -> Sentence:
        """A figure with its interval and whose it is."""
        return _whose(with_interval(self.metrics[role], key), role)


def _whose(figure: str, role: str) -> Sentence:
    return phrase("{figure} in {whose}", figure=figures(figure), whose=NAMES[role])


def _against(outcome: Outcome, much: bool, **sides: Sentence) -> Sentence:
    """Two figures beside each other; `much` where one must be several times the other."""
    if outcome == "met":
        return phrase("{smaller} against {larger}", **sides)
    if outcome == "open":
        return phrase("{smaller} against {larger}: the intervals overlap", **sides)
    if much:
        return phrase("{smaller} against {larger}: not so much", **sides)
    return phrase("{smaller} against {larger}: the other way round", **sides)


def _by_second(outcome: Outcome, **said: Sentence) -> Sentence:
    """What the second classifier finds where it finds otherwise."""
    if outcome == "met":
        return phrase("{evidence}; a second classifier of another architecture bears it out: {smaller} against {larger}", **said)
    if outcome == "open":
        return phrase("{evidence}; a second classifier of another architecture leaves it open: {smaller} against {larger}", **said)
    return phrase(
        "{evidence}; a second classifier of another architecture finds it the other way round: {smaller} against {larger}", **said
    )


def _prior(pair: _Pair) -> Iterator[Claim]:
    yield from pair.less(
        phrase("The VAE's draws are closer to real images than the AE's (Fréchet distance)"),
        ("vae", "frechet_c_prior"),
        ("ae", "frechet_c_prior"),
    )
    yield from pair.below(phrase("Under half of the VAE's draws are unreal pictures"), "vae", "off_manifold_prior", HALF)
    yield from pair.above(phrase("Over half of the AE's draws are unreal pictures"), "ae", "off_manifold_prior", HALF)


def _smooth(pair: _Pair) -> Iterator[Claim]:
    yield from pair.less(
        phrase("The VAE's largest step is smaller, measured in mean steps"), ("vae", "step_max_ratio"), ("ae", "step_max_ratio")
    )
    yield from pair.above(phrase("The AE jumps: its largest step is over three mean steps"), "ae", "step_max_ratio", JUMP)
    yield from pair.less(
        phrase("What the pictures show changes less along the VAE's paths (path length in features)"),
        ("vae", "path_length"),
        ("ae", "path_length"),
    )
    yield from pair.less(phrase("Fewer frames on the VAE's paths are unreal"), ("vae", "off_manifold_path"), ("ae", "off_manifold_path"))


def _empty(pair: _Pair) -> Iterator[Claim]:
    fitted = "hole_mass_fitted"
    yield from pair.above(
        phrase("The AE has empty places: over 5 % of draws from a Gaussian fitted to its codes land in one"), "ae", fitted, EMPTY
    )
    yield from pair.below(phrase("The VAE has none: under 5 % of such draws do"), "vae", fitted, EMPTY)
    yield from pair.below(phrase("Nor does N(0, I) lead into empty places of the VAE: under 5 %"), "vae", "hole_mass_prior", EMPTY)
    for claim in pair.less(
        phrase("Between two images, the VAE's codes come back closer from decoding and encoding"), ("vae", "cycle_gap"), ("ae", "cycle_gap")
    ):
        yield replace(claim, core=False)  # a space without empty places may have a gap, too


def _kept(pair: _Pair) -> Iterator[Claim]:
    yield from pair.kept_nearby(phrase("Moved by half a standard deviation, more images keep their class in the VAE"))
    yield from pair.less(
        phrase("So they do on average over moves of 0 to 3 standard deviations"), ("ae", "retention_auc"), ("vae", "retention_auc")
    )


def _blur(pair: _Pair) -> Iterator[Claim]:
    yield from pair.less(phrase("The VAE's squared error is larger than the AE's"), ("ae", "recon_mse"), ("vae", "recon_mse"))
    yield from pair.less(phrase("The price is more than a tenth"), ("ae", "recon_mse"), ("vae", "recon_mse"), PRICE)


def _cannot(pair: _Pair) -> Iterator[Claim]:
    mixture = "frechet_c_mixture"
    yield from pair.less(
        phrase("With ten Gaussians fitted to its codes, the AE still draws worse than the VAE from N(0, I)"),
        ("vae", "frechet_c_prior"),
        ("ae", mixture),
    )
    yield from pair.above(phrase("Over half of these draws are unreal pictures"), "ae", "off_manifold_mixture", HALF)


SENTENCES: tuple[tuple[str, str, Callable[[_Pair], Iterator[Claim]]], ...] = (
    (
        "Drawing from N(0, I) gives real-looking pictures with a VAE and not with an AE.",
        phrase(
            "Of 10,000 draws each. A picture is unreal if it is farther from every real image, in our own features, than 99 % of unseen real ones are."
        ),
        _prior,
    ),
    (
        "Paths between two images are smooth in a VAE and jump in an AE.",
        phrase("Straight lines in code space between random pairs of test images."),
        _smooth,
    ),
    (
        "The AE's space has empty places between its codes, the VAE's has not.",
        phrase(
            "An empty place is farther from the nearest image's code than 99 % of codes are from theirs; so 1 % of the codes themselves lie in one. Whether the picture there is unreal is another matter."
        ),
        _empty,
    ),
    (
        "A small move keeps the class more often in a VAE.",
        phrase(
            "Moves are random, in standard deviations of each model's own codes; our classifier says whether the class of the image is kept."
        ),
        _kept,
    ),
    (
        "A VAE blurs: it pays for its continuity in reconstruction.",
        phrase("Blur is judged by the squared error of reconstructions of test images, not by the eye."),
        _blur,
    ),
    (
        "An AE cannot generate.",
        phrase("An AE has no distribution to draw from. Here it is given one: ten Gaussians fitted to its codes after training."),
        _cannot,
    ),
)
