"""A model with everything the screen needs of it, and the library of all of them."""

from __future__ import annotations

import hashlib
import logging
import math
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae import data
from vae.continuity.measures import code_radius
from vae.continuity.placing import usual_of
from vae.data import fingerprint
from vae.latent.mixture import Mixture, TooFewCodes
from vae.latent.neighbours import Neighbours
from vae.latent.projection import Map
from vae.latent.sampling import Gaussian, draw
from vae.latent.trust import NEIGHBOURS, Trust, trust_of
from vae.live import judge
from vae.live.cached import Cached, Slow
from vae.live.judge import Judge
from vae.live.projections import Views
from vae.live.terrain import Terrain
from vae.live.wire.schema import LIMITS
from vae.live.wire.sizes import Sizes
from vae.models import Autoencoder, ModelConfig
from vae.models.device import CPU, best_device, is_out_of_memory
from vae.models.flow import Flow
from vae.sentences import phrase
from vae.store import folders
from vae.store.atlases import Atlas, NoMap, load_atlas
from vae.store.checkpoints import find_model, load_model, model_names, need_model
from vae.store.checks import verify_model
from vae.store.classifiers import Pictures
from vae.store.files import CheckpointError, plain, stamp
from vae.store.folders import ATLAS, CONFIG, MODEL, PRIOR
from vae.store.layouts import LAYOUTS
from vae.store.metrics import read_figures
from vae.store.names import fault, printable
from vae.store.originals import Originals, find_originals, mapped_data
from vae.store.priors import NoPrior, load_prior
from vae.store.usual import Usual

LARGE, SMALL = 128, 64  # sides of pictures, in pixels
BINS = 40  # of a dimension's histogram
SMALLEST_REACH = 0.5  # of a slider to either side

NOT_SHOWN = phrase("the images of a folder are shown once it has been imported and a model trained on that: python -m vae import")
UNREADABLE = phrase("its files could not be read; the server's log says why")

log = logging.getLogger("vae.live")


@dataclass(frozen=True)
class Bundle:
    """A model, its atlas and what is worked out from them; what takes long among many codes is worked out while the page is open.

    neighbours : of the posterior means, which the map is made of
    drawn : of one code drawn for each image; what lies far from all of these the decoder has hardly been trained on
    typical : gives the distance beyond which a code is far from all drawn ones, `drawn.typical`
    usual : gives the squared errors and cycle gaps of the model's own images
    unfolded : gives the map once it can be asked for the code at a place, `map.inverse`
    mixture : gives the Gaussians fitted to the atlas codes together
    learned : gives the learned prior, or raises NoPrior where there is none that can be used
    radius : root-mean-square distance of the atlas codes from their mean
    judge : gives the judge of what the model was trained on, or None where there is none
    originals : gives the images that the atlas was made of, as far as they are on disk
    projection : whose the places of atlas and map are; "" for the map that `embed` has laid
    """

    name: str
    model: Autoencoder
    atlas: Atlas
    map: Map
    neighbours: Neighbours
    drawn: Neighbours
    gaussian: Gaussian
    mixture: Cached[Mixture]
    learned: Cached[Flow]
    radius: float
    judge: Cached[Judge | None]
    originals: Cached[Originals]
    typical: Cached[float]
    unfolded: Cached[Map]
    usual: Cached[Usual]
    projection: str = ""

    @property
    def has_learned(self) -> bool:
        """Whether there is a learned prior of these weights, as the disk has it now."""
        try:
            self.learned.get()
        except NoPrior:
            return False
        return True

    @cached_property
    def sizes(self) -> Sizes:
        """What the schema's symbols stand for in this model."""
        channels, height, width = self.model.config.image_shape
        return {
            "D": self.model.config.latent_dim, "C": channels, "H": height, "W": width, "images": len(self.atlas),
            "classes": len(self.atlas.classes),
        }  # fmt: skip

    @property
    def coarse(self) -> int:
        """How many times smaller each way large pictures are made where many are wanted and none is looked at closely; else 1."""
        side = min(self.model.config.image_shape[1:])
        return 1 if side < LARGE else min(LIMITS.most_shrunk, 2 ** round(math.log2(side / SMALL)))

    @cached_property
    def views(self) -> Views:
        """The same model on other maps."""
        return Views(self)

    @cached_property
    def trust(self) -> Cached[Trust | None]:
        """Gives how far this map can be trusted; None where there are too few codes to say, or all are the same."""
        measurable = self.radius > 0 and len(self.atlas) > 2 * NEIGHBOURS
        return Cached(lambda: trust_of(self.atlas.codes, self.atlas.places) if measurable else None, lambda: 0)

    @cached_property
    def share(self) -> float | None:
        """The share of the codes' variance that the map holds where it is a plane through code space; None where it is not."""
        return float(self.map.places.var(0).sum() / self.radius**2) if self.map.plane and self.radius else None

    @cached_property
    def terrain(self) -> Terrain:
        """What lies under the map; takes no time to make."""
        return Terrain(self)


