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
from vae.store.figures import Figures, clean
from vae.store.files import CheckpointError as CheckpointError  # who reads checkpoints catches it from here
from vae.store.files import is_finite, plain, read_object, reason
from vae.store.names import check_folder, check_name, fault, printable

MODEL, CONFIG, ATLAS, METRICS = "model.safetensors", "config.json", "atlas.safetensors", "metrics.json"
TERRAIN, REFERENCE = "terrain.safetensors", "reference.safetensors"
PAINTER = "painter.json"  # in the folder of a painter, whose parts are folders of their own
CLASSIFIERS, LADDERS = "classifiers", "ladders"
PACKAGE = Path(__file__).resolve().parent
SHIPPED = PACKAGE / "shipped"  # in an installed package alone: what a checkout has beside the package
PROBE = "scenes-probe"  # under `classifiers/`: not of the classes that a scorecard looks for, so not under the data set's name
FARTHEST = 1e12  # of a code's or a place's coordinates: float32 can still square them
FOREIGN = ("_class_name", "_diffusers_version", "model_type", "architectures")  # what other libraries' config.json have and ours never


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
    return _folders_with(CONFIG)


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
    return _folders_with(PAINTER)


def find_painter(name: str | Path) -> Path | None:
    """The folder of the painter called `name`, a name under `roots()` or a path; None if there is none."""
    return _look_for(str(name), PAINTER)


def _folders_with(file: str, *parts: str) -> list[str]:
    """The folders in `parts` of `roots()` that hold `file`, by name, sorted; hidden ones, and those that may not be entered, are passed over."""
    return sorted({path.name for path in _entries(*parts) if _holds(path, file)})


def _entries(*parts: str) -> list[Path]:
    """What lies in the folder `parts` under each of `roots()`, without what is hidden."""
    found: list[Path] = []
    for folder in roots():
        with suppress(OSError):  # no folder, or one that may not be read
            found += [path for path in folder.joinpath(*parts).iterdir() if not path.name.startswith(".")]
    return found


def _holds(folder: Path, file: str) -> bool:
    with suppress(OSError):
        return (folder / file).exists()
    return False


def _look_for(name: str, file: str) -> Path | None:
    """The folder called `name` under `roots()`, or else at that path, that holds `file`; None if there is none."""
    plain = bool(name) and name not in (".", "..") and not set(name) & {"/", "\\", "\0"}
    for folder in ([folder / name for folder in roots()] if plain else []) + ([Path(name)] if "\0" not in name and name else []):
        with suppress(OSError):  # a name too long for a file, or a folder that may not be entered
            if (folder / file).is_file():
                return folder
    return None


def read_config(folder: Path) -> ModelConfig:
    """The config of the checkpoint in `folder`; CheckpointError with a sentence if it lies, is broken or of another library."""
    try:
        values = read_object(folder / CONFIG)
        if any(key in values for key in FOREIGN) and "kind" not in values:
            whose = values.get("_class_name") or values.get("model_type") or "another kind"
            raise CheckpointError(
                f"{printable(folder.name)} is a model of another library ({reason(ValueError(whose))}), which this app does not open"
            )
        return ModelConfig.from_dict(values)
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(
            f"{printable(folder.name)}/{CONFIG} cannot be used: {reason(error)}; restore the file or train the model again"
        ) from error


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
    try:
        return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()
    except OSError as error:
        raise CheckpointError(f"{folder.name}/{MODEL} cannot be read: {error.strerror}; restore the file or make it again") from error


def half(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights in half precision; whole numbers, such as counts, stay what they are."""
    return {key: value.half() if value.is_floating_point() else value for key, value in weights.items()}


def save_model(folder: Path, model: Autoencoder, weights: dict[str, Tensor] | None = None) -> None:
    """Write `model`'s config and weights (or `weights` in their place) to `folder`, each file atomically; ValueError for a bad name."""
    check_folder(folder)
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
        classes, settings = _classes(words), _settings(words)
        places = codes if settings["method"] == "identity" else tensors["places"].numpy()
        count = len(codes)
        sound = codes.shape == std.shape == (count, dimensions) and labels.shape == (count,) and places.shape == (count, 2)
        sound = sound and count > 0 and labels.dtype == np.uint8 and int(labels.max()) < len(classes)
        sound = sound and all(_are_coordinates(values) for values in (codes, std, places))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{folder.name}/{ATLAS} lacks {reason(error)}; make it again with: python -m vae embed {folder.name}"
        ) from error
    if not sound:
        raise CheckpointError(f"{folder.name}/{ATLAS} does not fit its model; make it again with: python -m vae embed {folder.name}")
    return Atlas(codes, std, labels, places, classes, settings)


def _classes(words: dict[str, str]) -> tuple[str, ...]:
    """The class names in a file's metadata; ValueError, KeyError or RecursionError if there are none."""
    classes = json.loads(words["classes"])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ValueError("a list of class names")
    return tuple(map(printable, classes))


