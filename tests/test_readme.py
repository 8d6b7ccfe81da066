"""What the README says of its figures follows from the figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vae.continuity.comparison import better
from vae.store.metrics import load_metrics

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PLAIN = [f"{data}-{{}}{size}" for data in ("mnist", "fashion-mnist") for size in ("-2", "", "-64")]
CONVOLUTIONAL = [f"{data}-conv-{{}}{size}" for data in ("mnist", "fashion-mnist") for size in ("", "-64")]
WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def ahead(first: str, second: str, key: str) -> str | None:
    """Which of two models is better by a figure beyond its 95 % interval: "first", "second" or "overlap"."""
    return better(*(load_metrics(ROOT / "checkpoints" / name) for name in (first, second)), key)


def test_halfway_between_two_images_neither_kind_is_ahead_everywhere() -> None:
    found = Counter(ahead(pair.format("ae"), pair.format("vae"), "frechet_c_midpoints") for pair in PLAIN + CONVOLUTIONAL)
    said = f"the AE is ahead in {WORDS[found['first']]} of the ten pairs and the VAE in {WORDS[found['second']]}"
    assert said in README


def test_from_the_prior_and_a_fitted_gaussian_the_vae_draws_better_everywhere() -> None:
    for key in ("frechet_c_prior", "frechet_c_fitted"):
        assert {ahead(pair.format("ae"), pair.format("vae"), key) for pair in PLAIN + CONVOLUTIONAL} == {"second"}


def test_with_a_mixture_the_autoencoder_stays_behind_on_mnist_with_64_alone() -> None:
    behind = {pair for pair in PLAIN + CONVOLUTIONAL if ahead(pair.format("ae"), pair.format("vae"), "frechet_c_mixture") == "second"}
    assert behind == {"mnist-{}-64", "mnist-conv-{}-64"}
    assert "better everywhere but on MNIST with 64" in README


def test_learned_priors_draw_better_than_mixtures() -> None:
    said = []
    for data, ahead in (("mnist", "overlap"), ("fashion-mnist", "first")):
        figures = [load_metrics(ROOT / "checkpoints" / f"{data}-{kind}") for kind in ("ae", "vae")]
        assert better(*figures, "frechet_c_learned") == ahead
        assert all(better(each, {"recall_learned": each["recall_mixture"]}, "recall_learned") != "first" for each in figures), "of recall"
        assert all(each["frechet_c_learned"]["high"] < each["frechet_c_mixture"]["low"] for each in figures)
        said.append([f"{each['frechet_c_learned']['value']:.2f}" for each in figures])
    (ae, vae), (fashion_ae, fashion_vae) = said
    assert f"{ae} (AE) and {vae} (VAE), intervals that overlap, on Fashion-MNIST {fashion_ae} and {fashion_vae}" in README
    recalls = [f"{figures[1][f'recall_{name}']['value']:.2f}" for name in ("learned", "mixture")]
    assert f"recall is {recalls[0]} in place of {recalls[1]} for the VAE of Fashion-MNIST" in README


def test_convolutional_pairs_are_not_better_at_everything() -> None:
    worse = {}
    for key in ("recon_mse", "frechet_c_prior", "frechet_c_fitted", "frechet_c_mixture", "frechet_c_midpoints"):
        cells = [(pair.replace("-conv", "").format(kind), pair.format(kind)) for pair in CONVOLUTIONAL for kind in ("ae", "vae")]
        worse[key] = [other for one, other in cells if ahead(one, other, key) == "first"]
    assert worse["recon_mse"] == worse["frechet_c_prior"] == []
    assert worse["frechet_c_fitted"] == ["fashion-mnist-conv-ae-64"] and worse["frechet_c_mixture"] == ["fashion-mnist-conv-ae"]
    assert f"halfway between two images {WORDS[len(worse['frechet_c_midpoints'])]} of eight are" in README
