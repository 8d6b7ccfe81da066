"""The networks. They know nothing of files, data sets, training or screens."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from vae.models.autoencoder import Autoencoder, Pass, Perceptron
from vae.models.classifier import Classifier, Encoder
from vae.models.config import Foreign, ModelConfig
from vae.models.mixer import Mixer
from vae.models.port import (
    Adapter,
    Architecture,
    Family,
    Model,
    Posterior,
    Spec,
    adapter,
    architecture,
    architectures,
    families,
    family,
    register,
)
from vae.models.probe import Probe
from vae.models.variational import VariationalAutoencoder

for _module in iter_modules(__path__):  # each family's file registers it
    import_module(f"{__name__}.{_module.name}")

KINDS = tuple(each.kind for each in families())
ARCHITECTURES = tuple(each.name for each in architectures())

__all__ = [
    "ARCHITECTURES",
    "KINDS",
    "Adapter",
    "Architecture",
    "Autoencoder",
    "Classifier",
    "Encoder",
    "Family",
    "Foreign",
    "Mixer",
    "Model",
    "ModelConfig",
    "Pass",
    "Perceptron",
    "Posterior",
    "Probe",
    "Spec",
    "VariationalAutoencoder",
    "adapter",
    "architecture",
    "architectures",
    "build",
    "families",
    "family",
    "register",
]


def build(config: ModelConfig) -> Autoencoder:
    """An untrained model of `config`; the caller seeds torch's generator if the weights are to be repeatable."""
    making = family(config.kind).build if config.foreign is None else adapter(config.architecture).build
    return cast(Autoencoder, making(config))
