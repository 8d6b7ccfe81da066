"""Continuum: see how continuous the latent space of an autoencoder is.

>>> import vae
>>> model = vae.load("mnist-vae-16")
>>> images = model.decode([[0.0] * 16])
"""

from vae.checkpoint import load
from vae.checkpoint import names as checkpoints

__all__ = ["checkpoints", "load"]
__version__ = "0.1.0"
