import numpy as np
import pytest
import torch

from vae.live.bundle import Originals
from vae.live.wire.frames import BAD_REQUEST, OK
from vae.live.wire.schema import LIMITS, THUMBNAILS


def thumbnails(ask, engine, members, model="vae-5"):
    return ask(engine, THUMBNAILS.number, model, np.shape(members)[1], members)


def test_a_thumbnail_is_the_mean_of_its_members_reconstructions(engine, ask, library):
    bundle = library.get("vae-5")
    pixels, originals = thumbnails(ask, engine, [[7, -1, -1], [1, 2, 3], [4, 7, -1], [-1, -1, -1]]).arrays
    pictures = bundle.model.decode(torch.from_numpy(bundle.atlas.codes)).detach().mul(255).permute(0, 2, 3, 1).numpy()
    for shown, rows in zip(pixels, [[7], [1, 2, 3], [4, 7]], strict=False):
        assert np.abs(shown - pictures[rows].mean(0)).max() <= 0.51
    assert not pixels[3].any() and originals.tolist() == [0]


def test_it_is_of_the_images_themselves_where_they_are_on_disk(engine, ask, library, monkeypatch):
    images = torch.randint(256, (200, 1, 8, 8), dtype=torch.uint8)
    monkeypatch.setattr(library.get("vae-5").originals, "held", lambda: Originals(images))
    pixels, originals = thumbnails(ask, engine, [[3, 9]]).arrays
    assert np.abs(pixels[0, :, :, 0] - images[[3, 9], 0].float().mean(0).numpy()).max() <= 0.51
    assert originals.tolist() == [1]


def test_a_large_picture_is_made_smaller_and_keeps_its_mean(own_models_root, rewrite, engine, ask, library, monkeypatch):
    rewrite(own_models_root / "large", "ae", 5, shape=(3, 96, 64))
    images = torch.randint(256, (200, 3, 96, 64), dtype=torch.uint8)
    bundle = library.get("large")
    monkeypatch.setattr(bundle.originals, "held", lambda: Originals(images))
    pixels, _ = thumbnails(ask, engine, [[0]], "large").arrays
    assert pixels.shape == (1, LIMITS.thumbnail_side, 32, 3)
    assert pixels.mean() == pytest.approx(images[0].float().mean().item(), abs=0.5)


@pytest.mark.parametrize("members", [[[200]], [[-2]], [[0.5]], [[0]] * (LIMITS.most_thumbnails + 1), [[0] * (LIMITS.most_blended + 1)]])
def test_what_is_no_image_or_too_much_is_refused_in_a_sentence(engine, ask, members):
    reply = thumbnails(ask, engine, members)
    assert reply.status == BAD_REQUEST and " " in reply.sentence
    assert thumbnails(ask, engine, [[0]]).status == OK
