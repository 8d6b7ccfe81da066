"""What is advised goes together, and the surest comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vae.continuity.doctor.advice import LEAST, opposed, settled
from vae.continuity.doctor.finding import Finding, Remedy, Sketch
from vae.continuity.estimates import Estimate
from vae.models import ModelConfig

MakeConfig = Callable[..., ModelConfig]


def finding(key: str, low: float, changes: Mapping[str, Any] | None, above: bool = True) -> Finding:
    """Of a fault whose interval, a tenth wide, begins at `low` above a limit of 1, or as far below it; sound without changes."""
    figure = Estimate(low + 0.05, low, low + 0.1, 9) if above else Estimate(1.95 - low, 1.9 - low, 2 - low, 9)
    remedy = None if changes is None else Remedy(f"Do {key}", changes, key)
    return Finding(key, key.title(), changes is not None, ".", figure, "figure", 1.0, above, Sketch("bars", "", []), remedy)


def test_the_surest_fault_comes_first_and_what_is_sound_last(make_config: MakeConfig) -> None:
    found = [
        finding("a", 0.5, None),
        finding("b", 1.1, {"beta": 2.0}),
        finding("c", 1.4, {"beta": 3.0}, above=False),
        finding("d", 1.2, {}),
    ]
    assert [each.key for each in settled(found, make_config("vae"))] == ["c", "d", "b", "a"]


def test_of_opposite_changes_the_surer_one_is_followed(make_config: MakeConfig) -> None:
    config = make_config("vae", epochs=60, beta=1.0, hidden=(8, 8))
    pairs = [({"epochs": 180}, {"epochs": 20, "beta": 1.0}), ({"beta": 4.0}, {"beta": 0.25}), ({"hidden": (4, 4)}, {"hidden": (9, 9)})]
    for changes, others in pairs:
        weak, sure = finding("weak", 1.1, changes), finding("sure", 1.9, others)
        first, second = settled([weak, sure], config)
        assert (first.remedy, second.key) == (sure.remedy, "weak")
        assert second.remedy is not None and second.remedy.changes == others and "“Sure”" in second.remedy.words
    alike = [finding("weak", 1.1, {"beta": 2.0, "epochs": 60}), finding("sure", 1.9, {"beta": 4.0, "epochs": 99, "seed": 7})]
    assert [each.remedy for each in settled(alike, config)] == [alike[1].remedy, alike[0].remedy]


def test_a_model_of_one_epoch_is_trained_longer_before_its_settings_are_blamed(make_config: MakeConfig) -> None:
    found = [finding("linear", 1.2, {"architecture": "residual"}), finding("duplicates", 1.1, {"data": "clean"})]
    for epochs, changes in ((1, {"epochs": LEAST}), (40, {"architecture": "residual"}), (0, {"architecture": "residual"})):
        first, second = settled(found, make_config("ae", epochs=epochs))
        assert first.remedy is not None and first.remedy.changes == changes
        assert second.remedy == found[1].remedy


def test_no_report_asks_for_more_and_for_less(make_config: MakeConfig) -> None:
    config = make_config("vae", epochs=60, beta=1.0)
    wild = [finding(str(at), 1.1 + at / 10, {name: value}) for at, (name, value) in enumerate(
        [("beta", 4.0), ("epochs", 9), ("beta", 0.1), ("epochs", 180), ("latent_dim", 1), ("latent_dim", 99), ("beta", 9.0)]
    )]  # fmt: skip
    said = settled(wild, config)
    assert not [(one.key, other.key) for one in said for other in said if opposed(one, other, config)]
