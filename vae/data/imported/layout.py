"""What the names in a tree of pictures say: which class, and whether it is for training or for testing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vae.sentences import phrase

SPLITS = {
    "train": "train", "training": "train", "test": "test", "testing": "test",
    "val": "validation", "valid": "validation", "validation": "validation", "dev": "validation",
}  # fmt: skip
OUTSIDE = phrase("it lies outside the folders for training and testing")


def arrange(names: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """Class and split of each of `names` (parts with / between them), None where the names do not say.

    A subfolder is a class, as in torchvision's ImageFolder. Where `train` stands beside `test` or `validation` (`valid`, `val`),
    these are the splits, and the classes lie within. Pictures outside of them are missing from the answer. Folders around everything are passed through as long as there are folders within.
    """
    paths = {name: tuple(name.split("/")) for name in names}
    start = _around(list(paths.values()))
    tops = {parts[start] for parts in paths.values() if len(parts) > start + 1}
    kinds = {SPLITS[top.casefold()] for top in tops if top.casefold() in SPLITS}
    own = "train" in kinds and len(kinds) > 1
    arranged: dict[str, tuple[str | None, str | None]] = {}
    for name, parts in paths.items():
        below, split = parts[start:], None
        if own:
            split = SPLITS.get(below[0].casefold()) if len(below) > 1 else None
            if split is None:
                continue
            below = below[1:]
        arranged[name] = (below[0] if len(below) > 1 else None, split)
    return arranged


def split_in(name: str) -> str | None:
    """The split that a file's name tells as one of its words: "train-00000-of-00001.parquet"."""
    words = re.split(r"[^a-z]+", name.casefold())
    return next((SPLITS[word] for word in words if word in SPLITS), None)


def _around(paths: list[tuple[str, ...]]) -> int:
    """How many folders lie around all of `paths` and hold nothing but further folders' pictures."""
    start = 0
    while paths and all(len(parts) > start + 1 for parts in paths):
        if len({parts[start] for parts in paths}) > 1 or not any(len(parts) > start + 2 for parts in paths):
            break
        start += 1
    return start
