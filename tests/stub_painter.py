"""A painter that has learnt nothing and draws true scenes all the same: quick, and right to the pixel.

A code is a colour, and paints its cell with it; a drawing is a rendered scene, of which one cell after the other is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.data import scenes

GRID, CELL, LEVELS = 8, 6, 8
CODES = LEVELS**3


@dataclass(frozen=True)
class Vocabulary:
    objects: tuple[str, ...] = scenes.OBJECTS
    tints: tuple[str, ...] = tuple(scenes.TINTS)
    backgrounds: tuple[str, ...] = tuple(scenes.BACKGROUNDS)
    relations: tuple[str, ...] = scenes.RELATIONS
    held_out: frozenset = frozenset((name, tint) for name in scenes.OBJECTS for tint in scenes.TINTS if scenes.held_out(name, tint))


@dataclass(frozen=True)
class Inspection:
    probabilities: Tensor
    entropy: Tensor
    attention: Tensor


class Drawing:
    """One more cell of every picture at each step, row by row; what is given is there when its turn comes."""

    def __init__(self, target: Tensor, given: np.ndarray | None) -> None:
        self.target = target if given is None else torch.where(torch.from_numpy(given >= 0), torch.from_numpy(given).long(), target)
        self.at = 0

    @property
    def tokens(self) -> Tensor:
        return self.target.masked_fill(torch.arange(GRID**2) >= self.at, -1)

    @property
    def done(self) -> bool:
        return self.at == GRID**2

    def advance(self, steps: int = 1) -> None:
        self.at = min(self.at + steps, GRID**2)


class StubPainter:
    """Stands in for a painter."""

    vocabulary = Vocabulary()
    grid = GRID
    codebook_size = CODES
    image_shape = (3, scenes.SIDE, scenes.SIDE)
    device = torch.device("cpu")

    def start(self, words, count, *, seed=0, guidance=3.0, temperature=1.0, top_k=64, given=None) -> Drawing:
        if isinstance(words, Tensor):
            words = tuple(scenes.WORDS[index] for index in words.argmax(1).tolist())  # between two captions: the nearer one's
        settings = [int(100 * value) for value in (guidance, temperature, top_k)]
        pictures = np.concatenate([scenes.render([_scene(words)], [seed, number, *settings]) for number in range(count)])
        return Drawing(tokens_of(pictures), given)

    def embed(self, words) -> Tensor:
        return torch.eye(len(scenes.WORDS))[scenes.word_ids([words])[0]]

    def paint(self, tokens: Tensor) -> Tensor:
        codes = tokens.clamp(min=0).reshape(-1, GRID, GRID)
        parts = torch.stack([codes // LEVELS**2, codes // LEVELS % LEVELS, codes % LEVELS], 1) / (LEVELS - 1)
        return parts.repeat_interleave(CELL, 2).repeat_interleave(CELL, 3)

    def inspect(self, tokens: Tensor, words) -> Inspection:
        probabilities = torch.full((len(tokens), CODES), 0.1 / (CODES - 1))
        probabilities[torch.arange(len(tokens)), tokens] = 0.9
        attention = torch.linspace(1, 2, 6).expand(len(tokens), 6)
        entropy = torch.linspace(0, 1, len(tokens))
        return Inspection(probabilities, entropy, attention / attention.sum(1, keepdim=True))

    def score(self, tokens: Tensor, words) -> Tensor:
        return torch.arange(len(tokens)).float()  # the last one is the best

    def codebook_patches(self) -> np.ndarray:
        cells = self.paint(torch.arange(CODES)[:, None].expand(CODES, GRID**2))[:, :, :CELL, :CELL]
        return cells.mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()

    def codebook_map(self) -> np.ndarray:
        codes = np.arange(CODES)
        return np.stack([codes // LEVELS, codes % LEVELS], 1).astype(np.float32)


def tokens_of(pictures: np.ndarray) -> Tensor:
    """(N, 64): the nearest colour to the mean of each cell of `pictures` (N, 3, 48, 48)."""
    cells = pictures.reshape(-1, 3, GRID, CELL, GRID, CELL).mean((3, 5))
    levels = np.rint(cells / 255 * (LEVELS - 1)).astype(np.int64).reshape(-1, 3, GRID * GRID)
    return torch.from_numpy(levels[:, 0] * LEVELS**2 + levels[:, 1] * LEVELS + levels[:, 2])


def _scene(words) -> scenes.Scene:
    """What six words say, with something for each that is left open."""
    tint, name, relation, second_tint, second, background = words
    things = [(name, tint)] if relation == scenes.NOTHING else [(name, tint), (second, second_tint)]
    things = [("cat" if name == scenes.ANY else name, "green" if tint == scenes.ANY else tint) for name, tint in things]
    relation = {scenes.NOTHING: None, scenes.ANY: "above"}.get(relation, relation)
    return scenes.Scene(tuple(things), "mint" if background == scenes.ANY else background, relation)
