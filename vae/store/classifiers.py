"""The judges of pictures: classifiers, and encoders that were trained without classes. The weights, and features of real images.

A judge belongs to the pictures that it was trained on, not to a name: what is imported in the place of `pets` has another judge. Those of the shipped
data sets, which cannot change, are known by the set's name; all others by the SHA-256 of what they were trained on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae.data import DataError, is_shipped
from vae.data.fingerprint import identity
from vae.models import Classifier, Encoder, Mixer, ModelConfig
from vae.sentences import Sentence, listed, phrase
from vae.store.checkpoints import weights_sha256
from vae.store.files import CheckpointError, is_finite, plain, read_object, reason, write_json
from vae.store.folders import CLASSIFIERS, CONFIG, MODEL, REFERENCE, folders_with, holds, place, root
from vae.store.names import printable
from vae.store.probes import PROBE
from vae.store.tensors import all_finite, fill, half, read_tensors, write_tensors

LEAST_ACCURACY = 0.8  # of a classifier whose verdicts count
CONFIDENCE = 1.96  # standard deviations: what an accuracy is for sure, with 95 % confidence
FEATURES = "-features"  # ends the name of a judge without classes
SECOND = "-second"  # ends the name of a second classifier, which checks the first one's Fréchet distances and is asked nothing else


class NoJudge(CheckpointError):
    """There is no judge of these pictures whose word counts; the message says why."""


@dataclass(frozen=True)
class Pictures:
    """Whose judge is wanted: the name of the data set, its `identity` (empty for a shipped set) and the shape of its pictures."""

    data: str
    sha256: str
    shape: tuple[int, int, int]

    @classmethod
    def of(cls, config: ModelConfig) -> Pictures:
        """Those that a model was trained on. A model from before they were remembered has those that its data set holds now."""
        known = config.data_sha256
        if not known:
            try:
                known = identity(config.data)
            except DataError:
                known = ""
        return cls(config.data, known, config.image_shape)

    @property
    def name(self) -> str:
        """What their classifier is called: "mnist", or "pets-0123456789ab"."""
        return Path(self.data).name + (f"-{self.sha256[:12]}" if self.sha256 else "")


@dataclass(frozen=True)
class StoredJudge:
    """A frozen judge, the hash of its weights, what it reached, and features of real images for reference.

    note : why a judge that would have said more is not asked; None where there is nothing to say
    """

    model: Encoder
    sha256: str
    config: dict[str, Any]
    reference: Tensor  # (M, 64) float32, φ of training images
    note: str | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that it tells apart; none where it was trained without."""
        return tuple(self.config.get("classes", ())) if isinstance(self.model, Classifier) else ()

    @property
    def classifier(self) -> Classifier:
        """The model of a judge that has classes; TypeError for one without."""
        if not isinstance(self.model, Classifier):
            raise TypeError("this judge was trained without classes")
        return self.model

    @property
    def kind(self) -> str:
        """For people."""
        return phrase("classifier") if isinstance(self.model, Classifier) else phrase("encoder trained without classes")

    @property
    def threshold(self) -> float | None:
        """Distance in φ from the nearest real image from which a picture counts as off the manifold; None where it cannot tell."""
        return self.config.get("off_manifold_threshold")

    @property
    def words(self) -> str:
        """Who judges, in one sentence."""
        told = {"judge": self.kind, "sha256": self.sha256[:12]}
        if isinstance(accuracy := self.config.get("test_accuracy"), float) and self.classes:
            said = phrase(
                "judged by our {judge}, SHA-256 {sha256}…, right on {share:.2f} % of the test images", **told, share=100 * accuracy
            )
        else:
            said = phrase("judged by our {judge}, SHA-256 {sha256}…", **told)
        return listed([said, self.note], "; ") if self.note else said

    def facts(self) -> dict[str, Any]:
        """The same as plain JSON types, for files of figures."""
        return {
            "kind": self.kind, "sha256": self.sha256, "test_accuracy": self.config.get("test_accuracy"), "classes": list(self.classes),
            "note": self.note,
        }  # fmt: skip


