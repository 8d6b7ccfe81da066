"""Tokenizers: autoencoders whose code is a grid of symbols from a codebook, so that a transformer can write it.

Two of them share encoder and decoder and differ in how a symbol is chosen. The discrete VAE learns a codebook and draws
symbols through the Gumbel-softmax relaxation; finite scalar quantization rounds a few bounded numbers to a fixed grid.
"""

from __future__ import annotations

import hashlib
import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, pixel_shuffle, silu

IMAGE_SHAPE = (3, 48, 48)
GRID = 8  # tokens a side; each stands for 6 x 6 pixels, and for what its neighbours leave open
TOKENS = GRID * GRID


class Tokenizer(nn.Module):
    """Pictures to grids of symbols and back; subclasses choose the symbols.

    Parameters
    ----------
    features : numbers that the encoder gives for each symbol
    width, decoder_width : channels of the two halves at 8 x 8

    Attributes
    ----------
    codebook_size : K, how many symbols there are
    """

    codebook_size: int

    def __init__(self, features: int, width: int, decoder_width: int) -> None:
        super().__init__()
        # A symbol sees its own cell and three pixels around it, no more. With a wider view the error falls a little further, but
        # symbols then depend on what is far away: a plain white corner had 44 of them, and no transformer could learn them.
        self.encoder = nn.Sequential(
            nn.Conv2d(3, width // 2, 4, 2, 1), nn.SiLU(),  # 24 x 24
            Convolution(width // 2, 2 * width, 5, 3),  # 8 x 8
            Residual(2 * width, 1), Residual(2 * width, 1), nn.SiLU(),
            nn.Conv2d(2 * width, features, 1),
        )  # fmt: skip
        wide, narrow = decoder_width, decoder_width // 4
        self.grow = nn.Sequential(*(Residual(wide) for _ in range(4)), nn.SiLU(), Convolution(wide, narrow * 9, 3))
        self.finish = nn.Sequential(Residual(narrow), Residual(narrow), nn.SiLU(), nn.Conv2d(narrow, 12, 3, 1, 1))

    def encode(self, images: Tensor) -> Tensor:
        """The symbols of images (N, 3, 48, 48) in [0, 1]: (N, 64) int64 below `codebook_size`, row by row."""
        with torch.no_grad():
            return self._choose(self.encoder(images * 2 - 1)).flatten(1)

    def decode(self, tokens: Tensor) -> Tensor:
        """The pictures of tokens (N, 64): (N, 3, 48, 48) in [0, 1]. A token outside the codebook raises ValueError."""
        return self.paint(tokens).clamp(0, 1)

    def paint(self, tokens: Tensor) -> Tensor:
        """As `decode`, but not held to [0, 1], so that gradients flow everywhere."""
        if tokens.ndim != 2 or tokens.shape[1] != TOKENS:
            raise ValueError(f"tokens have shape {tuple(tokens.shape)}; give (N, {TOKENS})")
        if len(tokens) and not 0 <= int(tokens.min()) <= int(tokens.max()) < self.codebook_size:
            raise ValueError(f"tokens must be from 0 to {self.codebook_size - 1}")
        return self._paint(self.look_up(tokens.view(-1, GRID, GRID)))

    @property
    def encoder_sha256(self) -> str:
        """The SHA-256 of the encoder's weights as they are stored: tokens mean something to who was trained on this one's alone."""
        digest = hashlib.sha256()
        for value in self.encoder.state_dict().values():
            digest.update(value.detach().cpu().half().numpy().tobytes())
        return digest.hexdigest()

    def _paint(self, embedded: Tensor) -> Tensor:
        """(N, width, 8, 8) to pictures (N, 3, 48, 48) that may reach a little beyond [0, 1]."""
        small = pixel_shuffle(self.grow(embedded), 3)  # (N, width / 4, 24, 24)
        return pixel_shuffle(self.finish(small), 2) + 0.5

    def forward(self, images: Tensor, progress: float, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Reconstructions (N, 3, 48, 48) through which gradients flow, and a penalty (), at `progress` in [0, 1] of the training."""
        raise NotImplementedError

    def _choose(self, features: Tensor) -> Tensor:
        raise NotImplementedError

    def look_up(self, tokens: Tensor) -> Tensor:
        """The vectors of symbols (N, H, W), as the decoder takes them in: (N, width, H, W)."""
        raise NotImplementedError


class ScalarTokenizer(Tokenizer):
    """Finite scalar quantization: a few bounded numbers, each rounded to one of its levels.

    Source: Mentzer and others, "Finite Scalar Quantization: VQ-VAE Made Simple", 2023.
    """

    _levels: Tensor
    _base: Tensor

    def __init__(self, levels: tuple[int, ...] = (8, 5, 5, 5), width: int = 64, decoder_width: int = 64) -> None:
        super().__init__(len(levels), width, decoder_width)
        self.codebook_size = math.prod(levels)
        self.embed = nn.Conv2d(len(levels), decoder_width, 1)
        self.register_buffer("_levels", torch.tensor(levels), persistent=False)
        self.register_buffer("_base", torch.tensor([math.prod(levels[:i]) for i in range(len(levels))]), persistent=False)

    def _bound(self, features: Tensor) -> Tensor:
        """Each number squeezed between its lowest and highest level; whole numbers are the levels, the lowest is 0."""
        highest = (self._levels - 1).view(-1, 1, 1).to(features.dtype)
        return torch.sigmoid(features * 2) * (highest + 0.998) - 0.499

    def _choose(self, features: Tensor) -> Tensor:
        levels = self._bound(features.float()).round().long()
        return (levels * self._base.view(-1, 1, 1)).sum(1)  # (N, 8, 8)

    def _scale(self, levels: Tensor) -> Tensor:
        """Levels to numbers in [-1, 1]."""
        return levels * (2 / (self._levels - 1).view(-1, 1, 1)) - 1

    def look_up(self, tokens: Tensor) -> Tensor:
        levels = tokens[:, None] // self._base.view(-1, 1, 1) % self._levels.view(-1, 1, 1)
        return self.embed(self._scale(levels.to(self.embed.weight.dtype)))

    def forward(self, images: Tensor, progress: float, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        bounded = self._bound(self.encoder(images * 2 - 1).float())
        straight = bounded + (bounded.round() - bounded).detach()
        return self._paint(self.embed(self._scale(straight))), images.new_zeros(())


class DiscreteVAE(Tokenizer):
    """A learned codebook; in training a symbol is a soft draw by Gumbel-softmax, ever harder, afterwards the likeliest one.

    The bound's KL divergence from the uniform prior is what a token tells of its cell, plus how far the symbols taken over all
    cells are from being used alike. The penalty is the second part alone, over the batch, in nats: it keeps the codebook from
    collapsing, and a smaller first part is not wanted of a tokenizer.
    Source: Ramesh and others, "Zero-Shot Text-to-Image Generation", 2021, section 2.1; the parts of the KL: Hoffman and
    Johnson, "ELBO surgery", 2016.
    """

    def __init__(self, codebook_size: int = 1000, width: int = 64) -> None:
        super().__init__(codebook_size, width, width)
        self.codebook_size = codebook_size
        self.codebook = nn.Embedding(codebook_size, width)

    @staticmethod
    def temperature(progress: float) -> float:
        """From 1 to 1/16 over the first half of the training, then still; a function of progress alone, so nothing compounds."""
        return math.exp(-math.log(16) * min(1.0, 2 * progress))

    def _choose(self, features: Tensor) -> Tensor:
        return features.argmax(1)

    def look_up(self, tokens: Tensor) -> Tensor:
        return self.codebook(tokens).permute(0, 3, 1, 2)

    def forward(self, images: Tensor, progress: float, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        logits = self.encoder(images * 2 - 1).float()  # (N, K, 8, 8)
        gumbel = noise if noise is not None else -torch.empty_like(logits).exponential_().log()
        soft = torch.softmax((logits + gumbel) / self.temperature(progress), 1)
        usage = torch.softmax(logits, 1).mean((0, 2, 3))
        unevenness = math.log(self.codebook_size) + torch.special.xlogy(usage, usage).sum()
        embedded = torch.einsum("nkhw,kc->nchw", soft, self.codebook.weight)
        return self._paint(embedded), unevenness


class Convolution(nn.Module):
    """A convolution whose weight is the matrix (outputs, inputs x kernel x kernel) that Muon wants; padded by 1 unless it is 1 x 1."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self._kernel, self._stride = (outputs, inputs, kernel, kernel), stride
        bound = (inputs * kernel**2) ** -0.5
        self.weight = nn.Parameter(torch.empty(outputs, inputs * kernel**2).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(outputs).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight.view(self._kernel), self.bias, self._stride, int(self._kernel[2] > 1))


class Residual(nn.Module):
    """Two convolutions around which the input also passes unchanged; at first nothing else does."""

    def __init__(self, width: int, kernel: int = 3) -> None:
        super().__init__()
        self.first, self.second = Convolution(width, width, kernel), Convolution(width, width, kernel)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(silu(self.first(silu(x))))
