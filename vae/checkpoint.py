"""Reading, writing and verifying `checkpoints/<name>/`.

A checkpoint is a folder: `config.json` (the fields of `ModelConfig`), `model.safetensors` (the weights),
`atlas.safetensors` (the test set's codes and their map) and `metrics.json`, for a headline model also `metrics-seed-1.json`
and so on: the figures of the same training from other seeds. Beside them lie `classifiers/` and `ladders/`. Nothing is ever
unpickled.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from vae.models import Autoencoder, Classifier, ModelConfig, Probe, build

MODEL, CONFIG, ATLAS, METRICS = "model.safetensors", "config.json", "atlas.safetensors", "metrics.json"
TERRAIN = "terrain.safetensors"
PAINTER = "painter.json"  # in the folder of a painter, whose parts are folders of their own
CLASSIFIERS, LADDERS = "classifiers", "ladders"
PACKAGE = Path(__file__).resolve().parent
SHIPPED = PACKAGE / "shipped"  # in an installed package alone: what a checkout has beside the package
PROBE = "scenes-probe"  # under `classifiers/`: not of the classes that a scorecard looks for, so not under the data set's name


class CheckpointError(ValueError):
    """A checkpoint cannot be used; the message says why and what to do."""


def roots() -> list[Path]:
    """The folders that hold checkpoints, the one for new ones first.

    That is the one that `VAE_CHECKPOINTS` names, or else, in a checkout, `checkpoints` beside the package. Where the package
    is installed it is `checkpoints` in the working folder, and then the models that came with it.
    """
    if "VAE_CHECKPOINTS" in os.environ:
        return [Path(os.environ["VAE_CHECKPOINTS"])]
    beside = PACKAGE.parent / "checkpoints"
    return [beside] if beside.is_dir() else [Path.cwd() / "checkpoints", SHIPPED / "checkpoints"]


def root() -> Path:
    """Where new checkpoints go: the first of `roots()`."""
    return roots()[0]


def place(*parts: str) -> Path:
    """Where the file or folder `parts` lies under the first of `roots()` that has it; under `root()` where none has."""
    paths = [folder.joinpath(*parts) for folder in roots()]
    return next((path for path in paths if path.exists()), paths[0])


def names() -> list[str]:
    """The names found under `roots()`, sorted: folders with a `config.json`, readable or not."""
    return _names_with(CONFIG)


def find(name: str | Path) -> Path:
    """The folder of the checkpoint called `name`, which may also be a path.

    Raises
    ------
    CheckpointError
        If there is none; the message lists those that exist.
    """
    folder = _look_for(str(name), CONFIG)
    if folder is not None:
        return folder
    raise CheckpointError(f"there is no checkpoint {str(name)!r}; there are {', '.join(names()) or 'none yet: train one'}")


def painters() -> list[str]:
    """The names of the painters found under `roots()`, sorted."""
    return _names_with(PAINTER)


def _names_with(file: str) -> list[str]:
    return sorted({path.parent.name for folder in roots() for path in folder.glob(f"*/{file}")})


def find_painter(name: str | Path) -> Path | None:
    """The folder of the painter called `name`, a name under `roots()` or a path; None if there is none."""
    return _look_for(str(name), PAINTER)


def _look_for(name: str, file: str) -> Path | None:
    """The folder called `name` under `roots()`, or else at that path, that holds `file`; None if there is none."""
    plain = bool(name) and name not in (".", "..") and not set(name) & {"/", "\\", "\0"}
    for folder in ([folder / name for folder in roots()] if plain else []) + ([Path(name)] if "\0" not in name and name else []):
        with suppress(OSError):  # a name too long for a file, or a folder that may not be entered
            if (folder / file).is_file():
                return folder
    return None


def read_config(folder: Path) -> ModelConfig:
    """The config of the checkpoint in `folder`; CheckpointError with a sentence if it lies or is broken."""
    try:
        return ModelConfig.from_dict(json.loads((folder / CONFIG).read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{folder.name}/{CONFIG} cannot be used: {error}; restore the file or train the model again") from error


def load(name: str | Path, device: str | torch.device | None = None) -> Autoencoder:
    """The model called `name`, in evaluation mode, with frozen weights.

    Parameters
    ----------
    name : a name under `checkpoints/`, or a path
    device : where to put it; by default the best there is (`best_device`)

    Raises
    ------
    CheckpointError
        If it is missing, truncated, of another shape than its config says, or a pickle.
    """
    folder = find(name)
    model = _outline(read_config(folder))
    _fill(model, folder / MODEL, getattr(torch, model.config.weights))
    return model.to(device or best_device()).eval().requires_grad_(False)


def verify(folder: Path) -> ModelConfig:
    """The config of the model in `folder`, if `load` and `load_atlas` would take it; else their CheckpointError. Keeps nothing in memory."""
    load_atlas(folder)
    model = _outline(read_config(folder))
    _weights(model, folder / MODEL, getattr(torch, model.config.weights))
    return model.config


def _outline(config: ModelConfig) -> Autoencoder:
    with torch.device("meta"):  # shapes without memory: a lying config costs nothing, and no random weights are drawn
        return build(config)


def best_device() -> torch.device:
    """`cuda` if there is one, else `mps`, else `cpu`."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def weights_sha256(folder: Path) -> str:
    """The SHA-256 of the weights in `folder`: which model a figure is of."""
    return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()


