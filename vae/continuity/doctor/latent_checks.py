"""What can be wrong with codes: numbers that say nothing, depend on each other, or lie elsewhere than the prior."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae.continuity.doctor.case import Case
from vae.continuity.doctor.finding import Finding, Remedy, Sketch, beyond, numbers
from vae.continuity.doctor.surgery import gaussian_correlation
from vae.continuity.doctor.twosample import told_apart
from vae.continuity.estimates import Unmeasurable, mean_estimate, resampled_estimate, subsampled_estimate
from vae.continuity.likelihood import ACTIVE, SILENT
from vae.continuity.measures import kl_per_dimension
from vae.continuity.scorecard import NO_POSTERIOR
from vae.latent.sampling import prior
from vae.sentences import phrase

HALF = 0.5  # of the numbers, collapsed
TELLING = float(np.log(2))  # nats: what tells two images apart
DEPENDENT = 1.0  # nats of total correlation
ASTRAY = 0.5  # nats of a number's own KL: a mean that lies a standard deviation beside 0
TOLD = 0.8  # of codes told from draws
NARROW, WIDE = 0.005, 1.5  # between these a σ is that of a code that is told, or left to the prior
OUTSIDE = 0.02  # of all σ
MILDEST = 0.05  # β that is tried at least where more is advised


def need_posterior(case: Case) -> None:
    """Unmeasurable for an autoencoder."""
    if not case.variational:
        raise Unmeasurable(NO_POSTERIOR)


def weaker(case: Case, times: float = 4) -> dict[str, Any]:
    """The training with a smaller β."""
    return {"beta": float(f"{case.model.config.beta / times:.3g}")}


def stronger(case: Case, times: float = 4) -> dict[str, Any]:
    """The training with a larger β."""
    return {"beta": max(MILDEST, float(f"{case.model.config.beta * times:.3g}"))}


def collapsed(case: Case) -> Finding:
    """Numbers of the code that are the same for every image."""
    mean, std = case.posterior
    size = mean.shape[1]

    def silent(rows: np.ndarray) -> np.ndarray:
        variance = mean[rows].astype(np.float64).var(0)
        return variance <= (ACTIVE if case.variational else SILENT**2 * variance.max())

    figure = resampled_estimate(lambda rows: float(silent(rows).mean()), len(mean), case.seed, 50)
    count = round(figure.value * size)
    spectrum = np.sort(kl_per_dimension(mean, std))[::-1] if case.variational else np.sort(mean.std(0))[::-1]
    what = phrase("KL of each number, nats") if case.variational else phrase("standard deviation of each number over the images")
    fault = beyond(figure, HALF)
    used = size - count
    if case.variational and case.model.config.beta > 0:
        remedy = Remedy(phrase("Let the code say more with a smaller β"), weaker(case), "beta")
    else:
        remedy = Remedy(phrase("Give the code as many numbers as are used"), {"latent_dim": max(1, used)}, "smaller")
    return Finding(
        "collapsed", phrase("Collapsed numbers"), fault,
        phrase("{count} of {size} numbers of the code are the same for every image.", count=count, size=size) if count else phrase("All {size} numbers of the code are in use.", size=size),
        figure, phrase("share of numbers that say nothing"), HALF, True,
        Sketch("bars", what, [str(at + 1) for at in range(size)], [numbers(spectrum)]),
        remedy if fault else None,
    )  # fmt: skip


def _parts(case: Case) -> Sketch:
    split = case.split
    values = np.array([split.information.mean(), split.correlation.mean(), split.marginal.sum(1).mean()])
    caption = phrase(
        "the KL term taken apart, nats; of {count:,} images, information can be {most:.1f} at most",
        count=len(split.information),
        most=np.log(len(split.information)),
    )
    return Sketch("bars", caption, [phrase("information"), phrase("dependence"), phrase("marginals")], [numbers(values)])


def information(case: Case) -> Finding:
    """Whether a code says which image it is of."""
    need_posterior(case)
    split = case.split
    figure = mean_estimate(split.information, case.seed)
    most, fault = np.log(len(split.information)), beyond(figure, TELLING, above=False)
    said = phrase("A code says {nats:.2f} nats of which image it is of", nats=figure.value)
    return Finding(
        "information", phrase("Information"), fault,
        phrase("{said}: hardly more than nothing.", said=said) if fault else phrase("{said}; {most:.2f} would name one of {count:,} for certain.", said=said, most=most, count=len(split.information)),
        figure, phrase("index-code mutual information, nats"), TELLING, False, _parts(case),
        Remedy(phrase("Make a code worth more than its price"), weaker(case, 10), "beta") if fault else None,
    )  # fmt: skip


def dependence(case: Case) -> Finding:
    """Whether the numbers of the code say the same thing twice."""
    need_posterior(case)
    codes = case.codes.astype(np.float64)
    size = codes.shape[1]
    if size < 2:
        raise Unmeasurable(phrase("a code of one number has none that it could depend on"))
    if len(codes) < (fewest := 2 * (size + 2)):  # halves of them have correlations, too
        raise Unmeasurable(
            phrase(
                "the correlations of {size} numbers take {fewest} images, and there are {count}", size=size, fewest=fewest, count=len(codes)
            )
        )
    figure = subsampled_estimate(lambda rows: gaussian_correlation(codes[rows]), len(codes), case.seed)
    fault = beyond(figure, DEPENDENT)
    alive = codes.std(0) > 1e-6 * max(1e-30, float(codes.std(0).max()))
    matrix = np.zeros((size, size))
    if alive.sum() > 1:
        matrix[np.ix_(alive, alive)] = np.abs(np.corrcoef(codes[:, alive], rowvar=False))
    pairs = [(matrix[one, two], f"{one + 1}, {two + 1}") for one in range(size) for two in range(one)]
    pairs = sorted(pairs, reverse=True)[:8]
    said = phrase("The numbers of the code share {nats:.2f} nats by their correlations", nats=figure.value)
    return Finding(
        "dependence", phrase("Dependent numbers"), fault,
        phrase("{said}: they do not vary by themselves.", said=said) if fault else phrase("{said}: each varies nearly by itself.", said=said),
        figure, phrase("total correlation, its Gaussian part, nats"), DEPENDENT, True,
        Sketch("bars", phrase("largest correlations, by numbers of the code"), [name for _, name in pairs],
               [numbers(np.array([value for value, _ in pairs]))]),
        Remedy(phrase("Charge more for numbers that repeat each other"), stronger(case), "beta") if fault else None,
    )  # fmt: skip


def marginals(case: Case) -> Finding:
    """Whether each number of the code, over all images, is distributed as the prior's."""
    need_posterior(case)
    each = case.split.marginal
    worst = int(each.mean(0).argmax())
    figure = mean_estimate(each[:, worst], case.seed)
    fault = beyond(figure, ASTRAY)
    codes = case.codes[:, worst]
    reach = max(3.5, float(np.abs(codes).max()))
    edges = np.linspace(-reach, reach, 41)
    middles = (edges[1:] + edges[:-1]) / 2
    density = np.histogram(codes, edges, density=True)[0]
    said = phrase(
        "Number {number} of the code has mean {mean:.2f} and standard deviation {std:.2f} over the images",
        number=worst + 1,
        mean=codes.mean(),
        std=codes.std(),
    )
    return Finding(
        "marginals", phrase("Numbers beside the prior"), fault,
        phrase("{said}, where the prior has 0 and 1.", said=said) if fault else phrase("{said}, and no number is farther from N(0, 1).", said=said),
        figure, phrase("largest dimension-wise KL, nats"), ASTRAY, True,
        Sketch("curves", phrase("density of number {number}", number=worst + 1), [phrase("codes"), "N(0, 1)"],
               [numbers(density), numbers(np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi))], numbers(middles)),
        Remedy(phrase("Hold the codes closer to the prior"), stronger(case), "beta") if fault else None,
    )  # fmt: skip


