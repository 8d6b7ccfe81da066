"""The scorecard of one model: every figure the product reports about it, from a fixed seed.

It is made of `PARTS`, one after the other. A new figure is a function that adds it to a card, entered there with its keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vae.continuity import measures
from vae.continuity.estimates import Estimate, Unmeasurable, mean_estimate, short
from vae.continuity.geodesic import geodesic_ratio
from vae.continuity.pca import linear_errors, linear_model
from vae.data import Images
from vae.latent.mixture import TooFewCodes, chances, fit_mixture
from vae.latent.neighbours import Neighbours
from vae.latent.sampling import Gaussian, draw, noise
from vae.models import Autoencoder
from vae.models.flow import Flow
from vae.models.linear import LinearModel
from vae.sentences import phrase
from vae.store.classifiers import StoredJudge

DRAWS = 10_000
PAIRS = 256
GEODESICS = 32  # pairs; each takes a second or so
PATH_FRAMES = 65  # 64 steps
JUDGED = 2  # every second frame goes to the classifier
SPEEDS = 2000  # pairs of which `path_length` looks at one moment each
WEIGHED = 1000  # images of which the likelihood is estimated
SAMPLES = 200  # for each of them
RETAINED = 2000  # images that are moved about
RADII = np.linspace(0, 3, 13)
BATCH = 1000
ROUNDING = 1e-6  # a spread of codes below this share of their size is no spread

LEARNED, SECOND = "learned", "second"  # what a model or its images may have: a learned prior, a second classifier
DISTRIBUTIONS = {
    "prior": phrase("N(0, I)"), "fitted": phrase("a fitted Gaussian"), "mixture": phrase("a fitted mixture"),
    LEARNED: phrase("the learned prior"), "midpoints": phrase("midpoints of pairs"),
}  # fmt: skip
FITTED = ("prior", "fitted", "mixture")  # sampling distributions that every model has
SAMPLED = (*FITTED, LEARNED)  # those of the model, if it has a learned prior

LEFT_OUT = "left_out"  # key of the reasons why figures are missing
NO_JUDGE = phrase("there is no classifier for these data")
NO_CLASSES = phrase("the features are those of an encoder that tells no classes")
NO_POSTERIOR = phrase("an autoencoder's code is one point, without a posterior around it")
GREY = phrase("the decoder was trained on grey images and gives no probabilities of black and white")
TIME = phrase("it takes long and was left out; python -m vae evaluate measures it")
NO_TRAINING_IMAGES = phrase("the training images were not at hand")
SINGLE = phrase("it takes differences too small for float32, and the decoder computes in nothing finer")
NO_SPREAD = phrase("all images have the same code, so there is no spread to measure distances in")

Progress = Callable[[str], None]


@torch.inference_mode()
def scorecard(
    model: Autoencoder,
    test: Images,
    judge: StoredJudge | None,
    *,
    seed: int = 0,
    progress: Progress = lambda _: None,
    known: dict[str, Any] | None = None,
    train: Tensor | None = None,
    without: Collection[str] = (),
    learned: Flow | None = None,
    second: StoredJudge | None = None,
    draws: int | None = None,
    late: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """All figures of `model` on the `test` set, as plain JSON types.

    Parameters
    ----------
    model : in evaluation mode
    test : real images it was not trained on
    judge : whose features and classes the figures use; without one those that need features or classes are left out
    seed : of every draw
    progress : called with the name of each of `PARTS` as it begins
    known : figures of the same model, test set, classifier and seed that need not be computed again
    train : the images that the model was trained on, (N, C, H, W) uint8, for principal components; without them these are left out
    without : names of `PARTS` to leave out
    learned : the model's learned prior; nothing is said of one where there is none
    second : another judge of the same images, in whose features Fréchet distances are taken, too; likewise
    draws : codes that are drawn from each distribution, DRAWS if left out; of fewer, in proportion, fewer paths are walked
    late : whether there is no more time; asked before each part that is not of BASIC, which is then left out

    Returns
    -------
    dict of figures: an estimate is {"value", "low", "high", "n"} with a 95 % bootstrap interval, a count a number. A figure
    that cannot be computed is missing, and `left_out` holds the reason under its key. The definitions stand in
    `vae.continuity.measures`.
    """
    fits = judge is not None and judge.model.image_shape == model.config.image_shape
    subject = Subject(model, test, judge if fits else None, seed, train, learned, second, draws or DRAWS)
    known = known or {}
    card = Card({key: value for key, value in known.items() if key != LEFT_OUT}, dict(known.get(LEFT_OUT, {})))
    for part in parts(learned, second):
        progress(part.name)
        missing = [key for key in part.keys if key not in card]
        if not missing:
            continue
        if part.name in without or (part.name not in BASIC and late()):
            card.leave_out(missing, TIME)
        elif part.needs in ("judge", "classes") and subject.judge is None:
            card.leave_out(missing, NO_JUDGE)
        elif part.needs == "classes" and not subject.asked.classes:
            card.leave_out(missing, NO_CLASSES)
        elif part.needs == "posterior" and not subject.has_posterior:
            card.leave_out(missing, NO_POSTERIOR)
        elif part.needs == "train" and train is None:
            card.leave_out(missing, NO_TRAINING_IMAGES)
        else:
            try:
                part.run(subject, card)
            except (Unmeasurable, TooFewCodes) as reason:
                card.leave_out([key for key in part.keys if key not in card], str(reason))
    return {**card.figures, LEFT_OUT: card.left_out}


@dataclass(frozen=True)
class Card:
    """Figures as they come in, and why others are missing."""

    figures: dict[str, Any] = field(default_factory=dict[str, Any])
    left_out: dict[str, str] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.figures or key in self.left_out

    def add(self, key: str, figure: Callable[[], object]) -> None:
        """Enter what `figure` gives: an Estimate, values whose mean is meant (a Tensor or an array), or plain JSON types.

        A figure that is there already stays.
        """
        if key in self:
            return
        try:
            value = figure()
            if isinstance(value, Tensor):
                value = value.double().cpu().numpy()
            if isinstance(value, np.ndarray):
                value = mean_estimate(value)
            if isinstance(value, Estimate):
                value = value.to_dict()
            if not _finite(value):
                raise Unmeasurable(phrase("it did not come out as a number"))
        except Unmeasurable as reason:
            self.leave_out([key], str(reason))
        else:
            self.figures[key] = value

    def leave_out(self, keys: Iterable[str], reason: str) -> None:
        """Say why figures are missing."""
        self.left_out.update(dict.fromkeys(keys, reason))


@dataclass(frozen=True)
class Subject:
    """A model under examination, with what several figures need worked out once."""

    model: Autoencoder
    test: Images
    judge: StoredJudge | None
    seed: int
    train: Tensor | None = None
    learned: Flow | None = None
    second: StoredJudge | None = None
    count: int = DRAWS

    @cached_property
    def images(self) -> Tensor:
        """(N, C, H, W) float in [0, 1]."""
        return self.test.images.float() / 255

    @cached_property
    def posterior(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of every image's code, (N, D) each."""
        parts = [self.model.encode(part) for part in self.images.split(BATCH)]
        return torch.cat([part.mean for part in parts]), torch.cat([part.std for part in parts])

    @property
    def mean(self) -> Tensor:
        """(N, D)."""
        return self.posterior[0]

    @property
    def has_posterior(self) -> bool:
        """Whether codes are distributions, as a VAE's, or points, as an autoencoder's."""
        return bool((self.posterior[1] > 0).all())

    @cached_property
    def codes(self) -> np.ndarray:
        """The posterior means on the CPU, (N, D) float32."""
        return self.mean.cpu().numpy()

    @cached_property
    def radius(self) -> float:
        """Of the codes about their mean; 0 where they differ by rounding alone."""
        radius = measures.code_radius(self.codes)
        return radius if radius > ROUNDING * np.abs(self.codes).max() else 0.0

    @cached_property
    def drawn(self) -> Tensor:
        """One code drawn from each image's posterior, (N, D)."""
        mean, std = self.posterior
        return torch.from_numpy(draw(mean.cpu().numpy(), std.cpu().numpy())).to(mean.device)

    @cached_property
    def sampled_errors(self) -> Tensor:
        """Squared error per pixel of every image's decoding from a drawn code, (N,)."""
        mean, std = self.posterior
        codes = mean + std * torch.from_numpy(noise(len(mean), mean.shape[1], self.seed + 1)).to(mean.device)
        return self.errors(codes)

    @cached_property
    def pairs(self) -> np.ndarray:
        """Rows of two images each, (2, `count`)."""
        return np.random.default_rng(self.seed).integers(len(self.codes), size=(2, self.count))

    @cached_property
    def fitted(self) -> Gaussian:
        """The Gaussian fitted to the codes."""
        return Gaussian.fit(self.codes)

    @cached_property
    def linear(self) -> LinearModel:
        """Principal components of the training images, as many as the code has numbers."""
        if self.train is None:
            raise Unmeasurable(NO_TRAINING_IMAGES)
        return linear_model(self.train, self.model.config.latent_dim, self.seed)

    @property
    def asked(self) -> StoredJudge:
        """The judge; Unmeasurable where there is none."""
        if self.judge is None:
            raise Unmeasurable(NO_JUDGE)
        return self.judge

    @property
    def _flow(self) -> Flow:
        if self.learned is None:
            raise Unmeasurable(phrase("the model has no learned prior"))
        return self.learned

    @property
    def doubting(self) -> StoredJudge:
        """The second classifier; Unmeasurable where there is none."""
        if self.second is None:
            raise Unmeasurable(phrase("there is no second classifier for these data"))
        return self.second

    @cached_property
    def _kept(self) -> dict[str, Tensor]:
        return {}

    def draws(self, name: str) -> Tensor:
        """Codes (`count`, D) drawn from one of `DISTRIBUTIONS`; the same noise for every model of a code size."""
        if name not in self._kept:
            standard = noise(self.count, self.model.config.latent_dim, self.seed)
            if name == "prior":
                codes = standard
            elif name == "fitted":
                codes = self.fitted.sample(standard)
            elif name == "mixture":
                codes = fit_mixture(self.codes, self.seed).sample(self.count)[0].astype(np.float32)
            elif name == LEARNED:
                codes = self._flow.sample(standard, chances(self.count, self.seed))
            else:
                codes = (self.codes[self.pairs[0]] + self.codes[self.pairs[1]]) / 2
            self._kept[name] = torch.from_numpy(codes).to(self.mean.device)
        return self._kept[name]

    def features(self, name: str) -> Tensor:
        """φ of the decoded `draws(name)`, (`count`, F)."""
        key = f"features of {name}"
        if key not in self._kept:
            self._kept[key] = features_of(self.asked, self.decode(self.draws(name)))
        return self._kept[key]

    @cached_property
    def real_features(self) -> Tensor:
        """φ of the test images, (N, F)."""
        return features_of(self.asked, self.images.split(BATCH))

    @cached_property
    def real_features_again(self) -> Tensor:
        """The same by the second classifier."""
        return features_of(self.doubting, self.images.split(BATCH))

    @property
    def threshold(self) -> float:
        """Distance in φ from which a picture counts as off the manifold."""
        if self.asked.threshold is None:
            raise Unmeasurable(
                phrase(
                    "our {judge} cannot tell what is unreal: {why}",
                    judge=self.asked.kind,
                    why=self.asked.config.get("no_threshold", "it has no threshold"),
                )
            )
        return self.asked.threshold

    @cached_property
    def real_radii(self) -> Tensor:
        """Of the test images' manifold in φ, (N,)."""
        return measures.manifold_radii(self.real_features)

    def decode(self, codes: Tensor) -> Iterator[Tensor]:
        """Decoded pictures of `codes`, in parts of `BATCH`."""
        for part in codes.split(BATCH):
            yield self.model.decode(part)

    def errors(self, codes: Tensor) -> Tensor:
        """Squared error per pixel of every image decoded from its code in `codes` (N, D): (N,)."""
        parts = zip(self.images.split(BATCH), self.decode(codes), strict=True)
        return torch.cat([measures.squared_errors(part, pictures.cpu()) for part, pictures in parts])


