"""Models that pythae has saved, of its default fully connected networks: AE, VAE and β-VAE.

Their folder holds `model_config.json` and `model.pt`; networks of one's own lie there as pickles, which are not opened.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

from torch import Tensor, nn

from vae.adapters.adapted import Adapted, Passage, check_codes
from vae.models.config import Foreign, ModelConfig
from vae.models.port import Adapter, family, register_adapter

NAME = "pythae"
CONFIG, WEIGHTS = "model_config.json", "model.pt"
KINDS = {"AEConfig": "ae", "VAEConfig": "vae", "BetaVAEConfig": "vae"}
WIDTH = 512  # of the hidden layer of the default networks


class Network(nn.Module):
    """A layer of 512 with a ReLU on either side of the code and a sigmoid at the end, with the names that pythae gives its weights."""

    def __init__(self, pixels: int, latent_dim: int, has_std: bool) -> None:
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([nn.Sequential(nn.Linear(pixels, WIDTH), nn.ReLU())])
        self.encoder.embedding = nn.Linear(WIDTH, latent_dim)
        if has_std:
            self.encoder.log_var = nn.Linear(WIDTH, latent_dim)
        self.decoder = nn.Module()
        self.decoder.layers = nn.ModuleList(
            [nn.Sequential(nn.Linear(latent_dim, WIDTH), nn.ReLU()), nn.Sequential(nn.Linear(WIDTH, pixels), nn.Sigmoid())]
        )

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """(N, C, H, W) to means and standard deviations, (N, D) each."""
        features = cast(nn.ModuleList, self.encoder.layers)[0](images.flatten(1))
        mean = cast(nn.Linear, self.encoder.embedding)(features)
        if not hasattr(self.encoder, "log_var"):
            return mean, None
        return mean, cast(nn.Linear, self.encoder.log_var)(features).mul(0.5).exp()

    def decode(self, codes: Tensor) -> Tensor:
        """(N, D) to (N, C·H·W)."""
        first, last = cast(nn.ModuleList, self.decoder.layers)
        return last(first(codes))


def fields_of(folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a config of ours for the model in `folder`, by the `values` of its `model_config.json`.

    Raises
    ------
    ValueError
        If it is of another class, or of networks of somebody's own.
    """
    name = values.get("name")
    if name not in KINDS:
        raise ValueError(
            f"{folder.name} is a {name} of pythae; {', '.join(KINDS)} can be converted, others through an object of your own, see docs/models.md"
        )
    own = [part for part in ("encoder", "decoder") if not values.get(f"uses_default_{part}", True) or (folder / f"{part}.pkl").exists()]
    if own:
        raise ValueError(
            f"the {' and '.join(own)} of {folder.name} lies there as a pickle, which can run code and is not opened; "
            "show the network to us as an object of your own, see docs/models.md: convert my_module:my_model NAME"
        )
    shape, size = values.get("input_dim"), values.get("latent_dim")
    if not isinstance(shape, list) or not all(isinstance(side, int) for side in shape) or not isinstance(size, int):
        raise ValueError(f"{folder.name}/{CONFIG} does not say input_dim and latent_dim; restore the file")
    shape = [1] * (3 - len(shape)) + shape
    kind = KINDS[name]
    return {
        "kind": kind, "latent_dim": size, "image_shape": tuple(shape), "architecture": NAME,
        "beta": float(values.get("beta", 1.0)) if kind == "vae" else 0.0,
        "foreign": Foreign(source=name.removesuffix("Config"), code_shape=(size,), low=0.0, high=1.0),
    }  # fmt: skip


def _build(config: ModelConfig) -> Adapted:
    net = Network(math.prod(config.image_shape), config.latent_dim, family(config.kind).has_std)
    return Adapted(config, net, lambda net: Passage(net.encode, net.decode))


register_adapter(Adapter(NAME, _build, check_codes))
