"""The published tables with our own rows in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vae.continuity.interpolation import PUBLISHED as LINES
from vae.continuity.published import PUBLISHED, as_text, likelihood_rows, lines_rows
from vae.models import ModelConfig
from vae.store.files import write_json
from vae.store.folders import CONFIG
from vae.store.metrics import save_metrics


def estimate(value: float, width: float) -> dict:
    return {"value": value, "low": value - width, "high": value + width, "n": 10}


@pytest.fixture
def add_checkpoint(checkpoints: Path, make_config: Callable[..., ModelConfig]) -> Callable[..., None]:
    """Adds a checkpoint without weights: `add_checkpoint(name, metrics, kind, ...)`."""

    def put(name: str, metrics: dict, kind: str = "vae", **changes: object) -> None:
        config = make_config(kind, **changes)
        write_json(checkpoints / name / CONFIG, config.to_dict())
        save_metrics(checkpoints / name, metrics)

    return put


def test_without_a_measured_model_the_tables_hold_what_was_published(add_checkpoint: Callable[..., None]) -> None:
    add_checkpoint("grey", {"recon_mse": 0.1}, data="mnist")
    assert sorted(row["nats"] for row in likelihood_rows()) == sorted(nats for _, nats, *_ in PUBLISHED)
    assert {row["model"]: (row["distance ×10⁻³"], row["smoothness"]) for row in lines_rows()} == {
        model: (pytest.approx(1000 * distance), smoothness) for model, (distance, smoothness) in LINES.items()
    }


def test_a_measured_model_has_its_row_with_interval_and_images_seen_and_one_that_loses_stays(add_checkpoint: Callable[..., None]) -> None:
    add_checkpoint("wins", {"nll_200_binarized": estimate(70.0, 0.5)}, data="mnist", epochs=10, likelihood="bernoulli")
    add_checkpoint("loses", {"nll_200_binarized": estimate(150.0, 1)}, data="mnist", epochs=2, holdout=10_000, likelihood="bernoulli")
    add_checkpoint("of-clothes", {"nll_200_binarized": estimate(200.0, 1)}, data="fashion-mnist", likelihood="bernoulli")
    rows = likelihood_rows()
    assert [rows[0]["model"], rows[-1]["model"]] == ["wins: VAE, mlp 32-16, code 2", "loses: VAE, mlp 32-16, code 2"]
    assert len(rows) == len(PUBLISHED) + 2
    assert (rows[0]["95 %"], rows[0]["samples"], rows[0]["images seen"]) == ("69.50 to 70.50", 200, 600_000)
    assert rows[-1]["images seen"] == 100_000


def test_a_model_of_lines_has_its_row(add_checkpoint: Callable[..., None], checkpoints: Path) -> None:
    figures = {"lines_distance": estimate(5e-4, 1e-4), "lines_smoothness": estimate(0.2, 0.05)}
    add_checkpoint("ours", figures, "ae", data="lines", image_shape=(1, 32, 32), epochs=3)
    (checkpoints / "broken").mkdir()
    (checkpoints / "broken" / CONFIG).write_text("{")
    best, second, *_ = lines_rows()
    assert (best["model"], second["model"]) == ("ACAI", "ours: AE, mlp 32-16, code 2")
    assert (second["distance ×10⁻³"], second["95 %"]) == (pytest.approx(0.5), "0.40 to 0.60")
    assert (second["smoothness"], second["95 % of it"], second["images seen"]) == (0.2, "0.15 to 0.25", 180_000)


def test_a_table_as_text_has_a_line_for_each_row_and_columns_that_line_up(add_checkpoint: Callable[..., None]) -> None:
    add_checkpoint("ours", {"nll_200_binarized": estimate(90.0, 0.5)}, data="mnist", epochs=1)
    head, *lines = as_text(likelihood_rows()).splitlines()
    assert len(lines) == len(PUBLISHED) + 1
    right = head.index("nats") + len("nats")
    assert all(line[right - 5 : right] == f"{row['nats']:5.2f}" for line, row in zip(lines, likelihood_rows(), strict=True))
    assert "89.50 to 90.50" in "".join(lines) and "60,000" in "".join(lines)
