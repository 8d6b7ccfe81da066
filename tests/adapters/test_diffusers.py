"""Tiny autoencoders of diffusers with random weights give the library's own pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import vae
from vae.tasks.convert import Converted

Convert = Callable[..., Converted]
UP, DOWN = "UpDecoderBlock2D", "DownEncoderBlock2D"
TINY = {"in_channels": 1, "out_channels": 1, "block_out_channels": (8, 8), "latent_channels": 2}
BLOCKS = {"down_block_types": (DOWN, DOWN), "up_block_types": (UP, UP), "norm_num_groups": 4, "layers_per_block": 1}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("AutoencoderKL", TINY | BLOCKS | {"sample_size": 8, "scaling_factor": 0.5, "shift_factor": 0.25}),
        ("AutoencoderTiny", TINY | {"encoder_block_out_channels": (8, 8), "decoder_block_out_channels": (8, 8), "num_encoder_blocks": (1, 1), "num_decoder_blocks": (1, 1)}),
        ("VQModel", TINY | BLOCKS | {"sample_size": 8, "num_vq_embeddings": 16}),
    ],
)  # fmt: skip
def test_a_saved_model_gives_the_librarys_own_output(name: str, settings: dict, converted: Convert, spots: str, tmp_path: Path) -> None:
    library = pytest.importorskip("diffusers", reason="diffusers is not installed: pip install diffusers to hold the adapter to it")
    settings = {key: value for key, value in settings.items() if name != "AutoencoderTiny" or key != "block_out_channels"}
    torch.manual_seed(0)
    theirs = getattr(library, name)(**settings).eval()
    theirs.save_pretrained(tmp_path / "tiny", safe_serialization=True)
    made = converted(tmp_path / "tiny", data=spots)
    model = vae.load("theirs", "cpu")
    foreign = model.config.foreign
    assert name in made.model and foreign is not None
    assert not any(weight.is_meta for weight in (*model.parameters(), *model.buffers()))

    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    values = images * (foreign.high - foreign.low) + foreign.low
    scale = 1.0 if name == "AutoencoderTiny" else theirs.config.scaling_factor
    shift = 0.25 if name == "AutoencoderKL" else 0.0
    with torch.no_grad():
        found = theirs.encode(values)
        latents = found.latent_dist.mean if name == "AutoencoderKL" else found.latents
        posterior = model.encode(images)
        torch.testing.assert_close(posterior.mean, ((latents - shift) * scale).flatten(1), atol=1e-5, rtol=0)
        if name == "AutoencoderKL":
            torch.testing.assert_close(posterior.std, (found.latent_dist.std * scale).flatten(1), atol=1e-5, rtol=0)
        pictures = ((theirs.decode(latents).sample - foreign.low) / (foreign.high - foreign.low)).clamp(0, 1)
        torch.testing.assert_close(model.decode(posterior.mean), pictures, atol=1e-5, rtol=0)


def test_only_allowed_classes_are_opened_and_only_from_safetensors(converted: Convert, spots: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"_class_name": "UNet2DModel"}))
    with pytest.raises(ValueError, match="'UNet2DModel' of diffusers cannot be converted; those that can are AutoencoderKL"):
        converted(folder, data=spots)
    (folder / "config.json").write_text(json.dumps({"_class_name": "AutoencoderKL"}))
    (folder / "diffusion_pytorch_model.bin").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"safe_serialization=True|diffusers, which is not installed"):
        converted(folder, data=spots)


def test_a_preview_is_the_librarys_picture_of_the_averaged_code(converted: Convert, spots: str, tmp_path: Path) -> None:
    library = pytest.importorskip("diffusers", reason="diffusers is not installed")
    torch.manual_seed(0)
    theirs = library.AutoencoderKL(**TINY, **BLOCKS, sample_size=8).eval()
    theirs.save_pretrained(tmp_path / "tiny", safe_serialization=True)
    converted(tmp_path / "tiny", data=spots)
    model = vae.load("theirs", "cpu")
    codes = torch.randn(3, 2, 4, 4, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        averaged = codes.unflatten(3, (2, 2)).unflatten(2, (2, 2)).mean((3, 5)) / theirs.config.scaling_factor
        pictures = ((theirs.decode(averaged).sample + 1) / 2).clamp(0, 1)
        torch.testing.assert_close(model.preview(codes.flatten(1), 2), pictures, atol=1e-5, rtol=0)
        assert model.preview(codes.flatten(1), 8).shape == (3, 1, 8, 8), "four cells are not eight"
