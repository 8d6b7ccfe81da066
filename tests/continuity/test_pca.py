"""The linear bar beside every model."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vae.continuity.estimates import Unmeasurable
from vae.continuity.outcome import outcome
from vae.continuity.pca import linear_errors, linear_model
from vae.models.linear import LinearModel

SHAPE = (1, 4, 4)


def of_rank(rank: int, count: int = 60) -> Tensor:
    """Pictures (count, 1, 4, 4) uint8 that lie in a plane of `rank` dimensions, but for rounding to whole levels."""
    generator = torch.Generator().manual_seed(3)
    patterns = torch.rand(rank, 16, generator=generator) - 0.5
    weights = torch.rand(count, rank, generator=generator) - 0.5
    return (127 + 200 * weights @ patterns / rank).round().to(torch.uint8).view(count, *SHAPE)


def test_pictures_of_so_many_dimensions_are_rebuilt_from_so_many_numbers() -> None:
    images = of_rank(3)
    exact, short = (linear_errors(LinearModel.fit(images, size), images.float() / 255).mean().item() for size in (3, 2))
    assert exact < 1 / 255**2 < short


def test_every_further_number_helps_or_does_no_harm() -> None:
    images = of_rank(6)
    errors = [linear_errors(LinearModel.fit(images, size), images.float() / 255).mean().item() for size in range(1, 8)]
    assert errors == sorted(errors, reverse=True)


def test_draws_have_the_mean_and_the_spread_of_the_pictures() -> None:
    images = of_rank(2, 200)
    linear = LinearModel.fit(images, 2)
    standard = torch.randn(20_000, 2, generator=torch.Generator().manual_seed(0))
    drawn = linear.decode(linear.draws(standard)).flatten(1)
    real = images.float().flatten(1) / 255
    torch.testing.assert_close(drawn.mean(0), real.mean(0), atol=2e-3, rtol=0)
    torch.testing.assert_close(drawn.std(0), real.std(0), atol=2e-3, rtol=0.05)


def test_a_code_larger_than_the_pictures_or_their_number_is_as_good_as_one_that_is_not() -> None:
    images = of_rank(2)
    assert LinearModel.fit(images, 500).axes.shape == (16, 16)
    few = LinearModel.fit(images[:5], 500)
    assert few.axes.shape == (5, 16)
    assert few.draws(torch.zeros(3, 500)).shape == (3, 5)
    with pytest.raises(Unmeasurable, match="at least two training images"):
        linear_model(images[:1], 2)


def test_of_data_too_large_to_hold_every_nth_picture_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    images = of_rank(3)
    monkeypatch.setattr("vae.models.linear.MOST_VALUES", images.numel() // 4)
    expected = LinearModel.fit(images[::4], 3)
    torch.testing.assert_close(LinearModel.fit(images, 3).mean, expected.mean)


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_the_outcome_of_a_training_says_where_the_model_stands(make_model, blobs: Tensor, kind: str) -> None:  # type: ignore[no-untyped-def]
    model = make_model(kind).eval()
    train, test = blobs[:200], blobs[200:260]
    found = outcome(model, train, test)
    pictures = test.float() / 255
    expected = (model.decode(model.encode(pictures).mean) - pictures).square().mean().item()
    assert found.error == pytest.approx(expected, rel=1e-4)
    assert found.linear == pytest.approx(linear_errors(LinearModel.fit(train, 2), pictures).mean().item(), rel=1e-4)
    assert (found.images, found.numbers) == (60, 2)
    first, code, draws = found.sentences()
    assert first.startswith("squared error on 60 test images: ") and f"PCA with as many numbers ({found.linear:.4f})" in first
    assert code.startswith(f"code: {2 - found.collapsed} of 2 numbers are used")
    assert draws.startswith("draws: of 2,000 from N(0, I), ")


def test_a_code_that_says_nothing_is_said_to_have_collapsed(make_model, blobs: Tensor) -> None:  # type: ignore[no-untyped-def]
    model = make_model("vae").eval()
    with torch.no_grad():
        model.mean.weight.zero_()
    found = outcome(model, blobs[:50], blobs[50:60])
    assert found.collapsed == 2
    assert found.sentences()[1] == "code: 0 of 2 numbers are used, 2 have collapsed"