def features_of(judge: StoredJudge, parts: Iterable[Tensor]) -> Tensor:
    """φ of pictures that come in parts (B, C, H, W): (N, F)."""
    return torch.cat([judge.model.features(pictures.to(judge.reference.device)) for pictures in parts])


# --- the parts ---------------------------------------------------------------------------------------------


def _reconstruction(subject: Subject, card: Card) -> None:
    card.add("recon_mse", lambda: subject.errors(subject.mean))
    card.add("active_units", lambda: measures.active_units(subject.codes))
    card.add("code_radius", lambda: short(subject.radius))


def _linear(subject: Subject, card: Card) -> None:
    """The error of the best linear autoencoder of the same code size, and how its draws look."""
    card.add("pca_mse", lambda: linear_errors(subject.linear, subject.images))
    card.add("frechet_c_pca", lambda: _linear_draws(subject))


def _linear_draws(subject: Subject) -> Estimate:
    if subject.judge is None:
        raise Unmeasurable(NO_JUDGE)
    codes = subject.linear.draws(torch.from_numpy(noise(subject.count, subject.model.config.latent_dim, subject.seed)))
    device = subject.asked.reference.device
    features = torch.cat([subject.asked.model.features(subject.linear.decode(part).to(device)) for part in codes.split(BATCH)])
    return measures.frechet_c(features.cpu().numpy(), subject.real_features.cpu().numpy(), subject.seed)


