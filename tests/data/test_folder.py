"""A user's folder of images is a data set."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vae import data
from vae.data import DataError

Paint = Callable[..., Path]


@pytest.fixture
def paint(tmp_path: Path) -> Paint:
    """Write a picture of one colour into the folder `pictures`."""

    def paint(name: str, colour: tuple[int, int, int] = (10, 20, 30), size: tuple[int, int] = (16, 16)) -> Path:
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(path)
        return path

    return paint


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "pictures")


def colours(images: data.Images) -> list[int]:
    """The red of each picture's first pixel: the tests tell pictures apart by it."""
    return images.images[:, 0, 0, 0].tolist()


def test_pictures_become_bytes_of_one_size(paint: Paint, folder: str) -> None:
    for number in range(10):
        paint(f"{number}.png", (number, 100, 200), (20 + number, 30))
    images = data.load(folder, "train", size=12)
    assert images.images.shape == (9, 3, 12, 12)
    assert images.images.dtype == images.labels.dtype == torch.uint8
    assert len(images) == 9
    for number, picture in enumerate(images.images):
        assert torch.equal(picture, torch.tensor([number, 100, 200], dtype=torch.uint8).view(3, 1, 1).expand(3, 12, 12))


@pytest.mark.parametrize("count", [10, 11, 19, 20, 25, 40])
def test_without_a_split_of_its_own_every_tenth_picture_is_for_testing(paint: Paint, folder: str, count: int) -> None:
    for number in range(count):
        paint(f"{number:03}.png", (number, 0, 0))
    train, test = colours(data.load(folder, "train")), colours(data.load(folder, "test"))
    assert test == list(range(9, count, 10))
    assert not set(train) & set(test)
    assert sorted(train + test) == list(range(count))


def test_a_split_of_its_own_is_kept(paint: Paint, folder: str) -> None:
    for number in range(4):
        paint(f"train/{number}.png", (number, 0, 0))
    for number in range(4, 7):
        paint(f"test/{number}.png", (number, 0, 0))
    assert colours(data.load(folder, "train")) == [0, 1, 2, 3]
    assert colours(data.load(folder, "test")) == [4, 5, 6]


def test_subfolders_are_classes(paint: Paint, folder: str) -> None:
    for number in range(20):
        paint(f"{('cat', 'dog')[number % 2]}/deep/{number:02}.png", (number, 0, 0))
    for split in ("train", "test"):
        images = data.load(folder, split)
        assert images.classes == ("cat", "dog")
        assert images.labels.tolist() == [number % 2 for number in colours(images)]


def test_subfolders_of_a_split_are_classes(paint: Paint, folder: str) -> None:
    for split in ("train", "test"):
        for label, name in enumerate(("cat", "dog", "eel")):
            paint(f"{split}/{name}/1.png", (label, 0, 0))
    for split in ("train", "test"):
        images = data.load(folder, split)
        assert images.classes == ("cat", "dog", "eel")
        assert images.labels.tolist() == colours(images)


@pytest.mark.parametrize("own_split", [True, False])
def test_a_class_that_one_split_lacks_does_not_renumber_the_others(paint: Paint, folder: str, own_split: bool) -> None:
    if own_split:
        for name in ("train/ant/1.png", "train/bee/1.png", "train/cow/1.png", "test/bee/1.png", "test/dog/1.png"):
            paint(name)
    else:
        for number in range(20):  # the two for testing are bees
            paint(f"{'bee' if number % 10 == 9 else 'ant' if number < 10 else 'cow'}/{number:02}.png")
        for number in range(20, 29):
            paint(f"dog/{number}.png")
    train, test = data.load(folder, "train"), data.load(folder, "test")
    assert train.classes == test.classes == ("ant", "bee", "cow", "dog")


def test_loose_pictures_are_a_class_of_their_own(paint: Paint, folder: str) -> None:
    for number in range(8):
        paint(f"{number}.png", (0, 0, 0))
        paint(f"zebra/{number}.png", (1, 0, 0))
    images = data.load(folder, "train")
    assert images.classes == ("image", "zebra")
    assert images.labels.tolist() == colours(images)


def test_without_subfolders_there_is_one_class(paint: Paint, folder: str) -> None:
    for number in range(10):
        paint(f"{number}.png")
    images = data.load(folder, "train")
    assert images.classes == ("image",)
    assert not images.labels.any()


def test_more_classes_than_a_label_can_count_are_refused(paint: Paint, folder: str) -> None:
    for number in range(257):
        paint(f"{number:03}/1.png", size=(2, 2))
    with pytest.raises(DataError, match="holds 257 subfolders of images; a subfolder is a class, and there can be at most 256"):
        data.load(folder, "train")


def test_the_middle_of_an_oblong_picture_is_taken(paint: Paint, folder: str) -> None:
    for name, size, box in (("wide", (60, 20), (20, 0, 40, 20)), ("high", (20, 60), (0, 20, 20, 40))):
        path = paint(f"train/{name}.png", (255, 0, 0), size)
        paint(f"test/{name}.png")
        with Image.open(path) as picture:
            picture.paste((0, 255, 0), box)
            picture.save(path)
    images = data.load(folder, "train", size=10).images
    assert torch.equal(images, torch.tensor([0, 255, 0], dtype=torch.uint8).view(1, 3, 1, 1).expand(2, 3, 10, 10))