class Ended(Exception):
    """The process ends, and nobody waits for this work."""


class Library:
    """The checkpoints on disk, each loaded when it is first asked for, and again when a page opens after its files have changed.

    Names come from `model_names()` alone: a client can never make it read another path.

    Parameters
    ----------
    device : where the models go; by default the best there is
    """

    def __init__(self, device: str | torch.device | None = None) -> None:
        self.device = torch.device(device or best_device())
        self.fell_back = False  # whether that is the CPU because another device had no memory left
        self._lock = threading.Lock()
        self._bundles: dict[str, Cached[Bundle]] = {}
        self._configs: dict[str, Cached[ModelConfig]] = {}
        self._judges: dict[Pictures, Cached[Judge | None]] = {}
        self._originals: dict[tuple[Any, ...], Cached[Originals]] = {}
        self._stages: dict[str, tuple[str, float]] = {}

    @property
    def names(self) -> list[str]:
        """The names of the checkpoints on disk, usable or not, sorted."""
        return model_names()

    def get(self, name: str, projection: str = "") -> Bundle:
        """The bundle called `name`, loading it if need be; callers on other threads wait for the same load.

        With a `projection`, as `projections.plane_of` reads it, its map is another one than its own.

        Raises
        ------
        CheckpointError
            If there is none of that name, it cannot be used or has no such projection; the message says what to do.
        """
        need_model(name)
        if (why := fault(name)) is not None:
            raise CheckpointError(phrase("the name {name!r} {why}", name=printable(name), why=why))
        entry = self._entry(self._bundles, name, lambda: self._load(name), lambda: stamp(model_files(name)), (CheckpointError,))
        bundle: Bundle = entry.get()
        return bundle.views.on(projection).get() if projection else bundle

    def now(self, name: str, projection: str = "") -> Bundle:
        """The bundle called `name`, on its own map or a `projection`, as it was loaded last, else Slow. Never waits.

        Whether its files have changed is for `get` to notice, which every page does when it opens: asking the disk at
        every pointer event would take longer than reading the event.
        """
        entry = self._bundles.get(name)
        if entry is None:
            raise Slow(lambda: self.get(name, projection))
        bundle = entry.held()
        return bundle.views.on(projection).held() if projection else bundle

    def leave_device(self, error: Exception) -> None:
        """Have everything on the CPU from now on, since the device has run out of memory: models are read again when they are asked for."""
        with self._lock:
            if self.device == CPU:
                return
            log.error("%s has run out of memory: the CPU does its work until the server is started again (%s)", self.device, error)
            self.device, self.fell_back = CPU, True
            self._bundles.clear()
            self._judges.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def progress(self, name: str) -> tuple[str, float]:
        """What is being loaded or worked out for `name` and how far that is, 0 to 1; ("", 1.0) when nothing is going on."""
        return self._stages.get(name, ("", 1.0))

    def stamp(self, name: str, projection: str = "") -> str:
        """A word that changes whenever the files of `name` do, and that of a `projection` if it has one."""
        files = model_files(name) + ([folders.place(name) / LAYOUTS[projection]] if projection in LAYOUTS else [])
        return "-".join(f"{mark[0]:x}.{mark[1]:x}" if mark else "0" for mark in stamp(files))

    def summary(self, name: str) -> dict[str, Any]:
        """What a list of models shows of `name`: name, kind, data, latent_dim, architecture, likelihood, beta, noise, l2, sphere, originals (whether its data set is on disk), usable, and the sentence if it is not; of one that lacks nothing but its map also waits, True."""
        facts = ("kind", "data", "latent_dim", "architecture", "likelihood", "beta", "noise", "l2", "sphere")
        try:
            if (why := fault(name)) is not None:
                raise CheckpointError(phrase("its name {why}", why=why))
            config = self._entry(
                self._configs, name, lambda: verify_model(find_model(name)), lambda: stamp(model_files(name)), (CheckpointError,)
            ).get()
        except Exception as error:  # whatever a file did, the other models are still there to be chosen
            if not isinstance(error, CheckpointError):
                log.error("%r could not be read", name, exc_info=error)
            sentence = str(error) if isinstance(error, CheckpointError) else UNREADABLE
            broken = {"name": name} | dict.fromkeys(facts) | {"originals": False, "usable": False, "sentence": sentence}
            return broken | ({"waits": True} if isinstance(error, NoMap) else {})
        known = {fact: getattr(config, fact) for fact in facts} | {"data": data.label(config.data)}
        there = data.may_be_shown(config.data) and data.available(config.data)
        return {"name": name} | known | {"originals": there, "usable": True, "sentence": None}

    def describe(self, name: str) -> dict[str, Any]:
        """Everything the screen writes about `name`, as plain JSON types.

        name, kind, data, latent_dim, image_shape, beta, config, classes, count (codes on the map), identity (whether the
        map is the code plane itself), plane (whether each place of it is a code of its own), layouts (further maps that were made of the same codes), settings (how the map was made), device, metrics, metrics_sentence (why there are none
        although there is a file, or None), originals (whether the original images are shown), originals_sentence (why they are
        not, or None), judged (whether classes are told), judge (who judges, or why nobody does, in a sentence), learned (whether there
        is a learned prior to draw from), radius, and `dimensions`, most used first.

        Raises
        ------
        CheckpointError
            As in `get`.
        """
        bundle = self.get(name)
        config, atlas = bundle.model.config, bundle.atlas
        figures = read_figures(find_model(name))
        missing = self._missing_originals(bundle)
        known = judge.known(Pictures.of(config))
        return plain(
            {
                "name": name,
                "kind": config.kind,
                "data": data.label(config.data),
                "latent_dim": config.latent_dim,
                "image_shape": config.image_shape,
                "beta": config.beta,
                "config": public(config),
                "classes": atlas.classes,
                "count": len(atlas),
                "identity": bundle.map.identity,
                "plane": bundle.map.plane is not None,
                "layouts": [method for method, file in LAYOUTS.items() if (find_model(name) / file).is_file()],
                "settings": atlas.settings | ({"data": data.label(mapped_data(config, atlas))} if "data" in atlas.settings else {}),
                "device": str(self.device),
                "metrics": figures.values,
                "metrics_sentence": figures.sentence,
                "originals": missing is None,
                "originals_sentence": missing,
                "judged": known.classes,
                "judge": known.sentence,
                "learned": bundle.has_learned,
                "radius": bundle.radius,
                "dimensions": dimensions(atlas, bundle.model.spec.has_std),
            }
        )

    def _missing_originals(self, bundle: Bundle) -> str | None:
        """Why the original images are not shown, as far as that is known without reading them all; None if they are."""
        name, remembered = mapped_data(bundle.model.config, bundle.atlas), bundle.atlas.settings.get("images")
        known = bundle.originals.peek()
        if known is None and data.may_be_shown(name) and data.available(name):
            if not isinstance(remembered, dict) or remembered.get("files") == fingerprint.files(name):
                return None
            known = bundle.originals.get()  # only the images themselves can tell
        return known.sentence if known is not None else bundle.originals.get().sentence

    def _load(self, name: str) -> Bundle:
        try:
            return self._read(name)
        except BaseException as error:
            self._stages.pop(name, None)
            if self.device == CPU or not isinstance(error, Exception) or not is_out_of_memory(error):
                raise
            self.leave_device(error)
        return self._load(name)

    def _read(self, name: str) -> Bundle:
        folder = find_model(name)
        self._stages[name] = phrase("reading the model"), 0.0
        model = load_model(name, self.device)
        self._stages[name] = phrase("reading the codes"), 0.05
        atlas = load_atlas(folder)
        self._stages[name] = phrase("preparing the map"), 0.1
        drawn = Neighbours(torch.from_numpy(draw(atlas.codes, atlas.std)).to(self.device))
        neighbours = Neighbours(torch.from_numpy(atlas.codes).to(self.device))
        config = model.config
        plane = Map(atlas.codes, atlas.places, atlas.settings["method"] == "identity", neighbours)

        def measuring(share: float) -> None:
            if not threading.main_thread().is_alive():
                raise Ended
            if name in self._stages:
                self._stages[name] = phrase("measuring how close codes lie"), 0.5 + 0.5 * min(share, 1.0)

        pictures, shown = Pictures.of(config), mapped_data(config, atlas)
        originals = self._entry(
            self._originals,
            (shown, config.image_shape, str(atlas.settings), atlas.classes, hashlib.sha256(atlas.labels.tobytes()).digest()),
            lambda: _originals(config, atlas),
            lambda: _images_stamp(shown),
        )
        bundle = Bundle(
            name=name,
            model=model,
            atlas=atlas,
            map=plane,
            neighbours=neighbours,
            drawn=drawn,
            gaussian=Gaussian.fit(atlas.codes),
            mixture=Cached(lambda: Mixture.fit(atlas.codes), lambda: 0, (TooFewCodes,)),
            learned=Cached(lambda: load_prior(folder), lambda: stamp([folder / MODEL, folder / PRIOR]), (NoPrior,)),
            radius=code_radius(atlas.codes),
            judge=self._entry(self._judges, pictures, lambda: judge.load(pictures, self.device), lambda: stamp(judge.files(pictures))),
            originals=originals,
            typical=Cached(lambda: drawn.measure_typical(measuring), lambda: 0),
            unfolded=Cached(plane.unfold, lambda: 0),
            usual=Cached(lambda: usual_of(folder, model, atlas, lambda: originals.get().images), lambda: data.available(shown)),
        )
        # Among many codes these take long. The page is there meanwhile, and whoever asks for one of them waits for it alone. A
        # process that ends waits for the thread, since torch aborts it when a thread is stopped in the middle of its work.
        threading.Thread(target=self._prepare, args=(name, bundle), name=f"preparing {name}", daemon=False).start()
        return bundle

    def _prepare(self, name: str, bundle: Bundle) -> None:
        torch.set_num_threads(1)  # for this thread alone: other cores are left to the engine's pictures
        try:
            with torch.inference_mode():
                self._stages[name] = phrase("laying out the map"), 0.2
                bundle.unfolded.get()
                self._stages[name] = phrase("measuring how close codes lie"), 0.5
                bundle.typical.get()
        except Ended:
            pass
        except Exception:
            log.exception("the map of %s could not be prepared", name)
        finally:
            self._stages.pop(name, None)

    def _entry(
        self, entries: dict[Any, Any], key: Hashable, load: Callable[..., Any], mark: Callable[..., Any], errors: tuple[Any, ...] = ()
    ) -> Cached[Any]:
        with self._lock:
            if key not in entries:
                entries[key] = Cached(load, mark, errors)
            return entries[key]


def public(config: ModelConfig) -> dict[str, Any]:
    """A config for a reply, with the name of its data in the place of a path."""
    return config.to_dict() | {"data": data.label(config.data)}


def model_files(name: str) -> list[Path]:
    """The files a bundle is made of."""
    folder = folders.place(name)
    return [folder / CONFIG, folder / MODEL, folder / ATLAS]


def dimensions(atlas: Atlas, variational: bool) -> list[dict[str, Any]]:
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
    told = np.log(np.maximum(std, np.finfo(np.float32).tiny))  # a map may hold a σ that was rounded to 0
    kl = None if not variational else 0.5 * (codes**2 + std**2 - 1 - 2 * told).mean(0)
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


def _images_stamp(name: str) -> Hashable:
    """What changes when the images of the data set `name` do; nothing is looked at that may not be shown."""
    if not data.may_be_shown(name):
        return None
    return data.root(), data.available(name), fingerprint.changed_at(name)


def _originals(config: ModelConfig, atlas: Atlas) -> Originals:
    """The images that `atlas` was made of, in its order, or why they are not shown. Raises nothing but errors of the moment."""
    return find_originals(config, atlas) if data.may_be_shown(mapped_data(config, atlas)) else Originals(None, NOT_SHOWN)
