"""What tells the images of a data set from all others: what a map and a model remember of theirs, so that others in their place are noticed."""

from __future__ import annotations

import hashlib

from torch import Tensor

from vae.data.imported import store
from vae.data.registry import DataError, find, is_shipped
from vae.sentences import phrase


def fingerprint(name: str, images: Tensor) -> dict[str, str]:
    """What a map of `images` (N, C, H, W) uint8 of the data set `name` should remember; nothing of a set that is shipped.

    Shipped sets do not change, and what is drawn may differ in rounding between machines. `pixels` is a hash of the images
    themselves, `files` what the set says of itself.
    """
    return {} if is_shipped(name) else {"pixels": pixels(images), "files": files(name)}


def identity(name: str) -> str:
    """A SHA-256 of what the data set `name` shows, whatever it is called; empty for a shipped set, which cannot change.

    Raises
    ------
    DataError
        If there is none of that name, or it cannot be used.
    """
    if is_shipped(name):
        return ""
    if not find(name):
        raise DataError(phrase("there is no data set named {name!r}; import it first: python -m vae import", name=name))
    return store.read_facts(name).identity


def pixels(images: Tensor) -> str:
    """A SHA-256 of `images` (N, C, H, W) uint8 in their order."""
    return hashlib.sha256(repr(tuple(images.shape)).encode() + images.contiguous().numpy().tobytes()).hexdigest()


def files(name: str) -> str:
    """What an imported set is known by without reading its images; nothing of any other name."""
    try:
        return store.read_facts(name).identity if find(name) else ""
    except DataError:
        return ""


def changed_at(name: str) -> str:
    """What differs as soon as a set's images do; nothing of a set that is shipped."""
    return "" if is_shipped(name) else files(name)
