"""What the figures of a scorecard are called, what they say in one sentence, and which of two models is better by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from vae.store.files import is_finite

Better = Literal["first", "second", "overlap"]


@dataclass(frozen=True)
class Figure:
    """One figure of `metrics.json`.

    key : in metrics.json
    title : for people
    sentence : what it is
    better : "lower", "higher", or "" where neither is better
    unit : what its sample size counts
    """

    key: str
    title: str
    sentence: str
    better: Literal["lower", "higher", ""] = "lower"
    unit: str = "images"

    @property
    def share(self) -> bool:
        """Whether it lies between 0 and 1 and is best read in per cent."""
        return self.key.startswith(("off_manifold_", "hole_mass_", "precision_", "recall_", "retention_auc"))

    def words(self, number: float, unit: bool = True) -> str:
        """`number` for people: three significant digits, or per cent with one decimal."""
        if isinstance(number, int):
            return str(number)
        if self.share:
            return f"{100 * number:.1f}" + ("\N{NO-BREAK SPACE}%" if unit else "")
        return (f"{number:.0f}" if abs(number) >= 100 else f"{number:#.3g}").replace("-", "\N{MINUS SIGN}")


FROM = {"prior": "N(0, I)", "fitted": "fitted Gaussian", "mixture": "mixture of 10", "learned": "learned prior"}

GROUPS: dict[str, tuple[Figure, ...]] = {
    "Reconstruction and likelihood": (
        Figure("recon_mse", "squared error", "Mean squared error per pixel between a test image and its decoding from the posterior mean."),
        Figure(
            "pca_mse",
            "squared error of PCA",
            "The same for the best linear autoencoder: as many principal components of the training images as the code has numbers.",
        ),
        Figure("sampled_mse", "squared error, drawn code", "The same, decoded from a code drawn from the posterior, as in training."),
        Figure(
            "elbo",
            "evidence bound",
            "Lower bound of the log-likelihood in nats per image, Gaussian decoder with the best constant variance.",
            "higher",
        ),
        Figure(
            "nll_200",
            "negative log-likelihood",
            "In nats per image, 200 samples from the posterior for each; Gaussian decoder with the best constant variance, pixels in [0, 1].",
        ),
        Figure(
            "elbo_binarized",
            "evidence bound, black and white",
            "Lower bound of the log-likelihood in nats per image of binarized test images under a Bernoulli decoder; one sample each.",
            "higher",
        ),
        Figure(
            "nll_200_binarized",
            "negative log-likelihood, black and white",
            "In nats per binarized test image (each pixel drawn once, white with its brightness as probability), 200 samples for each.",
        ),
        Figure("kl", "KL", "What the code says beyond the prior, in nats per image.", ""),
        Figure("active_units", "active units", "Dimensions whose posterior mean varies over the test images by more than 0.01.", ""),
    ),
    "Continuity": (
        Figure(
            "step_max_ratio",
            "largest step ÷ mean step",
            "Of the picture, over 64 steps between two test images. 1 is even; a jump shows as a large value.",
            unit="pairs",
        ),
        Figure(
            "path_length",
            "path length in features",
            "Squared speed of the features along the straight way between two encoded test images.",
            unit="pairs",
        ),
        Figure(
            "geodesic_ratio",
            "straight ÷ geodesic",
            "Length of the straight way between two test images, in the pictures, divided by that of the shortest way found. 1: it is the shortest.",
            unit="pairs",
        ),
        Figure("path_length_pixels", "path length in pixels", "Squared speed of the picture itself along the same ways.", unit="pairs"),
        Figure(
            "off_manifold_path",
            "unreal frames",
            "Share of frames between two images that are farther from every real image, in features, than 99 % of unseen real ones are.",
            unit="pairs",
        ),
        Figure("class_flips", "needless class changes", "Along a path, beyond the one that different ends require.", unit="pairs"),
        Figure(
            "cycle_gap",
            "cycle gap",
            "How far codes between two images come back from decoding and encoding, as a share of the codes' spread.",
            unit="pairs",
        ),
        Figure(
            "retention_auc",
            "class kept",
            "Share of images that keep their class when the code is moved by r standard deviations, averaged over r from 0 to 3.",
            "higher",
        ),
        *(
            Figure(
                f"hole_mass_{name}",
                f"empty places, {words}",
                "Share of draws that land in an empty place: farther from the nearest image's code than 99 % of codes are from theirs.",
                unit="draws",
            )
            for name, words in FROM.items()
        ),
        *(
            Figure(
                f"hole_mass_density_{name}",
                f"in thin places, {words}",
                "Share of draws where the aggregate posterior is thinner than at 99 % of unseen images' codes. For a VAE only.",
                unit="draws",
            )
            for name, words in FROM.items()
        ),
    ),
    "Samples": (
        *(
            Figure(
                f"frechet_c_{name}",
                f"Fréchet distance, {words}",
                "Between Gaussians fitted to our own features of decoded draws and of real images. Not FID.",
                unit="draws",
            )
            for name, words in {**FROM, "midpoints": "midpoints"}.items()
        ),
        *(
            Figure(
                f"frechet_second_{name}",
                f"Fréchet distance by a second classifier, {words}",
                "The same in the features of a classifier of another architecture, so that nothing hangs on one of them alone.",
                unit="draws",
            )
            for name, words in {**FROM, "midpoints": "midpoints"}.items()
        ),
        Figure(
            "frechet_c_pca",
            "Fréchet distance, PCA",
            "The same for draws from a Gaussian on the principal components, decoded by them.",
            unit="draws",
        ),
        *(
            Figure(
                f"off_manifold_{name}",
                f"unreal pictures, {words}",
                "Share of decoded draws that are unreal: farther from every real image, in features, than 99 % of unseen real ones are.",
                unit="draws",
            )
            for name, words in {**FROM, "midpoints": "midpoints"}.items()
        ),
        *(
            Figure(
                f"precision_{name}",
                f"precision, {words}",
                "Share of decoded draws that lie among real images (3 nearest neighbours, in features).",
                "higher",
                "draws",
            )
            for name, words in FROM.items()
        ),
        *(
            Figure(
                f"recall_{name}",
                f"recall, {words}",
                "Share of real images that lie among the decoded draws (3 nearest neighbours, in features).",
                "higher",
            )
            for name, words in FROM.items()
        ),
    ),
}

FIGURES: dict[str, Figure] = {figure.key: figure for group in GROUPS.values() for figure in group}


def value(metrics: dict[str, Any], key: str) -> float | None:
    """The bare number of a figure, which may come with an interval; None where it is missing."""
    found = metrics.get(key)
    number = found.get("value") if isinstance(found, dict) else found
    return number if is_finite(number) else None


def interval(metrics: dict[str, Any], key: str) -> tuple[float, float] | None:
    """The 95 % interval of a figure; None where it is missing or has none."""
    found = metrics.get(key)
    if not isinstance(found, dict) or not all(is_finite(found.get(end)) for end in ("low", "high")):
        return None
    return found["low"], found["high"]


def better(first: dict[str, Any], second: dict[str, Any], key: str) -> Better | None:
    """Which of two models' metrics is better by a figure, or that their intervals overlap.

    Two 95 % intervals that do not overlap are a cautious sign of a difference: chance alone would pull two equal models so
    far apart in fewer than one case of a hundred. None where a figure or its interval is missing, or neither direction is
    better.
    """
    return _apart(interval(first, key), interval(second, key), key)


def by_second(key: str) -> str:
    """The key of a Fréchet distance by the second classifier; "" for any other figure, which has no second one."""
    return key.replace("frechet_c_", "frechet_second_") if key.startswith("frechet_c_") else ""


def _apart(a: tuple[float, float] | None, b: tuple[float, float] | None, key: str) -> Better | None:
    """Which of two ranges of a figure is better, or that they overlap; None where one is missing or neither direction is better."""
    if a is None or b is None or not FIGURES[key].better:
        return None
    if a[0] <= b[1] and b[0] <= a[1]:
        return "overlap"
    return "first" if (a[1] < b[0]) == (FIGURES[key].better == "lower") else "second"


@dataclass(frozen=True)
class Spread:
    """The lowest and the highest that a figure came out at, over `seeds` trainings that differ in nothing but their seed."""

    low: float
    high: float
    seeds: int

    def words(self, figure: Figure) -> str:
        """For people: "0.00650–0.00661"."""
        return f"{figure.words(self.low, False)}\N{EN DASH}{figure.words(self.high)}"


def spread(runs: Sequence[dict[str, Any]], key: str) -> Spread | None:
    """How far a figure differs over `runs`, the metrics of trainings from several seeds; None where fewer than two of them have it."""
    found = [number for run in runs if (number := value(run, key)) is not None]
    return Spread(min(found), max(found), len(found)) if len(found) > 1 else None


def table(names: list[str], metrics: list[dict[str, Any]], seeds: Sequence[list[dict[str, Any]]] = ()) -> str:
    """The figures of one model or two as plain text, a line each: value, 95 % interval, sample size, and which is better.

    Where `seeds` holds, for each model, the figures of the same training from other seeds, a second line gives the lowest and
    the highest over all of them, and which is better whatever the seed.
    """
    width = 38
    runs = [[each, *others] for each, others in zip(metrics, seeds or [[] for _ in metrics], strict=True)]
    lines = ["figure".ljust(28) + "".join(name[: width - 2].ljust(width) for name in names) + ("better" if len(names) == 2 else "")]
    for group, figures in GROUPS.items():
        lines += ["", group]
        for figure in figures:
            if any(value(each, figure.key) is not None for each in metrics):
                verdict = _verdict(names, better(metrics[0], metrics[1], figure.key), "intervals") if len(metrics) == 2 else ""
                lines.append(figure.key.ljust(28) + "".join(_cell(each, figure.key).ljust(width) for each in metrics) + verdict)
                spreads = [spread(each, figure.key) for each in runs]
                if any(spreads):
                    cells = [f"{each.low:.4g} to {each.high:.4g}, {each.seeds} seeds" if each else "" for each in spreads]
                    ranges = [(each.low, each.high) if each else None for each in spreads]
                    verdict = _verdict(names, _apart(ranges[0], ranges[1], figure.key), "seeds") if len(metrics) == 2 else ""
                    lines.append(" " * 28 + "".join(cell.ljust(width) for cell in cells) + verdict)
    for name, each in zip(names, metrics, strict=True):
        reasons: dict[str, list[str]] = {}
        for key, reason in each.get("left_out", {}).items():
            reasons.setdefault(reason, []).append(key)
        lines += ["", *(f"{name}: without {', '.join(keys)}: {reason}" for reason, keys in reasons.items())] if reasons else []
    return "\n".join(line.rstrip() for line in lines)


def with_interval(metrics: dict[str, Any], key: str) -> str:
    """A figure for people with its interval: "13.2 % [12.6, 13.9]"; "–" where it is missing."""
    number, bounds, figure = value(metrics, key), interval(metrics, key), FIGURES[key]
    if number is None:
        return "–"
    return figure.words(number) + (f" [{', '.join(figure.words(bound, False) for bound in bounds)}]" if bounds else "")


def _verdict(names: list[str], which: Better | None, what: str) -> str:
    return {"first": names[0], "second": names[1], "overlap": f"{what} overlap", None: ""}[which]


def _cell(metrics: dict[str, Any], key: str) -> str:
    number, bounds = value(metrics, key), interval(metrics, key)
    if number is None:
        return "–"
    return f"{number:.4g}" + (f" [{bounds[0]:.4g}, {bounds[1]:.4g}] n={metrics[key].get('n', '?')}" if bounds else "")
