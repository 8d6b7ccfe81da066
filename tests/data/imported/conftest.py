"""What the tests of importing share: a way to import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vae.data.imported.build import Imported, import_pictures
from vae.data.imported.pictures import Look


@pytest.fixture
def bring(datasets: Path) -> Callable[..., Imported]:
    """Import a source as the data set `pets`, in this process."""

    def bring(source: Path, name: str = "pets", look: Look | None = None, **options: object) -> Imported:
        asked = {"test_share": 0.1, "replace": False, "progress": lambda share, words: None, "processes": 0} | options
        return import_pictures(source, name, look or Look(8), **asked)  # type: ignore[arg-type]

    return bring
