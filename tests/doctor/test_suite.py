"""Every fault that was put into a model is found, and healthy models draw no false alarm."""

from __future__ import annotations

import pytest

from tests.doctor.suite import PATIENTS, Patient
from vae.continuity.doctor.examine import CHECKS, examine

pytestmark = pytest.mark.slow
BROKEN = [patient for patient in PATIENTS if patient.fault]
HEALTHY = [patient for patient in PATIENTS if not patient.fault]


@pytest.mark.parametrize("patient", BROKEN, ids=lambda patient: patient.name)
def test_a_fault_is_found(patient: Patient) -> None:
    found = {finding.key: finding for finding in examine(patient.build()).faults}
    assert patient.fault in found
    finding = found[patient.fault]
    assert finding.figure.low > finding.limit if finding.above else finding.figure.high < finding.limit
    assert finding.remedy is not None


@pytest.mark.parametrize("patient", HEALTHY, ids=lambda patient: patient.name)
def test_a_healthy_model_draws_no_false_alarm(patient: Patient) -> None:
    assert {finding.key: finding.sentence for finding in examine(patient.build()).faults} == {}


def test_every_check_has_a_fault_that_was_put_there() -> None:
    assert {patient.fault for patient in BROKEN} == set(CHECKS)
