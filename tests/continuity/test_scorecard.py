"""The scorecard as a whole, on a tiny model."""

from __future__ import annotations

import json
import math
from functools import partial

import pytest
import torch

from vae.continuity import scorecard as module
from vae.continuity.pca import linear_errors
from vae.continuity.scorecard import scorecard
from vae.data import Images
from vae.models import Classifier, Encoder, ModelConfig, build
from vae.models.flow import Flow
from vae.models.linear import LinearModel
from vae.store.classifiers import StoredJudge

SHAPE = (1, 8, 8)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAWS", 200)
    monkeypatch.setattr(module, "PAIRS", 4)
    monkeypatch.setattr(module, "GEODESICS", 2)
    monkeypatch.setattr(module.measures, "frechet_c", partial(module.measures.frechet_c, resamples=4))
    monkeypatch.setattr(module, "SPEEDS", 20)
    monkeypatch.setattr(module, "WEIGHED", 20)
    monkeypatch.setattr(module, "SAMPLES", 3)


@pytest.fixture
def images() -> Images:
    generator = torch.Generator().manual_seed(0)
    return Images(
        torch.randint(256, (300, *SHAPE), generator=generator, dtype=torch.uint8), (torch.arange(300) % 3).to(torch.uint8), ("a", "b", "c")
    )


def make(kind: str, dim: int = 3, likelihood: str = "gaussian"):
    torch.manual_seed(0)
    beta = 1.0 if kind == "vae" else 0.0
    config = ModelConfig(kind=kind, latent_dim=dim, image_shape=SHAPE, data="made", hidden=(16,), beta=beta, likelihood=likelihood)
    return build(config).eval().requires_grad_(False)


def judge() -> StoredJudge:
    torch.manual_seed(1)
    model = Classifier(SHAPE, 3).eval().requires_grad_(False)
    reference = model.features(torch.rand(50, *SHAPE, generator=torch.Generator().manual_seed(2)))
    return StoredJudge(model, "0" * 64, {"off_manifold_threshold": 1.0, "classes": ["a", "b", "c"]}, reference)


def encoder() -> StoredJudge:
    torch.manual_seed(1)
    model = Encoder(SHAPE).eval().requires_grad_(False)
    reference = model.features(torch.rand(50, *SHAPE, generator=torch.Generator().manual_seed(2)))
    return StoredJudge(model, "1" * 64, {"off_manifold_threshold": 1.0}, reference)


@pytest.mark.slow
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


@pytest.mark.slow
def test_black_and_white_images_have_a_likelihood_under_a_decoder_trained_on_them_only(small: None, images: Images) -> None:
    """Before training, every pixel is about as likely black as white: a nat times ln 2 for each."""
    figures = scorecard(make("vae", likelihood="bernoulli"), images, None)
    assert figures["nll_200_binarized"]["value"] == pytest.approx(64 * math.log(2), rel=0.05)
    assert figures["nll_200_binarized"]["value"] <= -figures["elbo_binarized"]["value"] + 0.1
    assert figures["nll_200_binarized"]["n"] == 300
    grey = scorecard(make("vae"), images, None)
    assert grey["left_out"]["nll_200_binarized"] == module.GREY


@pytest.mark.slow
def test_without_a_classifier_only_the_figures_that_need_one_are_left_out(small: None, images: Images) -> None:
    with_judge, without = scorecard(make("ae"), images, judge()), scorecard(make("ae"), images, None)
    assert {"frechet_c_prior", "off_manifold_prior", "retention_auc", "precision_fitted", "path_length", "class_flips"} <= with_judge.keys()
    assert without.keys() < with_judge.keys()
    assert all(with_judge[key] == without[key] for key in without if key != "left_out")
    assert without["left_out"].keys() - with_judge["left_out"].keys() == with_judge.keys() - without.keys()
    assert without["left_out"]["path_length"] == module.NO_JUDGE


