"""What everything above the networks may ask of a model, and the families and architectures of models that there are.

A new family is one file in this folder: a class that fulfils `Model`, and a `Family` that is registered when the file is
imported. Nothing else names a kind. So it is with architectures, of which every family's encoder and decoder can be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

if TYPE_CHECKING:
    from vae.models.config import ModelConfig

# Derivatives of the picture by each number of the code: codes (N, D) to (N, D, P), P = C x H x W.
Slopes = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Posterior:
    """What an encoder says of a batch of images.

    `mean` and `std` have shape (N, D). A plain autoencoder is certain of its codes, so its `std` is zero; one that was
    trained with noise on its codes has that noise's everywhere.
    """

    mean: Tensor
    std: Tensor


@dataclass(frozen=True)
class Spec:
    """What a screen or a measure must know of a model.

    kind : the family's name, "ae" or "vae"
    latent_shape : of one code, (D,)
    image_shape : (C, H, W)
    has_std : whether the encoder gives a σ of its own, so that there is a posterior to draw from and a prior to compare it with
    """

    kind: str
    latent_shape: tuple[int, ...]
    image_shape: tuple[int, int, int]
    has_std: bool

    @property
    def latent_dim(self) -> int:
        """D, how many numbers a code has."""
        size = 1
        for side in self.latent_shape:
            size *= side
        return size


class Model(Protocol):
    """A model that can be explored: it encodes images to posteriors over codes, and decodes codes to images."""

    config: ModelConfig

    @property
    def spec(self) -> Spec:
        """What the model is."""
        ...

    @property
    def device(self) -> torch.device:
        """Where the weights live."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """The weights' number type."""
        ...

    @property
    def slopes(self) -> Slopes | None:
        """The decoder's exact derivatives, where it has a quicker way to them than torch has; else None."""
        ...

    def encode(self, images: Tensor) -> Posterior:
        """The codes of images (N, C, H, W), float in [0, 1]."""
        ...

    def decode(self, codes: Tensor) -> Tensor:
        """The images (N, C, H, W), float in [0, 1], of codes (N, D); ValueError for codes that are not."""
        ...

    def paint(self, codes: Tensor) -> Tensor:
        """`decode` without its checks."""
        ...


@dataclass(frozen=True)
class Family:
    """A kind of model.

    kind : its name in configs, "ae"
    short : on screen, "AE"
    title : in full, "Autoencoder"
    has_std : as in `Spec`
    build : an untrained network of a config
    """

    kind: str
    short: str
    title: str
    has_std: bool
    build: Callable[[ModelConfig], torch.nn.Module]


@dataclass(frozen=True)
class Architecture:
    """How encoders and decoders are built.

    name : in configs, "conv"
    hidden : widths of the layers where nothing else is said
    build : of a config, the trunk, images (N, C·H·W) to features (N, trunk.width), and the decoder, codes (N, D) to (N, C·H·W) before
        the sigmoid
    check : raises ValueError with a sentence for a config that it cannot build
    begin : sets a fresh model to where its training begins, by the training images (N, C, H, W) uint8; None for random weights
    """

    name: str
    hidden: tuple[int, ...]
    build: Callable[[ModelConfig], tuple[torch.nn.Module, torch.nn.Module]]
    check: Callable[[ModelConfig], None]
    begin: Callable[[torch.nn.Module, Tensor], None] | None = None


@dataclass(frozen=True)
class Adapter:
    """How models of one family that others have made are built behind the port.

    name : in configs, in the place of an architecture, "pythae"
    build : of a config, a `Model` that is a module; its weights are then read from safetensors
    check : raises ValueError with a sentence for a config that it cannot build
    """

    name: str
    build: Callable[[ModelConfig], torch.nn.Module]
    check: Callable[[ModelConfig], None]


_families: dict[str, Family] = {}
_architectures: dict[str, Architecture] = {}
_adapters: dict[str, Adapter] = {}


def register(family: Family) -> Family:
    """Make a family known by its kind.

    Raises
    ------
    ValueError
        If another one of that kind is known already.
    """
    if _families.get(family.kind, family) != family:
        raise ValueError(f"there is a family of kind {family.kind!r} already")
    _families[family.kind] = family
    return family


def families() -> tuple[Family, ...]:
    """All families, in the order in which they were registered."""
    return tuple(_families.values())


def family(kind: str) -> Family:
    """The family called `kind`; ValueError if there is none."""
    if kind not in _families:
        raise ValueError(f"kind is {kind!r}; it must be one of {', '.join(_families)}")
    return _families[kind]


def register_architecture(architecture: Architecture) -> Architecture:
    """Make an architecture known by its name.

    Raises
    ------
    ValueError
        If another one of that name is known already.
    """
    if _architectures.get(architecture.name, architecture) != architecture:
        raise ValueError(f"there is an architecture {architecture.name!r} already")
    _architectures[architecture.name] = architecture
    return architecture


def architectures() -> tuple[Architecture, ...]:
    """All architectures, in the order in which they were registered."""
    return tuple(_architectures.values())


def architecture(name: str) -> Architecture:
    """The architecture called `name`; ValueError if there is none."""
    if name not in _architectures:
        raise ValueError(f"architecture is {name!r}; it must be one of {', '.join(_architectures)}")
    return _architectures[name]


def register_adapter(adapter: Adapter) -> Adapter:
    """Make an adapter known by its name.

    Raises
    ------
    ValueError
        If there is another one, or an architecture, of that name already.
    """
    if _adapters.get(adapter.name, adapter) != adapter or adapter.name in _architectures:
        raise ValueError(f"there is an adapter or an architecture {adapter.name!r} already")
    _adapters[adapter.name] = adapter
    return adapter


def adapter(name: str) -> Adapter:
    """The adapter called `name`; ValueError if there is none."""
    if name not in _adapters:
        raise ValueError(f"architecture is {name!r}; of another's model it must be one of {', '.join(_adapters)}")
    return _adapters[name]
