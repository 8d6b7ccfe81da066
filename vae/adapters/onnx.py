"""An encoder and a decoder as ONNX graphs, from a folder with `encoder.onnx` and `decoder.onnx`; onnxruntime is needed to run them.

A graph is made of operators that onnxruntime has, and holds no code. Its file, and the one of its weights where there is one, become
tensors of bytes, so that the model is a config and safetensors like every other.
"""

from __future__ import annotations

import math
from functools import cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from vae.adapters.adapted import LONGEST_CODE, Adapted, Passage, check_codes
from vae.models.config import Foreign, ModelConfig
from vae.models.port import Adapter, register_adapter

NAME = "onnx"
PARTS = ("encoder", "decoder")
BESIDE = (".data", "_data")  # what exporters add to a graph's name for a file of its weights
# What the second output of an encoder is, by its name.
LOG_VARIANCES = ("log_variance", "log_var", "logvar", "z_log_var")
DEVIATIONS = ("std", "sigma", "standard_deviation", "z_std")
NUMBERS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
TRIED = 16  # pictures of noise that a pair is tried on


class Graph(nn.Module):
    """A graph with one input, from the bytes in its buffers.

    Parameters
    ----------
    part : "encoder" or "decoder"
    sizes : of its files in bytes, by their names, the graph's own first
    """

    def __init__(self, part: str, sizes: dict[str, int]) -> None:
        super().__init__()
        self._part = part
        self._names = tuple(sizes)
        for at, size in enumerate(sizes.values()):
            self.register_buffer(f"file{at}", torch.empty(size, dtype=torch.uint8))

    def __deepcopy__(self, memo: dict[int, Any]) -> Graph:
        """Another one of the same bytes, which opens them again: a session cannot be copied."""
        made = Graph(self._part, {name: buffer.numel() for name, buffer in zip(self._names, self.buffers(), strict=True)})
        made.load_state_dict(self.state_dict())
        return made.train(self.training)

    @cached_property
    def session(self) -> Any:
        """onnxruntime's own; ValueError if the bytes are no graph with one input."""
        library = import_module("onnxruntime")
        options = library.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # what waits leaves the cores to others
        # Weights come from the buffers alone, whatever file a graph names.
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", "/nonexistent")
        options.log_severity_level = 4  # errors are raised
        graph, *beside = (buffer.cpu().numpy() for buffer in self.buffers())
        if beside:
            options.add_external_initializers_from_files_in_memory(list(self._names[1:]), beside, [len(each) for each in beside])
        try:
            session = library.InferenceSession(graph.tobytes(), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # each of the library's errors is a class of its own
            raise ValueError(f"{self._part}.onnx cannot be opened ({_reason(error)}); export it again") from error
        if len(session.get_inputs()) != 1 or session.get_inputs()[0].type not in NUMBERS:
            takes = ", ".join(f"{each.name}: {each.type}" for each in session.get_inputs())
            raise ValueError(f"{self._part}.onnx takes {takes}; export it with one input of floating-point numbers")
        return session

    def forward(self, values: Tensor) -> list[Tensor]:
        """All outputs of `values` (N, ...), (N, ...) each, on the device of `values`."""
        given = self.session.get_inputs()[0]
        array = values.detach().cpu().numpy().astype(NUMBERS[given.type])
        rows = array if len(array) else np.zeros((1, *array.shape[1:]), array.dtype)  # graphs fail on nothing
        batch = given.shape[0] if isinstance(given.shape[0], int) else len(rows)
        try:
            parts = [self.session.run(None, {given.name: _filled(rows[at : at + batch], batch)}) for at in range(0, len(rows), batch)]
        except Exception as error:
            raise ValueError(f"{self._part}.onnx fails on {'×'.join(map(str, array.shape))} numbers: {_reason(error)}") from error
        return [torch.from_numpy(np.concatenate(each)[: len(array)]).float().to(values.device) for each in zip(*parts, strict=True)]


def _filled(array: np.ndarray, batch: int) -> np.ndarray:
    """`array` with its last row repeated up to `batch` rows, for a graph that takes no fewer."""
    short = batch - len(array)
    return array if short == 0 else np.concatenate([array, array[-1:].repeat(short, 0)])


def _reason(error: Exception) -> str:
    return str(error).rpartition("] : ")[2].partition("\n")[0][:200]


class Pair(nn.Module):
    """The two graphs, by the `files` of each: names to sizes."""

    def __init__(self, files: dict[str, dict[str, int]]) -> None:
        super().__init__()
        self.encoder, self.decoder = (Graph(part, files[part]) for part in PARTS)


def _passage(shape: tuple[int, int, int], net: Any) -> Passage:
    """The ways through a pair whose images are of `shape` (C, H, W)."""
    last = (*shape[1:], shape[0])  # channels last

    def encode(images: Tensor) -> tuple[Tensor, Tensor | None]:
        sides = tuple(net.encoder.session.get_inputs()[0].shape[1:])
        if sides == last != shape:
            images = images.permute(0, 2, 3, 1)
        elif all(isinstance(side, int) for side in sides):
            images = images.reshape(-1, *sides)  # flat, or without channels
        mean, *rest = net.encoder(images)
        return mean, _deviations([each.name for each in net.encoder.session.get_outputs()], rest)

    def decode(codes: Tensor) -> Tensor:
        pictures = cast(Tensor, net.decoder(codes)[0])
        return pictures.permute(0, 3, 1, 2) if tuple(pictures.shape[1:]) == last != shape else pictures

    return Passage(encode, decode)


def _deviations(names: list[str], rest: list[Tensor]) -> Tensor | None:
    """σ by the encoder's outputs after its first; ValueError where their `names` do not say what they are."""
    if not rest:
        return None
    second = names[1].lower()
    if len(rest) > 1 or second not in (*LOG_VARIANCES, *DEVIATIONS):
        raise ValueError(
            f"encoder.onnx gives {', '.join(names)}; export it with the codes alone, or with two outputs, "
            'output_names=["mean", "log_variance"] or ["mean", "std"]'
        )
    return (rest[0] / 2).exp() if second in LOG_VARIANCES else rest[0]


def read(folder: Path, shape: tuple[int, int, int] | None) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The fields of a config of ours for the pair in `folder`, and its files as tensors.

    Parameters
    ----------
    shape : (C, H, W) of the data set's images; needed where the encoder does not say that of its own

    Raises
    ------
    ValueError
        If the pair cannot be run, does not fit the images, or draws its codes at random.
    """
    _need_runtime()
    found = {part: _files(folder, part) for part in PARTS}
    files = {part: {file.name: file.stat().st_size for file in paths} for part, paths in found.items()}
    net = Pair(files)
    for part, paths in found.items():
        for buffer, path in zip(getattr(net, part).buffers(), paths, strict=True):
            buffer.copy_(torch.from_numpy(np.fromfile(path, np.uint8)))
    shape = _images(net.encoder.session.get_inputs()[0].shape[1:], shape)
    ways = _passage(shape, net)
    images = torch.rand(TRIED, *shape, generator=torch.Generator().manual_seed(0))
    (mean, std), (again, _) = ways.encode(images), ways.encode(images)
    if not torch.equal(mean, again):
        raise ValueError("encoder.onnx gives other codes each time; export the mean in the place of a draw")
    if mean[0].numel() > LONGEST_CODE:
        raise ValueError(f"a code has {mean[0].numel():,} numbers, and the pages have room for {LONGEST_CODE:,}; take smaller images")
    pictures = ways.decode(mean)
    if pictures.numel() != TRIED * math.prod(shape):
        raise ValueError(
            f"decoder.onnx decodes to {' × '.join(map(str, pictures.shape[1:]))}, and the encoder's images are {' × '.join(map(str, shape))}"
        )
    foreign = Foreign(source="encoder and decoder", settings={"files": files}, code_shape=tuple(mean.shape[1:]), low=0.0, high=1.0)
    fields = {
        "kind": "ae" if std is None else "vae",
        "latent_dim": mean[0].numel(),
        "image_shape": shape,
        "architecture": NAME,
        "foreign": foreign,
    }
    return fields | {"says_range": False}, {f"net.{key}": value for key, value in net.state_dict().items()}


def _need_runtime() -> None:
    if find_spec("onnxruntime") is None:  # found and not loaded, which a list of models need not wait for
        raise ValueError("this model needs onnxruntime, which is not installed here; install it with: pip install onnxruntime")


def _files(folder: Path, part: str) -> list[Path]:
    graph = folder / f"{part}.onnx"
    if not graph.is_file():
        raise ValueError(f"{folder.name} holds no {part}.onnx; export encoder and decoder as encoder.onnx and decoder.onnx into one folder")
    return [graph, *(beside for end in BESIDE if (beside := folder / f"{part}.onnx{end}").is_file())]


def _images(sides: list[int | str], shape: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """(C, H, W) of the images, by what the encoder says of its input and by the data set's `shape`."""
    known = [side for side in sides if isinstance(side, int)]
    if len(known) == 3:
        first, second, third = known
        return (third, first, second) if third in (1, 3) and first not in (1, 3) else (first, second, third)
    if shape is None:
        raise ValueError("the encoder does not say how large its images are; name their data set with --data")
    if len(known) == len(sides) and math.prod(known) != math.prod(shape):
        raise ValueError(
            f"the encoder takes images of {math.prod(known)} pixels, and those of the data set are {' × '.join(map(str, shape))}"
        )
    return shape


def _build(config: ModelConfig) -> Adapted:
    _need_runtime()
    net = Pair(cast(Foreign, config.foreign).settings["files"])
    return Adapted(config, net, partial(_passage, config.image_shape))


def _check(config: ModelConfig) -> None:
    files = cast(Foreign, config.foreign).settings.get("files")
    parts = [files.get(part) for part in PARTS] if isinstance(files, dict) else [None]
    if not all(isinstance(each, dict) and each and all(type(size) is int and 0 < size < 2**40 for size in each.values()) for each in parts):
        raise ValueError("the settings of an ONNX model must name the files of its encoder and its decoder with their sizes in bytes")
    check_codes(config)


register_adapter(Adapter(NAME, _build, _check))
