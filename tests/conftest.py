"""What all tests share: small configs, small pictures, and the real data sets where they are on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings
from torch import Tensor

from vae.models import Autoencoder, ModelConfig, build

# A busy machine is no failure, so examples have no deadline; fixtures that only read may be shared between them.
settings.register_profile("continuum", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("continuum")

torch.set_num_threads(1)  # small tensors gain nothing from a second thread, and threads that wait for a busy core lose a lot

SMALL = {"latent_dim": 2, "image_shape": (1, 8, 8), "data": "blobs", "hidden": (32, 16), "batch_size": 64, "epochs": 3}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's stories come first: they take longest, and two processes then end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """As above, whatever the test before has left behind."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for jobs and their results that is none of this user's, here and in the servers that tests start."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["VAE_CACHE"] = str(folder)
    os.environ.pop("VAE_DATABASE", None)
    return folder


@pytest.fixture(scope="session")
def make_config() -> Callable[..., ModelConfig]:
    """A config of a small model for 8×8 pictures; keywords change its fields."""

    def make(kind: str = "ae", **changes: object) -> ModelConfig:
        return ModelConfig(**{"kind": kind, "beta": 1.0 if kind == "vae" else 0.0, **SMALL, **changes})

    return make


@pytest.fixture(scope="session")
def make_model(make_config: Callable[..., ModelConfig]) -> Callable[..., Autoencoder]:
    """An untrained small model, repeatable from its seed."""

    def make(kind: str = "ae", **changes: object) -> Autoencoder:
        config = make_config(kind, **changes)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            return build(config)

    return make


@pytest.fixture(scope="session")
def blobs() -> Tensor:
    """320 pictures, (320, 1, 8, 8) uint8, of one soft spot each: two numbers, its place, tell everything about them."""
    generator = torch.Generator().manual_seed(7)
    x, y = (torch.rand(2, 320, 1, 1, generator=generator) * 5 + 1).unbind()
    grid = torch.arange(8.0)
    spots = torch.exp(-((grid[None, None] - x) ** 2 + (grid[None, :, None] - y) ** 2) / 3)
    return (spots * 255).round().to(torch.uint8).unsqueeze(1)


@pytest.fixture(autouse=True)
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet, for what a test imports: what somebody has imported here is no test's business."""
    folder = tmp_path / "datasets"
    monkeypatch.setenv("VAE_DATASETS", str(folder))
    return folder


@pytest.fixture
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that `VAE_CHECKPOINTS` names for the length of a test."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("VAE_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Where MNIST and Fashion-MNIST lie; without them the test is skipped."""
    if not os.environ.get("VAE_DATA"):
        pytest.skip("VAE_DATA is not set: let it name the folder that holds MNIST and FashionMNIST to run this test")
    return Path(os.environ["VAE_DATA"])