def half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in half precision; whole numbers, such as counts, stay what they are."""
    return {key: value.half() if value.is_floating_point() else value for key, value in weights.items()}


def save_model(folder: Path, model: Autoencoder, weights: dict[str, Tensor] | None = None) -> None:
    """Write `model`'s config and weights (or `weights` in their place) to `folder`, each file atomically."""
    weights = model.state_dict() if weights is None else weights
    if model.config.weights == "float16":
        weights = half(weights)
    write_tensors(folder / MODEL, weights)
    write_json(folder / CONFIG, model.config.to_dict())


# --- the atlas ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Atlas:
    """The codes of a data set and where they lie on the map.

    codes : (N, D) float32, posterior means
    std : (N, D) float32, posterior standard deviations; zeros for an autoencoder
    labels : (N,) uint8, indices into `classes`
    places : (N, 2) float32, coordinates on the map; for D = 2 these are the codes themselves
    classes : class names
    settings : how the map was made: method, seed, neighbours, and the splits embedded in order
    """

    codes: np.ndarray
    std: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    classes: tuple[str, ...]
    settings: dict

    def __len__(self) -> int:
        return len(self.codes)


def save_atlas(folder: Path, atlas: Atlas) -> None:
    """Write `atlas` to `folder`, atomically. An autoencoder's zero `std` is left out of the file."""
    tensors = {"codes": atlas.codes, "labels": atlas.labels}
    if atlas.std.any():
        tensors["std"] = atlas.std
    if atlas.settings["method"] != "identity":
        tensors["places"] = atlas.places
    words = {"classes": json.dumps(list(atlas.classes)), "settings": json.dumps(atlas.settings)}
    write_tensors(folder / ATLAS, {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in tensors.items()}, words)


def load_atlas(folder: Path) -> Atlas:
    """The atlas in `folder`; CheckpointError with a sentence if it is missing, broken or not of this model."""
    path = folder / ATLAS
    if not path.is_file():
        raise CheckpointError(f"{folder.name} has no {ATLAS}; make it with: python -m vae embed {folder.name}")
    tensors, words = read_tensors(path)
    dimensions = read_config(folder).latent_dim
    try:
        codes = tensors["codes"].numpy()
        labels = tensors["labels"].numpy()
        std = tensors["std"].numpy() if "std" in tensors else np.zeros_like(codes)
        classes, settings = tuple(json.loads(words["classes"])), json.loads(words["settings"])
        places = codes if settings["method"] == "identity" else tensors["places"].numpy()
        count = len(codes)
        sound = codes.shape == std.shape == (count, dimensions) and labels.shape == (count,) and places.shape == (count, 2)
        sound = sound and count > 0 and labels.dtype == np.uint8 and int(labels.max()) < len(classes)
        sound = sound and all(np.isfinite(values).all() for values in (codes, std, places))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{folder.name}/{ATLAS} lacks {error}; make it again with: python -m vae embed {folder.name}") from error
    if not sound:
        raise CheckpointError(f"{folder.name}/{ATLAS} does not fit its model; make it again with: python -m vae embed {folder.name}")
    return Atlas(codes, std, labels, places, classes, settings)


# --- ladders -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ladder:
    """Models of the same images in an order, with maps that are laid on each other.

    models : S names of checkpoints
    labels : (N,) uint8, indices into `classes`; the images are the first N of each model's atlas
    places : (S, N, 2) float32
    classes : class names
    settings : how the maps were made
    """

    models: tuple[str, ...]
    labels: np.ndarray
    places: np.ndarray
    classes: tuple[str, ...]
    settings: dict


def ladders() -> list[str]:
    """The names of the ladders under `roots()`, sorted."""
    return sorted({path.stem for folder in roots() for path in (folder / LADDERS).glob("*.safetensors")})


