"""What an address may say of a view, and what to do with the rest."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from vae import data
from vae.data import label
from vae.live.wire.parts import Key
from vae.live.wire.schema import ADDRESS, LIMITS
from vae.models import family
from vae.sentences import phrase
from vae.store.checkpoints import find_model, model_names, read_config
from vae.store.files import CheckpointError
from vae.store.ladders import ladder_names

MOST_OUTLINE = 4096  # letters


def _one_of(*words: str) -> tuple[Callable[[str], bool], str]:
    return lambda text: text in words, phrase("one of {words}", words=", ".join(words))


def _number(low: float, high: float) -> tuple[Callable[[str], bool], str]:
    def good(text: str) -> bool:  # Python reads more as numbers than the page does: 1_0, and digits of other scripts
        return re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) is not None and low <= float(text) <= high

    return good, phrase("a number from {low:g} to {high:g}", low=low, high=high)


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


def _is_code(text: str) -> bool:
    if not re.fullmatch(r"[\w-]+", text, re.ASCII):  # base64 would skip what is none of its letters
        return False
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return False
    return len(raw) > 0 and len(raw) % 4 == 0 and bool(np.isfinite(np.frombuffer(raw, "<f4")).all())


def _is_point(text: str) -> bool:
    return IMAGE[0](text) or (text.startswith("c") and _is_code(text[1:]))


def _floats(text: str) -> np.ndarray:
    """The float32 numbers of what `_is_code` lets through."""
    return np.frombuffer(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "<f4")


def _is_changes(text: str) -> bool:
    """Places in a code and values in turn."""
    if not _is_code(text) or len(pairs := _floats(text)) % 2:
        return False
    return bool(((pairs[::2] >= 0) & (pairs[::2] == np.floor(pairs[::2]))).all())


def _is_cells(text: str) -> bool:
    """16 bits for each cell of a picture, all ones where nothing is given."""
    return re.fullmatch(r"[\w-]{2,2000}", text, re.ASCII) is not None and len(text) % 4 != 1


def _is_zoom(text: str) -> bool:
    number = r"-?\d{1,9}(?:\.\d{1,9})?"
    return re.fullmatch(rf"{number}_{number}_{number}", text, re.ASCII) is not None and float(text.rpartition("_")[2]) > 0


def _is_place(text: str) -> bool:
    number = r"-?\d{1,9}(?:\.\d{1,9})?"
    return re.fullmatch(rf"{number}_{number}", text, re.ASCII) is not None


def _is_outline(text: str) -> bool:
    return len(text) <= MOST_OUTLINE and _is_code(text) and len(text) * 3 // 4 >= 24 and len(text) * 3 // 4 % 8 == 0


IMAGE = _matches(r"i\d{1,7}"), phrase("i and the row of an image, as in i12")
OWN = r"p[0-9a-f]{32}"  # a picture of somebody's own, by the first half of its file's SHA-256
POINT = _is_point, phrase("i and the row of an image, as in i12, or c and a code from a copied address")
PLACE = _is_place, phrase("x_y of a place on the map, as in 1.5_-2")
WHOLE = _matches(r"\d{1,7}")

KINDS = {  # of an address' parts, as the schema names them
    "model": (lambda text: text in model_names(), phrase("the name of a model that the page Models lists")),
    "ladder": (lambda text: text in ladder_names(), phrase("the name of a ladder of models here")),
    "data": (lambda text: text in shared(), phrase("a data set that two models or more have been trained on")),
    "code size": (WHOLE, phrase("a code size")),
    "row": (WHOLE, phrase("the row of an image")),
    "image": IMAGE,
    "own picture": (_matches(OWN), phrase("p and 32 digits from a copied address")),
    "source": (_matches(rf"i\d{{1,7}}|{OWN}"), phrase("i and the row of an image, as in i12, or p and 32 digits from a copied address")),
    "preparation": (_matches(r"[cgimsn]{1,6}"), phrase("the steps from a copied address")),
    "point": POINT,
    "floats": (_is_code, phrase("the standard deviations from a copied address")),
    "seed": (WHOLE, phrase("a whole number below ten million")),
    "zoom": (_is_zoom, phrase("x_y_height of the map's window, as in 1.5_-2_8")),
    "place": PLACE,
    "projection": (
        _matches(r"pca|tsne|raw(_\d{1,6}){2}|toward(_\d{1,6}_(-1|\d{1,6})){2}"),
        phrase("pca, tsne, raw and two numbers of the code, as in raw_0_5, or toward and two pairs of classes, as in toward_3_7_1_-1"),
    ),
    "classes": (_matches(r"\d{1,6}(_\d{1,6}){0,9999}"), phrase("numbers of classes, as in 0_7")),
    "changes": (_is_changes, phrase("the changes of a code from a copied address")),
    "set": (_matches(r"-1|\d{1,6}"), phrase("the number of a class, or -1 for outlined points or the rest")),
    "outline": (_is_outline, phrase("the outline from a copied address")),
    "caption": (
        lambda text: 0 < len(text) <= LIMITS.longest_caption,
        phrase("a caption of at most {most} letters", most=LIMITS.longest_caption),
    ),
    "training": (_matches(r"[0-9a-f]{12}"), phrase("the name of a training, as a copied address has it")),
    "training data": (lambda text: data.find(text) is not None, phrase("a data set that is known here")),
    "count": (_matches(r"[1-9]\d{0,4}"), phrase("a whole number of codes")),
    "drawing": (_matches(r"[1-9]\d?"), phrase("the number of a drawing")),
    "cell": (_matches(r"\d{1,2}"), phrase("the number of a cell")),
    "cells": (_is_cells, phrase("the cells from a copied address")),
    "cells rubbed out": (_matches(r"[0-9a-f]{16}"), phrase("the cells from a copied address")),
}


def _rule(key: Key) -> tuple[Callable[[str], bool], str]:
    """Whether a text may stand for a part of an address, and what it must be."""
    if key.kind == "one of":
        return _one_of(*key.words)
    return _number(key.low, key.high) if key.kind == "number" else KINDS[key.kind]


RULES = {page: {name: _rule(key) for name, key in keys.items()} for page, keys in ADDRESS.items()}


def clean(page: str, address: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The parts of `address` that `page` understands, and a sentence for each of its own that cannot be used.

    Parts that other sites and programs add (`utm_source`, `fbclid`, …) are passed over. A code that does not fit the model's size is left out as well, and so is a code size that no pair of models has: the
    rest of the view is still shown.
    """
    view: dict[str, str] = {}
    problems: list[str] = []
    for key, text in address.items():
        if key not in RULES[page]:
            continue
        good, wanted = RULES[page][key]
        if good(text):
            view[key] = text
        else:
            problems.append(
                phrase(
                    "In the address, {key}={text} cannot be used; it must be {wanted}. The rest is shown.",
                    key=key,
                    text=text[:40],
                    wanted=wanted,
                )
            )
    if page == "explore":
        problems += _drop_misfits(view)
    elif page == "compare":
        problems += _drop_unpaired(view)
    return view, problems