def test_features_without_classes_give_all_figures_but_those_that_are_of_classes(small: None, images: Images) -> None:
    classes, none = scorecard(make("ae"), images, judge()), scorecard(make("ae"), images, encoder())
    assert classes.keys() - none.keys() == {"retention_auc", "retention_curve", "class_flips"}
    assert {none["left_out"][key] for key in ("retention_auc", "class_flips")} == {module.NO_CLASSES}
    assert none["classifier_sha256"] == "1" * 64


def test_a_judge_that_cannot_tell_what_is_unreal_says_why_and_measures_the_rest(small: None, images: Images) -> None:
    critic = encoder()
    critic.config.pop("off_manifold_threshold")
    critic.config["no_threshold"] = "it takes noise for real"
    figures = scorecard(make("ae"), images, critic)
    assert {"frechet_c_prior", "precision_prior", "recall_prior", "path_length"} <= figures.keys()
    assert figures["left_out"]["off_manifold_prior"] == figures["left_out"]["off_manifold_path"]
    assert "it takes noise for real" in figures["left_out"]["off_manifold_prior"]


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


@pytest.mark.slow
def test_principal_components_stand_beside_a_model_where_its_training_images_are_at_hand(small: None, images: Images) -> None:
    train = images.images[:100]
    figures = scorecard(make("ae"), images, judge(), train=train)
    linear = LinearModel.fit(train, 3)
    assert figures["pca_mse"]["value"] == pytest.approx(linear_errors(linear, images.images.float() / 255).mean().item(), rel=1e-4)
    assert figures["frechet_c_pca"]["value"] > 0
    unjudged = scorecard(make("ae"), images, None, train=train)
    assert unjudged["pca_mse"] == figures["pca_mse"] and unjudged["left_out"]["frechet_c_pca"] == module.NO_JUDGE
    assert scorecard(make("ae"), images, judge())["left_out"]["pca_mse"] == module.NO_TRAINING_IMAGES