def _bound(subject: Subject, card: Card) -> None:
    mean, std = (values.double().cpu().numpy() for values in subject.posterior)
    kl = measures.kl_per_dimension(mean, std)
    card.add("kl", lambda: short(kl.sum()))
    card.add("kl_per_dimension", lambda: [short(value, 4) for value in kl])
    variance = _variance(subject)
    card.add("elbo", lambda: short(measures.gaussian_elbo(variance, kl.sum(), subject.model.config.pixels)))
    card.add("sampled_mse", lambda: subject.sampled_errors)


def _likelihood(subject: Subject, card: Card) -> None:
    """For a Gaussian decoder with the constant variance that suits it best, as in the bound."""
    mean, std = (values[:WEIGHED] for values in subject.posterior)
    weigh = measures.gaussian_log_likelihood(_variance(subject))
    images = subject.images[:WEIGHED].to(mean.device)
    card.add("nll_200", lambda: measures.nll_k(subject.model.decode, images, mean, std, weigh, SAMPLES, subject.seed).numpy())


def _binarized(subject: Subject, card: Card) -> None:
    """Of all test images, each pixel made black or white once, white with its brightness as probability (static binarization)."""
    if subject.model.config.likelihood != "bernoulli":
        raise Unmeasurable(GREY)
    model, generator = subject.model, torch.Generator().manual_seed(subject.seed)
    images = (torch.rand(subject.images.shape, generator=generator) < subject.images).float()
    posterior = [model.encode(part) for part in images.split(BATCH)]

    def estimate(samples: int) -> Tensor:
        weigh = measures.bernoulli_log_likelihood
        parts = zip(images.split(BATCH), posterior, strict=True)
        return torch.cat(
            [measures.nll_k(model.decode, part.to(model.device), q.mean, q.std, weigh, samples, subject.seed) for part, q in parts]
        )

    card.add("elbo_binarized", lambda: -estimate(1))
    card.add("nll_200_binarized", lambda: estimate(SAMPLES))


