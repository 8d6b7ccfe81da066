"""Which painters there are. A painter is a folder with a `painter.json`, whose parts are folders of their own."""

from __future__ import annotations

from pathlib import Path

from vae.store.folders import PAINTER, folders_with, look_for


def painter_names() -> list[str]:
    """The names of the painters found under `roots()`, sorted."""
    return folders_with(PAINTER)


def find_painter(name: str | Path) -> Path | None:
    """The folder of the painter called `name`, a name under `roots()` or a path; None if there is none."""
    return look_for(str(name), PAINTER)
