"""Whether a picture is from a model's world: its figures among those of the model's own images, and the rule on both sides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from vae.continuity.measures import code_radius, cycle_gap, squared_errors
from vae.continuity.placing import EDGE, OUTSIDE, Placed, measure_usual, place_figures, share_below, usual_of, verdict, world
from vae.data.framing import Framing
from vae.models import Autoencoder
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model
from vae.store.folders import USUAL
from vae.store.usual import QUANTILES, Usual, load_usual

USUAL_FIGURES = Usual(
    np.linspace(0, 1, QUANTILES, dtype=np.float32), np.linspace(0, 2, QUANTILES, dtype=np.float32), 400, Framing((0.0,), True, False)
)


def placed(error_share: float = 0.5, gap_share: float = 0.5, far: bool = False) -> Placed:
    return Placed(0.0123, 0.4, error_share, gap_share, 5.0, far)


def test_a_share_is_that_of_the_images_with_less() -> None:
    quantiles = np.linspace(0, 1, QUANTILES)
    assert [share_below(quantiles, value) for value in (-1, 0, 1.5)] == [0, 0, 1]
    assert share_below(quantiles, 0.25) == pytest.approx(0.25, abs=0.001)
    assert np.isnan(share_below(quantiles[:0], 0.5))


def test_the_figures_are_told_beside_what_is_usual() -> None:
    figures = place_figures(USUAL_FIGURES, error=0.75, gap=0.5, far=True)
    assert figures.error_share == pytest.approx(0.75, abs=0.001) and figures.gap_share == pytest.approx(0.25, abs=0.001)
    assert figures.error_ratio == pytest.approx(1.5) and figures.far
    unknown = place_figures(Usual(USUAL_FIGURES.errors[:0], USUAL_FIGURES.gaps, 400, USUAL_FIGURES.framing), error=0.75, gap=0.5, far=False)
    assert np.isnan(unknown.error_share) and np.isnan(unknown.error_ratio) and unknown.gap_share < 0.3


@pytest.mark.parametrize("which", ["error_share", "gap_share"])
def test_the_larger_share_decides_on_both_sides_of_each_line(which: str) -> None:
    for share, said in ((EDGE - 1e-6, "inside"), (EDGE, "edge"), (OUTSIDE - 1e-6, "edge"), (OUTSIDE, "outside"), (1, "outside")):
        assert world(placed(**{which: share})) == said
    assert world(placed(**{which: np.nan})) == "inside"


def test_a_code_far_from_all_others_puts_a_picture_at_the_edge_at_least() -> None:
    assert [world(placed(far=True)), world(placed(1, far=True)), world(placed())] == ["edge", "outside", "inside"]


def test_the_sentence_says_what_the_figures_say() -> None:
    outside = verdict(placed(1.0), 10_000)
    assert outside.startswith(
        "Not from this world: its squared error is 0.0123, more than that of all 10,000 of the model's own images and 5 times"
    )
    edge = verdict(placed(0.97), 10_000)
    assert edge.startswith("At the edge of this world") and "97.0 % of the model's own images" in edge
    assert verdict(placed(0.3), 10_000).startswith("From this world, as far as its figures tell: ")
    assert "cycle gap is 0.4, more than that of 99.9 %" in verdict(placed(0.3, 0.999), 10_000)
    assert verdict(placed(far=True), 10).endswith("Its code is far from theirs.")
    unknown = verdict(placed(np.nan, 1.0), 10)
    assert unknown.startswith("Not from this world: its code comes back") and unknown.endswith("not on disk.")


def test_what_is_usual_is_measured_of_the_images_themselves(make_model: Callable[..., Autoencoder], blobs: torch.Tensor) -> None:
    model = make_model("vae")
    images = blobs[:60]
    with torch.inference_mode():
        codes = model.encode(images).mean
        drawn = model.decode(codes)
        radius = code_radius(codes.numpy())
        errors, gaps = squared_errors(images / 255, drawn), cycle_gap(model, codes, radius, drawn)
    usual = measure_usual(model, codes.numpy(), images, radius)
    assert usual.count == 60
    for found, expected in ((usual.errors, errors), (usual.gaps, gaps)):
        assert found[[0, 500, 1000]] == pytest.approx(np.quantile(expected, [0, 0.5, 1]), rel=1e-4)
    without = measure_usual(model, codes.numpy(), None, radius)
    assert not len(without.errors) and without.gaps == pytest.approx(usual.gaps)


def test_it_is_measured_once_and_again_for_other_weights(
    make_model: Callable[..., Autoencoder], make_config: Callable, blobs: torch.Tensor, tmp_path: Path
) -> None:
    model, folder = make_model("ae"), tmp_path / "mine"
    save_model(folder, model)
    with torch.inference_mode():
        codes = model.encode(blobs[:20]).mean.numpy()
    atlas = Atlas(codes, np.zeros_like(codes), np.zeros(20, np.uint8), codes, ("blob",), {"method": "identity", "splits": ["test"]})
    save_atlas(folder, atlas)
    without = usual_of(folder, model, atlas, lambda: None)
    assert not len(without.errors) and not (folder / USUAL).exists()  # or nobody would ever measure the errors
    first = usual_of(folder, model, atlas, lambda: blobs[:20])
    stored = load_usual(folder)
    assert (stored.errors == first.errors).all() and (stored.gaps == first.gaps).all() and stored.framing == first.framing

    def never() -> None:
        raise AssertionError("it is known already")

    assert (usual_of(folder, model, atlas, never).errors == first.errors).all()
    other = make_model("ae", seed=5)
    save_model(folder, other)
    again = usual_of(folder, other, atlas, lambda: blobs[:20])
    assert (again.errors != first.errors).any()