def _variance(subject: Subject) -> float:
    variance = subject.sampled_errors.mean().item()
    if not variance > 0:
        raise Unmeasurable(phrase("the reconstruction is perfect, and the best variance of a Gaussian decoder is then 0"))
    return variance


def _holes(names: tuple[str, ...], subject: Subject, card: Card) -> None:
    codes = Neighbours(subject.drawn)
    for name in names:
        card.add(f"hole_mass_{name}", partial(_hole_mass, subject, name, codes))


def _hole_mass(subject: Subject, name: str, codes: Neighbours) -> Tensor:
    return measures.hole_mass(subject.draws(name), codes)


def _thin_places(names: tuple[str, ...], subject: Subject, card: Card) -> None:
    mean, std = subject.posterior
    for name in names:
        card.add(f"hole_mass_density_{name}", partial(_thin_share, subject, name, mean.cpu(), std.cpu()))


def _thin_share(subject: Subject, name: str, mean: Tensor, std: Tensor) -> Tensor:
    return measures.hole_mass_density(subject.draws(name).cpu(), mean=mean, std=std, codes=subject.drawn.cpu())


def _quality(name: str, subject: Subject, card: Card) -> None:
    features, judge = subject.features(name), subject.asked
    card.add(f"frechet_c_{name}", lambda: measures.frechet_c(features.cpu().numpy(), subject.real_features.cpu().numpy(), subject.seed))
    card.add(f"off_manifold_{name}", lambda: measures.off_manifold(features, judge.reference, subject.threshold))