def test_figures_that_are_known_are_not_computed_again(small: None, images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    model, critic = make("vae"), judge()
    whole = scorecard(model, images, critic)
    part = {key: value for key, value in whole.items() if key not in ("path_length", "recon_mse")} | {"active_units": 77}
    again = scorecard(model, images, critic, known=part)
    assert again.keys() == whole.keys()
    assert again["active_units"] == 77
    assert all(again[key] == whole[key] for key in whole if key != "active_units")
    monkeypatch.setattr(model, "decode", None)  # nothing is left to decode
    assert scorecard(model, images, critic, known=again) == again


def test_every_key_is_entered_once_and_every_part_is_announced(small: None, images: Images) -> None:
    announced: list[str] = []
    figures = scorecard(make("vae"), images, judge(), progress=announced.append)
    parts = module.parts(None, None)
    assert announced == [part.name for part in parts]
    keys = [key for part in module.PARTS for key in part.keys]
    assert len(set(keys)) == len(keys)
    assert {*figures, *figures["left_out"]} - {"left_out"} == {key for part in parts for key in part.keys}


def test_a_learned_prior_is_measured_as_the_others_are(small: None, images: Images) -> None:
    """One whose velocity is 0 is N(0, I), and has its figures."""
    still = Flow(3)
    torch.nn.init.zeros_(still.layers[-1].weight)
    torch.nn.init.zeros_(still.layers[-1].bias)
    without = scorecard(make("vae"), images, judge())
    figures = scorecard(make("vae"), images, judge(), known=without, learned=still)
    learned = {key for part in module.PARTS if part.of == ("learned",) for key in part.keys}
    assert figures.keys() - without.keys() == learned
    assert all(figures[key] == figures[key.replace("learned", "prior")] for key in learned)


def test_a_second_classifier_gives_every_frechet_distance_again(small: None, images: Images) -> None:
    """One that is the first gives the same."""
    figures = scorecard(make("vae"), images, judge(), second=judge())
    for name in module.DISTRIBUTIONS.keys() - {"learned"}:
        assert figures[f"frechet_second_{name}"] == figures[f"frechet_c_{name}"]
    assert "frechet_second_learned" not in {*figures, *figures["left_out"]}


def test_only_what_is_still_true_of_stored_figures_is_kept() -> None:
    facts = {"seed": 0, "weights_sha256": "w", "prior_sha256": "p", "second_sha256": "s"}
    figures = {"recon_mse": 1, "frechet_c_learned": 2, "frechet_second_prior": 3, "frechet_second_learned": 4}
    stored = facts | figures | {"left_out": {"hole_mass_density_learned": "no posterior", "kl": "no posterior"}}
    assert module.still_true(stored, **facts) == stored
    assert module.still_true(stored, **facts | {"seed": 1}) == {}
    assert module.still_true({"recon_mse": 1}, **facts) == {"recon_mse": 1}, "older files do not say all that they are of"
    other = module.still_true(stored, **facts | {"prior_sha256": "q"})
    assert other.keys() & {*figures, "prior_sha256"} == {"recon_mse", "frechet_second_prior"} and other["left_out"] == {
        "kl": "no posterior"
    }
    gone = module.still_true(stored, **facts | {"second_sha256": None})
    assert gone.keys() & {*figures, "second_sha256"} == {"recon_mse", "frechet_c_learned"}


def finite(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def alike(count: int, level: int = 128) -> Images:
    """So many images of one grey."""
    return Images(torch.full((count, *SHAPE), level, dtype=torch.uint8), torch.zeros(count, dtype=torch.uint8), ("a",))


@pytest.mark.parametrize("kind", ["ae", "vae"])
@pytest.mark.parametrize("hard", [alike(1), alike(2), alike(40), alike(40, 0)], ids=["one image", "two identical", "constant", "black"])
def test_hard_images_leave_figures_out_with_a_reason(small: None, kind: str, hard: Images) -> None:
    figures = scorecard(make(kind), hard, judge())
    assert finite(figures)
    json.dumps(figures, allow_nan=False)
    assert figures["recon_mse"]["n"] == len(hard)
    assert ("low" in figures["recon_mse"]) == (len(hard) > 1), "one image has no interval"
    assert figures["left_out"]["cycle_gap"] == module.NO_SPREAD
    assert all(reason and key not in figures for key, reason in figures["left_out"].items())
    if kind == "ae":
        assert "coincide" in figures["left_out"]["hole_mass_prior"]
    if len(hard) < 10:
        assert "at least as many codes" in figures["left_out"]["frechet_c_mixture"]


@pytest.mark.parametrize("kind", ["ae", "vae"])
@pytest.mark.parametrize("dead", [1, 2])
def test_collapsed_dimensions_are_no_obstacle(small: None, images: Images, kind: str, dead: int) -> None:
    """Of four dimensions one or half says nothing: its mean is 0 and, in a VAE, its σ is 1."""
    model = make(kind, 4)
    model.mean.weight[:dead], model.mean.bias[:dead] = 0, 0
    if kind == "vae":
        model.log_variance.weight[:dead], model.log_variance.bias[:dead] = 0, 0
    model.mean.weight[dead:] *= 20  # the others do
    figures = scorecard(model, images, judge())
    assert finite(figures)
    assert figures["active_units"] == 4 - dead
    if kind == "vae":
        assert figures["kl_per_dimension"][:dead] == [0] * dead
    without_training_images = {key for part in module.PARTS if part.needs == "train" for key in part.keys}
    assert figures["left_out"].keys() == without_training_images | (
        {part_key for part in module.parts(None, None) if part.needs == "posterior" for part_key in part.keys}
        if kind == "ae"
        else {"elbo_binarized", "nll_200_binarized"}
    )


def test_a_classifier_of_other_pictures_counts_as_none(small: None, images: Images) -> None:
    torch.manual_seed(1)
    other = StoredJudge(Classifier((3, 8, 8), 3).eval(), "0" * 64, {"off_manifold_threshold": 1.0}, torch.rand(5, 64))
    assert scorecard(make("ae"), images, other)["left_out"]["frechet_c_prior"] == module.NO_JUDGE
