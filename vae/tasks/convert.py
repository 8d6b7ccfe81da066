"""Making a model for the app of one that others have made, or of weights as a training has left them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, field_validator

from vae.store.folders import ATLAS, CONFIG, METRICS, MODEL, PRIOR, TERRAIN, TSNE, USUAL
from vae.store.names import check_name
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request

if TYPE_CHECKING:
    from torch import Tensor

    from vae.models import Autoencoder, ModelConfig

LONGEST = 600  # seconds that the process may take that reads a pickle's weights
TRIED = 64  # images on which the range of values is tried
RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
# What is opened in another way, by the endings of files.
OTHERWISE = {
    ".pt2": "is a program of torch.export, and opening it unpickles what lies in it, which can run code; open it in a module of your own, or "
    "export encoder and decoder as ONNX, see docs/models.md: convert my_module:my_model NAME",
    ".ts": "is a TorchScript program, which only your own Python opens, see docs/models.md: convert my_module:my_model NAME",
    ".onnx": "is one graph, and a model has two; put encoder.onnx and decoder.onnx into one folder and name that",
}
FULL = (
    "its posteriors have a full covariance: pages and figures take the σ of each number alone, so draws and KL are not those of the model"
)
FIXED = "its σ is the same for every image and number: sliders and draws have it, and it tells nothing of an image"
BY_DIFFERENCES = "torch cannot differentiate its decoder: directions, geodesics and the like are worked out by differences"
TWICE = 2.0  # another range with so many times less error is told of


class ConvertRequest(Request):
    """What to convert, and what it does not say itself.

    source : a file of weights (torch.save or safetensors), a folder that pythae or diffusers has saved or that holds an encoder and a
        decoder in ONNX, or "module:name"
    name : of the model, under checkpoints/
    data : the data set that it was trained on; that of `like` if left out
    like : a model of ours of the same shape, for weights that do not tell theirs
    size : side of the images in pixels, for a diffusers model that takes several
    low, high : what black and white are to it; found if left out
    replace : put it in the place of a model of that name
    """

    source: str
    name: str
    data: str | None = None
    like: str | None = None
    size: Annotated[int, Field(ge=8, le=1024)] | None = None
    low: float | None = None
    high: float | None = None
    replace: bool = False
    device: Device = "auto"

    @field_validator("name")
    @classmethod
    def _a_name(cls, name: str) -> str:
        return check_name(name)


@dataclass(frozen=True)
class Converted:
    """What came of it.

    folder : of the model
    model : what it is, in a sentence
    notes : what was found of its range of values, and what is out of the ordinary
    """

    folder: Path
    model: str
    notes: list[str]


def convert(request: ConvertRequest, progress: Progress = silent) -> Converted:
    """Write `config.json` and `model.safetensors` for a model of others', or for weights as a training has left them.

    Raises
    ------
    ValueError
        If it is of no kind that can be converted, is a pickle of more than weights, or something must be told that it does not say.
    """
    from vae import data
    from vae.adapters import module
    from vae.adapters.adapted import Adapted
    from vae.data.fingerprint import identity
    from vae.models import ModelConfig, build
    from vae.store import folders
    from vae.store.files import write_json
    from vae.store.tensors import write_tensors
    from vae.tasks.common import device_named

    folder = folders.root() / request.name
    if (folder / CONFIG).exists() and not request.replace:
        raise ValueError(f"there is a model {request.name} already; choose another name, or put this one in its place with --replace")
    data_set = request.data or _of_like(request, "data")
    progress(0.0, f"{request.name}: reading")
    fields, weights, source = _read(request, data_set)
    data_set = data_set or fields.get("data")
    if data_set is None:
        raise ValueError("which images was it trained on? Name their data set with --data: mnist, fashion-mnist, or one that was imported")
    says = fields.pop("says_range", True) or request.low is not None
    fields |= {"data": data_set, "data_sha256": identity(data_set) if data.available(data_set) else ""}
    if (foreign := fields.get("foreign")) is not None and request.low is not None and request.high is not None:
        fields["foreign"] = replace(foreign, low=request.low, high=request.high)
    config = ModelConfig(**fields)
    shown = data.find(data_set)
    if shown is not None and shown.shape[0] != config.image_shape[0]:
        has, wants = (f"{count} channel" + "s" * (count > 1) for count in (shown.shape[0], config.image_shape[0]))
        raise ValueError(f"the pictures of {data_set} have {has} and the model takes {wants}; name the data set that it was trained on")
    if config.foreign is not None and config.architecture == module.NAME:
        _enter(config.foreign.source)
    model = build(config)
    _fill(model, weights, source)
    model = model.to(device_named(request.device) or "cpu").eval().requires_grad_(False)
    progress(0.5, f"{request.name}: trying it on images")
    try:
        images = _some_images(model)
        notes = _tried(model, images, request, says)
    except data.DataError as error:
        images, notes = None, [f"its range of values could not be tried on images: {error}"]
    if config.foreign is not None and config.foreign.full_covariance:
        notes.append(FULL)
    if images is not None and len(images) > 1 and model.spec.has_std and _is_fixed(model, images):
        notes.append(FIXED)
    if isinstance(model, Adapted) and not model.has_derivatives():
        model.config = replace(model.config, foreign=replace(model.foreign, differences=_spread(model, images)))
        notes.append(BY_DIFFERENCES)
    write_tensors(folder / MODEL, model.state_dict())
    write_json(folder / CONFIG, model.config.to_dict())
    for left in (ATLAS, TSNE, USUAL, TERRAIN, PRIOR, METRICS):
        (folder / left).unlink(missing_ok=True)  # of the model that was here before
    progress(1.0, f"{request.name}: converted")
    return Converted(folder, describe(model.config), notes)


def describe(config: ModelConfig) -> str:
    """What a converted model is, in one sentence."""
    from vae.models import family

    shape = " × ".join(map(str, config.image_shape))
    said = f"{family(config.kind).title}, {config.latent_dim} numbers, images of {shape}"
    if config.foreign is None:
        return f"{said}, {config.architecture}"
    code = config.foreign.code_shape
    flat = f" (codes of {' × '.join(map(str, code))})" if len(code) > 1 else ""
    return f"{said}, {config.architecture} {config.foreign.source}{flat}, values from {config.foreign.low:g} to {config.foreign.high:g}"


def _of_like(request: ConvertRequest, field: str) -> Any:
    from vae.store.checkpoints import find_model, read_config

    return None if request.like is None else getattr(read_config(find_model(request.like)), field)


def _read(request: ConvertRequest, data_set: str | None) -> tuple[dict[str, Any], dict[str, Tensor], str]:
    """The fields of the config, the weights, and what to call the source in a sentence."""
    from vae import data
    from vae.adapters import diffusers, onnx, pythae

    path = Path(request.source).expanduser()
    if not path.exists() and ":" in request.source and "/" not in request.source:
        return _of_module(request.source, data_set)
    if path.is_dir():
        from vae.store.files import read_object

        if (path / pythae.CONFIG).is_file():
            fields = pythae.fields_of(path, read_object(path / pythae.CONFIG))
            weights, _ = _weights(path / pythae.WEIGHTS)
            return fields, {f"net.{key}": value for key, value in weights.items()}, path.name
        if any((path / f"{part}.onnx").is_file() for part in onnx.PARTS):
            known = None if data_set is None else data.find(data_set)
            return *onnx.read(path, known.shape if known else None), path.name
        values = read_object(path / CONFIG) if (path / CONFIG).is_file() else {}
        if "_class_name" in values:
            fields, weights = diffusers.read(path, values, request.size or _side(data_set))
            return fields, weights, path.name
        found = sorted(file for file in path.iterdir() if file.suffix in (".pt", ".pth", ".ckpt", ".bin", ".safetensors", *OTHERWISE))
        if not found:
            raise ValueError(
                f"{path.name} is no folder of pythae (model_config.json), diffusers (config.json) or ONNX (encoder.onnx and decoder.onnx), "
                "and holds no weights; name a file of weights"
            )
        path = found[0]
    if path.suffix in OTHERWISE:
        raise ValueError(f"{path.name} {OTHERWISE[path.suffix]}")
    return _of_own(path, request, data_set)


def _side(data_set: str | None) -> int | None:
    from vae import data

    known = None if data_set is None else data.find(data_set)
    return known.shape[1] if known else None


def _of_module(source: str, data_set: str | None) -> tuple[dict[str, Any], dict[str, Tensor], str]:
    from vae import data
    from vae.adapters import module

    net: Any = module.load(source, str(Path.cwd()))
    known = None if data_set is None else data.find(data_set)
    shape = getattr(net, "image_shape", known.shape if known else None)
    if shape is None:
        raise ValueError(
            f"{source} does not say how large its images are; give it image_shape = (C, H, W), or name their data set with --data"
        )
    fields = module.fields_of(source, net, tuple(shape))
    fields["says_range"] = hasattr(net, "value_range")
    return fields, {f"net.{key}": value for key, value in net.state_dict().items()}, source


def _enter(source: str) -> None:
    """Let the app import `source` from here: only who sits at the command line comes this way."""
    from vae.adapters import module
    from vae.store.files import write_json

    known = module.registered()
    if known.get(source) != str(Path.cwd()):
        write_json(module.register_file(), known | {source: str(Path.cwd())})


def _weights(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights in a file, in float32 and under plain names, and the config that lies with them, {} if none does.

    What `torch.save` has written is read in a process of its own, which leaves safetensors.
    """
    from vae.adapters.weights import widened, without_prefixes
    from vae.store.tensors import read_tensors

    if not path.is_file():
        raise ValueError(f"{path} is not there; name a file of weights")
    if path.suffix == ".safetensors":
        tensors, words = read_tensors(path)
        return widened(without_prefixes(tensors)), _config_in(words)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / MODEL
        call = [sys.executable, "-m", "vae.adapters.unpack", str(path.resolve()), str(out)]
        try:
            home = Path(__file__).parents[2]  # where Python finds this program, and no module of the working folder in its place
            done = subprocess.run(call, capture_output=True, text=True, timeout=LONGEST, cwd=home)
        except subprocess.TimeoutExpired as error:
            raise ValueError(f"{path.name} was not read within {LONGEST // 60} minutes; save its weights alone, as safetensors") from error
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] if done.returncode == 1 else []
            raise ValueError(last[0] if last else f"{path.name} could not be read; save its weights alone, as safetensors")
        tensors, words = read_tensors(out)
        return tensors, _config_in(words)


