"""The certificate of a pair of models, or of one: everything that its page shows and its JSON file says.

It uses the figures that stand in `metrics.json` and computes those that are missing.
"""

from __future__ import annotations

import io
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vae import data
from vae.continuity import measures
from vae.continuity.comparison import GROUPS, better
from vae.continuity.scorecard import DRAWS, LEARNED, LEFT_OUT, parts, scorecard, still_true
from vae.continuity.verdicts import verdicts
from vae.data import DataError, Images
from vae.latent.mixture import TooFewCodes, chances, fit_mixture
from vae.latent.paths import evenly, lerp
from vae.latent.projection import Map
from vae.latent.sampling import Gaussian, noise
from vae.models import Autoencoder
from vae.models.flow import Flow
from vae.sentences import about, exchanged, phrase
from vae.store.atlases import Atlas, load_atlas
from vae.store.checkpoints import find_model, load_model, weights_sha256
from vae.store.classifiers import Pictures, StoredJudge, load_judge, load_second
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS
from vae.store.metrics import read_figures
from vae.store.names import printable
from vae.store.priors import NoPrior, load_prior, prior_sha256

WALL = 64  # pictures on a wall of draws
STRIPS = 4  # pairs of images between which a film strip is shown
STRIP_FRAMES = 13
PLANE = 20  # pictures along each side of a decoded plane
TERRAIN = 144  # places along each side of a terrain
SCALE = 3  # pixels along each side of such a place
MAP_MARGIN = 0.03  # of the map's size, around it
PACKAGES = ("torch", "numpy", "scipy", "scikit-learn", "pillow", "safetensors")

# From a code that comes back to one that does not; readable on light and on dark, and without telling red from green.
RAMP = ("#12324f", "#1c6a7d", "#6fae93", "#f3dd8f", "#e58a4e", "#a3222c")

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Certificate:
    """What was found.

    facts : plain JSON types: what was compared, figures, verdicts, film strips in words, provenance
    pictures : PNG files by name: "0/prior" is the first model's wall of draws from N(0, I), and so on
    """

    facts: dict[str, Any]
    pictures: dict[str, bytes]


@torch.inference_mode()
def certify(names: list[str], *, seed: int = 0, device: str | None = None, progress: Progress = lambda *_: None) -> Certificate:
    """Examine one model or two of the same data.

    Parameters
    ----------
    names : one or two, under `checkpoints/` or paths; of an AE and a VAE, the AE comes first on the page
    seed : of every draw
    device : where to compute; by default the best there is
    progress : called with the share that is done, 0 to 1, and what is going on

    Raises
    ------
    CheckpointError
        If a model cannot be used, or has neither an atlas nor a data set on disk to take codes from.
    ValueError
        If the two are of different data, or the same one is named twice.
    """
    subjects = [CertifiedModel(name, device, seed) for name in names]
    if len({subject.folder.resolve() for subject in subjects}) < len(subjects):
        raise ValueError(phrase("a model is compared with another one, not with itself; give its name once for a certificate of its own"))
    if len({(subject.model.config.data, subject.model.config.image_shape) for subject in subjects}) > 1:
        said = " and ".join(f"{subject.name} (on {data.label(subject.model.config.data)})" for subject in subjects)
        raise ValueError(phrase("{said} were trained on different data; compare two models of the same data", said=said))
    subjects.sort(key=lambda subject: subject.role == "vae")  # stable: two of a kind stay in order

    pictures: dict[str, bytes] = {}
    shares = np.linspace(0, 1, len(subjects) + 2)  # the last share is for the pictures of all
    for at, subject in enumerate(subjects):
        subject.measure(_between(progress, shares[at], shares[at + 1]))
    rows = np.random.default_rng(seed).integers(min(len(subject.codes) for subject in subjects), size=(2, DRAWS))[:, :STRIPS].T
    exhibits = []
    for at, subject in enumerate(subjects):
        progress(shares[-2] + (shares[-1] - shares[-2]) * at / len(subjects), about(subject.name, phrase("pictures")))
        pictures |= {f"{at}/{name}": png(wall(drawn)) for name, drawn in subject.walls.items()}
        if subject.plane is not None:
            pictures[f"{at}/plane"] = png(subject.plane)
        strips = [subject.strip(*pair) for pair in rows]
        pictures |= {f"{at}/strip/{row}": png(wall(strip.pictures, columns=STRIP_FRAMES, gap=1)) for row, strip in enumerate(strips)}
        exhibits.append([strip.facts for strip in strips])
    reach = max((subject.terrain_reach for subject in subjects), default=0.0)
    for at, subject in enumerate(subjects):
        if subject.gaps is not None and reach > 0:
            pictures[f"{at}/terrain"] = png(terrain(subject.gaps, reach))
    if (images := subjects[0].images) is not None:
        pictures |= {
            f"original/{row}": png(wall(images.images[list(pair)].float() / 255, columns=2, gap=1))
            for row, pair in enumerate(rows.tolist())
        }
    progress(1.0, phrase("done"))
    return Certificate(_facts(subjects, exhibits, rows, seed, reach), pictures)


