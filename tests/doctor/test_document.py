"""What the document says of the doctor is what it does."""

from __future__ import annotations

from pathlib import Path

from tests.doctor.suite import PATIENTS
from vae.continuity.doctor.examine import CHECKS


def test_the_document_names_every_check_with_its_limit_and_every_model() -> None:
    said = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in said.splitlines() if line.startswith("| ")]
    assert set(rows) >= {patient.name for patient in PATIENTS}, "run python -m tests.doctor and put its table there"
    assert rows[2 : len(CHECKS) + 2] == list(CHECKS), "the checks are others"