def classifier_names() -> list[str]:
    """The names of the judges under `roots()`, sorted, readable or not; neither the probe of scenes nor second classifiers are among them."""
    return [name for name in folders_with(CONFIG, CLASSIFIERS) if name != PROBE and not name.endswith(SECOND)]


def folder_for(pictures: Pictures, *, classes: bool) -> Path:
    """Where a new judge of `pictures` goes."""
    return root() / CLASSIFIERS / (pictures.name if classes else pictures.name + FEATURES)


def save_classifier(folder: Path, model: Encoder, config: dict[str, Any], reference: Tensor) -> None:
    """Write a judge with the features `reference` (M, 64) of real images to `folder`."""
    write_tensors(folder / MODEL, model.state_dict())
    write_tensors(folder / REFERENCE, {"features": reference.half()})
    write_json(folder / CONFIG, config)


def second_folder(pictures: Pictures) -> Path:
    """Where a new second classifier of `pictures` goes."""
    return root() / CLASSIFIERS / (pictures.name + SECOND)


def save_second(folder: Path, model: Mixer, config: dict[str, Any]) -> None:
    """Write a second classifier to `folder`, in half precision."""
    write_tensors(folder / MODEL, half(model.state_dict()))
    write_json(folder / CONFIG, config)


def load_second(pictures: Pictures, device: str | torch.device = "cpu") -> StoredJudge | None:
    """The second classifier of `pictures`, without features for reference; None where there is none that is right often enough.

    Raises
    ------
    CheckpointError
        If its weights are broken.
    """
    for name in folders_with(CONFIG, CLASSIFIERS):
        if not name.endswith(SECOND):
            continue
        try:
            config = read_classifier(name)
        except CheckpointError:
            continue  # of other pictures, for all that is known
        if _is_of(config, pictures) and config["classes"] and doubt(config) is None:
            folder = place(CLASSIFIERS, name)
            with torch.device("meta"):
                model = Mixer(pictures.shape, len(config["classes"]))
            fill(model, folder / MODEL, torch.float16)
            reference = torch.empty(0, model.width, device=device)
            return StoredJudge(model.to(device).eval().requires_grad_(False), weights_sha256(folder), config, reference)
    return None


def load_judge(pictures: Pictures, device: str | torch.device = "cpu") -> StoredJudge:
    """The judge of `pictures`: their classifier if it is right often enough, else their encoder; NoJudge if there is neither."""
    name, note = find_judge(pictures)
    stored = load_classifier(name, device)
    return StoredJudge(stored.model, stored.sha256, stored.config, stored.reference, note)


def find_judge(pictures: Pictures) -> tuple[str, str | None]:
    """The name of the judge of `pictures`, and why it is not another one; NoJudge with a sentence if there is none whose word counts."""
    notes: list[str] = []
    found = {}
    for name in classifier_names():
        try:
            config = read_classifier(name)
        except CheckpointError as error:
            if name in (pictures.name, pictures.name + FEATURES):
                notes.append(str(error))
            continue
        if _is_of(config, pictures):
            found[bool(config.get("classes"))] = name, config
    if True in found:
        name, config = found[True]
        why = doubt(config)
        if why is None:
            return name, None
        notes.append(why)
    note = listed(notes, "; ") if notes else None
    if False in found:
        return found[False][0], note
    command = f"python -m vae classifier --data {printable(pictures.data)}"
    raise NoJudge(note or phrase("there is no classifier for these data; train one with: {command}", command=command))


def doubt(config: dict[str, Any]) -> str | None:
    """Why the verdicts of a classifier do not count; None if they do.

    It must be right on `LEAST_ACCURACY` of test images, each class weighing the same, and on so few of them that this could be chance
    it must be right on more.
    """
    accuracy, count = config.get("balanced_accuracy", config.get("test_accuracy")), config.get("test_images")
    if not is_finite(accuracy):
        return phrase("the classifier's config does not say how often it is right, so it gives no verdicts")
    sure = _lower_end(accuracy, count) if isinstance(count, int) and count > 0 else accuracy
    if sure >= LEAST_ACCURACY:
        return None
    figures = {"share": 100 * accuracy, "least": 100 * LEAST_ACCURACY}
    if sure == accuracy:
        return phrase("the classifier is right on {share:.0f} % of test images and gives no verdicts below {least:.0f} %", **figures)
    return phrase(
        "the classifier is right on {share:.0f} % of test images of {count}, for sure only on {sure:.0f} %, and gives no verdicts below "
        "{least:.0f} %",
        **figures,
        count=count,
        sure=100 * sure,
    )


