"""Where things lie under `checkpoints/`.

A checkpoint is a folder: `config.json` (the fields of `ModelConfig`), `model.safetensors` (the weights),
`atlas.safetensors` (the test set's codes and their map), `tsne.safetensors` (another map of them, where one was made), `usual.safetensors` (their squared errors and cycle gaps),
`prior.safetensors` (a learned prior, where one was made) and `metrics.json`, for a headline model also `metrics-seed-1.json` and
so on: the figures of the same training from other seeds.
Beside them lie `classifiers/` and `ladders/`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MODEL, CONFIG, ATLAS, METRICS = "model.safetensors", "config.json", "atlas.safetensors", "metrics.json"
TERRAIN, REFERENCE = "terrain.safetensors", "reference.safetensors"
VOCABULARY = "vocabulary.webp"  # pictures of a painter's words, in its folder
TRAINING_LOG = "training.csv"  # a row for each epoch
USUAL = "usual.safetensors"
TSNE = "tsne.safetensors"  # another layout of the atlas' codes
PRIOR = "prior.safetensors"  # a learned one
PAINTER = "painter.json"  # in the folder of a painter, whose parts are folders of their own
STATE = "training.safetensors"  # of a training that has not ended
CLASSIFIERS, LADDERS = "classifiers", "ladders"  # what belongs to no one model
PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = PACKAGE / "shipped"  # in an installed package alone: what a checkout has beside the package


def roots() -> list[Path]:
    """The folders that hold checkpoints, the one for new ones first.

    That is the one that `VAE_CHECKPOINTS` names, or else, in a checkout, `checkpoints` beside the package. Where the package
    is installed it is `checkpoints` in the working folder, and then the models that came with it.
    """
    if "VAE_CHECKPOINTS" in os.environ:
        return [Path(os.environ["VAE_CHECKPOINTS"])]
    beside = PACKAGE.parent / "checkpoints"
    return [beside] if beside.is_dir() else [Path.cwd() / "checkpoints", SHIPPED / "checkpoints"]


def root() -> Path:
    """Where new checkpoints go: the first of `roots()`."""
    return roots()[0]


def place(*parts: str) -> Path:
    """Where the file or folder `parts` lies under the first of `roots()` that has it; under `root()` where none has."""
    paths = [folder.joinpath(*parts) for folder in roots()]
    return next((path for path in paths if _is_there(path)), paths[0])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have: it may stand in a stranger's config
        return False


def folders_with(file: str, *parts: str) -> list[str]:
    """The folders in `parts` of `roots()` that hold `file`, by name, sorted; hidden ones, and those that may not be entered, are passed over."""
    return sorted({path.name for path in entries(*parts) if holds(path, file)})


def entries(*parts: str) -> list[Path]:
    """What lies in the folder `parts` under each of `roots()`, without what is hidden."""
    found: list[Path] = []
    for folder in roots():
        with suppress(OSError):  # no folder, or one that may not be read
            found += [path for path in folder.joinpath(*parts).iterdir() if not path.name.startswith(".")]
    return found


def holds(folder: Path, file: str) -> bool:
    """Whether `folder` holds `file`; False also for a folder that may not be entered."""
    return _is_there(folder / file)


def look_for(name: str, file: str) -> Path | None:
    """The folder called `name` under `roots()`, or else at that path, that holds `file`; None if there is none."""
    plain = bool(name) and name not in (".", "..") and not set(name) & {"/", "\\", "\0"}
    for folder in ([folder / name for folder in roots()] if plain else []) + ([Path(name)] if "\0" not in name and name else []):
        with suppress(OSError):  # a name too long for a file, or a folder that may not be entered
            if (folder / file).is_file():
                return folder
    return None