@given(st.integers(1, 6), st.integers(1, 6))
def test_shrinking_by_a_whole_number_is_the_mean(tmp_path_factory: pytest.TempPathFactory, factor: int, side: int) -> None:
    path = tmp_path_factory.getbasetemp() / "shrink"
    pixels = np.random.default_rng(factor * 10 + side).integers(0, 256, (side * factor, side * factor, 3), np.uint8)
    for split in ("train", "test"):
        (path / split).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path / split / "1.png")
    mean = pixels.reshape(side, factor, side, factor, 3).mean((1, 3)).transpose(2, 0, 1)
    assert np.abs(data.load(str(path), "train", size=side).images[0].numpy() - mean).max() <= 1


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_is_shown_in_colour(tmp_path: Path, folder: str, mode: str) -> None:
    for split in ("train", "test"):
        path = tmp_path / "pictures" / split / ("1.jpg" if mode == "CMYK" else "1.PNG")
        path.parent.mkdir(parents=True)
        Image.new(mode, (8, 8)).save(path, format="JPEG" if mode == "CMYK" else "PNG")
    assert data.load(folder, "train").images.shape == (1, 3, 32, 32)


def test_other_files_are_passed_over(paint: Paint, folder: str) -> None:
    for number in range(10):
        paint(f"{number}.png")
    Path(folder, "notes.txt").write_text("no picture")
    Path(folder, ".DS_Store").write_bytes(b"\0")
    assert len(data.load(folder, "train")) + len(data.load(folder, "test")) == 10


def bitmap_of_a_billion_pixels(content: bytes) -> bytes:
    return content[:18] + struct.pack("<ii", 100_000, 100_000) + content[26:]


BROKEN = {
    "cut.png": lambda content: content[: len(content) // 2],
    "garbled.png": lambda content: content.replace(b"IDAT", b"\xa9\xdfcK"),
    "headless.png": lambda content: content[:12] + content[20:],
    "text.jpg": lambda content: b"no picture at all",
    "empty.gif": lambda content: b"",
    "bomb.bmp": bitmap_of_a_billion_pixels,
    "pickle.webp": lambda content: b"\x80\x04K\x00.",
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_picture_is_named(paint: Paint, folder: str, name: str) -> None:
    paint("test/sound.png")
    path = paint(f"train/{name}")
    path.write_bytes(BROKEN[name](path.read_bytes()))
    with pytest.raises(DataError, match=rf"{name} is not a readable image; repair it or take it out of the folder"):
        data.load(folder, "train")


def test_a_folder_called_like_a_picture_is_no_crash(paint: Paint, folder: str) -> None:
    paint("test/sound.png")
    Path(folder, "train", "folder.png").mkdir(parents=True)
    with pytest.raises(DataError, match=r"folder\.png is not a readable image"):
        data.load(folder, "train")


def test_an_empty_folder_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no train images; put at least ten files ending in \.bmp, .* there"):
        data.load(str(tmp_path), "train")


def test_too_few_pictures_for_a_test_split_say_so(paint: Paint, folder: str) -> None:
    for number in range(9):
        paint(f"{number}.png")
    assert len(data.load(folder, "train")) == 9
    with pytest.raises(DataError, match="holds no test images; put at least ten files"):
        data.load(folder, "test")


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(
        DataError, match="there is no data set or folder named 'minst'; use mnist, fashion-mnist, scenes, lines or a folder of images"
    ):
        data.load("minst", "train")


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="split is 'validation'; it must be train or test"):
        data.load(str(tmp_path), "validation")


def test_a_part_shares_memory_with_the_whole(paint: Paint, folder: str) -> None:
    for number in range(10):
        paint(f"{number}.png", (number, 0, 0))
    images = data.load(folder, "train")
    part = images.take(slice(2, 5))
    assert colours(part) == [2, 3, 4]
    assert part.classes == images.classes
    assert part.images.data_ptr() == images.images[2:].data_ptr()


def test_a_folder_is_available_when_it_exists(tmp_path: Path) -> None:
    assert data.available(str(tmp_path))
    assert not data.available(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("kind", ["eps", "pdf"])
def test_a_picture_that_would_start_another_program_is_none_whatever_its_name(
    paint: Paint, folder: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    paint("test/sound.png")
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, kind)
    paint("train/odd.png").write_bytes(content.getvalue())
    with pytest.raises(DataError, match=r"odd\.png is not a readable image"):
        data.load(folder, "train")


def test_a_picture_of_too_many_pixels_is_not_decoded(paint: Paint, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae.data.imported.pictures.MOST_PIXELS", 10)
    paint("test/sound.png"), paint("train/large.png")
    with pytest.raises(DataError, match=r"large\.png is not a readable image"):
        data.load(folder, "train")
