"""A folder that is trained on becomes a data set, once, and no row of it can be traced to a wrong file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.data.imported.helping import noise, noisy, write
from vae import data
from vae.data.imported import store
from vae.store.checkpoints import read_config
from vae.tasks.import_images import ImportRequest, import_images
from vae.tasks.own_folder import becomes, settled
from vae.tasks.train import TrainRequest, train


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return write(tmp_path / "pets", {f"{('cat', 'dog')[number % 2]}/{number}.png": noisy(number) for number in range(40)})


def rows() -> dict[bytes, str]:
    """The split of each picture of the data set `pets`, by its pixels."""
    return {image.numpy().tobytes(): split for split in ("train", "test") for image in data.load("pets", split).images}


def test_a_folder_that_is_trained_on_becomes_a_data_set(pets: Path, checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pets.parent)
    for kind in ("ae", "vae"):  # both of a pair learn from the same
        request = TrainRequest(out=checkpoints / kind, data="pets", model=kind, latent_dim=2, epochs=1, size=8, hidden=(4,), device="cpu")
        train(request)
        assert read_config(checkpoints / kind).data == "pets"
    assert store.read_facts("pets").total == 40 and store.read_facts("pets").shape == (3, 8, 8)
    for image in rows():
        assert image in {noise(number).transpose(2, 0, 1).tobytes() for number in range(40)}


def test_an_import_on_the_way_is_told_of_and_the_bar_never_runs_back(pets: Path, checkpoints: Path) -> None:
    seen: list[tuple[float, str]] = []
    request = TrainRequest(out=checkpoints / "mine", data=str(pets), latent_dim=2, epochs=1, size=8, hidden=(4,), device="cpu")
    train(request, lambda share, words: seen.append((share, words)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert (0.0, "pets: 40 pictures") in seen


def test_what_happens_to_the_folder_later_moves_no_picture(pets: Path) -> None:
    assert settled(str(pets), 8) == "pets"
    before = rows()
    write(pets, {"cat/0000.png": noisy(99)})
    (pets / "dog" / "1.png").unlink()
    with pytest.raises(ValueError, match=r"pets has changed since it became the data set pets; use it as it was with --data pets, or"):
        settled(str(pets), 8)
    assert rows() == before
    import_images(ImportRequest(source=pets, name="pets", size=8, replace=True))
    assert settled(str(pets), 8) == "pets"
    after = rows()
    assert len(after) == 40 and {image: split for image, split in before.items() if image in after}.items() <= after.items()


def test_a_file_that_only_its_time_tells_from_another_is_noticed(pets: Path) -> None:
    settled(str(pets), 8)
    later = time.time() + 60
    os.utime(pets / "cat" / "0.png", (later, later))
    with pytest.raises(ValueError, match="has changed since"):
        settled(str(pets), 8)


def test_another_size_is_another_data_set(pets: Path) -> None:
    settled(str(pets), 8)
    with pytest.raises(ValueError, match=r"is the data set pets already, with pictures of 8 pixels a side; use that with --data pets, or"):
        settled(str(pets), 16)


def test_two_folders_of_one_name_are_not_mixed_up(pets: Path, tmp_path: Path) -> None:
    settled(str(pets), 8)
    other = write(tmp_path / "elsewhere" / "pets", {f"{number}.png": noisy(number) for number in range(20)})
    with pytest.raises(
        ValueError, match=rf"there is a data set pets already, of {pets}; import it under another name, python -m vae import"
    ):
        settled(str(other), 8)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mnist", "is called like a data set that comes with the program; import it under another name, python -m vae import"),
        (".hidden", "it cannot be a name; import it under another name"),
        ("x" * 70, "it has 70 bytes; import it under another name"),
    ],
)
def test_a_folder_whose_name_no_data_set_can_have_says_what_to_do(tmp_path: Path, name: str, sentence: str) -> None:
    folder = write(tmp_path / name, {"1.png": noisy(1)})
    with pytest.raises(ValueError, match=sentence):
        settled(str(folder), 8)


def test_names_of_data_sets_are_left_as_they_are(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pets.parent)
    (pets.parent / "mnist").mkdir()
    assert settled("mnist", 8) == "mnist" and becomes("mnist") is None and becomes("./mnist") == "mnist"
    assert settled("nowhere", 8) == "nowhere" and becomes("nowhere") is None
    assert settled("pets", 8) == "pets" and becomes("pets") is None


def test_an_empty_folder_says_what_pictures_are(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    with pytest.raises(ValueError, match=r"there are no pictures in .*pets; pictures end in \.jpg"):
        settled(str(tmp_path / "pets"), 8)