def prior_mismatch(case: Case) -> Finding:
    """Whether codes of images and draws from N(0, I) can be told apart."""
    need_posterior(case)
    codes = case.codes
    figure = told_apart(codes, prior(len(codes), codes.shape[1], 1.0, case.seed), case.seed)
    fault = beyond(figure, TOLD)
    length = np.sqrt((codes.astype(np.float64) ** 2).sum(1))
    drawn = np.sqrt((prior(len(codes), codes.shape[1], 1.0, case.seed + 1).astype(np.float64) ** 2).sum(1))
    edges = np.linspace(0, float(max(length.max(), drawn.max())), 31)
    curves = [numbers(np.histogram(values, edges, density=True)[0]) for values in (length, drawn)]
    said = phrase("A classifier tells codes of images from draws of N(0, I) {share:.0f} % of the time", share=100 * figure.value)
    return Finding(
        "prior", phrase("Prior mismatch"), fault,
        phrase("{said}: such draws are codes that the decoder has not learned.", said=said) if fault else phrase("{said}; 50 % is chance.", said=said),
        figure, phrase("accuracy on held-out codes and draws"), TOLD, True,
        Sketch("curves", phrase("density of the codes' lengths"), [phrase("codes"), "N(0, I)"], curves, numbers((edges[1:] + edges[:-1]) / 2)),
        Remedy(phrase("Draw from Gaussians fitted to the codes (sample --distribution mixture), or hold them closer to the prior"),
               stronger(case), "beta") if fault else None,
    )  # fmt: skip


def deviations(case: Case) -> Finding:
    """Whether σ is that of a posterior: neither a point nor wider than the prior."""
    need_posterior(case)
    std = case.posterior[1]
    narrow, wide = (std < NARROW).mean(1), (std > WIDE).mean(1)
    figure = mean_estimate(narrow + wide, case.seed)
    fault = beyond(figure, OUTSIDE)
    points = bool(narrow.mean() >= wide.mean())
    edges = np.logspace(np.log10(min(NARROW / 4, float(std.min()))), np.log10(max(WIDE * 2, float(std.max()))), 31)
    counts = np.histogram(std, edges)[0] / std.size
    middle = float(np.median(std))
    if points:
        said = phrase(
            "{share:.0f} % of all σ are below {narrow:g}: such a posterior is a point, and the VAE an autoencoder.",
            share=100 * narrow.mean(),
            narrow=NARROW,
        )
        remedy = Remedy(phrase("Give the KL term more weight"), stronger(case, 10), "beta")
    else:
        said = phrase(
            "{share:.0f} % of all σ are above {wide:g}, wider than the prior, which no image asks for.", share=100 * wide.mean(), wide=WIDE
        )
        remedy = Remedy(phrase("Train more gently"), {"learning_rate": float(f"{0.3 * case.model.config.learning_rate:.2g}")}, "gentle")
    return Finding(
        "sigma", phrase("σ out of range"), fault, said if fault else phrase("σ lies between {narrow:g} and {wide:g}, half of all above {middle:.2g}.", narrow=NARROW, wide=WIDE, middle=middle),
        figure, phrase("share of σ below {narrow:g} or above {wide:g}", narrow=NARROW, wide=WIDE), OUTSIDE, True,
        Sketch("curves", phrase("share of all σ, by log₁₀ σ"), ["σ"], [numbers(counts)], numbers(np.log10(edges[1:] * edges[:-1]) / 2)),
        remedy if fault else None,
    )  # fmt: skip
