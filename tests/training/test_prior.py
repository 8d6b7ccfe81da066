"""A flow learns where codes lie, and comes back from disk as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from vae.latent.mixture import chances
from vae.latent.sampling import noise
from vae.models import Autoencoder
from vae.models.flow import Flow
from vae.store.checkpoints import save_model
from vae.store.folders import MODEL, PRIOR
from vae.store.priors import NoPrior, load_prior, save_prior
from vae.store.tensors import read_tensors, write_tensors
from vae.training.prior import TooFewToLearn, train_flow


@pytest.fixture(scope="module")
def codes() -> torch.Tensor:
    """Two groups of codes of two numbers and one number that never changes, one group with three times as many as the other."""
    draws = np.random.default_rng(0)
    wide = draws.normal((50, 0, 7), (3, 1.5, 0), (3000, 3))
    narrow = draws.normal((20, 8, 7), (1, 1, 0), (1000, 3))
    return torch.from_numpy(np.concatenate([wide, narrow]).astype(np.float32))


@pytest.fixture(scope="module")
def flow(codes: torch.Tensor) -> Flow:
    return train_flow(codes, steps=300, width=32)


def test_draws_lie_where_the_codes_do(flow: Flow) -> None:
    drawn = flow.sample(noise(8000, 3, 1), chances(8000, 1))
    assert drawn.shape == (8000, 3) and drawn.dtype == np.float32
    right = drawn[:, 0] > 36
    assert right.mean() == pytest.approx(0.75, abs=0.04)
    assert np.abs(drawn[right].mean(0) - (50, 0, 7)).max() < 1 and np.abs(drawn[~right].mean(0) - (20, 8, 7)).max() < 1
    assert drawn[right].std(0)[:2] == pytest.approx((3, 1.5), rel=0.25)
    assert np.abs(drawn[:, 2] - 7).max() < 0.5, "what never changes in the codes hardly does in draws"


def test_a_draw_depends_on_its_own_noise_alone(flow: Flow) -> None:
    dice = noise(40, 3, 2)
    assert np.allclose(flow.sample(dice, chances(40, 2))[:5], flow.sample(dice[:5], chances(5, 2)), atol=1e-4)
    assert not np.allclose(flow.sample(dice, chances(40, 2))[:5], flow.sample(noise(5, 3, 3), chances(5, 3)))


def test_without_a_velocity_draws_are_those_of_a_gaussian() -> None:
    still = Flow(2)
    torch.nn.init.zeros_(still.layers[-1].weight)
    torch.nn.init.zeros_(still.layers[-1].bias)
    still.means, still.factors = torch.tensor([[3.0, -1.0]]), torch.tensor([[[2.0, 0.0], [0.0, 0.5]]])
    assert np.allclose(still.sample(noise(6, 2, 0), chances(6, 0)), noise(6, 2, 0) * (2, 0.5) + (3, -1), atol=1e-6)


def test_the_same_seed_learns_the_same_and_nobody_elses_dice_are_moved(codes: torch.Tensor) -> None:
    before = torch.random.get_rng_state()
    one, same, other = (train_flow(codes, steps=5, width=8, seed=seed).sample(noise(3, 3, 0), chances(3, 0)) for seed in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert torch.equal(before, torch.random.get_rng_state())


def test_codes_that_coincide_are_no_obstacle_and_too_few_are_told() -> None:
    drawn = train_flow(torch.ones(40, 2), steps=5, width=8).sample(noise(4, 2, 0), chances(4, 0))
    assert np.allclose(drawn, 1, atol=0.02)
    with pytest.raises(TooFewToLearn, match="at least 2 codes, and there are 1"):
        train_flow(torch.ones(1, 2))


def test_a_prior_comes_back_in_half_precision_and_says_what_is_wrong_with_it(
    checkpoints: Path, make_model: Callable[..., Autoencoder]
) -> None:
    folder = checkpoints / "model"
    model = make_model("vae")
    save_model(folder, model)
    with pytest.raises(NoPrior, match="model has no learned prior; make one with: python -m vae prior model"):
        load_prior(folder)
    dim = model.config.latent_dim
    learned = train_flow(torch.randn(100, dim, generator=torch.Generator().manual_seed(0)) * 1e-3 + 1e5, steps=3, width=8)
    save_prior(folder, learned)
    assert np.allclose(
        load_prior(folder).sample(noise(4, dim, 0), chances(4, 0)), learned.sample(noise(4, dim, 0), chances(4, 0)), rtol=0, atol=0.02
    )
    weights, words = read_tensors(folder / PRIOR)
    for change, said in (({"width": "x"}, "invalid literal"), ({"width": "9"}, "of another shape"), ({"of": "0"}, "is of other weights")):
        write_tensors(folder / PRIOR, weights, words | change)
        with pytest.raises(NoPrior, match=f"{said}.*python -m vae prior model"):
            load_prior(folder)
    (folder / PRIOR).write_bytes(b"broken")
    with pytest.raises(NoPrior, match=r"cannot be used .*python -m vae prior model"):
        load_prior(folder)
    save_prior(folder, learned)
    (folder / MODEL).write_bytes((folder / MODEL).read_bytes() + b" ")
    with pytest.raises(NoPrior, match="is of other weights"):
        load_prior(folder)
