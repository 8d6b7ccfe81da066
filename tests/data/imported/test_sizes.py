"""The size that pictures have as they are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.imported.helping import noisy, write
from vae.data.imported.sizes import side_as_found, some_seen
from vae.data.imported.store import read_facts
from vae.tasks.import_images import ImportRequest, import_images


@pytest.mark.parametrize(
    ("sides", "size"), [((12, 12), 12), ((96, 96), 96), ((97, 97), 64), ((12, 14), 64), ((4, 4), 64)]
)  # one small size, the largest that is, too large, several, too small
def test_pictures_of_one_small_size_stay_as_they_are(tmp_path: Path, sides: tuple[int, ...], size: int) -> None:
    folder = write(tmp_path / "pictures", {f"{number}.png": noisy(number, side=side) for number, side in enumerate(sides)})
    made = import_images(ImportRequest(source=folder, name="pets", test_share=0.5))
    assert read_facts("pets").shape == (3, size, size)
    assert any("as they were found" in said for said in made.report) == (size in sides)
    assert side_as_found(some_seen(folder), "crop") == (size if size in sides else None)


def test_a_size_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    folder = write(tmp_path / "pictures", {f"{number}.png": noisy(number, side=12) for number in range(2)})
    import_images(ImportRequest(source=folder, name="pets", size=64))
    assert read_facts("pets").shape == (3, 64, 64)
