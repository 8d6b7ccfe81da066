"""MNIST and Fashion-MNIST are read whole, or their absence is explained."""

from __future__ import annotations

import gzip
import hashlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from torchvision import datasets

from vae import data
from vae.data import DataError

NAMES = ("mnist", "fashion-mnist")
FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_the_real_sets_have_their_published_shapes_and_counts(real_data: Path, name: str, split: str, count: int) -> None:
    images = data.load(name, split)
    assert images.images.shape == (count, 1, 28, 28)
    assert images.labels.shape == (count,)
    assert images.images.dtype == images.labels.dtype == torch.uint8
    assert (images.images.amin(), images.images.amax()) == (0, 255)
    assert len(images.classes) == 10
    counts = images.labels.bincount(minlength=10)
    assert len(counts) == 10
    if name == "fashion-mnist":
        assert (counts == count / 10).all()
    else:
        published = {"train": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
                     "test": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]}  # fmt: skip
        assert counts.tolist() == published[split]


@pytest.mark.parametrize(("name", "mean", "std"), [("mnist", 0.1307, 0.3081), ("fashion-mnist", 0.2860, 0.3530)])
def test_the_real_sets_have_their_published_mean_and_deviation(real_data: Path, name: str, mean: float, std: float) -> None:
    pixels = data.load(name, "train").images.float() / 255
    assert pixels.mean().item() == pytest.approx(mean, abs=5e-5)
    assert pixels.std().item() == pytest.approx(std, abs=5e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_real_sets_are_available(real_data: Path, name: str) -> None:
    assert data.available(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_set_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    assert not data.available(name)
    with pytest.raises(DataError, match=rf"{name} is not under .*; set VAE_DATA to the folder that holds it, or add --download"):
        data.load(name, "test")
    assert list(tmp_path.iterdir()) == [], "asking must not leave anything behind"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content", [b"", b"\0\0", b"\0\0\x08\x03\0\0\x27\x10\0\0\0\x1c\0\0\0\x1c" + b"\0" * 100, b"<html>not found</html>"]
)
def test_a_damaged_set_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> None:
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    raw = tmp_path / FOLDERS[name] / "raw"
    raw.mkdir(parents=True)
    for file in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{file}-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=rf"{name} is damaged under "):
        data.load(name, "test")


def test_data_lie_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    assert data.root() == tmp_path
    monkeypatch.delenv("VAE_DATA")
    assert data.root() == Path("data")


def idx(values: np.ndarray) -> bytes:
    """The format of the published files, compressed: 0, 0, type 8 (byte), dimensions, sizes, bytes."""
    header = bytes([0, 0, 8, values.ndim]) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    return gzip.compress(header + values.astype(np.uint8).tobytes())


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_missing_set_is_fetched_from_its_mirror_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    images, labels = np.arange(3 * 28 * 28).reshape(3, 28, 28) % 251, np.array([7, 0, 9])
    served = tmp_path / "mirror"
    served.mkdir()
    for split in ("train", "t10k"):
        (served / f"{split}-images-idx3-ubyte.gz").write_bytes(idx(images))
        (served / f"{split}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(served)))
    Thread(target=server.serve_forever, daemon=True).start()
    factory = datasets.MNIST if name == "mnist" else datasets.FashionMNIST
    monkeypatch.setattr(factory, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    hashes = [(path.name, hashlib.md5(path.read_bytes()).hexdigest()) for path in sorted(served.iterdir())]
    monkeypatch.setattr(factory, "resources", hashes)
    monkeypatch.setenv("VAE_DATA", str(tmp_path / "data"))
    assert not data.available(name)
    try:
        fetched = data.load(name, "test", download=True)
    finally:
        server.shutdown()
        server.server_close()
    assert np.array_equal(fetched.images[:, 0].numpy(), images)
    assert np.array_equal(fetched.labels.numpy(), labels)
    assert data.available(name)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [factory.__name__]


def test_a_download_that_was_cut_off_does_not_count_as_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(root: Path, train: bool = True, download: bool = False) -> None:
        raw = Path(root) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        (raw / "t10k-images-idx3-ubyte").write_bytes(b"half of it")
        raise OSError("the network is gone")

    monkeypatch.setattr(datasets, "MNIST", cut_off)
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    with pytest.raises(DataError, match="mnist is not under"):
        data.load("mnist", "test", download=True)
    assert not data.available("mnist") and not list(tmp_path.iterdir())
