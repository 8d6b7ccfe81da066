"""The figures of a model, `metrics.json`: finite numbers or missing, whatever a file says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vae.store.files import is_finite, plain

WORDS = ("weights_sha256", "classifier_sha256", "prior_sha256", "second_sha256", "probe_sha256")  # the rest are figures, or tables of them
FIGURES_DEEP = 6  # lists and objects within each other; ours have four
SHARES, REASONS = "retention_curve", "left_out"  # the two tables that others read by their keys


@dataclass(frozen=True)
class Figures:
    """What is known of a model in figures.

    values : as `metrics.json` names them; empty where nothing has been measured
    sentence : why there are none although there is a file; None if all is well
    """

    values: dict[str, Any] = field(default_factory=dict)
    sentence: str | None = None


def clean(metrics: dict[str, Any]) -> dict[str, Any]:
    """`metrics` without everything that is no figure.

    A figure is a finite number, or an object whose `value` is one; an interval that is none, or a sample size that is no number,
    goes and the value stays. Other tables and lists keep their form, with None in place of what is no finite number.
    """
    kept = {}
    for key, found in metrics.items():
        if key in WORDS:
            good = isinstance(found, str | dict)
        elif key == SHARES:
            good = isinstance(found, dict) and all(_is_number(radius) and is_finite(share) for radius, share in found.items())
        elif key == REASONS:
            good = isinstance(found, dict) and all(isinstance(words, str) for words in found.values())
        elif isinstance(found, dict) and "value" in found:
            found = _figure(found)
            good = found is not None
        else:
            good = is_finite(found) or isinstance(found, dict | list)
        if good:
            kept[key] = found
    return plain(kept, FIGURES_DEEP)


def _figure(found: dict[str, Any]) -> dict[str, Any] | None:
    """A figure with what is sound of its interval and its sample size; None without a value."""
    if not is_finite(found["value"]):
        return None
    low, high = found.get("low"), found.get("high")
    whole = is_finite(low) and is_finite(high) and low <= high and is_finite(found.get("n"))
    return {key: item for key, item in found.items() if whole or key not in ("low", "high", "n")}


def _is_number(text: str) -> bool:
    try:
        return is_finite(float(text))
    except ValueError:
        return False
