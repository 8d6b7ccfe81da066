"""A data set is one file: what is registered is found, listed and loaded like those that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vae import data
from vae.data import DataError, DataSet, Images, registry


def grey(split: str, _download: bool) -> Images:
    count = {"train": 8, "test": 2}[split]
    return Images(torch.full((count, 1, 4, 4), 128, dtype=torch.uint8), torch.zeros(count, dtype=torch.uint8), ("grey",))


GREY = DataSet("grey", "Grey squares", ("grey",), (1, 4, 4), 7, lambda: True, grey)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> DataSet:
    monkeypatch.setattr(registry, "_sets", dict(registry._sets))
    return data.register(GREY)


def test_a_registered_set_is_found_and_loaded_by_its_name(registered: DataSet) -> None:
    assert data.available("grey")
    assert data.load("grey", "train").images.shape == (8, *registered.shape)
    assert data.load("grey", "test").classes == registered.classes
    assert data.find("grey") is registered
    assert data.title("grey") == "Grey squares"


def test_sets_are_listed_by_rank_and_folders_after_them(registered: DataSet) -> None:
    assert [each.name for each in data.data_sets()] == ["mnist", "fashion-mnist", "scenes", "lines", "dsprites", "grey"]
    assert sorted(["/pets", "grey", "/cats", "mnist"], key=data.order) == ["mnist", "grey", "/cats", "/pets"]
    assert data.title("/pictures/pets") == "pets"


def test_a_name_is_registered_once(registered: DataSet) -> None:
    with pytest.raises(ValueError, match="there is a data set named 'grey' already"):
        data.register(DataSet("grey", "Other", ("a",), (1, 4, 4), 8, lambda: False, grey))


@pytest.mark.parametrize("known", data.data_sets(), ids=lambda known: known.name)
def test_a_shipped_set_is_what_its_entry_says(known: DataSet) -> None:
    if not known.available():
        pytest.skip(f"{known.name} is not on disk; set VAE_DATA to the folder that holds it")
    images = known.load("test", False)
    assert tuple(images.images.shape[1:]) == known.shape
    assert images.classes == known.classes


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="split is 'val'; it must be train or test"):
        data.load("lines", "val")


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(
        DataError,
        match="there is no data set or folder named 'minst'; use mnist, fashion-mnist, scenes, lines, dsprites or a folder of images",
    ):
        data.load("minst", "train")


def test_of_a_folder_nothing_says_which_images_are_for_testing(tmp_path: Path) -> None:
    folder = tmp_path / "my pets"
    folder.mkdir()
    assert not data.available(str(folder)) and data.is_folder(str(folder))
    with pytest.raises(
        DataError, match=r"make a data set of it with python -m vae import '.*my pets' --name 'my pets' --size 8, and use that"
    ):
        data.load(str(folder), "test", size=8)
