"""Getting torch ready for its first derivative, before anybody has to wait for it."""

from __future__ import annotations

import sys
import threading

import torch

from vae.latent.directions import metrics
from vae.latent.geodesic import relax
from vae.live.cached import Slow
from vae.models import Autoencoder

SWITCH = 2e-4  # seconds between switches of threads while torch's derivatives are loaded

_loading = threading.Lock()
_differentiated = threading.Event()  # whether a derivative of a decoder has been taken in this process


def load_derivatives(model: Autoencoder) -> None:
    """Take a decoder's derivatives once, so that torch has loaded what it needs for them.

    That is a thousand modules and takes more than a second. With Python's usual 5 ms between
    switches of threads, whoever drags meanwhile would wait almost as long: an answer takes the interpreter a hundred
    times.
    """
    with _loading:
        if _differentiated.is_set():
            return
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        try:
            relax(model.paint, torch.zeros(3, model.config.latent_dim, device=model.device))
            metrics(model.paint, torch.zeros(1, model.config.latent_dim, device=model.device))
            _differentiated.set()
        finally:
            sys.setswitchinterval(before)


def prepared(model: Autoencoder) -> None:
    """Slow unless the derivatives have been loaded."""
    if not _differentiated.is_set():
        raise Slow(lambda: load_derivatives(model))