def save_ladder(name: str, ladder: Ladder) -> Path:
    """Write `ladder` to `ladders/<name>.safetensors` under `root()`, atomically."""
    path = root() / LADDERS / f"{name}.safetensors"
    words = {
        key: json.dumps(value) for key, value in (("models", ladder.models), ("classes", ladder.classes), ("settings", ladder.settings))
    }
    write_tensors(path, {"labels": torch.from_numpy(ladder.labels), "places": torch.from_numpy(ladder.places)}, words)
    return path


def load_ladder(name: str) -> Ladder:
    """The ladder called `name`; CheckpointError with a sentence if there is none or it is broken."""
    if name not in ladders():
        raise CheckpointError(f"there is no ladder {name!r}; make one with: python -m vae ladder {name} MODEL MODEL ...")
    tensors, words = read_tensors(place(LADDERS, f"{name}.safetensors"))
    try:
        models, classes, settings = (json.loads(words[key]) for key in ("models", "classes", "settings"))
        labels, places = tensors["labels"].numpy(), tensors["places"].numpy()
        sound = len(models) > 1 and places.shape == (len(models), len(labels), 2) and bool(np.isfinite(places).all())
        sound = sound and len(labels) > 0 and labels.dtype == np.uint8 and int(labels.max()) < len(classes)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the ladder {name!r} lacks {error}; make it again with: python -m vae ladder {name} MODEL ...") from error
    if not sound:
        raise CheckpointError(f"the ladder {name!r} is broken; make it again with: python -m vae ladder {name} MODEL ...")
    return Ladder(tuple(models), labels, places, tuple(classes), settings)


# --- metrics -----------------------------------------------------------------------------------------------


def save_metrics(folder: Path, metrics: dict) -> None:
    """Write `metrics.json` to `folder`, atomically."""
    write_json(folder / METRICS, metrics)


def load_metrics(folder: Path) -> dict:
    """The figures in `metrics.json`, or an empty dict where there are none; a broken file raises CheckpointError."""
    path = folder / METRICS
    return _read_metrics(path, f"python -m vae evaluate {folder.name}") if path.is_file() else {}


def load_seeds(folder: Path) -> list[dict]:
    """The figures of the same training from other seeds: what `metrics-seed-1.json`, `metrics-seed-2.json` and so on hold, in this order.

    Each is like `metrics.json`. Only the figures are kept, so nothing but their form can be verified, and that no two of them
    are of the same weights.

    Raises
    ------
    CheckpointError
        If one is broken, holds a figure that is no finite number, or is of weights that another one is of already.
    """
    found = {
        int(match[1]): path for path in folder.glob("metrics-seed-*.json") if (match := re.fullmatch(r"metrics-seed-(\d+)", path.stem))
    }
    seeds, seen = [], {load_metrics(folder).get("weights_sha256"): METRICS} if found else {}
    for _, path in sorted(found.items()):
        again = "sh checkpoints/build.sh, once it is deleted"
        metrics = _read_metrics(path, again)
        if not all(map(_is_finite, metrics.values())):
            raise CheckpointError(f"{folder.name}/{path.name} holds a figure that is no finite number; make it again with: {again}")
        weights = metrics.get("weights_sha256")
        if weights is not None and weights in seen:
            raise CheckpointError(
                f"{folder.name}/{path.name} is of the same weights as {seen[weights]}, so it is no other seed; make it again with: {again}"
            )
        seen[weights] = path.name
        seeds.append(metrics)
    return seeds


def _is_finite(figure: object) -> bool:
    """Whether a figure of `metrics.json`, bare or with its interval, is a finite number; words and curves pass."""
    if isinstance(figure, dict) and "value" in figure:
        return isinstance(figure["value"], int | float) and math.isfinite(figure["value"])
    return not isinstance(figure, float) or math.isfinite(figure)


def _read_metrics(path: Path, again: str) -> dict:
    try:
        metrics = json.loads(path.read_text("utf-8"))
        if not isinstance(metrics, dict):
            raise ValueError("not a JSON object")
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path.parent.name}/{path.name} is broken; make it again with: {again}") from error
    return metrics


# --- classifiers -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredClassifier:
    """A frozen classifier, the hash of its weights, what it reached, and features of real images for reference."""

    model: Classifier
    sha256: str
    config: dict
    reference: Tensor  # (M, 64) float32, φ of training images


def save_classifier(folder: Path, model: Classifier, config: dict, reference: Tensor) -> None:
    """Write a classifier with the features `reference` (M, 64) of real images to `folder`."""
    write_tensors(folder / MODEL, model.state_dict())
    write_tensors(folder / "reference.safetensors", {"features": reference.half()})
    write_json(folder / CONFIG, config)


