"""What to try of all that the findings ask for: the surest first, and never two things that undo each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vae.continuity.doctor.finding import Finding, Remedy
from vae.models import ModelConfig
from vae.sentences import phrase

FEWEST = 5  # epochs; a model of fewer has mostly not learned yet what it is found to lack
LEAST = 20  # epochs that are advised at least where more are
UNLEARNED = ("information", "ignored", "amortisation", "linear", "blur")  # faults that every model has at first


def longer(config: ModelConfig) -> Remedy:
    """Three times the epochs, twenty at least."""
    return Remedy(phrase("Train longer"), {"epochs": max(LEAST, 3 * config.epochs)}, "longer")


def evidence(finding: Finding) -> float:
    """How sure a fault is: how far its interval stays beyond the limit, in widths of the interval; −∞ where there is no interval."""
    figure = finding.figure
    beyond, width = (figure.low - finding.limit) if finding.above else (finding.limit - figure.high), figure.high - figure.low
    if not math.isfinite(beyond):
        return -math.inf
    return beyond / width if width > 0 else math.copysign(math.inf, beyond)


def settled(findings: list[Finding], config: ModelConfig) -> list[Finding]:
    """The findings with faults first, the surest at the top, and remedies that go together.

    A model of `config` that has been trained for fewer than five epochs is trained longer before anything is said against its settings. Of two
    faults that ask for opposite changes, more epochs and fewer, the surer one is followed: the other's remedy is then the same.
    """
    faults = sorted((finding for finding in findings if finding.fault), key=evidence, reverse=True)
    if 0 < config.epochs < FEWEST and config.foreign is None:
        faults = [replace(each, remedy=longer(config)) if each.key in UNLEARNED else each for each in faults]
    followed: list[Finding] = []
    for at, finding in enumerate(faults):
        against = next((surer for surer in followed if opposed(surer, finding, config)), None)
        if against is None:
            followed.append(finding)
        elif against.remedy is not None:
            words = f"This asks for the opposite of “{against.title}”, which is surer and comes first: {_small(against.remedy.words)}"
            faults[at] = replace(finding, remedy=replace(against.remedy, words=words))
    return [*faults, *(finding for finding in findings if not finding.fault)]


def opposed(one: Finding, other: Finding, config: ModelConfig) -> bool:
    """Whether the remedies of two findings change a setting of a model of `config` in opposite directions."""
    if one.remedy is None or other.remedy is None:
        return False
    first, second = one.remedy.changes, other.remedy.changes
    return any(_sign(first, key, config) * _sign(second, key, config) < 0 for key in first.keys() & second.keys())


def _sign(changes: Mapping[str, Any], key: str, config: ModelConfig) -> float:
    """Whether a setting grows, 1, shrinks, −1, or stays or cannot be compared, 0; of widths, whether their sum does."""
    before, after = _amount(getattr(config, key, None)), _amount(changes[key])
    return 0 if key == "seed" or before is None or after is None or before == after else math.copysign(1, after - before)


def _amount(value: object) -> float | None:
    """What of a setting grows or shrinks: a number, or the sum of widths; None of anything else."""
    amount = sum(value) if isinstance(value, tuple) else value
    return amount if isinstance(amount, int | float) else None


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
