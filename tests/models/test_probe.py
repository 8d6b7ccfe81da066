"""The judge of drawings looks for each thing where the arrangement puts it."""

from __future__ import annotations

import pytest
import torch

from vae.models import Probe

SIZES = (3, 8, 68, 6)


@pytest.fixture(scope="module")
def model() -> Probe:
    torch.manual_seed(0)
    return Probe(SIZES, 8).eval().requires_grad_(False)


def test_it_says_something_of_every_attribute(model: Probe) -> None:
    logits = model(torch.rand(4, 3, 48, 48))
    sizes = {"arrangement": 3, "tint": 8, "object": 68, "second tint": 8, "second object": 68, "background": 6}
    assert {key: tuple(values.shape) for key, values in logits.items()} == {key: (4, size) for key, size in sizes.items()}


def test_it_looks_where_things_seem_to_be_unless_told(model: Probe) -> None:
    images = torch.rand(6, 3, 48, 48)
    seems = model(images)["arrangement"].argmax(1)
    for key, values in model(images).items():
        assert torch.equal(values, model(images, seems)[key])


@pytest.mark.parametrize("arrangement", [1, 2])
def test_a_thing_is_read_from_its_part_of_the_picture_alone(model: Probe, arrangement: int) -> None:
    told = torch.full((1,), arrangement)
    before = torch.rand(1, 3, 48, 48)
    after = before.clone()
    if arrangement == 1:
        after[..., 44:] = 1
    else:
        after[..., 44:, :] = 1
    before, after = model(before, told), model(after, told)
    for attribute in ("tint", "object"):
        assert torch.allclose(before[attribute], after[attribute], atol=1e-6)
        assert not torch.allclose(before[f"second {attribute}"], after[f"second {attribute}"], atol=1e-6)
