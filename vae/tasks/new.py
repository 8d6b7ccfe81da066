"""From pictures to a space to fly through: import, a fair pair of models, maps and figures, with settings chosen from the pictures."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, field_validator

from vae.sentences import Sentence, about, listed, phrase
from vae.store import folders
from vae.store.files import stamp, write_json
from vae.store.folders import ATLAS, CONFIG, METRICS
from vae.store.names import LONGEST_NAME, check_name
from vae.tasks.budget import Budget, Clock
from vae.tasks.classifier import judge_of
from vae.tasks.command import train_command
from vae.tasks.embed import EmbedRequest, embed
from vae.tasks.evaluate import EvaluateRequest, Haste, evaluate
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.outcome import report
from vae.tasks.pair import in_two_processes
from vae.tasks.progress import Progress, part_of, silent
from vae.tasks.recipe import Recipe, choose
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request, Seed

if TYPE_CHECKING:
    from vae.data.imported.store import Facts

RECIPE = "recipe.json"  # beside the pixels
FEWEST = 16  # pictures for training; fewer make no map
FULL = 2000  # test pictures that make a map by themselves; with fewer the training pictures are on it, too
LARGER = 1200.0  # seconds of budget from which pictures are 64 pixels a side, in place of 32
IMPORTED, CHOSEN, TRAINED, MAPPED, JUDGED = 0.05, 0.17, 0.62, 0.75, 0.8  # of the work
# Seconds that must be left on two idle cores: for UMAP, which compiles first, and some figures after it; for an encoder to judge by.
FOR_UMAP, FOR_ENCODER = 80.0, 15.0
FEW_DRAWS = 2000  # from each distribution, where the budget is below LARGER


class NewRequest(Request):
    """What to make a pair of models of.

    source : as for an import; also the name of a data set that was imported, or None to take the one called `name`
    name : of the data set; the models are called after it. From the source if left out
    budget : seconds for everything on two idle cores
    size : side in pixels; chosen from the pictures if left out
    """

    source: Path | None = None
    name: str | None = None
    budget: Annotated[float, Field(ge=5, le=86400)] = 300.0
    size: Annotated[int | None, Field(ge=8, le=256)] = None
    device: Device = "auto"
    seed: Seed = 0

    @field_validator("source")
    @classmethod
    def _the_whole_path(cls, source: Path | None) -> Path | None:
        return None if source is None else Path(os.path.abspath(source.expanduser()))

    @field_validator("name")
    @classmethod
    def _a_name(cls, name: str | None) -> str | None:
        return None if name is None else check_name(name)

    @property
    def called(self) -> str:
        """The name of the data set."""
        if self.name is not None:
            return self.name
        if self.source is None:
            raise ValueError(phrase("say which pictures: a path, or the name of an imported data set"))
        stem = self.source.name.split(".")[0] or "pictures"
        kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in stem).strip("-").lower() or "pictures"
        return check_name(kept.encode()[: LONGEST_NAME - len("-vae")].decode(errors="ignore"))

    @property
    def models(self) -> tuple[str, str]:
        """The names of the autoencoder and the VAE."""
        return f"{self.called}-ae", f"{self.called}-vae"


@dataclass(frozen=True)
class Made:
    """What came of it.

    data : name of the data set
    models : the autoencoder's and the VAE's names
    folders : theirs
    commands : that train them again
    reasons : a sentence for each setting that was chosen
    outcome : sentences on the VAE, the last one advice
    sentence : on both
    undone : what there was no time for, a sentence each with the commands that do it
    """

    data: str
    models: tuple[str, str]
    folders: tuple[Path, Path]
    commands: tuple[str, str]
    reasons: list[str]
    outcome: list[str]
    sentence: str
    undone: list[str]


def new(request: NewRequest, progress: Progress = silent, clock: Clock = time.monotonic) -> Made:
    """Make a data set, two models, their maps and their figures; what is there already from an earlier run is taken as it is.

    Whatever the budget, the models are trained for an epoch, have a map and the figures that take seconds. What does not fit besides is
    made with less, or left out, and said.

    Raises
    ------
    ValueError
        If nothing can be imported, there are too few pictures, or a name is taken by something else.
    """
    import torch

    from vae import data
    from vae.store.checkpoints import read_config

    budget = Budget(request.budget, clock)
    name = request.called
    reasons = _import(request, part_of(progress, 0, IMPORTED))
    train = data.load(name, "train").images
    if len(train) < FEWEST:
        raise ValueError(
            phrase(
                "{name} has {count} pictures for training; a pair of models and a map take at least {fewest}: add pictures",
                name=name,
                count=len(train),
                fewest=FEWEST,
            )
        )
    recipe = _recipe(request, part_of(progress, IMPORTED, CHOSEN), budget)
    pair = (recipe.ae, recipe.vae)
    whole = len(data.load(name, "test")) < FULL
    todo = [each.model_copy(update={"resume": True}) for each in pair if not (each.out / CONFIG).exists()]
    if todo:
        told = part_of(progress, CHOSEN, TRAINED)
        told(0, about(name, phrase("training, about {seconds:.0f} CPU seconds", seconds=recipe.seconds * len(todo))))
        in_two_processes(todo, told)
    quick = budget.left < FOR_UMAP  # for both, so that their maps are of one kind
    for place, each in enumerate(pair):
        if not (each.out / ATLAS).exists():
            span = (MAPPED - TRAINED) / 2
            mapping = EmbedRequest(name=str(each.out), training_set=whole, quick=quick, device=request.device, seed=request.seed)
            embed(mapping, part_of(progress, TRAINED + place * span, TRAINED + (place + 1) * span))
    unmeasured = [each for each in pair if not (each.out / METRICS).exists()]
    if unmeasured and budget.left > FOR_ENCODER:
        judge_of(read_config(pair[0].out), torch.device("cpu"), False, part_of(progress, MAPPED, JUDGED))
    for place, each in enumerate(unmeasured):
        span = (1 - JUDGED) / len(unmeasured)
        measuring = EvaluateRequest(name=str(each.out), brief=True, device=request.device, seed=request.seed)
        haste = Haste(_draws(request), encoder=False, late=budget.part(1 / (len(unmeasured) - place)))
        evaluate(measuring, part_of(progress, JUDGED + place * span, JUDGED + (place + 1) * span), haste)
    progress(1.0, about(name, phrase("done")))
    commands = (train_command(pair[0]), train_command(pair[1]))
    outs = (pair[0].out, pair[1].out)
    return Made(
        name, request.models, outs, commands, [*reasons, *recipe.reasons], report(recipe.vae), _sentence(*outs), _undone(outs, whole)
    )  # fmt: skip


def _draws(request: NewRequest) -> int | None:
    """How many codes are drawn from each distribution; None for as many as usual."""
    from vae.continuity.scorecard import DRAWS

    return FEW_DRAWS if request.budget < LARGER and FEW_DRAWS < DRAWS else None


def _undone(outs: tuple[Path, Path], whole: bool) -> list[str]:
    """What there was no time for, by what lies in the models' folders.

    whole : whether the maps hold the training pictures, too
    """
    from vae.continuity.scorecard import DRAWS, LEFT_OUT, TIME, parts
    from vae.latent.layout import FEW
    from vae.store.atlases import load_atlas
    from vae.store.metrics import load_metrics

    undone: list[str] = []
    plane = [out for out in outs if (atlas := load_atlas(out)).settings["method"] == "pca" and len(atlas.codes) >= FEW]
    if plane:
        extra = " --training-set" if whole else ""
        again = _commands("embed", plane, extra)
        undone.append(phrase("the map is laid by principal components; UMAP keeps neighbours together: {again}", again=again))
    metrics = {out: load_metrics(out) for out in outs}
    late = [out for out in outs if TIME in metrics[out].get(LEFT_OUT, {}).values()]
    keys = {key for out in late for key, why in metrics[out][LEFT_OUT].items() if why == TIME}
    kinds = list(dict.fromkeys(part.name.split(" of ")[0] for part in parts(None, None) if keys & set(part.keys)))
    few = {out: metrics[out]["draws"] for out in outs if "draws" in metrics[out]}
    said = [
        phrase("figures rest on {count:,} draws in place of {usual:,}", count=count, usual=DRAWS) for count in sorted(set(few.values()))
    ]
    said += [phrase("figures that were left out: {kinds}", kinds=listed([Sentence(kind, {}) for kind in kinds], "; "))] if kinds else []
    if said:
        affected = [out for out in outs if out in late or out in few]
        again = _commands("evaluate", affected, " --missing")
        undone.append(phrase("{said}; all of them: {again}", said=listed(said, "; "), again=again))
    return undone


def _commands(command: str, outs: list[Path], ending: str) -> str:
    return " and ".join(f"python -m vae {command} {shlex.quote(out.name)}{ending}" for out in outs)


def _import(request: NewRequest, progress: Progress) -> list[str]:
    """Import the pictures, unless that has been done; what was chosen for it."""
    from vae.data.imported import store

    name = request.called
    there = store.find(name) is not None
    if request.source is None or (not request.source.exists() and there):
        if not there:
            raise ValueError(phrase("there is no imported data set {name}; give the path of the pictures", name=name))
        return [phrase("the data set {name} has been imported", name=name)]
    if there:
        said = json.loads((store.folder_of(name) / store.FACTS).read_text("utf-8"))
        if said.get("source") != str(request.source.resolve()):
            raise ValueError(
                phrase(
                    "there is a data set {name} of other pictures, from {source}; choose another --name",
                    name=name,
                    source=said.get("source"),
                )
            )
        again = "python -m vae import --replace"
        return [phrase("the data set {name} has been imported from there before; {command} reads it anew", name=name, command=again)]
    size, grey, reasons = _look(request)
    made = import_images(ImportRequest(source=request.source, name=name, size=size, grey=grey), progress)
    return [*made.report, *reasons]


def _look(request: NewRequest) -> tuple[int, bool, list[str]]:
    """Size and colour that suit the pictures, by some of them."""
    import numpy as np

    from vae.data.imported.sizes import some_seen

    assert request.source is not None
    seen = some_seen(request.source)
    sides = [min(each.width, each.height) for each in seen]
    colourful = any((np.ptp(each.pixels.astype(int), axis=0) > 8).any() for each in seen)
    grey = bool(sides) and not colourful
    middle = float(np.median(sides)) if sides else 32.0
    reasons: list[str] = [phrase("one channel: the pictures are grey")] if grey else []
    if request.size is not None:
        return request.size, grey, reasons
    most = 64 if request.budget >= LARGER else 32
    size = most if middle >= most else 16 if middle < 24 else 32
    if middle > size:
        why = phrase("the most for a budget of {budget:.0f} s; --size and a longer --budget give more", budget=request.budget)
    else:
        why = phrase("as they were found")
    return size, grey, [*reasons, phrase("{size} × {size} pixels: {why}", size=size, why=why)]


def _recipe(request: NewRequest, progress: Progress, budget: Budget | None = None) -> Recipe:
    """Chosen now, or, where a run with the same pictures and budget has begun, what it had chosen."""
    from vae import data
    from vae.data.imported import store
    from vae.training.loop import STATE

    name = request.called
    facts: Facts = store.read_facts(name)
    outs = (folders.root() / request.models[0], folders.root() / request.models[1])
    asked = [facts.identity, request.budget, request.seed, request.device, [str(out) for out in outs]]
    key = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    path = store.folder_of(name) / RECIPE
    kept = _read(path)
    if kept.get("key") == key:
        return Recipe.from_dict(kept["recipe"])
    for out in outs:
        if (out / CONFIG).exists() or (out.exists() and not kept):
            raise ValueError(
                phrase("there is a model {name} already; choose another --name, or delete {out} to make it anew", name=out.name, out=out)
            )
        (out / STATE).unlink(missing_ok=True)  # begun with another budget, and not finished
    recipe = choose(data.load(name, "train").images, name, outs, budget or Budget(request.budget), request.device, request.seed, progress)
    write_json(path, {"key": key, "recipe": recipe.to_dict()})
    return recipe


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _sentence(ae: Path, vae: Path) -> str:
    from vae.continuity.comparison import value
    from vae.store.metrics import read_figures

    first, second = (read_figures(folder).values for folder in (ae, vae))
    errors = [value(first, "recon_mse"), value(second, "recon_mse"), value(first, "pca_mse")]
    empty = [value(first, "hole_mass_prior"), value(second, "hole_mass_prior")]
    if None in errors:
        return phrase("the pair is trained; its figures could not be read")
    said = phrase(
        "squared error: {ae:.4f} for the autoencoder, {vae:.4f} for the VAE, {pca:.4f} for PCA with as many numbers",
        ae=errors[0], vae=errors[1], pca=errors[2],
    )  # fmt: skip
    if None in empty:
        return said
    shares = {"ae": 100 * (empty[0] or 0), "vae": 100 * (empty[1] or 0)}
    return listed(
        [
            said,
            phrase("of draws from N(0, I), {ae:.0f} % of the autoencoder's and {vae:.0f} % of the VAE's land in empty places", **shares),
        ],
        "; ",
    )


def _reads(request: NewRequest) -> object:
    from vae.data.imported import store

    return stamp([request.source or store.folder_of(request.called) / store.FACTS])


NEW = register(Task("new", NewRequest, new, resume=lambda request: request, reads=_reads, long=True))
