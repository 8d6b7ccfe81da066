"""What can be wrong with pictures: they do not follow the code, are blurred, are worse than linear ones, or are copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vae.continuity.doctor.advice import longer
from vae.continuity.doctor.amortisation import amortisation_gap
from vae.continuity.doctor.case import Case
from vae.continuity.doctor.copying import copies
from vae.continuity.doctor.finding import Finding, Remedy, Sketch, beyond, numbers
from vae.continuity.doctor.latent_checks import need_posterior, stronger, weaker
from vae.continuity.doctor.png import addresses
from vae.continuity.doctor.spectrum import fine_power, power
from vae.continuity.estimates import Unmeasurable, ratio_estimate, resampled_estimate
from vae.continuity.likelihood import ACTIVE
from vae.continuity.measures import kl_per_dimension, squared_errors
from vae.continuity.pca import linear_errors, linear_model
from vae.sentences import phrase

SHOWN = 8  # pictures in a row
UNDONE = 0.5  # of what training makes small, left by the encoder
HEEDED = 0.1  # of the error with another image's code, saved by one's own
FINE_KEPT = 0.25  # of the originals' power above a quarter cycle per pixel
LINEAR = 1.0  # of the error of PCA
ABOVE_LADDER = 1.25  # times the error that the ladder reaches at the same KL
COPIED = 0.65  # of draws nearer to a training than to a test image
OVERFITTED = 2.0  # times the error on training images


def amortisation(case: Case) -> Finding:
    """Whether a better posterior than the encoder's is found for single images."""
    if case.variational and case.model.config.foreign is not None and not case.model.config.beta:
        raise Unmeasurable(phrase("how heavily the KL term weighed in its training is not known"))
    gap = amortisation_gap(case)
    figure = ratio_estimate(gap.encoder - gap.optimised, gap.encoder, case.seed)
    fault = beyond(figure, UNDONE)
    nats = float((gap.encoder - gap.optimised).mean())
    said = phrase(
        "Codes optimised for single images take {share:.0f} % ({nats:.0f} nats) off what is left to learn",
        share=100 * figure.value,
        nats=nats,
    )
    worst = torch.from_numpy(np.argsort(gap.optimised - gap.encoder)[:SHOWN].copy())
    return Finding(
        "amortisation", phrase("Amortisation gap"), fault, phrase("{said}: the encoder does not find them.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of the loss that optimised codes take off"), UNDONE, True,
        picture_rows(phrase("where the gap is widest"), {phrase("original"): gap.images[worst], phrase("by the encoder"): gap.before[worst],
                                                phrase("optimised"): gap.after[worst]}),
        longer(case.model.config) if fault else None,
    )  # fmt: skip


