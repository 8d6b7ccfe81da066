"""The transformer that writes a picture: six caption words, then 64 image tokens, each given everything before it.

Source: Ramesh and others, "Zero-Shot Text-to-Image Generation", 2021, in miniature.
"""

from __future__ import annotations

from copy import copy

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, normalize, relu

from vae.models.discrete import GRID, TOKENS

PROMPT = 6  # words of a caption


class Transformer(nn.Module):
    """Pre-norm and causal, with normalised queries and keys.

    An image token enters together with the one above the place that is to be drawn next, and with that place's row and column.

    Parameters
    ----------
    vocabulary : how many words there are
    codebook_size : K, how many image tokens there are; the embedding has one more, for what is not there yet
    """

    def __init__(self, vocabulary: int, codebook_size: int, width: int = 192, layers: int = 6, heads: int = 6) -> None:
        super().__init__()
        self.codebook_size = codebook_size
        self.heads = heads
        self.words = nn.Embedding(vocabulary, width)
        self.slots = nn.Parameter(torch.zeros(PROMPT, width))
        self.left = nn.Embedding(codebook_size + 1, width)
        self.above = nn.Embedding(codebook_size + 1, width)
        self.rows, self.columns = nn.Parameter(torch.zeros(GRID, width)), nn.Parameter(torch.zeros(GRID, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.next_word, self.next_token = nn.Linear(width, vocabulary), nn.Linear(width, codebook_size)
        for weight in (self.words.weight, self.left.weight, self.above.weight, self.slots, self.rows, self.columns):
            nn.init.normal_(weight, std=0.02)

    @property
    def _layers(self) -> list[Block]:
        return [block for block in self.blocks if isinstance(block, Block)]

    def embed(self, words: Tensor) -> Tensor:
        """Words (N, 6) as vectors (N, 6, width); vectors between those of two captions stand for what lies between them."""
        return self.words(words)

    def forward(self, prompt: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What comes next, everywhere at once.

        Parameters
        ----------
        prompt : (N, 6, width), see `embed`
        tokens : (N, 64)

        Returns
        -------
        words : (N, 5, vocabulary) logits of the second word to the last
        tokens : (N, 64, K) logits of each token given the words and the tokens before it
        """
        x = self._enter(prompt, tokens)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return self.next_word(x[:, : PROMPT - 1]), self.next_token(x[:, PROMPT:])

    def attention(self, prompt: Tensor, tokens: Tensor) -> Tensor:
        """How much each place looks at each word before its token is drawn, averaged over layers and heads: (N, 64, 6)."""
        x = self._enter(prompt, tokens)
        seen = x.new_zeros(())
        for block in self._layers:
            seen = seen + block.weights(x)[:, :, PROMPT:, :PROMPT].mean(1) / len(self.blocks)
            x = block(x)
        return seen

    def begin(self, prompt: Tensor) -> Cache:
        """A cache that has read `prompt` (N, 6, width)."""
        cache = Cache(self, len(prompt), prompt.dtype, prompt.device)
        x = prompt + self.slots
        for index, block in enumerate(self.blocks):
            x = block(x, cache, index)
        cache.length = PROMPT
        return cache

    def step(self, cache: Cache, tokens: Tensor, at: int) -> Tensor:
        """Logits (N, K) of the token at place `at`, of `tokens` (N, 64) in which all before it are filled in."""
        x = self._place(tokens, at, at + 1)
        for index, block in enumerate(self.blocks):
            x = block(x, cache, index)
        cache.length += 1
        return self.next_token(self.norm(x[:, 0]))

    def _enter(self, prompt: Tensor, tokens: Tensor) -> Tensor:
        return torch.cat([prompt + self.slots, self._place(tokens, 0, TOKENS)], 1)  # (N, 70, width)

    def _place(self, tokens: Tensor, start: int, end: int) -> Tensor:
        """What enters at the places from `start` to before `end`: (N, end - start, width)."""
        padded = torch.cat([tokens.new_full((len(tokens), GRID), self.codebook_size), tokens], 1)
        left = padded[:, start + GRID - 1 : end + GRID - 1]
        at = torch.arange(start, end, device=tokens.device)
        return self.left(left) + self.above(padded[:, start:end]) + self.rows[at // GRID] + self.columns[at % GRID]


class Cache:
    """The keys and values of everything read so far, so that a further token costs one place and not all."""

    def __init__(self, model: Transformer, count: int, dtype: torch.dtype, device: torch.device) -> None:
        size = model.slots.shape[1] // model.heads
        self.keys, self.values = torch.zeros(2, len(model.blocks), count, model.heads, PROMPT + TOKENS, size, dtype=dtype, device=device)
        self.length = 0

    def picked(self, rows: Tensor) -> Cache:
        """A cache of `rows` (M,) of this one, each as often as it is named: many drawings that have read the same."""
        twin = copy(self)
        for name in ("keys", "values"):
            held = getattr(self, name)  # (layers, N, heads, places, size)
            grown = held.new_empty(held.shape[0], len(rows), *held.shape[2:])
            grown[:, :, :, : self.length] = held[:, rows, :, : self.length]
            setattr(twin, name, grown)
        return twin


class Block(nn.Module):
    """Attention, then two layers on each place by itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.sharpness = nn.Parameter(torch.full((heads, 1, 1), 8.0))  # cosines are too small to tell places apart
        self.join = nn.Linear(width, width, bias=False)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        nn.init.zeros_(self.join.weight)
        nn.init.zeros_(self.narrow.weight)

    def forward(self, x: Tensor, cache: Cache | None = None, index: int = 0) -> Tensor:
        """(N, T, width) to the same; with a cache, x follows what it holds, and what it holds grows by x."""
        query, key, value = self._split(x)
        if cache is not None:
            start, end = cache.length, cache.length + x.shape[1]
            cache.keys[index, :, :, start:end], cache.values[index, :, :, start:end] = key, value
            key, value = cache.keys[index, :, :, :end], cache.values[index, :, :, :end]
        mixed = _attend(query, key) @ value  # (N, heads, T, size)
        x = x + self.join(mixed.transpose(1, 2).flatten(2))
        return x + self.narrow(relu(self.widen(self.norm_2(x))).square())

    def weights(self, x: Tensor) -> Tensor:
        """How much each place of x (N, T, width) attends to each: (N, heads, T, T), rows sum to 1."""
        query, key, _ = self._split(x)
        return _attend(query, key)

    def _split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        parts = linear(self.norm_1(x), self.query_key_value.weight).unflatten(2, (3, self.heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # (N, heads, T, size) each
        return normalize(query, dim=3) * self.sharpness.to(query.dtype), normalize(key, dim=3), value


def _attend(query: Tensor, key: Tensor) -> Tensor:
    """Shares (N, heads, T, S) that sum to 1 over the S keys; the last query sees all of them, each one before it one less.

    Written out, since for sequences as short as ours torch's fused attention takes three times as long to train on a CPU.
    """
    closeness = query @ key.transpose(2, 3)
    reach = closeness.shape[3] - closeness.shape[2]
    if closeness.shape[2] > 1:
        hidden = torch.ones(closeness.shape[2:], dtype=torch.bool, device=query.device).triu(reach + 1)
        closeness = closeness.masked_fill(hidden, float("-inf"))
    return closeness.softmax(3)