def shared() -> set[str]:
    """The data sets that there are two models of, or more."""
    found: Counter[str] = Counter()
    for name in model_names():
        with suppress(CheckpointError):
            found[label(read_config(find_model(name)).data)] += 1
    return {data for data, count in found.items() if count > 1}


def pairs() -> set[tuple[str, int]]:
    """The data sets and code sizes that there is both an autoencoder and a VAE of."""
    found: dict[bool, set[tuple[str, int]]] = {False: set(), True: set()}
    for name in model_names():
        with suppress(CheckpointError):
            config = read_config(find_model(name))
            found[family(config.kind).has_std].add((label(config.data), config.latent_dim))
    return found[False] & found[True]


def _drop_unpaired(view: dict[str, str]) -> list[str]:
    """Leave out a code size that no pair of models of the data set has, and no model at all where there is no pair."""
    data = view.get("data", ADDRESS["compare"]["data"].default)
    if (
        "dim" not in view
        or {"left", "right"} & view.keys()
        or (data, int(view["dim"])) in pairs()
        or data not in {name for name, _ in pairs()}
    ):
        return []
    return [
        phrase(
            "In the address, dim={dim} cannot be used: there is no pair of models of that code size. The rest is shown.",
            dim=view.pop("dim"),
        )
    ]


def _drop_misfits(view: dict[str, str]) -> list[str]:
    """Leave out codes of another size than the model's."""
    try:
        dimensions = read_config(find_model(view.get("model", ""))).latent_dim
    except CheckpointError:
        dimensions = None
    problems: list[str] = []
    for key in ("at", "a", "b", "s", "along"):
        text = view.get(key, "i0")
        code = text if key in ("s", "along") and key in view else text[1:] if text.startswith("c") else None
        if code is not None and len(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))) != 4 * (dimensions or 0):
            del view[key]
            problems.append(phrase("In the address, {key} holds a code of another size than the model's; it was left out.", key=key))
    if "change" in view and float(_floats(view["change"])[::2].max()) >= (dimensions or 0):
        del view["change"]
        problems.append(phrase("In the address, change is of a longer code than the model's; it was left out."))
    kind, *numbers = view.get("proj", "").split("_")
    if kind and (dimensions or 0) <= max([2, *map(int, numbers)] if kind == "raw" else [2]):
        del view["proj"]
        problems.append(phrase("In the address, proj asks for numbers that the model's code does not have; its own map is shown."))
    return problems
