"""The scorecard as a whole, on a tiny model."""

from __future__ import annotations

import json

import pytest
import torch

from vae.checkpoint import StoredClassifier
from vae.continuity import scorecard as module
from vae.continuity.scorecard import scorecard
from vae.data import Images
from vae.models import Classifier, ModelConfig, build

SHAPE = (1, 8, 8)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAWS", 200)
    monkeypatch.setattr(module, "PAIRS", 4)
    monkeypatch.setattr(module, "GEODESICS", 2)


@pytest.fixture
def images() -> Images:
    generator = torch.Generator().manual_seed(0)
    return Images(
        torch.randint(256, (300, *SHAPE), generator=generator, dtype=torch.uint8), (torch.arange(300) % 3).to(torch.uint8), ("a", "b", "c")
    )


def make(kind: str):
    torch.manual_seed(0)
    beta = 1.0 if kind == "vae" else 0.0
    return build(ModelConfig(kind=kind, latent_dim=3, image_shape=SHAPE, data="made", hidden=(16,), beta=beta)).eval().requires_grad_(False)


def judge() -> StoredClassifier:
    torch.manual_seed(1)
    model = Classifier(SHAPE, 3).eval().requires_grad_(False)
    reference = model.features(torch.rand(50, *SHAPE, generator=torch.Generator().manual_seed(2)))
    return StoredClassifier(model, "0" * 64, {"off_manifold_threshold": 1.0}, reference)


def test_the_same_seed_gives_the_same_figures_and_json_keeps_them(small: None, images: Images) -> None:
    first, second = (scorecard(make("vae"), images, judge(), seed=5) for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first)) == first


def test_a_vae_has_a_likelihood_and_an_autoencoder_has_not(small: None, images: Images) -> None:
    vae, ae = scorecard(make("vae"), images, None), scorecard(make("ae"), images, None)
    assert {"kl", "elbo", "kl_per_dimension"} <= vae.keys()
    assert len(vae["kl_per_dimension"]) == 3
    assert sum(vae["kl_per_dimension"]) == pytest.approx(vae["kl"], rel=1e-3)
    assert not {"kl", "elbo"} & ae.keys()


def test_without_a_classifier_only_the_figures_that_need_one_are_left_out(small: None, images: Images) -> None:
    with_judge, without = scorecard(make("ae"), images, judge()), scorecard(make("ae"), images, None)
    assert {"frechet_c_prior", "off_manifold_prior", "retention_auc"} <= with_judge.keys()
    assert without.keys() < with_judge.keys()
    assert all(with_judge[key] == without[key] for key in without)


def test_every_code_keeps_its_class_when_it_is_not_moved(small: None, images: Images) -> None:
    model, critic = make("ae"), judge()
    decoded = model.decode(model.encode(images.images.float() / 255).mean)
    agreeing = Images(images.images, critic.model(decoded).argmax(1).to(torch.uint8), images.classes)
    assert scorecard(model, agreeing, critic)["retention_curve"]["0"] == 1.0


def test_reconstruction_error_is_the_one_of_the_public_api(small: None, images: Images) -> None:
    model = make("vae")
    pictures = images.images.float() / 255
    expected = (model.decode(model.encode(pictures).mean) - pictures).square().mean().item()
    figure = scorecard(model, images, None)["recon_mse"]
    assert figure["value"] == pytest.approx(expected, rel=1e-4)
    assert figure["low"] <= figure["value"] <= figure["high"]
    assert figure["n"] == 300


def test_draws_of_the_prior_are_in_no_hole_of_a_code_that_says_nothing() -> None:
    nothing, prior = torch.zeros(2000, 8), torch.randn(2000, 8, generator=torch.Generator().manual_seed(3))
    assert module._holes(nothing, torch.ones(2000, 8), {"prior": prior})["hole_mass_prior"]["value"] < 0.03


def test_draws_far_from_every_code_are_in_a_hole() -> None:
    codes = torch.randn(500, 3, generator=torch.Generator().manual_seed(4))
    assert module._holes(codes, torch.zeros(500, 3), {"far": codes + 50})["hole_mass_far"]["value"] == 1.0