def _second_look(name: str, subject: Subject, card: Card) -> None:
    features, real = features_of(subject.doubting, subject.decode(subject.draws(name))), subject.real_features_again
    card.add(f"frechet_second_{name}", lambda: measures.frechet_c(features.cpu().numpy(), real.cpu().numpy(), subject.seed))


def _ratio(subject: Subject, card: Card) -> None:
    prior, fitted = (card.figures.get(f"frechet_c_{name}") for name in ("prior", "fitted"))
    if not prior or not fitted or not fitted["value"] > 0:
        raise Unmeasurable(phrase("one of the two distances is missing or 0"))
    card.add("frechet_ratio", lambda: short(prior["value"] / fitted["value"], 4))


def _coverage(name: str, subject: Subject, card: Card) -> None:
    features, real = subject.features(name), subject.real_features
    card.add(f"precision_{name}", lambda: measures.covered(features, real, subject.real_radii))
    card.add(f"recall_{name}", lambda: measures.recall(features, real))


def _retention(subject: Subject, card: Card) -> None:
    """Images keep their class when the code is moved by r in whitened space, and the area over r."""
    count = min(RETAINED, len(subject.codes))
    standard = noise(count, subject.codes.shape[1], subject.seed + 2)
    labels, device = subject.test.labels[:count], subject.asked.reference.device
    kept: list[np.ndarray] = []
    for radius in RADII:
        codes = torch.from_numpy(subject.fitted.perturb(subject.codes[:count], standard, float(radius)))
        classes = torch.cat([subject.asked.model(pictures.to(device)).argmax(1) for pictures in subject.decode(codes)])
        kept.append((classes.cpu() == labels).numpy())
    card.add("retention_auc", lambda: measures.retention_auc(np.array(kept), RADII))
    card.add("retention_curve", lambda: {f"{r:.3g}": short(share.mean(), 4) for r, share in zip(RADII, kept, strict=True)})


