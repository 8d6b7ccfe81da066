"""The reranker: a small contrastive model of pictures and captions.

A picture and each of its caption's six words become vectors; how well they go together is the mean cosine over the words
that say something. A word is judged by itself, so that a pair of words never seen together is judged as well as any.
Source of the loss: Radford and others, "Learning Transferable Visual Models From Natural Language Supervision", 2021.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, silu

from vae.models.transformer import PROMPT


class Clip(nn.Module):
    """Pictures (N, 3, 48, 48) in [0, 1] and words (M, 6) on common ground.

    Parameters
    ----------
    vocabulary : how many words there are
    open_word : the word that leaves an attribute open, and so counts for nothing
    """

    _places: Tensor

    def __init__(self, vocabulary: int, open_word: int, width: int = 64, features: int = 32) -> None:
        super().__init__()
        self.open_word = open_word
        channels = (3, width // 2, width, 3 * width // 2, 3 * width // 2)  # 24 x 24, 12 x 12 and twice 6 x 6
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, 1 if a == b else 2, 1) for a, b in pairwise(channels))
        self.norms = nn.ModuleList(nn.GroupNorm(8, b) for b in channels[1:])
        self.join = nn.Linear(3 * width // 2 * 36, 4 * width)
        self.pictures = nn.Linear(4 * width, PROMPT * features)
        self.words = nn.Embedding(vocabulary * PROMPT, features)  # a word means something else in each place
        self.sharpness = nn.Parameter(torch.tensor(5.0))  # of the softmax over captions, times a sum of six cosines
        self.register_buffer("_places", torch.arange(PROMPT) * vocabulary, persistent=False)

    def look(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, 48, 48) as six vectors of length 1 each: (N, 6, features)."""
        x = pictures * 2 - 1
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = silu(norm(layer(x)))
        return normalize(self.pictures(silu(self.join(x.flatten(1)))).unflatten(1, (PROMPT, -1)), dim=2)

    def read(self, words: Tensor) -> Tensor:
        """Words (M, 6) as vectors of length 1, and of length 0 where they leave something open: (M, 6, features)."""
        return normalize(self.words(words + self._places), dim=2) * (words != self.open_word)[:, :, None]

    def forward(self, pictures: Tensor, words: Tensor) -> Tensor:
        """How well each picture goes with each caption: (N, M), from -1 to 1."""
        said = (words != self.open_word).sum(1).clamp_min(1)
        return self.look(pictures).flatten(1) @ self.read(words).flatten(1).T / said
