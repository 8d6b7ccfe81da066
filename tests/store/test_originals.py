"""Whether the images on disk are those that a map was made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from vae import data
from vae.data.fingerprint import fingerprint, pixels
from vae.models import ModelConfig
from vae.store.atlases import Atlas
from vae.store.originals import CHANGED, find_originals


@pytest.mark.parametrize(("name", "remembered"), [("lines", {}), ("pets", None), ("pets", {"pixels": "of others"})])
def test_images_are_shown_unless_a_map_remembers_others(
    monkeypatch: pytest.MonkeyPatch, make_config: Callable[..., ModelConfig], name: str, remembered: dict[str, str] | None
) -> None:
    images = torch.arange(2 * 64, dtype=torch.uint8).reshape(2, 1, 8, 8)
    there = data.Images(images, torch.zeros(2, dtype=torch.uint8), ("a",))
    monkeypatch.setattr(data, "available", lambda name: True)
    monkeypatch.setattr(data, "load", lambda *_, **__: there)
    assert fingerprint("lines", images) == {}, "a shipped set cannot change, so that nothing of it is remembered"
    kept = {"pixels": pixels(images)} if remembered is None else remembered
    zeros = np.zeros((2, 2), np.float32)
    atlas = Atlas(zeros, zeros, np.zeros(2, np.uint8), zeros, ("a",), {"images": kept})
    config = make_config("ae", image_shape=(1, 8, 8), data=name)
    found = find_originals(config, atlas)
    if remembered:
        assert (found.images, found.sentence) == (None, CHANGED)
    else:
        assert torch.equal(found.images, images)
