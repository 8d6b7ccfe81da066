"""The cards of the Models page: which models stand on one, what is marked on it, and what opens from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from vae.models import ModelConfig
from vae.ui.cards import curve, figures, judged, links, wall
from vae.ui.pairs import Entry, pairs_of

SHAPE = (1, 28, 28)


def figure(value: float) -> dict[str, float]:
    return {"value": value, "low": 0.99 * value, "high": 1.01 * value, "n": 2000}


def entry(name: str, kind: str, size: int = 16, metrics: dict | None = None, folder: Path = Path(), **config: object) -> Entry:
    return Entry(name, ModelConfig(kind=kind, latent_dim=size, image_shape=SHAPE, data="mnist", **config), metrics or {}, folder)


def test_a_card_has_the_plain_pair_and_names_the_variants() -> None:
    models = [
        entry("mnist-vae-beta-1", "vae", beta=1.0),
        entry("mnist-l2-ae", "ae", l2=0.1),
        entry("mnist-vae", "vae", beta=5.0),
        entry("mnist-ae", "ae"),
        entry("mnist-vae-2", "vae", 2),
        entry("mnist-conv-ae", "ae", architecture="conv"),
    ]
    found = pairs_of(models)
    assert [[each.name for each in pair.models] for pair in found] == [["mnist-vae-2"], ["mnist-ae", "mnist-vae"], ["mnist-conv-ae"]]
    assert [each.name for each in found[1].variants] == ["mnist-l2-ae", "mnist-vae-beta-1"]
    assert found[1].title == "MNIST · 16 numbers" and "fully connected" in found[1].architecture
    said = links(found[1])
    assert 'href="compare?left=mnist-ae&amp;right=mnist-vae"' in said and 'href=".?model=mnist-vae"' in said
    assert "right=mnist-vae-beta-1" in said and "β 1" in said


def test_only_what_is_better_beyond_its_interval_is_marked() -> None:
    ae = {"recon_mse": figure(0.01), "frechet_c_prior": figure(80.0), "retention_auc": figure(0.5)}
    vae = {"recon_mse": figure(0.0101), "frechet_c_prior": figure(15.0), "retention_auc": figure(0.9)}
    (pair,) = pairs_of([entry("a", "ae", metrics=ae), entry("b", "vae", metrics=vae)])
    best = re.findall(r'class=best"?>([^<]*)<', figures(pair).replace('"class', '" class'))
    assert best == ["15.0", "90.0\N{NO-BREAK SPACE}%"]
    (unmeasured,) = pairs_of([entry("a", "ae")])
    assert "python -m vae evaluate a" in figures(unmeasured)
    assert judged(pair).count("<tr>") >= 2 and judged(unmeasured) == ""


def test_a_curve_is_read_from_the_training_and_missing_ones_are_empty(tmp_path: Path) -> None:
    (tmp_path / "training.csv").write_text("epoch,mse\n1,0.5\n2,\n3,0.25\n")
    assert curve(entry("a", "ae", folder=tmp_path), "mse") == ([1, 3], [0.5, 0.25])
    assert curve(entry("a", "ae", folder=tmp_path), "kl") == ([], [])
    assert curve(entry("a", "ae", folder=tmp_path / "nowhere"), "mse") == ([], [])


def test_a_wall_has_eight_pictures_a_row() -> None:
    pixels = np.arange(9, dtype=np.uint8)[:, None, None, None] * np.ones((9, 4, 4, 1), np.uint8)
    made = wall(pixels)
    assert made.shape == (2 * (2 * 4 + 2), 2 * (8 * 4 + 7 * 2), 3)
    assert made[0, 0, 0] == 0 and made[0, 14, 0] == 1 and made[-1, 0, 0] == 8


def test_more_of_a_card_is_worked_out_once_it_is_asked_for(open_page: Callable[..., AppTest], monkeypatch: object) -> None:
    app = open_page("models")
    assert not app.get("plotly_chart")
    assert any("Compare the two" in part.proto.body for part in app.get("html"))
