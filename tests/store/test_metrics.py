"""Figures come back as they were written; broken ones say how to make them again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vae.store.files import CheckpointError
from vae.store.metrics import load_metrics, load_seeds, save_metrics


def test_metrics_come_back_as_they_were(saved: Path) -> None:
    metrics = {"recon_mse": {"value": 0.0158, "interval": [0.015, 0.016], "count": 10_000}, "data": "mnist", "none": None, "σ": 0.1 + 0.2}
    save_metrics(saved, metrics)
    assert load_metrics(saved) == metrics


def test_missing_metrics_are_no_metrics(saved: Path) -> None:
    assert load_metrics(saved) == {}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut", "list", "number", "bytes", "deep"]
)
def test_broken_metrics_say_how_to_make_them_again(saved: Path, content: bytes) -> None:
    (saved / "metrics.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model/metrics\.json is broken; make it again with: python -m vae evaluate model"):
        load_metrics(saved)


def test_figures_of_other_seeds_come_in_the_order_of_seeds_and_nothing_else_does(saved: Path) -> None:
    assert load_seeds(saved) == []
    for seed in (10, 2, 1):
        (saved / f"metrics-seed-{seed}.json").write_text(json.dumps({"recon_mse": {"value": seed}, "weights_sha256": str(seed)}))
    (saved / "metrics-seed-x.json").write_text("not one of them")
    assert [metrics["recon_mse"]["value"] for metrics in load_seeds(saved)] == [1, 2, 10]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is broken; make it again with"),
        ('{"recon_mse": {"value": "low"}}', "holds a figure that is no finite number"),
        ('{"recon_mse": {"value": NaN}}', "holds a figure that is no finite number"),
        ('{"kl": Infinity}', "holds a figure that is no finite number"),
        ('{"weights_sha256": "the same"}', r"same weights as metrics\.json, so it is no other seed"),
    ],
)
def test_a_seed_whose_figures_cannot_be_true_is_refused_in_a_sentence(saved: Path, content: str, words: str) -> None:
    save_metrics(saved, {"weights_sha256": "the same"})
    (saved / "metrics-seed-1.json").write_text(content)
    with pytest.raises(CheckpointError, match=rf"model/metrics-seed-1\.json .*{words}"):
        load_seeds(saved)