def _settings(words: dict[str, str]) -> dict:
    """How a map was made, in a file's metadata; ValueError, KeyError or RecursionError if that is not told."""
    settings = plain(json.loads(words["settings"]))
    if not isinstance(settings, dict) or not isinstance(settings.get("method"), str):
        raise ValueError("how it was made")
    splits = settings.get("splits", ["test"])
    if not isinstance(splits, list) or not splits or any(split not in ("train", "test") for split in splits):
        raise ValueError("the splits that it shows")
    return settings


def _are_coordinates(values: np.ndarray) -> bool:
    return values.dtype == np.float32 and bool((np.abs(values) <= FARTHEST).all())  # also false for NaN


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
    return sorted({path.stem for path in _entries(LADDERS) if path.suffix == ".safetensors"})


def save_ladder(name: str, ladder: Ladder) -> Path:
    """Write `ladder` to `ladders/<name>.safetensors` under `root()`, atomically; ValueError for a bad name."""
    path = root() / LADDERS / f"{check_name(name)}.safetensors"
    words = {
        key: json.dumps(value) for key, value in (("models", ladder.models), ("classes", ladder.classes), ("settings", ladder.settings))
    }
    write_tensors(path, {"labels": torch.from_numpy(ladder.labels), "places": torch.from_numpy(ladder.places)}, words)
    return path


def load_ladder(name: str) -> Ladder:
    """The ladder called `name`; CheckpointError with a sentence if there is none or it is broken."""
    if name not in ladders():
        raise CheckpointError(f"there is no ladder {name!r}; make one with: python -m vae ladder {name} MODEL MODEL ...")
    if (why := fault(name)) is not None:
        raise CheckpointError(f"the ladder {printable(name)!r} {why}")
    tensors, words = read_tensors(place(LADDERS, f"{name}.safetensors"))
    try:
        models, classes, settings = json.loads(words["models"]), _classes(words), _settings(words)
        labels, places = tensors["labels"].numpy(), tensors["places"].numpy()
        sound = isinstance(models, list) and len(models) > 1 and all(isinstance(model, str) for model in models)
        sound = sound and labels.ndim == 1 and places.shape == (len(models), len(labels), 2) and _are_coordinates(places)
        sound = sound and len(labels) > 0 and labels.dtype == np.uint8 and int(labels.max()) < len(classes)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"the ladder {name!r} lacks {reason(error)}; make it again with: python -m vae ladder {name} MODEL ..."
        ) from error
    if not sound:
        raise CheckpointError(f"the ladder {name!r} is broken; make it again with: python -m vae ladder {name} MODEL ...")
    return Ladder(tuple(models), labels, places, classes, settings)


# --- metrics -----------------------------------------------------------------------------------------------


def save_metrics(folder: Path, metrics: dict) -> None:
    """Write `metrics.json` to `folder`, atomically."""
    write_json(folder / METRICS, metrics)


def load_metrics(folder: Path) -> dict:
    """What stands in `metrics.json`, or an empty dict where there is none; a broken file raises CheckpointError.

    For whoever writes it anew with something added; whoever shows figures takes `read_figures`.
    """
    return plain(_read_metrics(folder / METRICS, _again(folder))) if _holds(folder, METRICS) else {}


def read_figures(folder: Path) -> Figures:
    """The figures of the model in `folder`, as `vae.store.figures.clean` keeps them. Never raises: a broken file is a sentence."""
    try:
        return Figures(clean(_read_metrics(folder / METRICS, _again(folder))) if _holds(folder, METRICS) else {})
    except CheckpointError as error:
        return Figures(sentence=str(error))


def _again(folder: Path) -> str:
    return f"python -m vae evaluate {printable(folder.name)}"


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
        int(match[1]): path
        for path in folder.glob("metrics-seed-*.json")
        if (match := re.fullmatch(r"metrics-seed-(\d{1,9})", path.stem, re.ASCII))
    }
    seeds, seen = [], {str(read_figures(folder).values.get("weights_sha256")): METRICS} if found else {}
    for _, path in sorted(found.items()):
        again = "sh checkpoints/build.sh, once it is deleted"
        metrics = _read_metrics(path, again)
        if not all(map(_is_finite, metrics.values())):
            raise CheckpointError(f"{folder.name}/{path.name} holds a figure that is no finite number; make it again with: {again}")
        metrics = clean(metrics)
        weights = metrics.get("weights_sha256")
        if isinstance(weights, str) and weights in seen:
            raise CheckpointError(
                f"{folder.name}/{path.name} is of the same weights as {seen[weights]}, so it is no other seed; make it again with: {again}"
            )
        seen[str(weights)] = path.name
        seeds.append(metrics)
    return seeds


def _is_finite(figure: object) -> bool:
    """Whether a figure of `metrics.json`, bare or with its interval, is a finite number; words and curves pass."""
    if isinstance(figure, dict) and "value" in figure:
        return is_finite(figure["value"])
    return not isinstance(figure, int | float) or is_finite(figure)


def _read_metrics(path: Path, again: str) -> dict:
    try:
        return read_object(path)
    except ValueError as error:
        raise CheckpointError(f"{printable(path.parent.name)}/{path.name} is broken; make it again with: {again}") from error


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
    write_tensors(folder / REFERENCE, {"features": reference.half()})
    write_json(folder / CONFIG, config)


