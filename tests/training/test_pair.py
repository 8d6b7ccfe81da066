"""A pair learns in lock-step: alike where it must be, repeatable to the bit, and moved by the hand alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vae.training.losses import objective
from vae.training.pair import NotFinite, Pair
from vae.training.recording import Hand, Setup

SETUP = Setup(data="blobs", latent_dim=2, hidden=(32, 16), seed=3)
FAST = Hand(batch_size=32, learning_rate=5e-3)


def pair_of(blobs: Tensor, setup: Setup = SETUP) -> Pair:
    return Pair(setup, blobs, torch.arange(len(blobs)).remainder(4).to(torch.uint8))


def steps(pair: Pair, count: int, hand: Hand = FAST) -> Pair:
    for _ in range(count):
        pair.take_step(hand)
    return pair


def same(a: Pair, b: Pair) -> bool:
    others = b.weights()
    return all(torch.equal(value, others[key]) for key, value in a.weights().items())


def test_both_start_from_the_same_weights(blobs: Tensor) -> None:
    ae, vae = (pair_of(blobs).models[kind].state_dict() for kind in ("ae", "vae"))
    assert set(ae) < set(vae)
    assert all(torch.equal(value, vae[key]) for key, value in ae.items())


def test_both_see_the_same_batches(blobs: Tensor) -> None:
    """Without noise and without β only the VAE's σ differs; with σ taken away its step would be the AE's."""
    pair = pair_of(blobs)
    batch = pair.images[pair.batch(0, FAST)].float() / 255
    losses = {kind: objective(batch, model.reconstruct(batch), 0.0).squared_error for kind, model in pair.models.items()}
    taken = pair.take_step(FAST)
    torch.testing.assert_close(losses["ae"], losses["vae"])
    torch.testing.assert_close(taken["ae"].loss.squared_error, losses["ae"])


def test_both_learn_to_rebuild(blobs: Tensor) -> None:
    pair = steps(pair_of(blobs), 400)
    images = blobs.float() / 255
    guess = (images.mean(0) - images).square().mean()
    for model in pair.models.values():
        assert (model.decode(model.encode(images).mean) - images).square().mean() < guess / 3


def test_a_run_repeats_itself_to_the_bit_and_goes_on_from_its_state(blobs: Tensor) -> None:
    whole, other = steps(pair_of(blobs), 30), steps(pair_of(blobs), 12)
    state = other.state()
    steps(other, 5)  # what was kept must not move with it
    again = pair_of(blobs)
    again.restore(state, 12)
    assert same(steps(again, 18), whole)


def test_a_slider_acts_at_the_next_step_and_not_before(blobs: Tensor) -> None:
    plain, moved = steps(pair_of(blobs), 10), steps(pair_of(blobs), 10)
    assert same(plain, moved)
    steps(plain, 1)
    steps(moved, 1, FAST.model_copy(update={"beta": 50.0}))
    assert all(torch.equal(a, b) for a, b in zip(plain.models["ae"].parameters(), moved.models["ae"].parameters(), strict=True))
    assert not same(plain, moved)


@pytest.mark.parametrize(("field", "value", "moves"), [("noise", 0.5, "ae"), ("l2", 3.0, "ae"), ("beta", 7.0, "vae")])
def test_each_slider_moves_its_own_model(blobs: Tensor, field: str, value: float, moves: str) -> None:
    plain, moved = steps(pair_of(blobs), 1), steps(pair_of(blobs), 1, FAST.model_copy(update={field: value}))
    for kind in ("ae", "vae"):
        pairs = zip(plain.models[kind].parameters(), moved.models[kind].parameters(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs) == (kind != moves)


def test_a_class_that_is_left_out_is_in_no_batch(blobs: Tensor) -> None:
    pair = pair_of(blobs)
    hand = Hand(batch_size=64, left_out=frozenset({1, 3}))
    seen = {int(label) for step in range(20) for label in pair.labels[pair.batch(step, hand)]}
    assert seen == {0, 2}
    with pytest.raises(ValueError, match="leave at least one in"):
        pair.batch(0, Hand(left_out=frozenset(range(4))))


def test_a_step_that_would_not_be_finite_is_not_taken(blobs: Tensor) -> None:
    pair = steps(pair_of(blobs), 3)
    before = pair.state()
    with torch.no_grad():
        pair.models["vae"].mean.bias[0] = float("nan")
    broken = pair.weights()["ae/mean.bias"].clone()
    with pytest.raises(NotFinite, match="the loss of the VAE is no longer a finite number at step 3"):
        pair.take_step(FAST)
    assert pair.step == 3
    assert torch.equal(pair.weights()["ae/mean.bias"], broken)  # nor has the other one moved
    pair.restore(before, 3)
    pair.take_step(FAST)
