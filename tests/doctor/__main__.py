"""The confusion table: what the doctor finds in every model of the suite. `python -m tests.doctor [SEED]`"""

from __future__ import annotations

import sys

import torch

from tests.doctor import suite
from tests.doctor.suite import PATIENTS
from vae.continuity.doctor.examine import CHECKS, examine


def main() -> None:
    """Print it as Markdown."""
    torch.set_num_threads(1)
    suite.SEED = int(sys.argv[1]) if sys.argv[1:] else suite.SEED
    found = {patient.name: sorted((each.key for each in examine(patient.build()).faults), key=list(CHECKS).index) for patient in PATIENTS}
    print("| model | fault put there | found | besides |\n| --- | --- | --- | --- |")
    for patient in PATIENTS:
        keys = found[patient.name]
        besides = ", ".join(key for key in keys if key != patient.fault) or "–"
        print(
            f"| {patient.name} | {patient.fault or 'none'} | {'–' if patient.fault is None else 'yes' if patient.fault in keys else 'NO'} | {besides} |"
        )
    broken = [patient for patient in PATIENTS if patient.fault]
    healthy = [patient for patient in PATIENTS if not patient.fault]
    recognised = sum(patient.fault in found[patient.name] for patient in broken)
    false = sum(bool(found[patient.name]) for patient in healthy)
    print(f"\n{recognised} of {len(broken)} faults found; false alarms in {false} of {len(healthy)} healthy models")


if __name__ == "__main__":
    main()