def _between(progress: Progress, start: float, end: float) -> Progress:
    return lambda done, words: progress(start + done * (end - start), words)


def _facts(
    subjects: list[CertifiedModel], exhibits: list[list[dict[str, Any]]], rows: np.ndarray, seed: int, reach: float
) -> dict[str, Any]:
    metrics = [subject.metrics for subject in subjects]
    roles = [subject.role for subject in subjects]
    alike = len(set(roles)) < len(roles)  # two of a kind: the textbook has nothing to say of them
    of = {
        role: None if alike else next((each for each, own in zip(metrics, roles, strict=True) if own == role), None)
        for role in ("ae", "vae")
    }
    images = subjects[0].images
    judge = subjects[0].judge
    names = [subject.name for subject in subjects]
    return {
        "certificate": "Continuum",
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": f"python -m vae certify {names[0]}" + "".join(f" --against {name}" for name in names[1:]) + f" --seed {seed} --out certificate.html",
        "seed": seed,
        "data": Path(subjects[0].model.config.data).name,  # no paths of this machine in what is handed out
        "test_images": next((each["test_images"] for each in metrics if "test_images" in each), None),
        "models": [subject.facts for subject in subjects],
        "differences": _differences(subjects),
        "verdicts": [verdict.to_dict() for verdict in verdicts(of["ae"], of["vae"])],
        "figures": [
            {"key": figure.key, "group": group, "title": figure.title, "meaning": figure.sentence, "better": figure.better, "unit": figure.unit,
             "values": [_plain(each.get(figure.key)) for each in metrics],
             "ahead": {"first": names[0], "second": names[-1], "overlap": "intervals overlap", None: None}[better(metrics[0], metrics[1], figure.key)] if len(metrics) == 2 else None}
            for group, figures in GROUPS.items() for figure in figures if any(figure.key in each for each in metrics)
        ],
        "retention_curves": [each.get("retention_curve") for each in metrics],
        LEFT_OUT: [each.get(LEFT_OUT, {}) for each in metrics],
        "strips": [
            {"images": [int(row) for row in pair],
             "classes": None if images is None else [images.classes[images.labels[row]] for row in pair],
             "models": [strips[at] for strips in exhibits]}
            for at, pair in enumerate(rows)
        ],
        "terrain_reach": reach,
        "classifier": None if judge is None else judge.facts(),
        "unjudged": subjects[0].unjudged,
        "versions": {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}", **{name: version(name) for name in PACKAGES}},
    }  # fmt: skip


def _plain(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) or value is None else {"value": value}


def _differences(subjects: list[CertifiedModel]) -> list[str]:
    """Which settings of two models differ, beside those that must."""
    if len(subjects) < 2:
        return []
    first, second = (subject.model.config.told() for subject in subjects)
    return sorted(key for key in first.keys() & second.keys() if first[key] != second.get(key) and key not in ("kind", "beta"))


@dataclass(frozen=True)
class Strip:
    """Pictures (STRIP_FRAMES, C, H, W) on the straight way between two images, and what is said of them."""

    pictures: Tensor
    facts: dict[str, Any]


