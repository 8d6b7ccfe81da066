"""A model's learned prior, beside its weights: where its codes lie, as a flow has learned it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from torch import Tensor

from vae.models.flow import Flow
from vae.sentences import phrase
from vae.store.checkpoints import read_config, weights_sha256
from vae.store.files import CheckpointError, reason
from vae.store.folders import PRIOR, holds
from vae.store.names import printable
from vae.store.tensors import all_finite, read_tensors, write_tensors

MOST = 4096  # units of a layer, and Gaussians


class NoPrior(CheckpointError):
    """A model has no learned prior that can be used; the message says why, and how to make one."""


def save_prior(folder: Path, flow: Flow) -> None:
    """Write `flow` atomically to `folder`, its network in half precision, with the hash of the model's weights that it belongs to."""
    write_tensors(
        folder / PRIOR, stored(flow), {"of": weights_sha256(folder), "width": str(flow.width), "components": str(flow.components)}
    )


def stored(flow: Flow) -> dict[str, Tensor]:
    """The tensors of `flow` as its file holds them: in half precision but for the Gaussians' means, and for numbers too large for it."""
    return {
        key: value if key == "means" or value.abs().max() > torch.finfo(torch.float16).max else value.half()
        for key, value in flow.state_dict().items()
    }


def load_prior(folder: Path) -> Flow:
    """The learned prior of the model in `folder`, on the CPU, frozen.

    Raises
    ------
    NoPrior
        If there is none, or it is of other weights or broken.
    """
    name = printable(folder.name)
    again = f"python -m vae prior {name}"
    if not holds(folder, PRIOR):
        raise NoPrior(phrase("{name} has no learned prior; make one with: {again}", name=name, again=again))
    try:
        tensors, words = read_tensors(folder / PRIOR)
        if words.get("of") != weights_sha256(folder):
            raise NoPrior(phrase("the learned prior of {name} is of other weights; make it anew with: {again}", name=name, again=again))
        width, components = int(words["width"]), int(words["components"])
        if not 1 <= width <= MOST or not 1 <= components <= MOST:
            raise ValueError(phrase("its width or the number of its Gaussians is not from 1 to {most}", most=MOST))
        with torch.device("meta"):
            flow = Flow(read_config(folder).latent_dim, components, width)
        if not all(value.is_floating_point() and all_finite(value) for value in tensors.values()):
            raise ValueError(phrase("it holds what is no finite number"))
        wanted = {key: value.shape for key, value in flow.state_dict().items()}
        if wanted != {key: value.shape for key, value in tensors.items()}:
            raise ValueError(phrase("its weights are of another shape"))
        flow.load_state_dict({key: value.float() for key, value in tensors.items()}, assign=True)
    except NoPrior:
        raise
    except (KeyError, ValueError) as error:
        raise NoPrior(
            phrase(
                "the learned prior of {name} cannot be used ({why}); make it anew with: {again}", name=name, why=reason(error), again=again
            )
        ) from error
    return flow.eval().requires_grad_(False)


def prior_sha256(folder: Path) -> str:
    """The SHA-256 of the learned prior's file in `folder`: which one a figure is of."""
    try:
        return hashlib.sha256((folder / PRIOR).read_bytes()).hexdigest()
    except OSError as error:
        raise CheckpointError(
            phrase(
                "{name}/{prior} cannot be read: {why}; restore the file or make it again",
                name=folder.name,
                prior=PRIOR,
                why=error.strerror,
            )
        ) from error