def ignored(case: Case) -> Finding:
    """Whether the decoder looks at the code."""
    count = len(case.images)
    if count < 2:
        raise Unmeasurable(phrase("one test image has no other whose code it could be given"))
    others = case.decode(np.roll(case.own, count // 2, 0))
    swapped = squared_errors(case.images, others).cpu().numpy()
    figure = ratio_estimate(swapped - case.errors, swapped, case.seed)
    fault = beyond(figure, HEEDED, above=False)
    said = phrase("An image's own code saves {share:.0f} % of the squared error that another image's code makes", share=100 * figure.value)
    config = case.model.config
    if case.variational and config.beta > 0:
        remedy = Remedy(phrase("Make a code worth more than its price"), weaker(case, 10), "beta")
    else:
        remedy = Remedy(
            phrase("Start again more gently"),
            {"learning_rate": float(f"{0.3 * config.learning_rate:.2g}"), "seed": config.seed + 1},
            "gentle",
        )
    return Finding(
        "ignored", phrase("Decoder that ignores the code"), fault, phrase("{said}: the decoder hardly looks at it.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("share of the error that the own code saves"), HEEDED, False,
        picture_rows(phrase("with the own code and with another's"), {phrase("original"): case.images[:SHOWN], phrase("own code"): case.rebuilt[:SHOWN],
                                                             phrase("another's"): others[:SHOWN]}),
        remedy if fault else None,
    )  # fmt: skip


def blur(case: Case) -> Finding:
    """Whether reconstructions keep fine detail."""
    if min(case.images.shape[2:]) < 8:
        raise Unmeasurable(phrase("pictures of fewer than eight pixels have no fine detail"))
    original, rebuilt = fine_power(case.images).numpy(), fine_power(case.rebuilt).numpy()
    if original.mean() <= 0:
        raise Unmeasurable(phrase("the images themselves have no fine detail"))
    figure = ratio_estimate(rebuilt, original, case.seed)
    fault = beyond(figure, FINE_KEPT, above=False)
    frequencies, real = power(case.images)
    made = power(case.rebuilt)[1]
    floor = 1e-4 * float(real.mean(0).max())
    said = phrase("Reconstructions keep {share:.0f} % of the originals' fine detail", share=100 * figure.value)
    config = case.model.config
    idle = case.variational and config.beta > 0 and bool((case.posterior[0].var(0) <= ACTIVE).any())
    if idle:  # there is room in the code that β keeps empty
        remedy = Remedy(phrase("Let the code say more with a smaller β"), weaker(case), "beta")
    else:
        remedy = Remedy(phrase("Give the code more numbers"), {"latent_dim": min(4096, 2 * config.latent_dim)}, "wider")
    return Finding(
        "blur", phrase("Blur"), fault, phrase("{said}: they are blurred.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("power above a quarter cycle per pixel, of the originals'"), FINE_KEPT, False,
        Sketch("curves", phrase("log₁₀ of the power, by cycles per pixel"), [phrase("originals"), phrase("reconstructions")],
               [numbers(np.log10(values.mean(0).numpy() + floor)) for values in (real, made)], numbers(frequencies.numpy())),
        remedy if fault else None,
    )  # fmt: skip


def linear(case: Case) -> Finding:
    """Whether as many principal components would rebuild the images as well."""
    components = linear_model(case.train, case.model.config.latent_dim, case.seed)
    images = case.images.cpu()
    expected = linear_errors(components, images).numpy()
    if not expected.mean() > 1e-9:
        raise Unmeasurable(phrase("as many principal components rebuild these images without any error"))
    figure = ratio_estimate(case.errors, expected, case.seed)
    fault = beyond(figure, LINEAR)
    config = case.model.config
    said = phrase("Its squared error is {ratio:.2f} times that of PCA with as many numbers", ratio=figure.value)
    if config.architecture != "residual" and config.likelihood == "gaussian":
        remedy = Remedy(
            phrase("Try the nets that begin as PCA"), {"architecture": "residual", "hidden": None, "dense": 0, "batch_size": 64}, "residual"
        )
    else:
        remedy = longer(config)
    return Finding(
        "linear", phrase("Worse than PCA"), fault, phrase("{said}: the nets have learned less than straight lines.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("squared error ÷ that of PCA"), LINEAR, True,
        picture_rows(phrase("rebuilt by the model and by PCA"), {phrase("original"): images[:SHOWN], phrase("model"): case.rebuilt[:SHOWN],
                                                        phrase("PCA"): components.decode(components.encode(images[:SHOWN]))}),
        remedy if fault else None,
    )  # fmt: skip


def rate(case: Case) -> Finding:
    """Whether the ladder's models rebuild better for as many nats."""
    need_posterior(case)
    steps = sorted(case.ladder, key=lambda step: step.rate)
    if len(steps) < 2:
        raise Unmeasurable(phrase("there is no ladder of VAEs of these data and this code size, with figures, to stand beside"))
    nats = float(kl_per_dimension(*case.posterior).sum())
    if nats < steps[0].rate:
        raise Unmeasurable(
            phrase("its KL of {nats:.1f} nats is below those of the ladder, which begin at {rate:.1f}", nats=nats, rate=steps[0].rate)
        )
    rates = np.array([step.rate for step in steps])
    reached = np.minimum.accumulate([step.distortion for step in steps])
    bar = float(np.exp(np.interp(nats, rates, np.log(reached))))
    figure = resampled_estimate(lambda rows: float(case.errors[rows].mean()) / bar, len(case.errors), case.seed)
    fault = beyond(figure, ABOVE_LADDER)
    near = min(steps, key=lambda step: abs(step.rate - nats))
    own = {
        name: getattr(near.config, name) for name in ("architecture", "hidden", "dense", "beta", "epochs", "batch_size", "learning_rate")
    }
    said = phrase(
        "With {nats:.1f} nats of KL its squared error is {ratio:.2f} times that of the ladder's models at as many",
        nats=nats,
        ratio=figure.value,
    )
    return Finding(
        "rate", phrase("Rate and distortion"), fault, phrase("{said}: they make more of them.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("squared error ÷ the ladder's at the same KL"), ABOVE_LADDER, True,
        Sketch("curves", phrase("squared error by nats of KL"), [phrase("ladder")], [numbers(reached)], numbers(rates),
               {"this model": (float(f"{nats:.4g}"), float(f"{case.errors.mean():.4g}"))}),
        Remedy(phrase("Train it as {name} was", name=near.name), own, "as-ladder") if fault else None,
    )  # fmt: skip


def memorisation(case: Case) -> Finding:
    """Whether draws are copies of training images."""
    pictures = case.decode(case.draws)
    found = copies(pictures, case.train, case.test, case.seed)
    fault = beyond(found.figure, COPIED)
    nearest = torch.from_numpy(np.argsort(-found.nearness)[:SHOWN].copy())
    where = phrase("N(0, I)") if case.variational else phrase("a Gaussian fitted to the codes")
    said = phrase(
        "{share:.0f} % of draws from {where} are nearer to a training image than to any of as many test images",
        share=100 * found.figure.value,
        where=where,
    )
    return Finding(
        "memorisation", phrase("Memorisation"), fault, phrase("{said}: it draws what it has seen.", said=said) if fault else phrase("{said}; 50 % is chance.", said=said),
        found.figure, phrase("share of draws nearer to a training image"), COPIED, True,
        picture_rows(phrase("draws, and the nearest images"), {phrase("draw"): pictures[nearest], phrase("training"): found.nearest_train[nearest],
                                                      phrase("test"): found.nearest_test[nearest]}),
        _looser(case) if fault else None,
    )  # fmt: skip


def overfitting(case: Case) -> Finding:
    """Whether test images are rebuilt much worse than training images."""
    test, train = case.errors, case.train_errors
    draws = np.random.default_rng(case.seed)

    def ratio(rows: np.ndarray) -> float:
        others = rows if len(train) == len(test) else draws.integers(len(train), size=len(train))
        return float(test[rows].mean() / max(1e-12, train[others].mean()))

    figure = resampled_estimate(ratio, len(test), case.seed)
    fault = beyond(figure, OVERFITTED)
    worst = torch.from_numpy(np.argsort(-test)[:SHOWN].copy())
    said = phrase("The squared error on test images is {ratio:.2f} times that on training images", ratio=figure.value)
    return Finding(
        "overfitting", phrase("Overfitting"), fault, phrase("{said}: it has learned these by heart.", said=said) if fault else phrase("{said}.", said=said),
        figure, phrase("squared error, test ÷ training"), OVERFITTED, True,
        picture_rows(phrase("the test images rebuilt worst"), {phrase("original"): case.images[worst], phrase("rebuilt"): case.rebuilt[worst]}),
        _looser(case) if fault else None,
    )  # fmt: skip


def _looser(case: Case) -> Remedy:
    """Against learning by heart."""
    config = case.model.config
    if case.variational:
        return Remedy(phrase("Charge more for what a code says"), stronger(case), "beta")
    narrower: dict[str, Any] = {"hidden": tuple(max(8, width // 2) for width in config.hidden)}
    return Remedy(phrase("Give the nets less room to learn images by heart"), narrower, "narrower")


def picture_rows(caption: str, rows: Mapping[str, Tensor]) -> Sketch:
    """Rows of pictures (N, C, H, W) in [0, 1], by what each is called."""
    return Sketch("pictures", caption, list(rows), pictures=[addresses(row) for row in rows.values()])