class CertifiedModel:
    """One model of the certificate.

    Parameters
    ----------
    name : of a checkpoint, or a path
    device : where to compute
    seed : of every draw
    """

    def __init__(self, name: str, device: str | None, seed: int) -> None:
        self.folder = find_model(name)
        self.name = name
        self.seed = seed
        self.model: Autoencoder = load_model(name, device)
        self.role = "vae" if self.model.spec.has_std else "ae"
        self.metrics: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.unjudged: str | None = None

    @cached_property
    def judge(self) -> StoredJudge | None:
        """The judge of the data, or None where there is none whose word counts."""
        try:
            return load_judge(Pictures.of(self.model.config), self.model.device)
        except CheckpointError as error:
            data_set = self.model.config.data
            self.unjudged = exchanged(str(error), printable(data_set), Path(data_set).name)
            return None

    @cached_property
    def learned(self) -> Flow | None:
        """The learned prior, or None where there is none of these weights that can be used."""
        try:
            return load_prior(self.folder)
        except NoPrior:
            return None

    @cached_property
    def second(self) -> StoredJudge | None:
        """The second classifier of the data, or None where there is none that can be used."""
        try:
            return load_second(Pictures.of(self.model.config), self.model.device)
        except CheckpointError:
            return None

    @cached_property
    def images(self) -> Images | None:
        """The test images, or None where they are not on disk or may not be read."""
        if not data.may_be_shown(self.model.config.data):
            return None
        try:
            return data.load(self.model.config.data, "test", size=self.model.config.image_shape[1])
        except DataError:
            return None

    @cached_property
    def atlas(self) -> Atlas | None:
        """The atlas, or None where the model has not been embedded."""
        return load_atlas(self.folder) if (self.folder / ATLAS).is_file() else None

    @cached_property
    def codes(self) -> np.ndarray:
        """Posterior means of the test images, (N, D)."""
        if self.images is not None:
            return torch.cat([self.model.encode(part.float() / 255).mean for part in self.images.images.split(1000)]).cpu().numpy()
        if self.atlas is None:
            raise CheckpointError(
                phrase(
                    "{name} has no atlas and its data set is not on disk, so there are no codes to examine; set VAE_DATA, or run python -m vae embed {name}",
                    name=self.name,
                )
            )
        return self.atlas.codes  # the test set comes first

    @cached_property
    def known(self) -> dict[str, Any]:
        """What metrics.json holds of these weights, this seed, test set, classifiers and learned prior; {} where it is broken or of others."""
        return still_true(read_figures(self.folder).values, **self._expected(weights_sha256(self.folder)))

    @property
    def keys(self) -> list[str]:
        """Of all figures that such a model may have."""
        return [key for part in parts(self.learned, self.second) for key in part.keys]

    @property
    def missing(self) -> list[str]:
        """Those of them that metrics.json neither holds nor says why it does not."""
        return [key for key in self.keys if key not in self.known and key not in self.known.get(LEFT_OUT, {})]

    def measure(self, progress: Progress) -> None:
        """Fill in `metrics` and `facts`: figures from metrics.json, and those that are missing there."""
        digest, known, missing, keys = weights_sha256(self.folder), self.known, self.missing, self.keys
        examined = parts(self.learned, self.second)
        figures = known
        if missing and self.images is not None:
            begun: list[str] = []

            def step(part: str) -> None:
                progress(len(begun) / len(examined), about(self.name, part))
                begun.append(part)

            figures = {"seed": self.seed, "test_images": len(self.images)} | known
            figures |= scorecard(
                self.model, self.images, self.judge, seed=self.seed, progress=step, known=known, learned=self.learned, second=self.second
            )
        elif missing:
            figures = known | {
                LEFT_OUT: known.get(LEFT_OUT, {}) | dict.fromkeys(missing, phrase("the data set is not on disk; set VAE_DATA"))
            }
        self.metrics = figures
        config = self.model.config
        self.facts = {
            "name": self.name, "kind": config.kind, "role": self.role, "config": {key: list(value) if isinstance(value, tuple) else value for key, value in config.told().items()} | {"data": Path(config.data).name},
            "parameters": sum(weight.numel() for weight in self.model.parameters()), "weights_sha256": digest,
            "figures_from_metrics_json": sum(key in known for key in keys), "figures_computed_now": sum(key in figures and key not in known for key in keys),
        }  # fmt: skip
        progress(1.0, about(self.name, phrase("figures")))

    def _expected(self, digest: str) -> dict[str, Any]:
        """What figures on disk must be of: these weights, this seed, test set, classifiers and learned prior."""
        expected: dict[str, Any] = {"seed": self.seed, "weights_sha256": digest}
        expected["prior_sha256"] = prior_sha256(self.folder) if self.learned is not None else None
        expected["second_sha256"] = self.second.sha256 if self.second is not None else None
        if self.judge is not None:
            expected["classifier_sha256"] = self.judge.sha256
        if self.images is not None:
            expected["test_images"] = len(self.images)
        return expected

    @cached_property
    def walls(self) -> dict[str, Tensor]:
        """Pictures (64, C, H, W) decoded from draws of each distribution; the same noise in every model of a code size."""
        standard = noise(WALL, self.model.config.latent_dim, self.seed)
        drawn = {"prior": standard, "fitted": Gaussian.fit(self.codes).sample(standard)}
        try:
            codes = fit_mixture(self.codes, self.seed).sample(WALL)[0].astype(np.float32)
            drawn["mixture"] = np.random.default_rng(self.seed).permutation(codes)  # they come component by component
        except TooFewCodes:
            pass  # so few images that the scorecard, too, says why there is no mixture
        if self.learned is not None:
            drawn[LEARNED] = self.learned.sample(standard, chances(WALL, self.seed))
        return {name: self.model.decode(torch.from_numpy(codes)).cpu() for name, codes in drawn.items()}

    def strip(self, first: int, second: int) -> Strip:
        """The straight way between the codes of two test images."""
        codes = torch.from_numpy(lerp(self.codes[first], self.codes[second], evenly(STRIP_FRAMES)))
        pictures = self.model.decode(codes)
        whole = self.model.decode(torch.from_numpy(lerp(self.codes[first], self.codes[second], evenly(65))))
        facts: dict[str, Any] = {"step_max_ratio": float(f"{measures.step_max_ratio(measures.step_sizes(whole)):.4g}")}
        if self.judge is not None:
            features = self.judge.model.features(pictures.to(self.judge.reference.device))
            if self.judge.classes:
                classes = self.judge.classifier.head(features).argmax(1).tolist()
                facts["classes"] = [self.judge.classes[label] for label in classes]
                facts["class_flips"] = int(measures.class_flips(np.array([classes]))[0])
            if self.judge.threshold is not None:
                facts["unreal"] = measures.off_manifold(features, self.judge.reference, self.judge.threshold).tolist()
        return Strip(pictures.cpu(), facts)

    @cached_property
    def plane(self) -> np.ndarray | None:
        """The whole code plane, decoded, of a model with codes of two numbers; the first row is the top."""
        if self.model.config.latent_dim != 2:
            return None
        low, high = np.quantile(self.codes, [0.005, 0.995], axis=0)
        x, y = np.meshgrid(np.linspace(low[0], high[0], PLANE), np.linspace(high[1], low[1], PLANE))
        codes = np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)
        return wall(self.model.decode(torch.from_numpy(codes)).cpu(), columns=PLANE, gap=0)

    @cached_property
    def gaps(self) -> np.ndarray | None:
        """The cycle gap at every place of the map, (TERRAIN, TERRAIN), the first row being the top; NaN outside; None without a map."""
        radius = measures.code_radius(self.codes)
        if self.atlas is None or not radius > 0:
            return None
        codes, places = self.atlas.codes, self.atlas.places
        low, high = places.min(0), places.max(0)
        margin = MAP_MARGIN * (high - low).max()
        x, y = np.meshgrid(np.linspace(low[0] - margin, high[0] + margin, TERRAIN), np.linspace(high[1] + margin, low[1] - margin, TERRAIN))
        there = Map(codes, places, self.atlas.settings["method"] == "identity").inverse(np.column_stack([x.ravel(), y.ravel()]))
        gaps = np.full(TERRAIN * TERRAIN, np.nan)
        wanted = torch.from_numpy(there.codes[there.inside])
        if len(wanted):
            gaps[there.inside] = torch.cat(
                [measures.cycle_gap(self.model, part.to(self.model.device), radius) for part in wanted.split(1000)]
            ).cpu()
        return gaps.reshape(TERRAIN, TERRAIN)

    @property
    def terrain_reach(self) -> float:
        """The cycle gap that the terrain's scale should reach to."""
        if self.gaps is None or np.isnan(self.gaps).all():
            return 0.0
        return float(f"{np.nanquantile(self.gaps, 0.99):.2g}")


