"""Odd images of an imported data set, from the command line, and planted ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.pets import put_pets
from vae.cli import app
from vae.continuity.oddities import KINDS, worded
from vae.tasks.odd import OddRequest, odd


def test_every_kind_is_listed_with_its_files_and_planted_ones_are_measured(tmp_path: Path, checkpoints: Path, make_model) -> None:
    pets = put_pets(tmp_path, checkpoints, make_model)
    told = odd(OddRequest(name=pets, count=3, planted=True, share=0.1, device="cpu"))
    assert [found.kind for found in told.found] == list(KINDS)
    for found in told.found:
        assert len(found.rows) == 3 and found.scores == sorted(found.scores, reverse=True)
        assert all(name.endswith(".png") for name in found.names)
    copies = next(figures for case, figures in told.auroc.items() if "copies" in case)
    assert copies["twice"] > 0.9, "noise is like nothing but its own copy"
    assert {case.split("% ")[1].split()[0] for case in told.auroc} == {"copies", "swapped"}, "nobody knows what is foreign to pets"
    run = CliRunner().invoke(app, ["odd", pets, "--count", "1", "--device", "cpu"])
    assert run.exit_code == 0 and all(words in run.output for words in KINDS.values())
    assert all(
        unit in run.output for unit in (" per pixel ", " away ", " σ ", " % of full brightness apart ", " % of the votes for another ")
    )


@pytest.mark.parametrize(("kind", "score", "said"), [
    ("error", 0.012345, "0.0123 per pixel"), ("density", 3.14159, "3.14 away"), ("class", 4.26, "4.3 σ"), ("twice", -0.0312, "3.1 % of full brightness apart"),
    ("twice", -0.0, "0.0 % of full brightness apart"), ("label", -0.25, "-25 % of the votes for another"), ("twice", float("-inf"), "–"),
])  # fmt: skip
def test_a_score_has_its_unit_and_no_more_digits_than_are_read(kind: str, score: float, said: str) -> None:
    assert worded(kind, score) == said
