"""What there is to hand out of a model's images: their codes, what is known of them, their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae.store.atlases import Atlas

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 256  # images that are decoded together


@dataclass(frozen=True)
class Contents:
    """A model's images, one for each row of its map.

    name : of the model
    variational : whether its codes have a μ and a σ
    manifest : what an imported data set knows of each image; None for other data sets
    splits : (N,) words, the split that each image is of, empty where nobody knows
    originals : whether the originals are on disk
    errors : squared errors per pixel, (n,) float32, of rows (n,); NaN without the originals
    pictures : (n, H, W, C) uint8 of rows (n,): originals, or reconstructions without them
    """

    name: str
    variational: bool
    atlas: Atlas
    manifest: pa.Table | None
    splits: np.ndarray
    originals: bool
    errors: Callable[[np.ndarray], np.ndarray]
    pictures: Callable[[np.ndarray], np.ndarray]

    @property
    def rows(self) -> np.ndarray:
        """All rows of the map."""
        return np.arange(len(self.atlas))


def contents_of(name: str | Path, device: str | None = None) -> Contents:
    """The contents of the model called `name`, which is loaded for it.

    Raises
    ------
    CheckpointError
        If the model or its atlas cannot be used.
    """
    import torch

    from vae.continuity.likelihood import squared_errors
    from vae.store.atlases import load_atlas
    from vae.store.checkpoints import find_model, load_model
    from vae.store.originals import find_manifest, find_originals, splits_of

    folder = find_model(name)
    model, atlas = load_model(name, device), load_atlas(folder)
    originals = find_originals(model.config, atlas)
    images = originals.images

    @torch.inference_mode()
    def decoded(rows: np.ndarray) -> torch.Tensor:
        return model.decode(torch.from_numpy(atlas.codes[rows])).cpu()

    @torch.inference_mode()
    def errors(rows: np.ndarray) -> np.ndarray:
        if images is None:
            return np.full(len(rows), np.nan, np.float32)
        return squared_errors(images[torch.from_numpy(rows).long()].float() / 255, decoded(rows)).numpy()

    def pictures(rows: np.ndarray) -> np.ndarray:
        shown = decoded(rows).mul(255).round().to(torch.uint8) if images is None else images[torch.from_numpy(rows).long()]
        return shown.permute(0, 2, 3, 1).numpy()

    manifest = find_manifest(model.config, atlas, originals)
    splits = splits_of(atlas, originals)
    return Contents(folder.name, model.spec.has_std, atlas, manifest, splits, images is not None, errors, pictures)


def batches(rows: np.ndarray, size: int = AT_ONCE) -> Iterator[np.ndarray]:
    """`rows` in pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
