"""Autoencoders of Hugging Face diffusers, from a folder on this machine; the library itself is needed to build them.

Only classes of the list below, only safetensors, and no code that comes with a model. Codes are scaled as a diffusion model on them sees
them: by the scaling and shift factors of the config.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from vae.adapters.adapted import LONGEST_CODE, Adapted, Passage, check_codes
from vae.models.config import Foreign, ModelConfig
from vae.models.port import Adapter, family, register_adapter

NAME = "diffusers"
CONFIG, WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"
KINDS = {"AutoencoderKL": "vae", "AsymmetricAutoencoderKL": "vae", "AutoencoderTiny": "ae", "VQModel": "ae"}
RANGE = (-1.0, 1.0)  # of pixels, in all of them
# AutoencoderTiny is trained to take the codes of AutoencoderKL as they are after scaling.
SCALED = ("AutoencoderKL", "AsymmetricAutoencoderKL", "VQModel")


def class_named(name: object) -> Any:
    """The class of diffusers called `name`, of those that are allowed; ValueError for another, and where the library is not installed."""
    if name not in KINDS:
        raise ValueError(f"{name!r} of diffusers cannot be converted; those that can are {', '.join(KINDS)}")
    try:
        library = import_module("diffusers")
        library.utils.logging.set_verbosity_error()  # its advice is for whoever trains
        return getattr(library, str(name))
    except (ImportError, RuntimeError) as error:
        raise ValueError("this model needs diffusers, which is not installed here; install it with: pip install diffusers") from error


def read(folder: Path, values: dict[str, Any], side: int | None) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The fields of a config of ours for the model in `folder`, and its weights.

    Parameters
    ----------
    values : of its `config.json`
    side : of the images in pixels; that of the config, `sample_size`, if left out

    Raises
    ------
    ValueError
        If it is of a class that is not allowed, its weights are not safetensors, or a code has too many numbers.
    """
    kind = class_named(values.get("_class_name"))
    name = str(values["_class_name"])
    if not (folder / WEIGHTS).is_file():
        raise ValueError(
            f"{folder.name} holds no {WEIGHTS}; where it was made, save it with save_pretrained(folder, safe_serialization=True)"
        )
    net = kind.from_pretrained(
        str(folder), local_files_only=True, use_safetensors=True, torch_dtype=torch.float32, low_cpu_mem_usage=False
    ).eval()
    said = values.get("sample_size", 32)
    side = side or (said[0] if isinstance(said, list) else said)
    shape = (int(values.get("in_channels", 3)), int(side), int(side))
    with torch.inference_mode():
        code = _passage(name, net).encode(torch.zeros(1, *shape))[0]
    if code[0].numel() > LONGEST_CODE:
        raise ValueError(
            f"a code of {' x '.join(map(str, code.shape[1:]))} has {code[0].numel():,} numbers and the pages have room for {LONGEST_CODE:,}; "
            "take smaller images, with --size"
        )
    settings = {key: value for key, value in values.items() if not key.startswith("_")}
    foreign = Foreign(source=name, settings=settings, code_shape=tuple(code.shape[1:]), low=RANGE[0], high=RANGE[1])
    fields = {"kind": KINDS[name], "latent_dim": code[0].numel(), "image_shape": shape, "architecture": NAME, "foreign": foreign}
    return fields, {f"net.{key}": value for key, value in net.state_dict().items()}


def _passage(name: str, net: Any) -> Passage:
    """The ways through a model of the class `name`."""
    config = net.config
    scale = float(config.get("scaling_factor") or 1.0) if name in SCALED else 1.0
    shift = float(config.get("shift_factor") or 0.0) if name in SCALED else 0.0

    def encode(images: Tensor) -> tuple[Tensor, Tensor | None]:
        found = net.encode(images)
        if KINDS[name] == "vae":
            posterior = found.latent_dist
            return (posterior.mean - shift) * scale, posterior.std * scale
        return (found.latents - shift) * scale, None

    def decode(codes: Tensor) -> Tensor:
        return cast(Tensor, net.decode(codes / scale + shift).sample)

    return Passage(encode, decode)


def _build(config: ModelConfig) -> Adapted:
    foreign = cast(Foreign, config.foreign)
    net: nn.Module = class_named(foreign.source).from_config(dict(foreign.settings))
    plain = import_module("diffusers.models.attention_processor").AttnProcessor
    part: Any
    for part in net.modules():
        if hasattr(part, "set_processor"):
            part.set_processor(plain())  # torch's own attention has no forward derivatives
    return Adapted(config, net, partial(_passage, foreign.source))


def _check(config: ModelConfig) -> None:
    source = cast(Foreign, config.foreign).source
    if source not in KINDS or family(config.kind).kind != KINDS[source]:
        raise ValueError(f"{source!r} of diffusers cannot be opened as {config.kind!r}; those that can are {', '.join(KINDS)}")
    check_codes(config)


register_adapter(Adapter(NAME, _build, _check))
