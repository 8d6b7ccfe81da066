"""Codes that are small pictures themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from vae.adapters.own import structure_of
from vae.models import Autoencoder, architecture
from vae.models.spatial import CELL, cells

Make = Callable[..., Autoencoder]
SIDE, DOWN = 6 * CELL, 6


def begun(make_model: Make, kind: str = "ae", **changes: object) -> Autoencoder:
    known = {"architecture": "spatial", "hidden": (4, 6), "image_shape": (1, SIDE, SIDE), "latent_dim": 2 * DOWN**2}
    model = make_model(kind, **known | changes)
    begin = architecture("spatial").begin
    assert begin is not None
    begin(model, torch.zeros(2, 1, SIDE, SIDE, dtype=torch.uint8))
    return model.eval()


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_at_first_a_number_sees_its_own_cell_and_what_is_around_it(make_model: Make, kind: str) -> None:
    model = begun(make_model, kind)
    plain = torch.rand(1, 1, SIDE, SIDE)
    other = plain.clone()
    other[..., :CELL, :CELL] = 1 - other[..., :CELL, :CELL]
    codes = [model.encode(picture).mean.view(2, DOWN, DOWN) for picture in (plain, other)]
    changed = (codes[0] != codes[1]).any(0)
    assert changed[0, 0] and not changed[3:].any() and not changed[:, 3:].any()
    pictures = [model.decode(code.view(1, -1))[0, 0] for code in codes]
    assert torch.equal(pictures[0][-CELL:, -CELL:], pictures[1][-CELL:, -CELL:])
    if kind == "vae":
        assert (model.encode(plain).std == model.encode(plain).std[0, 0]).all()


def test_a_pair_begins_alike(make_model: Make) -> None:
    plain, variational = (begun(make_model, kind).state_dict() for kind in ("ae", "vae"))
    assert all(torch.equal(variational[key], value) for key, value in plain.items())


def test_a_code_has_as_many_features_as_it_needs() -> None:
    assert cells((3, 48, 48), 128) == (2, 8, 8)
    assert cells((3, 48, 48), 129) == (3, 8, 8)
    assert cells((1, 6, 12), 1) == (1, 1, 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"image_shape": (1, 8, 36)}, "not made of such cells"), ({"hidden": (4,)}, "hidden has 1"), ({"dense": 4}, "dense is 4")],
)
def test_what_cannot_be_built_is_refused(make_model: Make, changes: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        begun(make_model, **changes)


def test_its_weights_tell_what_they_are_of(make_model: Make) -> None:
    model = begun(make_model, "vae")
    found = structure_of(model.state_dict())
    assert {key: found[key] for key in ("kind", "latent_dim", "architecture", "hidden", "dense", "channels")} == {
        "kind": "vae", "latent_dim": 72, "architecture": "spatial", "hidden": (4, 6), "dense": 0, "channels": 1,
    }  # fmt: skip