def load_classifier(data: str, device: str | torch.device = "cpu") -> StoredClassifier:
    """The classifier for data set `data`; CheckpointError with a sentence if there is none."""
    folder = place(CLASSIFIERS, Path(data).name)
    if not (folder / CONFIG).is_file():
        raise CheckpointError(f"there is no classifier for {data!r}; train one with: python -m vae classifier --data {data}")
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    with torch.device("meta"):
        model = Classifier(tuple(config["image_shape"]), len(config["classes"]))
    _fill(model, folder / MODEL)
    digest = weights_sha256(folder)
    reference = read_tensors(folder / "reference.safetensors")[0]["features"].float()
    return StoredClassifier(model.to(device).eval().requires_grad_(False), digest, config, reference.to(device))


def save_probe(folder: Path, model: Probe, config: dict) -> None:
    """Write a probe in half precision, with how it was trained and what it reached, to `folder`."""
    write_tensors(folder / MODEL, half(model.state_dict()))
    write_json(folder / CONFIG, config)


def load_probe(device: str | torch.device = "cpu") -> tuple[Probe, dict]:
    """The probe that judges drawings, and its config with the hash of its weights; CheckpointError with a sentence if there is none."""
    folder = place(CLASSIFIERS, PROBE)
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        sizes, width = tuple(config["sizes"]), int(config["width"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError("there is no usable probe of scenes; train one with: python -m vae dalle probe") from error
    with torch.device("meta"):
        model = Probe(sizes, width)
    _fill(model, folder / MODEL, torch.float16)
    return model.to(device).eval().requires_grad_(False), config | {"sha256": weights_sha256(folder)}


# --- files -------------------------------------------------------------------------------------------------


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file; CheckpointError if it is anything else."""
    try:
        with safe_open(path, "pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        if _looks_pickled(path):  # asked last: the length that a sound file begins with can look like a pickle's first bytes
            raise CheckpointError(
                f"{path.parent.name}/{path.name} is a pickle, which can run code; convert the weights to safetensors"
            ) from error
        raise CheckpointError(
            f"{path.parent.name}/{path.name} is missing or damaged ({error}); restore the file or make it again"
        ) from error


def _looks_pickled(path: Path) -> bool:
    """Whether a file begins as `torch.save` (a zip) or `pickle.dump` begin one."""
    try:
        with path.open("rb") as file:
            return file.read(2) in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
    except OSError:
        return False


def write_tensors(path: Path, tensors: dict[str, Tensor], words: dict[str, str] | None = None) -> None:
    """Write tensors as safetensors, atomically."""
    tensors = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    write_atomically(path, lambda file: file.write(save(tensors, words)))


def write_json(path: Path, values: dict) -> None:
    """Write `values` as indented JSON, atomically."""
    write_atomically(path, lambda file: file.write((json.dumps(values, indent=1) + "\n").encode()))


def write_atomically(path: Path, write: Callable) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in its place: a reader sees the old or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _all_finite(values: Tensor) -> bool:
    """Whether all of `values` are finite, in one pass and without a copy: the first page asks it of every model."""
    return not values.numel() or all(math.isfinite(extreme) for extreme in torch.aminmax(values))


def _fill(model: torch.nn.Module, path: Path, stored: torch.dtype = torch.float32) -> None:
    """Put the weights in `path` into `model`, or raise CheckpointError with what does not fit."""
    expected = model.state_dict()
    # Copies, apart from the mapped file.
    copies = {key: value.to(expected[key].dtype, copy=True) for key, value in _weights(model, path, stored).items()}
    model.load_state_dict(copies, assign=True)


def _weights(model: torch.nn.Module, path: Path, stored: torch.dtype) -> dict[str, Tensor]:
    """The weights in `path`, floating-point ones of type `stored`, all that `model` needs and nothing else, or CheckpointError."""
    weights, _ = read_tensors(path)
    expected = model.state_dict()
    for key in sorted(expected.keys() | weights.keys()):
        if key not in weights or key not in expected:
            where = "missing from" if key not in weights else "unexpected in"
            raise CheckpointError(f"{key} is {where} {path.parent.name}/{path.name}; its {CONFIG} describes another model")
        if weights[key].shape != expected[key].shape:
            raise CheckpointError(
                f"{key} in {path.parent.name}/{path.name} has shape {tuple(weights[key].shape)}, "
                f"but {CONFIG} asks for {tuple(expected[key].shape)}"
            )
        wanted = stored if expected[key].is_floating_point() else expected[key].dtype
        if weights[key].dtype != wanted:
            raise CheckpointError(f"{key} in {path.parent.name}/{path.name} is {weights[key].dtype}; convert it to {wanted}")
        if not _all_finite(weights[key]):
            raise CheckpointError(f"{key} in {path.parent.name}/{path.name} holds values that are not finite; train the model again")
    return weights
