"""Of next to nothing, little is said, and nothing goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import torch

from vae.continuity.doctor.case import Case
from vae.continuity.doctor.examine import CHECKS, examine
from vae.models import Autoencoder


@pytest.mark.parametrize("kind", ["ae", "vae"])
@pytest.mark.parametrize("images", [1, 2, 5])
@pytest.mark.parametrize("alike", [True, False])
def test_few_images_or_all_alike_are_examined_too(make_model: Callable[..., Autoencoder], kind: str, images: int, alike: bool) -> None:
    dice = torch.Generator().manual_seed(0)
    pictures = torch.randint(256, (images + 2, 1, 8, 8), generator=dice, dtype=torch.uint8)
    pictures = pictures[:1].expand(images + 2, -1, -1, -1).clone() if alike else pictures
    model = make_model(kind, latent_dim=3).eval().requires_grad_(False)
    found = examine(Case(model, pictures[:2], pictures[2:]))
    assert {finding.key for finding in found.findings} | found.left_out.keys() == set(CHECKS)
    json.loads(json.dumps([finding.to_dict() for finding in found.findings], allow_nan=False))


def test_an_interval_is_needed_to_say_that_something_is_wrong(make_model: Callable[..., Autoencoder]) -> None:
    model = make_model("vae").eval().requires_grad_(False)
    pictures = torch.zeros(2, 1, 8, 8, dtype=torch.uint8)
    pictures[1] += 9
    found = {finding.key: finding for finding in examine(Case(model, pictures, pictures[:1])).findings}
    assert not found["information"].fault and found["information"].figure.n == 1
