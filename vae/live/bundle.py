"""A model with everything the screen needs of it, and the library of all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from vae import checkpoint, data
from vae.checkpoint import Atlas, CheckpointError
from vae.continuity.measures import code_radius
from vae.data import DataError
from vae.latent.neighbours import Neighbours
from vae.latent.projection import Map
from vae.latent.sampling import Gaussian, draw
from vae.live import judge
from vae.live.cached import Cached, Slow, stamp
from vae.live.ground import Ground
from vae.live.judge import Judge
from vae.models import Autoencoder, ModelConfig

BINS = 40  # of a dimension's histogram
SMALLEST_REACH = 0.5  # of a slider to either side


@dataclass(frozen=True)
class Bundle:
    """A model, its atlas and what is worked out from them.

    neighbours : of the posterior means, which the map is made of
    drawn : of one code drawn for each image; what lies far from all of these the decoder has hardly been trained on
    radius : root-mean-square distance of the atlas codes from their mean
    judge : gives the classifier of the model's data set, or None where there is none
    originals : gives the atlas' images, (N, C, H, W) uint8, or None where the data set is not on disk
    """

    name: str
    model: Autoencoder
    atlas: Atlas
    map: Map
    neighbours: Neighbours
    drawn: Neighbours
    gaussian: Gaussian
    radius: float
    judge: Cached[Judge | None]
    originals: Cached[torch.Tensor | None]

    @cached_property
    def ground(self) -> Ground:
        """What lies under the map; takes no time to make."""
        return Ground(self)


class Library:
    """The checkpoints on disk, each loaded when it is first asked for, and again when a page opens after its files have changed.

    Names come from `checkpoint.names()` alone: a client can never make it read another path.

    Parameters
    ----------
    device : where the models go; by default the best there is
    """

    def __init__(self, device: str | torch.device | None = None) -> None:
        self.device = torch.device(device or checkpoint.best_device())
        self._lock = threading.Lock()
        self._bundles: dict[str, Cached[Bundle]] = {}
        self._configs: dict[str, Cached[ModelConfig]] = {}
        self._judges: dict[str, Cached[Judge | None]] = {}
        self._originals: dict[tuple, Cached[torch.Tensor | None]] = {}

    @property
    def names(self) -> list[str]:
        """The names of the checkpoints on disk, usable or not, sorted."""
        return checkpoint.names()

    def get(self, name: str) -> Bundle:
        """The bundle called `name`, loading it if need be; callers on other threads wait for the same load.

        Raises
        ------
        CheckpointError
            If there is none of that name or it cannot be used; the message says what to do.
        """
        if name not in self.names:
            raise CheckpointError(f"there is no model {name!r}; choose one of {', '.join(self.names) or 'none: train one first'}")
        return self._entry(self._bundles, name, lambda: self._load(name), lambda: stamp(model_files(name)), (CheckpointError,)).get()

    def now(self, name: str) -> Bundle:
        """The bundle called `name` as it was loaded last, else Slow. Never waits.

        Whether its files have changed is for `get` to notice, which every page does when it opens: asking the disk at
        every pointer event would take longer than reading the event.
        """
        entry = self._bundles.get(name)
        if entry is None:
            raise Slow(lambda: self.get(name))
        return entry.held()

    def stamp(self, name: str) -> str:
        """A word that changes whenever the files of `name` do."""
        return "-".join(f"{mark[0]:x}.{mark[1]:x}" if mark else "0" for mark in stamp(model_files(name)))

    def summary(self, name: str) -> dict:
        """What a list of models shows of `name`: name, kind, data, latent_dim, architecture, likelihood, beta, noise, l2, sphere, usable, and the sentence if it is not."""
        facts = ("kind", "data", "latent_dim", "architecture", "likelihood", "beta", "noise", "l2", "sphere")
        try:
            config = self._entry(
                self._configs, name, lambda: checkpoint.verify(checkpoint.find(name)), lambda: stamp(model_files(name)), (CheckpointError,)
            ).get()
        except CheckpointError as error:
            return {"name": name} | dict.fromkeys(facts) | {"usable": False, "sentence": str(error)}
        return {"name": name} | {fact: getattr(config, fact) for fact in facts} | {"usable": True, "sentence": None}

    def describe(self, name: str) -> dict:
        """Everything the screen writes about `name`, as plain JSON types.

        name, kind, data, latent_dim, image_shape, beta, config, classes, count (codes on the map), identity (whether the
        map is the code plane itself), settings (how the map was made), device, metrics, originals (whether the original
        images are on disk), judged (whether there is a classifier), radius, and `dimensions`, most used first.

        Raises
        ------
        CheckpointError
            As in `get`.
        """
        bundle = self.get(name)
        config, atlas = bundle.model.config, bundle.atlas
        return _plain(
            {
                "name": name,
                "kind": config.kind,
                "data": config.data,
                "latent_dim": config.latent_dim,
                "image_shape": config.image_shape,
                "beta": config.beta,
                "config": config.to_dict(),
                "classes": atlas.classes,
                "count": len(atlas),
                "identity": bundle.map.identity,
                "settings": atlas.settings,
                "device": str(self.device),
                "metrics": checkpoint.load_metrics(checkpoint.find(name)),
                "originals": data.available(config.data),
                "judged": judge.files(config.data)[0].is_file(),
                "radius": bundle.radius,
                "dimensions": dimensions(atlas, config.kind == "vae"),
            }
        )

    def _load(self, name: str) -> Bundle:
        folder = checkpoint.find(name)
        model = checkpoint.load(name, self.device)
        atlas = checkpoint.load_atlas(folder)
        drawn = Neighbours(torch.from_numpy(draw(atlas.codes, atlas.std)).to(self.device))
        neighbours = Neighbours(torch.from_numpy(atlas.codes).to(self.device))
        config, splits = model.config, tuple(atlas.settings.get("splits", ("test",)))
        bundle = Bundle(
            name=name,
            model=model,
            atlas=atlas,
            map=Map(atlas.codes, atlas.places, atlas.settings["method"] == "identity", neighbours),
            neighbours=neighbours,
            drawn=drawn,
            gaussian=Gaussian.fit(atlas.codes),
            radius=code_radius(atlas.codes),
            judge=self._entry(
                self._judges, config.data, lambda: judge.load(config.data, self.device), lambda: stamp(judge.files(config.data))
            ),
            originals=self._entry(
                self._originals,
                (config.data, splits, len(atlas), config.image_shape),
                lambda: _originals(config.data, splits, len(atlas), config.image_shape),
                lambda: (data.root(), data.available(config.data)),
                (DataError,),
            ),
        )
        _ = drawn.typical  # worked out here, where waiting is allowed
        return bundle

    def _entry(self, shelf: dict, key: Hashable, load: Callable, mark: Callable, errors: tuple = ()) -> Cached:
        with self._lock:
            if key not in shelf:
                shelf[key] = Cached(load, mark, errors)
            return shelf[key]


def model_files(name: str) -> list[Path]:
    """The files a bundle is made of."""
    folder = checkpoint.place(name)
    return [folder / checkpoint.CONFIG, folder / checkpoint.MODEL, folder / checkpoint.ATLAS]


def dimensions(atlas: Atlas, variational: bool) -> list[dict]:
    """What the sliders show of each dimension, most used first.

    index : the dimension
    kl : KL(q(z_j|x) || N(0, 1)) in nats, averaged over the atlas; None unless `variational`, since an autoencoder
        with noise has a σ, too, but no prior
    variance, mean : of the codes
    std : mean σ
    low, high : the slider's range: symmetric about the mean, a fifth past the 0.1 % and 99.9 % quantiles, and at least
        3 σ and 0.5 to either side, so that a collapsed dimension can be moved as far as its prior reaches
    histogram : how many codes lie in each of 40 bins over that range

    The order is by KL for a VAE, by variance for an autoencoder.
    """
    codes, std = atlas.codes.astype(np.float64), atlas.std.astype(np.float64)
    mean, variance, spread = codes.mean(0), codes.var(0), std.mean(0)
    kl = None if not variational else 0.5 * (codes**2 + std**2 - 1 - 2 * np.log(std)).mean(0)
    extremes = np.abs(np.quantile(codes, [0.001, 0.999], axis=0) - mean).max(0)
    reach = np.maximum(np.maximum(1.2 * extremes, 3 * spread), SMALLEST_REACH)
    return [
        {
            "index": int(index),
            "kl": None if kl is None else float(kl[index]),
            "variance": float(variance[index]),
            "mean": float(mean[index]),
            "std": float(spread[index]),
            "low": float(mean[index] - reach[index]),
            "high": float(mean[index] + reach[index]),
            "histogram": np.histogram(codes[:, index], BINS, (mean[index] - reach[index], mean[index] + reach[index]))[0].tolist(),
        }
        for index in np.argsort(-(variance if kl is None else kl), kind="stable")
    ]


def _originals(name: str, splits: tuple[str, ...], count: int, image_shape: tuple[int, int, int]) -> torch.Tensor | None:
    """The images the atlas was made from, in its order, or None where the data set is not on disk."""
    if not data.available(name):
        return None
    images = torch.cat([data.load(name, split, size=image_shape[1]).images for split in splits])
    if tuple(images.shape) != (count, *image_shape):
        raise DataError(f"the images of {name} on disk are not those the map was made from; make the map again")
    return images


def _plain(value: object) -> object:
    """`value` with tuples as lists and numbers that JSON cannot write as None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
