"""The textbook's sentences: decided by figures, whichever model wins."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.continuity.verdicts import SENTENCES, verdicts

PRIOR, PATHS, EMPTY, KEPT, BLUR, CANNOT = range(6)
KEYS = ("frechet_c_prior", "frechet_c_mixture", "off_manifold_prior", "off_manifold_mixture", "off_manifold_path", "step_max_ratio", "path_length",
        "hole_mass_prior", "hole_mass_fitted", "cycle_gap", "retention_auc", "recon_mse")  # fmt: skip


def figure(value: float, width: float = 0.01) -> dict:
    return {"value": value, "low": value - width, "high": value + width, "n": 2000}


GOOD = {key: figure(0.02) for key in KEYS} | {"step_max_ratio": figure(1.1), "retention_auc": figure(0.6), "retention_curve": {"0.5": 0.9}}
POOR = {key: figure(0.9) for key in KEYS} | {"step_max_ratio": figure(5), "retention_auc": figure(0.3), "retention_curve": {"0.5": 0.6}}


def rulings(ae: dict | None, vae: dict | None) -> list[str]:
    return [verdict.ruling for verdict in verdicts(ae, vae)]


def test_a_pair_out_of_the_textbook_bears_it_out() -> None:
    ae, vae = POOR | {"recon_mse": figure(0.02, 0.001)}, GOOD | {"recon_mse": figure(0.03, 0.001)}
    assert rulings(ae, vae) == ["holds"] * 6


def test_where_the_autoencoder_wins_everything_nothing_holds() -> None:
    ae, vae = GOOD | {"recon_mse": figure(0.03, 0.001)}, POOR | {"recon_mse": figure(0.02, 0.001)}
    found = verdicts(ae, vae)
    assert [verdict.ruling for verdict in found] == ["does not hold here"] * 6
    assert {claim.outcome for verdict in found for claim in verdict.claims} == {"not met"}
    assert any("the other way round" in claim.evidence for verdict in found for claim in verdict.claims)


def test_a_second_classifier_that_contradicts_leaves_a_claim_open_and_says_so() -> None:
    near, far = ({"frechet_c_prior": figure(value), "frechet_second_prior": figure(again)} for value, again in ((1, 5), (4, 2)))
    (claim,) = verdicts(far, near)[PRIOR].claims
    assert claim.outcome == "open"
    assert "a second classifier of another architecture finds it the other way round: 5 [4.99, 5.01] in the VAE" in claim.evidence
    (claim,) = verdicts(far | {"frechet_second_prior": figure(5)}, near)[PRIOR].claims
    assert claim.outcome == "met" and "a second classifier of another architecture leaves it open" in claim.evidence
    (claim,) = verdicts(far | {"frechet_second_prior": figure(9)}, near)[PRIOR].claims
    assert claim.outcome == "met" and "second" not in claim.evidence


def test_two_equal_models_leave_comparisons_open() -> None:
    found = verdicts(GOOD, GOOD)
    assert found[KEPT].ruling == found[BLUR].ruling == "not decided"
    assert {claim.outcome for claim in found[KEPT].claims} == {"open"}
    assert all("overlap" in claim.evidence for claim in found[KEPT].claims)


def test_a_sentence_is_refuted_only_where_no_claim_is_open() -> None:
    refuted = GOOD | {"recon_mse": figure(0.03, 0.001)}, GOOD | {"recon_mse": figure(0.02, 0.001)}
    assert verdicts(*refuted)[BLUR].ruling == "does not hold here"
    open_too = GOOD | {"recon_mse": figure(0.02, 0.001)}, GOOD | {"recon_mse": figure(0.021, 0.001)}
    assert verdicts(*open_too)[BLUR].ruling == "not decided"
    assert rulings(None, POOR | {"hole_mass_prior": figure(0.05), "hole_mass_fitted": figure(0.05)})[EMPTY] == "not decided for this model"


def test_a_sentence_of_which_half_is_true_holds_partly() -> None:
    ae = GOOD | {"off_manifold_prior": figure(0.1), "frechet_c_prior": figure(0.5)}
    found = verdicts(ae, GOOD)[PRIOR]
    assert found.ruling == "holds partly"
    assert [claim.outcome for claim in found.claims] == ["met", "met", "not met"]


@pytest.mark.parametrize(("share", "ruling"), [(0.0, "does not hold here"), (0.05, "not decided"), (0.3, "holds")])
def test_a_vae_without_empty_places_is_no_contrast_to_an_autoencoder_without(share: float, ruling: str) -> None:
    none, some = figure(0.0, 0.0), figure(share, 0.01 if share else 0.0)
    vae = GOOD | {"hole_mass_prior": none, "hole_mass_fitted": none, "cycle_gap": figure(0.1)}
    ae = POOR | {"hole_mass_prior": none, "hole_mass_fitted": some}
    found = verdicts(ae, vae)[EMPTY]
    assert found.ruling == ruling
    assert [claim.outcome for claim in found.claims][1:] == ["met"] * 3, "the VAE's own virtues are told all the same"
    assert rulings(None, vae)[EMPTY] == "holds for this model"


def test_real_looking_draws_of_the_vae_are_no_contrast_where_the_autoencoders_are_as_good() -> None:
    same = {"frechet_c_prior": figure(20.0), "off_manifold_prior": figure(0.1)}
    assert verdicts(GOOD | same, GOOD | same)[PRIOR].ruling == "not decided"
    assert verdicts(GOOD | same | {"frechet_c_prior": figure(9.0)}, GOOD | same)[PRIOR].ruling == "does not hold here"


def test_a_higher_error_is_a_price_only_from_a_tenth_on() -> None:
    dearer = GOOD | {"recon_mse": figure(0.0206, 0.0002)}
    found = verdicts(GOOD | {"recon_mse": figure(0.02, 0.0002)}, dearer)[BLUR]
    assert [claim.outcome for claim in found.claims] == ["met", "not met"]
    assert "not so much" in found.claims[1].evidence


def test_an_interval_that_reaches_over_a_limit_leaves_the_claim_open() -> None:
    found = verdicts(POOR | {"off_manifold_mixture": figure(0.5)}, GOOD)[CANNOT]
    assert [claim.outcome for claim in found.claims] == ["met", "open"]


def test_one_model_alone_is_examined_for_what_needs_no_other() -> None:
    assert rulings(POOR, None) == [
        *["holds for this model"] * 3,
        "cannot be decided here",
        "cannot be decided here",
        "holds for this model",
    ]
    assert rulings(None, POOR) == [
        "does not hold for this model",
        "cannot be decided here",
        "does not hold for this model",
        *["cannot be decided here"] * 3,
    ]
    assert rulings(None, None) == ["cannot be decided here"] * 6


@given(missing=st.sets(st.sampled_from([*KEYS, "retention_curve"])), single=st.booleans())
def test_missing_figures_leave_claims_out_and_never_fail(missing: set[str], single: bool) -> None:
    ae = {key: value for key, value in POOR.items() if key not in missing}
    for verdict in verdicts(ae, None if single else GOOD):
        assert not {key for claim in verdict.claims for role, key in claim.keys if role == "ae"} & missing
        assert (verdict.ruling == "cannot be decided here") == (not verdict.claims)


@pytest.mark.parametrize("key", KEYS)
def test_making_the_autoencoder_better_never_helps_the_textbook(key: str) -> None:
    """But for the sentence that the VAE pays, which it helps: there the AE is said to be better."""
    order = {"does not hold here": 0, "not decided": 1, "holds partly": 2, "holds": 3}
    steps = [figure(value, 0.001) for value in (0.9, 0.5, 0.3, 0.02)]
    if key == "retention_auc":
        steps.reverse()
    before = None
    for step in steps:
        now = [order[ruling] for ruling in rulings(POOR | {key: step}, GOOD | {key: figure(0.3, 0.001)})]
        for sentence, (_, after) in enumerate(zip(SENTENCES, now, strict=True)):
            if before is not None:
                assert after >= before[sentence] if sentence == BLUR else after <= before[sentence]
        before = now


def test_verdicts_are_plain_json_types() -> None:
    for ae, vae in product((GOOD, None), (POOR, None)):
        for verdict in verdicts(ae, vae):
            assert isinstance(verdict.to_dict()["claims"], list)