def wall(pictures: Tensor, columns: int = 8, gap: int = 2) -> np.ndarray:
    """Pictures (N, C, H, W) in [0, 1] beside and below each other, with `gap` see-through pixels between them: RGBA (H', W', 4) uint8."""
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    canvas = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 4), np.uint8)
    pixels = pictures.mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()  # (N, H, W, C)
    pixels = pixels[..., :3] if channels >= 3 else pixels[..., :1]
    for at, picture in enumerate(pixels):
        top, left = at // columns * (height + gap), at % columns * (width + gap)
        canvas[top : top + height, left : left + width, :3] = picture
        canvas[top : top + height, left : left + width, 3] = 255
    return canvas


def terrain(gaps: np.ndarray, reach: float) -> np.ndarray:
    """Cycle gaps (H, W) in the colours of `RAMP` from 0 to `reach`, see-through where NaN: RGBA (3H, 3W, 4) uint8."""
    stops = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in RAMP], float)
    place = np.nan_to_num(gaps / reach).clip(0, 1) * (len(stops) - 1)
    colours = np.stack([np.interp(place, range(len(stops)), channel) for channel in stops.T], -1)
    rgba = np.dstack([colours, 255.0 * np.isfinite(gaps)]).round().astype(np.uint8)
    return rgba.repeat(SCALE, 0).repeat(SCALE, 1)


def png(pixels: np.ndarray) -> bytes:
    """RGBA (H, W, 4) uint8 as a PNG file, in as few channels as hold it."""
    picture = Image.fromarray(pixels)
    if (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all():
        picture = picture.convert("LA")
    if (pixels[..., 3] == 255).all():
        picture = picture.convert(picture.mode[:-1])
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