def _config_in(words: dict[str, str]) -> dict[str, Any]:
    try:
        found = json.loads(words.get("config", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _of_own(path: Path, request: ConvertRequest, data_set: str | None) -> tuple[dict[str, Any], dict[str, Tensor], str]:
    """The weights of one of our own architectures: by a config that lies with them, by `like`, or by what their shapes tell."""
    from vae import data
    from vae.adapters.own import structure_of
    from vae.models import ModelConfig
    from vae.store.checkpoints import find_model, read_config

    weights, said = _weights(path)
    if request.like is not None:
        said = read_config(find_model(request.like)).to_dict()
    elif "kind" not in said and (path.parent / CONFIG).is_file():
        said = read_config(path.parent).to_dict()
    if "kind" in said:
        config = ModelConfig.from_dict(said)
        return config.to_dict() | {"weights": "float32", "image_shape": config.image_shape}, weights, path.name
    found = structure_of(weights)
    pixels, channels = found.pop("pixels"), found.pop("channels")
    known = None if data_set is None else data.find(data_set)
    if known is None and data_set is not None:
        there = ", ".join(each.name for each in data.data_sets())
        raise ValueError(
            f"the weights in {path.name} do not tell the shape of their images, and there is no data set {data_set!r} to ask: name one of {there}"
        )
    if known is None:
        raise ValueError(
            f"the weights in {path.name} do not tell the shape of their images; name the data set with --data, or a model of the same shape with --like"
        )
    shape = known.shape
    if (pixels or shape[0] * shape[1] * shape[2]) != shape[0] * shape[1] * shape[2] or (channels or shape[0]) != shape[0]:
        has = f"{pixels} pixels" if pixels else f"{channels} channels"
        raise ValueError(f"the weights in {path.name} are for images of {has}, and those of {known.name} are {' × '.join(map(str, shape))}")
    # Nobody has said how heavily the KL term weighed.
    return found | {"image_shape": shape, "beta": 1.0 if found["kind"] == "vae" else 0.0}, weights, path.name


def _fill(model: Autoencoder, weights: dict[str, Tensor], source: str) -> None:
    """Put `weights` into `model`, or raise ValueError with the first that does not fit."""
    expected = model.state_dict()
    for key in sorted(expected.keys() | weights.keys()):
        plain = key.removeprefix("net.")
        if key not in weights or key not in expected:
            where = "is missing from" if key not in weights else "is not expected in"
            raise ValueError(
                f"{plain} {where} {source}: its weights are of another network; name a model of ours of the same shape with --like"
            )
        if weights[key].shape != expected[key].shape:
            raise ValueError(
                f"{plain} in {source} has shape {tuple(weights[key].shape)}, and the network asks for {tuple(expected[key].shape)}"
            )
    from vae.adapters.weights import widened

    model.load_state_dict(widened(weights))


def _some_images(model: Autoencoder) -> Tensor:
    """The first test images, (N, C, H, W) from 0 to 1; DataError where there are none for it."""
    from vae import data
    from vae.tasks.common import images_of

    if not data.available(model.config.data):
        raise data.DataError(f"{model.config.data} is not on disk")
    return images_of(model.config, "test", False).images[:TRIED].float().to(model.device) / 255


def _is_fixed(model: Autoencoder, images: Tensor) -> bool:
    """Whether all codes of `images` have one and the same σ."""
    import torch

    with torch.inference_mode():
        std = model.encode(images).std
    return bool(std.max() - std.min() <= 1e-6 * std.max())


def _spread(model: Autoencoder, images: Tensor | None) -> float:
    """Of the codes of `images`, root-mean-square over their numbers; 1 where they are all the same or there are none."""
    import torch

    if images is None or len(images) < 2:
        return 1.0
    with torch.inference_mode():
        return float(model.encode(images).mean.std(0).square().mean().sqrt()) or 1.0


def _tried(model: Autoencoder, images: Tensor, request: ConvertRequest, says: bool) -> list[str]:
    """How `model` rebuilds images, in sentences; it gets the range of values that does so best where nothing `says` which it is."""
    import torch

    foreign = model.config.foreign
    here = (0.0, 1.0) if foreign is None else (foreign.low, foreign.high)
    ranges = [here, *(each for each in RANGES if each != here)] if foreign is not None else [here]
    config, errors = model.config, {}
    notes: list[str] = []
    with torch.inference_mode():
        for low, high in ranges:
            if foreign is not None:
                model.config = replace(config, foreign=replace(foreign, low=low, high=high))
            errors[low, high] = (model.paint(model.encode(images).mean) - images).square().mean().item()
        mean_picture = (images - images.mean(0)).square().mean().item()
    best = min(ranges, key=lambda each: (errors[each], each != here))
    told, helps = request.low is not None, errors[here] > TWICE * errors[best] and errors[best] < mean_picture
    chosen = best if helps and not says else here
    if foreign is not None:
        model.config = replace(config, foreign=replace(foreign, low=chosen[0], high=chosen[1]))
        how = "as you said" if told else "as it says" if says else "found by trying"
        notes.append(f"values from {chosen[0]:g} to {chosen[1]:g}, {how}: squared error {errors[chosen]:.4f} on {len(images)} test images")
        if helps and chosen != best:
            notes.append(
                f"from {best[0]:g} to {best[1]:g} it would be {errors[best]:.4f}: if that is its range, convert it again with "
                f"--range={best[0]:g},{best[1]:g} --replace"
            )
    if errors[chosen] >= mean_picture:
        notes.append(
            f"it rebuilds these images no better than their mean picture, whose squared error is {mean_picture:.4f}: "
            "was it trained on others, or with other values?"
        )
    return notes


CONVERT = register(Task("convert", ConvertRequest, convert))
