"""The networks. They know nothing of files, data sets, training or screens."""

from vae.models.autoencoder import Autoencoder, Pass, Perceptron, Posterior
from vae.models.classifier import Classifier
from vae.models.config import ARCHITECTURES, DATASETS, KINDS, ModelConfig
from vae.models.probe import Probe
from vae.models.variational import VariationalAutoencoder

__all__ = [
    "ARCHITECTURES",
    "DATASETS",
    "KINDS",
    "Autoencoder",
    "Classifier",
    "ModelConfig",
    "Pass",
    "Perceptron",
    "Posterior",
    "Probe",
    "VariationalAutoencoder",
    "build",
]


def build(config: ModelConfig) -> Autoencoder:
    """An untrained model of `config`; the caller seeds torch's generator if the weights are to be repeatable."""
    return VariationalAutoencoder(config) if config.kind == "vae" else Autoencoder(config)