def load_classifier(name: str, device: str | torch.device = "cpu") -> StoredJudge:
    """The judge called `name`; CheckpointError with a sentence if there is none or it is broken."""
    folder, config = place(CLASSIFIERS, name), read_classifier(name)
    shape = config["image_shape"]
    with torch.device("meta"):
        model = Classifier(tuple(shape), len(config["classes"])) if config.get("classes") else Encoder(tuple(shape))
    fill(model, folder / MODEL)
    digest = weights_sha256(folder)
    reference = read_tensors(folder / REFERENCE)[0].get("features", torch.empty(0))
    if reference.ndim != 2 or not len(reference) or reference.shape[1] != model.width or not all_finite(reference.float()):
        raise CheckpointError(
            phrase(
                "{name}/{reference} does not hold the features of real images; {again}",
                name=folder.name,
                reference=REFERENCE,
                again=_again(folder, config),
            )
        )
    return StoredJudge(model.to(device).eval().requires_grad_(False), digest, config, reference.float().to(device))


def read_classifier(name: str) -> dict[str, Any]:
    """The config of the judge called `name`: image_shape, classes, off_manifold_threshold and more, without its weights.

    Raises
    ------
    CheckpointError
        If there is none or it is broken.
    """
    folder = place(CLASSIFIERS, name)
    if not holds(folder, CONFIG):
        raise CheckpointError(phrase("there is no classifier {name!r}; train one with: python -m vae classifier --data {name}", name=name))
    config: dict[str, Any] = {}
    try:
        config = plain(read_object(folder / CONFIG))
        shape, classes = config.get("image_shape"), config.get("classes", [])
        if not isinstance(shape, list) or len(shape) != 3 or not all(type(side) is int and 1 <= side <= 4096 for side in shape):
            raise ValueError(phrase("image_shape must be three whole numbers: channels, height, width"))
        if not isinstance(classes, list) or not all(isinstance(each, str) for each in classes):
            raise ValueError(phrase("classes must be a list of names"))
        if config.get("off_manifold_threshold") is not None and not is_finite(config["off_manifold_threshold"]):
            raise ValueError(phrase("off_manifold_threshold must be a number"))
    except ValueError as error:
        raise CheckpointError(
            phrase(
                "{name}/{config} cannot be used: {why}; {again}",
                name=folder.name,
                config=CONFIG,
                why=reason(error),
                again=_again(folder, config),
            )
        ) from error
    return config


def _is_of(config: dict[str, Any], pictures: Pictures) -> bool:
    """Whether a judge was trained on these very pictures, in this shape."""
    same = config.get("data_sha256") == pictures.sha256 if pictures.sha256 else _shipped(config) == pictures.data
    return same and tuple(config["image_shape"]) == pictures.shape


def _shipped(config: dict[str, Any]) -> str | None:
    """The name of the shipped data set that a judge is of."""
    data = config.get("data")
    return data if isinstance(data, str) and is_shipped(data) and not config.get("data_sha256") else None


def _lower_end(share: float, count: int) -> float:
    """What a share of `count` is at least, with 95 % confidence. Source: Wilson 1927."""
    z = CONFIDENCE**2 / count
    spread = CONFIDENCE * math.sqrt((share * (1 - share) + z / 4) / count)
    return (share + z / 2 - spread) / (1 + z)


def _again(folder: Path, config: dict[str, Any]) -> Sentence:
    data = config.get("data")
    command = f"python -m vae classifier --data {printable(data) if isinstance(data, str) else folder.name}"
    return phrase("restore the file, or delete the folder and train it again with: {command}", command=command)
