"""Models as other libraries leave them on disk."""

from __future__ import annotations

import json
from pathlib import Path

import torch

D, PIXELS = 3, 64


def put_pythae(folder: Path, name: str = "VAEConfig", **changes: object) -> dict[str, torch.Tensor]:
    """Write a model as pythae lays it out: its config, its environment, and its weights by `torch.save`."""
    folder.mkdir()
    generator = torch.Generator().manual_seed(0)
    sizes = {"encoder.layers.0.0": (512, PIXELS), "encoder.embedding": (D, 512), "decoder.layers.0.0": (512, D), "decoder.layers.1.0": (PIXELS, 512)}  # fmt: skip
    if name != "AEConfig":
        sizes["encoder.log_var"] = (D, 512)
    weights = {f"{part}.weight": 0.1 * torch.randn(size, generator=generator) for part, size in sizes.items()}
    weights |= {f"{part}.bias": 0.1 * torch.randn(size[0], generator=generator) for part, size in sizes.items()}
    torch.save({"model_state_dict": weights}, folder / "model.pt")
    config = {"name": name, "input_dim": [1, 8, 8], "latent_dim": D, "uses_default_encoder": True, "uses_default_decoder": True}
    (folder / "model_config.json").write_text(json.dumps(config | changes))
    (folder / "environment.json").write_text('{"name": "EnvironmentConfig", "python_version": "3.11"}')
    return weights
