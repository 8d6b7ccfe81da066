"""`place`: one picture among a model's own images, from its file to its figures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vae.cli import main
from vae.models import Autoencoder
from vae.store.atlases import Atlas, save_atlas
from vae.store.checkpoints import save_model
from vae.tasks.place import PlaceRequest, place


@pytest.fixture
def model(checkpoints: Path, make_model: Callable[..., Autoencoder], blobs: torch.Tensor) -> Autoencoder:
    """A VAE of dark pictures with a light spot each, called `spots`; its images are not on disk."""
    model = make_model("vae", latent_dim=3).eval()
    save_model(checkpoints / "spots", model)
    with torch.inference_mode():
        posterior = model.encode(blobs)
    labels = (np.arange(len(blobs)) % 2).astype(np.uint8)
    made = {"method": "umap", "splits": ["test"]}
    places = posterior.mean[:, :2].numpy().copy()
    save_atlas(checkpoints / "spots", Atlas(posterior.mean.numpy(), posterior.std.numpy(), labels, places, ("even", "odd"), made))
    return model


def write(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_the_figures_of_an_image_of_the_models_own_are_its_own(model: Autoencoder, blobs: torch.Tensor, tmp_path: Path) -> None:
    file = write(tmp_path / "spot.png", blobs[6, 0].numpy())
    found = place(PlaceRequest(name="spots", picture=file, invert="no", out=tmp_path / "out.png", device="cpu"))
    with torch.inference_mode():
        posterior = model.encode(blobs[6:7])
        drawn = model.decode(posterior.mean)
    assert found.mean == pytest.approx(posterior.mean[0].tolist(), abs=1e-5)
    assert found.std == pytest.approx(posterior.std[0].tolist(), abs=1e-5)
    assert found.error == pytest.approx((blobs[6:7] / 255 - drawn).square().mean().item(), rel=1e-4)
    assert found.nearest[0].row == 6 and found.nearest[0].label == "even" and found.nearest[0].distance < 1e-3
    assert found.place == pytest.approx(posterior.mean[0, :2].tolist(), abs=1e-3)
    assert found.error_share is None and found.world in ("inside", "edge") and found.steps == []
    three = np.asarray(Image.open(tmp_path / "out.png").convert("L")) / 255
    height, width = three.shape
    assert width > 3 * 112 and height > 112
    side = 8 * -(-112 // 8)
    panels = [three[4 + side // 16 :: side // 8, 4 + i * (side + 4) + side // 16 :: side // 8][:8, :8] for i in range(3)]
    original = blobs[6, 0].numpy() / 255
    assert panels[0] == pytest.approx(original, abs=0.01) and panels[1] == pytest.approx(drawn[0, 0].numpy(), abs=0.01)
    assert panels[2] == pytest.approx(np.abs(original - drawn[0, 0].numpy()), abs=0.01)


def test_a_large_light_picture_in_colours_is_cropped_resized_made_grey_and_inverted(
    checkpoints: Path,
    make_model: Callable[..., Autoencoder],
    blobs: torch.Tensor,
    model: Autoencoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vae.data.framing import Framing
    from vae.tasks.place import prepared

    small = 255 - blobs[3, 0].numpy()
    large = np.full((80, 120, 3), 255, np.uint8)
    large[:, 20:100] = small.repeat(10, 0).repeat(10, 1)[..., None]
    file = write(tmp_path / "large.png", large)
    dark = Framing((0.0,), True, False)
    pixels, steps = prepared(PlaceRequest(name="spots", picture=file), (1, 8, 8), dark)
    assert np.abs(pixels[0].numpy().astype(int) - blobs[3, 0].numpy()).max() <= 1
    assert steps[0] == "cropped to its middle square" and steps[1] == "resized from 120 × 80 to 8 × 8" and steps[2].startswith("inverted (")
    assert len(prepared(PlaceRequest(name="spots", picture=file, invert="no"), (1, 8, 8), dark)[1]) == 2
    assert len(prepared(PlaceRequest(name="spots", picture=file), (1, 8, 8), Framing((0.5,), False, False))[1]) == 2


def test_the_command_prints_it_all(
    model: Autoencoder, blobs: torch.Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = write(tmp_path / "spot.png", blobs[6, 0].numpy()), tmp_path / "out.png"
    monkeypatch.setattr(sys, "argv", ["vae", "place", "spots", str(file), "--out", str(out), "--device", "cpu"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    printed = capsys.readouterr().out
    for word in ("μ ", "σ ", "squared error", "cycle gap", "more than", "nearest", "image 6 (even)", "world"):
        assert word in printed
    assert printed.splitlines()[-1] == f"wrote {out}" and out.is_file()


def test_what_is_no_picture_is_a_sentence(model: Autoencoder, tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no picture")
    with pytest.raises(ValueError, match=r"note\.png: it is no picture"):
        place(PlaceRequest(name="spots", picture=tmp_path / "note.png", device="cpu"))
