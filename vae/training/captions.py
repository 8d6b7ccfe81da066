"""Training what connects pictures and captions, the transformer and the reranker, on scenes of seen pairs."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from vae.data.scenes import ANY, NOTHING, WORDS, reading_order, swap_attribute, word_ids
from vae.models.clip import Clip
from vae.models.discrete import Tokenizer
from vae.models.transformer import Transformer
from vae.training.tokenizer import scenes_and_pictures

DROP_CAPTION, DROP_WORD = 0.1, 0.04  # how often all words, and each, are left open: the former is what guidance is against
TEXT_SHARE = 1 / 8  # of the loss; the other seven eighths are the picture's
OPEN, NONE = WORDS.index(ANY), WORDS.index(NOTHING)


class TransformerLearner:
    """See `vae.training.steps.Learner`.

    Parameters
    ----------
    tokenizer : the finished one, in evaluation mode
    """

    rates = 4e-3, 2e-3

    def __init__(self, tokenizer: Tokenizer, seed: int = 0, batch_size: int = 64, width: int = 192, layers: int = 6) -> None:
        self.tokenizer = tokenizer
        shape = {"codebook_size": tokenizer.codebook_size, "width": width, "layers": layers}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = Transformer(len(WORDS), **shape)
        self.config: dict[str, Any] = {"kind": "transformer", "encoder_sha256": tokenizer.encoder_sha256, "vocabulary": list(WORDS), "seed": seed,
                       "batch_size": batch_size, **shape}  # fmt: skip
        self._seen, self._held_out = (self._batch(256, (seed, 1), pairs) for pairs in ("seen", "held out"))

    def matrices(self) -> list[nn.Parameter]:
        return [
            cast(nn.Parameter, module.weight) for block in self.model.blocks for module in block.modules() if isinstance(module, nn.Linear)
        ]

    def loss(self, step: int, steps: int) -> dict[str, Tensor]:
        words, tokens = self._batch(self.config["batch_size"], (self.config["seed"], 2, step), "seen")
        picture, text = _losses(self.model, _leave_open(words, np.random.default_rng((self.config["seed"], 3, step))), tokens)
        return {"loss": TEXT_SHARE * text + (1 - TEXT_SHARE) * picture, "picture": picture, "text": text}

    @torch.no_grad()
    def validate(self, model: nn.Module) -> dict[str, float]:
        return {f"{name}_picture": _losses(cast(Transformer, model), *batch)[0].item()
                for name, batch in (("seen", self._seen), ("held_out", self._held_out))}  # fmt: skip

    def _batch(self, count: int, seed: tuple[int, ...], pairs: str) -> tuple[Tensor, Tensor]:
        scenes, images = scenes_and_pictures(count, seed, pairs)
        images = images.to(next(self.tokenizer.parameters()).device)
        with torch.autocast(images.device.type, enabled=False):  # the tokens are those that drawing will meet
            tokens = self.tokenizer.encode(images)
        return torch.from_numpy(word_ids(scene.words for scene in scenes)).to(images.device), tokens


class ClipLearner:
    """See `vae.training.steps.Learner`. It looks at pictures as the tokenizer paints them, since those are what it will judge."""

    rates = 2e-3, 2e-3

    def __init__(self, tokenizer: Tokenizer, seed: int = 0, batch_size: int = 128) -> None:
        self.tokenizer = tokenizer
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = Clip(len(WORDS), OPEN)
        self.config: dict[str, Any] = {
            "kind": "clip",
            "encoder_sha256": tokenizer.encoder_sha256,
            "vocabulary": list(WORDS),
            "seed": seed,
            "batch_size": batch_size,
        }
        self._validation = {pairs: self._batch(500, (seed, 1), pairs) for pairs in ("seen", "held out")}

    def matrices(self) -> list[nn.Parameter]:
        return [cast(nn.Parameter, self.model.join.weight)]

    def loss(self, step: int, steps: int) -> dict[str, Tensor]:
        seed = self.config["seed"]
        pictures, words, swapped = self._batch(self.config["batch_size"], (seed, 2, step), "seen")
        pictures = pictures + 0.03 * torch.randn(pictures.shape, generator=torch.Generator().manual_seed(step)).to(pictures.device)
        looks, own, near = self.model.look(pictures).flatten(1), *(self.model.read(part).flatten(1) for part in (words, swapped))
        twins = (words[:, None] == words).all(2) & ~torch.eye(len(words), dtype=torch.bool, device=words.device)
        close = (self.model.sharpness * (looks @ own.T)).masked_fill(twins, float("-inf"))  # (N, N)
        # Beside other pictures' captions its own with one word changed: the batch alone asks for no fine distinctions.
        nearly = self.model.sharpness * (looks * near).sum(1, keepdim=True)
        target = torch.arange(len(close), device=close.device)
        loss = cross_entropy(torch.cat([close, nearly], 1), target) + cross_entropy(close.T, target)
        return {"loss": loss / 2}

    @torch.no_grad()
    def validate(self, model: nn.Module) -> dict[str, float]:
        figures = {}
        for pairs, (pictures, words, swapped) in self._validation.items():
            better = model(pictures, words).diag() > model(pictures, swapped).diag()
            figures[f"{pairs.replace(' ', '_')}_swap"] = better.float().mean().item()
        return figures

    def _batch(self, count: int, seed: tuple[int, ...], pairs: str) -> tuple[Tensor, Tensor, Tensor]:
        scenes, images = scenes_and_pictures(count, seed, pairs)
        images = images.to(next(self.tokenizer.parameters()).device)
        with torch.no_grad(), torch.autocast(images.device.type, enabled=False):
            painted = self.tokenizer.decode(self.tokenizer.encode(images))
        captions = [scene.words for scene in scenes]
        changed = [swap_attribute(words, (*seed, 2, row), pairs="seen" if pairs == "seen" else "all") for row, words in enumerate(captions)]
        own, other = (torch.from_numpy(word_ids(map(reading_order, rows))).to(images.device) for rows in (captions, changed))
        return painted, own, other


def _losses(model: Transformer, words: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the picture's tokens and of the caption's words, nats each."""
    next_words, next_tokens = model(model.embed(words), tokens)
    return (cross_entropy(next_tokens.flatten(0, 1).float(), tokens.flatten()),
            cross_entropy(next_words.flatten(0, 1).float(), words[:, 1:].flatten()))  # fmt: skip


def _leave_open(words: Tensor, random: np.random.Generator) -> Tensor:
    """Captions (N, 6) some of whose words, or all, are left open; that there is no second thing is then still said."""
    rows, slots = words.shape
    whole = random.random((rows, 1)) < DROP_CAPTION
    each = torch.from_numpy(random.random((rows, slots)) < DROP_WORD) & (words.cpu() != NONE)
    return words.masked_fill((torch.from_numpy(whole) | each).to(words.device), OPEN)