def load_classifier(data: str, device: str | torch.device = "cpu") -> StoredClassifier:
    """The classifier for data set `data`; CheckpointError with a sentence if there is none or it is broken."""
    folder, config = _classifier_folder(data), read_classifier(data)
    with torch.device("meta"):
        model = Classifier(tuple(config["image_shape"]), len(config["classes"]))
    _fill(model, folder / MODEL)
    digest = weights_sha256(folder)
    reference = read_tensors(folder / REFERENCE)[0].get("features", torch.empty(0))
    if reference.ndim != 2 or not len(reference) or reference.shape[1] != model.head.in_features or not _all_finite(reference.float()):
        raise CheckpointError(f"{folder.name}/{REFERENCE} does not hold the features of real images; {_classifier_again(folder, data)}")
    return StoredClassifier(model.to(device).eval().requires_grad_(False), digest, config, reference.float().to(device))


def read_classifier(data: str) -> dict:
    """The config of the classifier for data set `data`: image_shape, classes, off_manifold_threshold and more, without its weights.

    Raises
    ------
    CheckpointError
        If there is none or it is broken.
    """
    folder = _classifier_folder(data)
    if not _holds(folder, CONFIG):
        raise CheckpointError(f"there is no classifier for {data!r}; train one with: python -m vae classifier --data {data}")
    try:
        config = plain(read_object(folder / CONFIG))
        shape, classes = config.get("image_shape"), config.get("classes")
        if not isinstance(shape, list) or len(shape) != 3 or not all(type(side) is int and 1 <= side <= 4096 for side in shape):
            raise ValueError("image_shape must be three whole numbers: channels, height, width")
        if not isinstance(classes, list) or not classes or not all(isinstance(name, str) for name in classes):
            raise ValueError("classes must be a list of names")
        if config.get("off_manifold_threshold") is not None and not is_finite(config["off_manifold_threshold"]):
            raise ValueError("off_manifold_threshold must be a number")
    except ValueError as error:
        raise CheckpointError(f"{folder.name}/{CONFIG} cannot be used: {reason(error)}; {_classifier_again(folder, data)}") from error
    return config


def _classifier_folder(data: str) -> Path:
    return place(CLASSIFIERS, Path(data).name)


def _classifier_again(folder: Path, data: str) -> str:
    return f"restore the file, or delete the folder and train it again with: python -m vae classifier --data {data}"


def classifiers() -> list[str]:
    """The names of the classifiers under `roots()`, sorted, readable or not; the probe of scenes is none of them."""
    return [name for name in _folders_with(CONFIG, CLASSIFIERS) if name != PROBE]


def broken_extras() -> dict[str, str]:
    """Of the ladders and classifiers, which belong to no one model, those that cannot be used: what each is called, and why."""
    problems = {}
    for kind, found, try_out in (("ladder", ladders(), _try_ladder), ("classifier", classifiers(), load_classifier)):
        for name in found:
            try:
                try_out(name)
            except CheckpointError as error:
                problems[f"{kind} {printable(name)}"] = str(error)
    return problems


def _try_ladder(name: str) -> None:
    for model in load_ladder(name).models:
        read_config(find(model))


def save_probe(folder: Path, model: Probe, config: dict) -> None:
    """Write a probe in half precision, with how it was trained and what it reached, to `folder`."""
    write_tensors(folder / MODEL, half(model.state_dict()))
    write_json(folder / CONFIG, config)


def load_probe(device: str | torch.device = "cpu") -> tuple[Probe, dict]:
    """The probe that judges drawings, and its config with the hash of its weights; CheckpointError with a sentence if there is none."""
    folder = place(CLASSIFIERS, PROBE)
    try:
        config = read_object(folder / CONFIG)
        sizes, width = config["sizes"], config["width"]
        if not isinstance(sizes, list) or not sizes or not all(type(size) is int and 1 <= size <= 4096 for size in [*sizes, width]):
            raise ValueError("sizes and width must be whole numbers")
    except (ValueError, KeyError) as error:
        raise CheckpointError("there is no usable probe of scenes; train one with: python -m vae dalle probe") from error
    with torch.device("meta"):
        model = Probe(tuple(sizes), width)
    _fill(model, folder / MODEL, torch.float16)
    return model.to(device).eval().requires_grad_(False), config | {"sha256": weights_sha256(folder)}


# --- files -------------------------------------------------------------------------------------------------


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the metadata of a safetensors file; CheckpointError if it is anything else."""
    try:
        with safe_open(path, "pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError, TypeError, AttributeError, KeyError, RuntimeError) as error:  # of a type torch lacks
        if _looks_pickled(path):  # asked last: the length that a sound file begins with can look like a pickle's first bytes
            raise CheckpointError(
                f"{path.parent.name}/{path.name} is a pickle, which can run code; convert the weights to safetensors"
            ) from error
        raise CheckpointError(
            f"{printable(path.parent.name)}/{path.name} is missing or damaged ({reason(error)}); restore the file or make it again"
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
