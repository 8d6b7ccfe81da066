"""Small random checkpoints: an AE and a VAE of 2 and of 5 dimensions, 8x8 pixels, 200 points, and a classifier."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from vae.latent.neighbours import Neighbours
from vae.live.bundle import Library
from vae.live.engine import Engine
from vae.live.wire.frames import Reply, Request, unpack_reply
from vae.models import Classifier, ModelConfig, build
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model
from vae.store.classifiers import save_classifier
from vae.store.folders import CLASSIFIERS

POINTS = 200
CLASSES = ("circle", "square", "star")
SHAPES = hashlib.sha256(b"shapes").hexdigest()  # stands for the identity of the pictures that the models and the classifier are of
MODELS = {"ae-2": ("ae", 2), "vae-2": ("vae", 2), "ae-5": ("ae", 5), "vae-5": ("vae", 5)}


def write_model(folder: Path, kind: str, dim: int, *, data: str = "shapes", seed: int = 0, shape: tuple = (1, 8, 8),
                **settings: object) -> None:  # fmt: skip
    """A checkpoint of an untrained model with random codes that depend on `seed`."""
    torch.manual_seed(seed)
    settings.setdefault("data_sha256", SHAPES if data == "shapes" else "")
    config = ModelConfig(kind=kind, latent_dim=dim, image_shape=shape, data=data, hidden=(24, 16),
                         beta=1.0 if kind == "vae" else 0.0, **settings)  # fmt: skip
    model = build(config)
    for weights in model.decoder.parameters():
        weights.data.mul_(3)  # pictures that differ visibly
    save_model(folder, model)
    dice = np.random.default_rng(seed)
    codes = dice.normal(size=(POINTS, dim)).astype(np.float32)
    std = dice.uniform(0.1, 0.9, size=codes.shape).astype(np.float32) if kind == "vae" else np.zeros_like(codes)
    places = codes if dim == 2 else dice.normal(size=(POINTS, 2)).astype(np.float32) * 5
    labels = dice.integers(len(CLASSES), size=POINTS).astype(np.uint8)
    made = {"method": "identity" if dim == 2 else "umap", "seed": seed, "neighbours": 15, "splits": ["test"]}
    save_atlas(folder, Atlas(codes, std, labels, places, CLASSES, made))


def write_classifier(folder: Path) -> None:
    """An untrained classifier of the same pictures; half of what it sees counts as off the manifold."""
    torch.manual_seed(1)
    model = Classifier((1, 8, 8), len(CLASSES)).eval()
    with torch.inference_mode():
        reference, others = model.features(torch.rand(300, 1, 8, 8)), model.features(torch.rand(100, 1, 8, 8))
    threshold = Neighbours(reference).query(others, 1)[0].median().item()
    config = {"data": "shapes", "data_sha256": SHAPES, "image_shape": [1, 8, 8], "classes": list(CLASSES), "test_accuracy": 0.9,
              "off_manifold_threshold": threshold}  # fmt: skip
    save_classifier(folder, model, config, reference)


@pytest.fixture(scope="session")
def models_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of checkpoints that no test may change."""
    root = tmp_path_factory.mktemp("checkpoints")
    for name, (kind, dim) in MODELS.items():
        write_model(root / name, kind, dim)
    write_classifier(root / CLASSIFIERS / "shapes")
    return root


@pytest.fixture(autouse=True)
def checkpoints(models_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test in this folder sees the small checkpoints and no others."""
    monkeypatch.setenv("VAE_CHECKPOINTS", str(models_root))
    return models_root


@pytest.fixture
def own_models_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of checkpoints that this test alone may fill, break and repair."""
    root = tmp_path / "own"
    write_model(root / "mine", "vae", 5)
    monkeypatch.setenv("VAE_CHECKPOINTS", str(root))
    return root


@pytest.fixture
def rewrite():
    """Writes a checkpoint: `rewrite(folder, kind, dim, data=..., seed=..., shape=..., and more of a config)`."""
    return write_model


@pytest.fixture
def library() -> Library:
    return Library("cpu")


@pytest.fixture
def ask():
    """Asks an engine as one client and unpacks the reply: `ask(engine, operation, model, *numbers)`."""

    def ask(engine: Engine, operation: int, model: str, *numbers: object) -> Reply:
        payload = np.concatenate([np.ravel(np.asarray(part, np.float32)) for part in numbers]) if numbers else np.empty(0, np.float32)
        reply = unpack_reply(engine.submit(Request(7, operation, model, payload)).result())
        assert reply.seq == 7
        return reply

    return ask


@pytest.fixture
def idle(library: Library):
    """An engine that has not been started: what is asked of it waits."""
    engine = Engine(library)
    yield engine
    engine.stop()


@pytest.fixture
def engine(idle: Engine) -> Engine:
    """A running engine."""
    idle.start()
    return idle