def _ways(subject: Subject) -> Iterator[tuple[Tensor, Tensor]]:
    """Codes (PATH_FRAMES, D) and pictures of the straight ways between the first pairs."""
    t = torch.linspace(0, 1, PATH_FRAMES, device=subject.mean.device)[:, None]
    first, second = subject.pairs[:, : max(1, PAIRS * subject.count // DRAWS)]
    for a, b in zip(subject.mean[first], subject.mean[second], strict=True):
        codes = a + (b - a) * t
        yield codes, subject.model.decode(codes)


def _paths(subject: Subject, card: Card) -> None:
    """Evenness and cycle gap of straight paths between random pairs of test images."""
    ratios, gaps = [], []
    for codes, pictures in _ways(subject):
        ratios.append(measures.step_max_ratio(measures.step_sizes(pictures)))
        if subject.radius > 0:
            gaps.append(measures.cycle_gap(subject.model, codes, subject.radius, pictures).mean().item())
    card.add("step_max_ratio", lambda: np.array(ratios))
    if subject.radius > 0:
        card.add("cycle_gap", lambda: np.array(gaps))
    else:
        card.leave_out(["cycle_gap"], NO_SPREAD)


def _judged_paths(subject: Subject, card: Card) -> None:
    """What the judge says of every second frame."""
    judge = subject.asked
    features: list[Tensor] = []
    for _, pictures in _ways(subject):
        features.append(judge.model.features(pictures[::JUDGED].to(judge.reference.device)))

    def unreal() -> np.ndarray:
        threshold = subject.threshold
        return np.array([measures.off_manifold(each, judge.reference, threshold).double().mean().item() for each in features])

    card.add("off_manifold_path", unreal)
    if judge.classes:
        flips = [measures.class_flips(judge.classifier.head(each).argmax(1).cpu().numpy()[None])[0] for each in features]
        card.add("class_flips", lambda: np.array(flips))
    else:
        card.leave_out(["class_flips"], NO_CLASSES)


def _geodesics(subject: Subject, card: Card) -> None:
    """How much longer than the geodesic the straight path between random pairs of test images is."""
    first, second = subject.pairs[:, :GEODESICS]
    with torch.inference_mode(False):
        model = deepcopy(subject.model)  # weights that were loaded in inference mode cannot be differentiated through
    ratios = [geodesic_ratio(model.paint, a, b) for a, b in zip(subject.mean[first], subject.mean[second], strict=True)]
    card.add("geodesic_ratio", lambda: np.array(ratios))


def _speed(features: bool, subject: Subject, card: Card) -> None:
    """Path length in φ or in pixels, in float64, which some accelerators lack: so on the CPU."""
    model = deepcopy(subject.model).cpu().double()
    judge = deepcopy(subject.asked.model).cpu().double() if features else None
    if not _in_double(model, subject):
        raise Unmeasurable(SINGLE)
    first, second = subject.pairs[:, :SPEEDS]
    t = torch.from_numpy(np.random.default_rng(subject.seed + 3).random(len(first)))
    ends = torch.from_numpy(subject.codes).double()

    def generate(codes: Tensor) -> Tensor:
        pictures = model.decode(codes)
        return pictures if judge is None else judge.features(pictures)

    parts = zip(ends[first].split(BATCH), ends[second].split(BATCH), t.split(BATCH), strict=True)
    speeds = torch.cat([measures.path_length(generate, *part) for part in parts])
    card.add("path_length" if features else "path_length_pixels", lambda: speeds)


def _in_double(model: Autoencoder, subject: Subject) -> bool:
    """Whether a decoder computes in float64 once its weights are; one that others have made may not."""
    try:
        return model.decode(torch.from_numpy(subject.codes[:1]).double()).dtype == torch.float64
    except (RuntimeError, ValueError):
        return False


def _judge_hash(subject: Subject, card: Card) -> None:
    card.add("classifier_sha256", lambda: subject.asked.sha256)


@dataclass(frozen=True)
class Part:
    """Some figures that are computed together.

    name : what progress says
    keys : of the figures it adds
    run : adds them to a card, or raises Unmeasurable
    needs : "judge", "classes" (of a judge), "posterior" or "train" where it cannot do without
    of : LEARNED, SECOND or both, where it is about these, and not there without them
    """

    name: str
    keys: tuple[str, ...]
    run: Callable[[Subject, Card], None]
    needs: str = ""
    of: tuple[str, ...] = ()


def _needed(distribution: str) -> tuple[str, ...]:
    return (LEARNED,) if distribution == LEARNED else ()


PARTS: tuple[Part, ...] = (
    Part(phrase("reconstruction"), ("recon_mse", "active_units", "code_radius"), _reconstruction),
    Part(phrase("principal components"), ("pca_mse", "frechet_c_pca"), _linear, "train"),
    Part(phrase("evidence bound"), ("kl", "kl_per_dimension", "elbo", "sampled_mse"), _bound, "posterior"),
    Part(phrase("likelihood"), ("nll_200",), _likelihood, "posterior"),
    Part(phrase("likelihood of binarized images"), ("elbo_binarized", "nll_200_binarized"), _binarized, "posterior"),
    Part(phrase("holes"), tuple(f"hole_mass_{name}" for name in FITTED), partial(_holes, FITTED)),
    Part(phrase("holes of the learned prior"), ("hole_mass_learned",), partial(_holes, (LEARNED,)), of=(LEARNED,)),
    Part(phrase("thin places"), tuple(f"hole_mass_density_{name}" for name in FITTED), partial(_thin_places, FITTED), "posterior"),
    Part(
        phrase("thin places of the learned prior"),
        ("hole_mass_density_learned",),
        partial(_thin_places, (LEARNED,)),
        "posterior",
        (LEARNED,),
    ),
    Part(phrase("classifier"), ("classifier_sha256",), _judge_hash, "judge"),
    *(
        Part(
            phrase("quality of {what}", what=words),
            (f"frechet_c_{name}", f"off_manifold_{name}"),
            partial(_quality, name),
            "judge",
            _needed(name),
        )
        for name, words in DISTRIBUTIONS.items()
    ),
    *(
        Part(
            phrase("second look at {what}", what=words),
            (f"frechet_second_{name}",),
            partial(_second_look, name),
            "judge",
            (SECOND, *_needed(name)),
        )
        for name, words in DISTRIBUTIONS.items()
    ),
    Part(phrase("ratio"), ("frechet_ratio",), _ratio, "judge"),
    *(
        Part(
            phrase("coverage of {what}", what=DISTRIBUTIONS[name]),
            (f"precision_{name}", f"recall_{name}"),
            partial(_coverage, name),
            "judge",
            _needed(name),
        )
        for name in SAMPLED
    ),
    Part(phrase("freedom"), ("retention_auc", "retention_curve"), _retention, "classes"),
    Part(phrase("paths"), ("step_max_ratio", "cycle_gap"), _paths),
    Part(phrase("path length in pixels"), ("path_length_pixels",), partial(_speed, False)),
    Part(phrase("path length"), ("path_length",), partial(_speed, True), "judge"),
    Part(phrase("geodesics"), ("geodesic_ratio",), _geodesics),
    Part(phrase("frames of paths"), ("off_manifold_path", "class_flips"), _judged_paths, "judge"),
)


def parts(learned: Flow | None, second: StoredJudge | None) -> tuple[Part, ...]:
    """`PARTS`, or those of them that there are without a learned prior or a second classifier."""
    missing = {name for name, there in ((LEARNED, learned), (SECOND, second)) if there is None}
    return tuple(part for part in PARTS if not missing & set(part.of))


def still_true(stored: dict[str, Any], **facts: object) -> dict[str, Any]:
    """Those of the figures `stored` that are of the same things; {} where they are of another model, seed, judge, test set or number of draws.

    Parameters
    ----------
    stored : as metrics.json holds them; older files do not say all that they are of
    facts : seed, weights_sha256, classifier_sha256 and test_images, of which what is not told is not compared, and prior_sha256 and
        second_sha256, None where there is none
    """
    optional = {LEARNED: "prior_sha256", SECOND: "second_sha256"}
    if stored.get("draws", DRAWS) != DRAWS or any(
        stored.get(key, value) != value for key, value in facts.items() if key not in optional.values()
    ):
        return {}
    changed = {name for name, key in optional.items() if stored.get(key) != facts.get(key)}
    stale = {key for part in PARTS if changed & set(part.of) for key in part.keys} | {optional[name] for name in changed}
    kept = {key: value for key, value in stored.items() if key not in stale}
    if LEFT_OUT in kept:
        kept[LEFT_OUT] = {key: reason for key, reason in kept[LEFT_OUT].items() if key not in stale}
    return kept


BASIC = ("reconstruction", "principal components", "holes")  # made whatever the time
SLOW = (
    "likelihood",
    "likelihood of binarized images",
    "thin places",
    "thin places of the learned prior",
    "path length in pixels",
    "path length",
    "geodesics",
    "frames of paths",
)


def _finite(value: object) -> bool:
    """Whether `value` holds no number that JSON cannot write."""
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    return not isinstance(value, float) or math.isfinite(value)
