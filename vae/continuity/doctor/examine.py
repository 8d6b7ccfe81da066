"""The examination: every check, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vae.continuity.doctor import history_checks, latent_checks, picture_checks
from vae.continuity.doctor.advice import settled
from vae.continuity.doctor.case import Case
from vae.continuity.doctor.finding import Finding
from vae.continuity.estimates import Unmeasurable
from vae.sentences import phrase

# What each looks for, for whoever waits; a check raises Unmeasurable, with the reason, where it cannot be made.
CHECKS: dict[str, tuple[str, Callable[[Case], Finding]]] = {
    "collapsed": (phrase("collapsed numbers"), latent_checks.collapsed),
    "information": (phrase("information"), latent_checks.information),
    "dependence": (phrase("dependent numbers"), latent_checks.dependence),
    "marginals": (phrase("numbers beside the prior"), latent_checks.marginals),
    "prior": (phrase("prior mismatch"), latent_checks.prior_mismatch),
    "sigma": ("σ", latent_checks.deviations),
    "ignored": (phrase("whether the decoder looks at the code"), picture_checks.ignored),
    "amortisation": (phrase("amortisation gap"), picture_checks.amortisation),
    "linear": (phrase("PCA beside it"), picture_checks.linear),
    "rate": (phrase("rate and distortion"), picture_checks.rate),
    "blur": (phrase("blur"), picture_checks.blur),
    "memorisation": (phrase("memorisation"), picture_checks.memorisation),
    "overfitting": (phrase("overfitting"), picture_checks.overfitting),
    "training": (phrase("training"), history_checks.training),
    "duplicates": (phrase("images there twice"), history_checks.duplicates),
    "leakage": (phrase("test images in training"), history_checks.leakage),
    "constant": (phrase("pixels that never change"), history_checks.constant),
}


@dataclass(frozen=True)
class Examination:
    """findings : what was looked at, faults first, the surest at the top (`advice.settled`); left_out : why the rest could not be, by key."""

    findings: list[Finding]
    left_out: dict[str, str]

    @property
    def faults(self) -> list[Finding]:
        """What is wrong."""
        return [finding for finding in self.findings if finding.fault]


def examine(case: Case, progress: Callable[[float, str], None] = lambda share, words: None) -> Examination:
    """Make every check of `case`."""
    findings: list[Finding] = []
    left_out: dict[str, str] = {}
    for done, (key, (words, check)) in enumerate(CHECKS.items()):
        progress(done / len(CHECKS), words)
        try:
            findings.append(check(case))
        except Unmeasurable as error:
            left_out[key] = str(error)
    return Examination(settled(findings, case.model.config), left_out)
