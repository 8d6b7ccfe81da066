"""Which of two models is better, and how figures are written."""

from __future__ import annotations

from itertools import pairwise

import pytest

from vae.continuity.comparison import FIGURES, Spread, better, spread, table, with_interval
from vae.continuity.scorecard import PARTS

HIDDEN = {"code_radius", "kl_per_dimension", "classifier_sha256", "frechet_ratio", "retention_curve"}  # no figures to be read by themselves


def figure(value: float, width: float = 0.1, n: int = 50) -> dict:
    return {"value": value, "low": value - width, "high": value + width, "n": n}


def test_every_figure_of_the_scorecard_has_a_name() -> None:
    assert {key for part in PARTS for key in part.keys} - FIGURES.keys() == HIDDEN
    assert FIGURES.keys() <= {key for part in PARTS for key in part.keys}


@pytest.mark.parametrize(
    ("a", "b", "lower_wins", "higher_wins"),
    [(1.0, 2.0, "first", "second"), (2.0, 1.0, "second", "first"), (1.0, 1.15, "overlap", "overlap")],
)
def test_the_better_one_is_told_only_where_intervals_do_not_overlap(a: float, b: float, lower_wins: str, higher_wins: str) -> None:
    for key, expected in (("recon_mse", lower_wins), ("retention_auc", higher_wins)):
        assert better({key: figure(a)}, {key: figure(b)}, key) == expected


def test_nothing_is_better_by_a_figure_that_is_missing_has_no_interval_or_no_direction() -> None:
    assert better({}, {"recon_mse": figure(1)}, "recon_mse") is None
    assert better({"recon_mse": {"value": 1, "n": 1}}, {"recon_mse": figure(5)}, "recon_mse") is None
    assert better({"kl": figure(1)}, {"kl": figure(5)}, "kl") is None


def test_figures_are_written_with_three_digits_or_in_per_cent() -> None:
    metrics = {
        "recon_mse": figure(0.0065, 0.0001),
        "off_manifold_prior": figure(0.3447, 0.01),
        "nll_200": figure(-834.4, 15),
        "active_units": 16,
    }
    assert with_interval(metrics, "recon_mse") == "0.00650 [0.00640, 0.00660]"
    assert with_interval(metrics, "off_manifold_prior") == "34.5\N{NO-BREAK SPACE}% [33.5, 35.5]"
    assert with_interval(metrics, "nll_200") == "\N{MINUS SIGN}834 [\N{MINUS SIGN}849, \N{MINUS SIGN}819]"
    assert with_interval(metrics, "active_units") == "16"
    assert with_interval(metrics, "kl") == "–"


def test_the_table_shows_both_columns_who_is_better_and_why_figures_are_missing() -> None:
    a = {"recon_mse": figure(1.0), "cycle_gap": figure(0.5), "left_out": {"kl": "no posterior", "elbo": "no posterior"}}
    b = {"recon_mse": figure(2.0), "cycle_gap": figure(0.55), "kl": 39.5, "left_out": {}}
    lines = table(["one", "two"], [a, b]).splitlines()
    (row,) = [line for line in lines if line.startswith("recon_mse")]
    assert row.split() == ["recon_mse", "1", "[0.9,", "1.1]", "n=50", "2", "[1.9,", "2.1]", "n=50", "one"]
    assert next(line for line in lines if line.startswith("cycle_gap")).endswith("intervals overlap")
    assert "one: without kl, elbo: no posterior" in lines
    assert not any(line.startswith("step_max_ratio") for line in lines)
    alone = table(["one"], [a])
    assert "better" not in alone and "overlap" not in alone


def test_a_spread_is_the_lowest_and_highest_of_the_runs_that_have_the_figure() -> None:
    runs = [{"recon_mse": figure(2.0), "kl": 39.5}, {"recon_mse": figure(1.0)}, {"recon_mse": figure(3.0), "kl": 38.0}]
    assert spread(runs, "recon_mse") == Spread(1.0, 3.0, 3)
    assert spread(runs, "kl") == Spread(38.0, 39.5, 2)
    assert spread(runs[:1], "recon_mse") is None
    assert spread(runs, "elbo") is None
    assert spread(runs, "recon_mse").words(FIGURES["recon_mse"]) == "1.00–3.00"


def test_the_table_shows_seeds_in_a_second_line_and_whether_they_overlap() -> None:
    a, b = {"recon_mse": figure(1.0), "cycle_gap": figure(0.5)}, {"recon_mse": figure(2.0), "cycle_gap": figure(0.8)}
    seeds = [[{"recon_mse": figure(1.05), "cycle_gap": figure(0.9)}], [{"recon_mse": figure(2.5), "cycle_gap": figure(0.7)}]]
    lines = table(["one", "two"], [a, b], seeds).splitlines()
    below = {line.split()[0]: following.split("  ") for line, following in pairwise(lines) if line}
    assert [cell.strip() for cell in below["recon_mse"] if cell] == ["1 to 1.05, 2 seeds", "2 to 2.5, 2 seeds", "one"]
    assert [cell.strip() for cell in below["cycle_gap"] if cell] == ["0.5 to 0.9, 2 seeds", "0.7 to 0.8, 2 seeds", "seeds overlap"]
    half = table(["one", "two"], [a, b], [seeds[0], []])
    assert "1 to 1.05, 2 seeds" in half and "overlap" not in half.partition("seeds")[2].partition("\n")[0]
