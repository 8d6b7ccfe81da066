"""Training a tokenizer on scenes of seen pairs."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from vae.data.scenes import Scene, random_scenes, render
from vae.models.discrete import GRID, Convolution, DiscreteVAE, ScalarTokenizer, Tokenizer
from vae.training.randomness import generator

EVENNESS = 2e-2  # weight of the discrete VAE's penalty beside the squared error


class TokenizerLearner:
    """See `vae.training.steps.Learner`.

    Parameters
    ----------
    kind : "fsq", finite scalar quantization, or "gumbel", the discrete VAE
    """

    rates = 4e-3, 2e-3

    def __init__(self, kind: str, seed: int = 0, batch_size: int = 64) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model: Tokenizer = {"fsq": ScalarTokenizer, "gumbel": DiscreteVAE}[kind]()
        self.config = {"kind": kind, "codebook_size": self.model.codebook_size, "seed": seed, "batch_size": batch_size}
        self._held_out = pictures(500, (seed, 1), pairs="held out")

    def matrices(self) -> list[nn.Parameter]:
        return [module.weight for module in self.model.modules() if isinstance(module, Convolution)]

    def loss(self, step: int, steps: int) -> dict[str, Tensor]:
        seed, progress = self.config["seed"], step / steps
        images = pictures(self.config["batch_size"], (seed, 2, step)).to(next(self.model.parameters()).device)
        noise = None
        if isinstance(self.model, DiscreteVAE):
            shape = len(images), self.model.codebook_size, GRID, GRID
            noise = -torch.empty(shape).exponential_(generator=generator(seed, 3, step)).log().to(images.device)
        painted, penalty = self.model(images, progress, noise)
        mse = (painted.float() - images).square().mean()
        return {"loss": mse + EVENNESS * penalty, "mse": mse, "penalty": penalty}

    @torch.no_grad()
    def validate(self, model: nn.Module) -> dict[str, float]:
        images = self._held_out.to(next(model.parameters()).device)
        tokenizer = cast(Tokenizer, model)
        tokens = tokenizer.encode(images)
        return {"held_out_mse": (tokenizer.decode(tokens) - images).square().mean().item(),
                "codebook_used": len(tokens.unique()) / tokenizer.codebook_size}  # fmt: skip


class DecoderLearner(TokenizerLearner):
    """See `vae.training.steps.Learner`. Trains a decoder anew; the encoder, and so the tokens, are those of a finished tokenizer.

    Parameters
    ----------
    tokenizer : the finished one
    width : channels of the new decoder
    """

    rates = 4e-3, 2e-3

    def __init__(self, tokenizer: ScalarTokenizer, width: int = 96, seed: int = 0, batch_size: int = 64) -> None:
        super().__init__("fsq", seed, batch_size)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = ScalarTokenizer(decoder_width=width)
        self.model.encoder.load_state_dict(tokenizer.encoder.state_dict())
        self.model.encoder.requires_grad_(False)
        self.config |= {"decoder_width": width, "encoder_sha256": tokenizer.encoder_sha256}

    def loss(self, step: int, steps: int) -> dict[str, Tensor]:
        images = pictures(self.config["batch_size"], (self.config["seed"], 2, step)).to(next(self.model.parameters()).device)
        with torch.autocast(images.device.type, enabled=False):  # the tokens are those that drawing will meet
            tokens = self.model.encode(images)
        mse = (self.model.paint(tokens).float() - images).square().mean()
        return {"loss": mse, "mse": mse}


def pictures(count: int, seed: tuple[int, ...], pairs: str = "seen") -> Tensor:
    """Random scenes rendered: (N, 3, 48, 48) float32 in [0, 1]."""
    return scenes_and_pictures(count, seed, pairs)[1]


def scenes_and_pictures(count: int, seed: tuple[int, ...], pairs: str) -> tuple[list[Scene], Tensor]:
    """Random scenes, and their pictures (N, 3, 48, 48) float32 in [0, 1]."""
    scenes = random_scenes(count, (*seed, 0), pairs=pairs)
    return scenes, torch.from_numpy(render(scenes, (*seed, 1))).float() / 255
