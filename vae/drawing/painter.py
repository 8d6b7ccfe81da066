"""The miniature DALL-E as one thing: a caption in, pictures out, and a look inside.

`checkpoints/dalle/` holds its parts, a folder each: tokenizers, `transformer` and `clip`. `painter.json` beside them names the
tokenizer that the others were trained with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vae.data.captions import read_caption
from vae.data.scenes import ANY, BACKGROUNDS, NOTHING, OBJECTS, RELATIONS, TINTS, WORDS, held_out, reading_order, word_ids
from vae.models.clip import Clip
from vae.models.device import best_device
from vae.models.discrete import GRID, IMAGE_SHAPE, TOKENS, DiscreteVAE, ScalarTokenizer, Tokenizer
from vae.models.transformer import PROMPT, Transformer
from vae.store.files import CheckpointError, read_object, reason
from vae.store.folders import CONFIG, MODEL, PAINTER
from vae.store.painters import find_painter
from vae.store.tensors import read_tensors

MAP = "codebook.safetensors"
PATCH = IMAGE_SHAPE[1] // GRID  # pixels a cell
MOST_PICTURES = 256  # in one drawing
LARGEST_SIZE = 4096  # of whatever a part's config may ask for
GUIDANCE, TEMPERATURE, TOP_K = 3.0, 1.0, 64  # unless told otherwise


@dataclass(frozen=True)
class Vocabulary:
    """The words a painter knows, and the (object, tint) pairs that it was never shown."""

    objects: tuple[str, ...]
    tints: tuple[str, ...]
    backgrounds: tuple[str, ...]
    relations: tuple[str, ...]
    held_out: frozenset[tuple[str, str]]


VOCABULARY = Vocabulary(
    OBJECTS, tuple(TINTS), tuple(BACKGROUNDS), RELATIONS,
    frozenset((name, tint) for name in OBJECTS for tint in TINTS if held_out(name, tint)),
)  # fmt: skip


@dataclass(frozen=True)
class Inspection:
    """What the transformer thought at each cell of a picture, given the words and the cells before.

    probabilities : (64, K), of each token there might have been
    entropy : (64,), of these, in nats
    attention : (64, 6), how much it looked at each word, averaged over layers and heads
    """

    probabilities: Tensor
    entropy: Tensor
    attention: Tensor


class Painter:
    """Draws from captions; not for several threads at once.

    Parameters
    ----------
    tokenizer, transformer, clip : on the same device, in evaluation mode
    places : (K, 2), of the codes on the map of the codebook
    """

    vocabulary = VOCABULARY
    grid, image_shape = GRID, IMAGE_SHAPE

    def __init__(self, tokenizer: Tokenizer, transformer: Transformer, clip: Clip, places: np.ndarray) -> None:
        self.tokenizer, self.transformer, self.clip, self._places = tokenizer, transformer, clip, places
        self.codebook_size = tokenizer.codebook_size

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.transformer.slots.device

    def draw(self, caption: str, count: int = 4, *, seed: int = 0, guidance: float = GUIDANCE, temperature: float = TEMPERATURE,
             top_k: int = TOP_K,
             rerank: bool = True) -> Tensor:  # fmt: skip
        """Pictures of `caption`: (count, 3, 48, 48) float in [0, 1].

        Parameters
        ----------
        caption : in words, see `vae.data.captions.read_caption`
        guidance : how far beyond the caption-less drawing to go; 1 is none
        temperature : of every choice of a token; 0 takes the likeliest
        top_k : from how many of the likeliest tokens to choose
        rerank : draw four times as many and return the best, the best first

        Raises
        ------
        vae.data.captions.CaptionError
            If the caption says nothing that can be drawn.
        ValueError
            If a setting is outside its range.
        """
        words = read_caption(caption).words
        many = min(4 * count, MOST_PICTURES) if rerank else count
        drawing = self.start(words, many, seed=seed, guidance=guidance, temperature=temperature, top_k=top_k)
        drawing.advance(TOKENS)
        tokens = drawing.tokens
        if rerank:
            tokens = tokens[self.score(tokens, words).argsort(descending=True)[:count]]
        return self.paint(tokens)

    def start(self, words: Sequence[str] | Tensor, count: int, *, seed: int = 0, guidance: float = GUIDANCE,
              temperature: float = TEMPERATURE, top_k: int = TOP_K, given: Sequence[int] | np.ndarray | None = None) -> Drawing:  # fmt: skip
        """Begin to draw `count` pictures; see `draw`.

        Parameters
        ----------
        words : six words in the order of SLOTS, or their vectors (6, width), see `embed`, or each picture's own (count, 6, width)
        given : tokens to keep, -1 where to draw: (64,)
        """
        if not 1 <= count <= MOST_PICTURES:
            raise ValueError(f"count is {count}; draw 1 to {MOST_PICTURES} pictures at once")
        for name, value, low, high in (("guidance", guidance, 0, 20), ("temperature", temperature, 0, 10)):
            if not low <= value <= high:  # also true for NaN
                raise ValueError(f"{name} is {value}; it must be from {low} to {high}")
        if not 1 <= top_k <= self.codebook_size:
            raise ValueError(f"top_k is {top_k}; it must be a whole number from 1 to {self.codebook_size}")
        kept = np.full(TOKENS, -1) if given is None else np.asarray(given, np.int64)
        if kept.shape != (TOKENS,) or kept.min() < -1 or kept.max() >= self.codebook_size:
            raise ValueError(f"given must be {TOKENS} tokens below {self.codebook_size}, -1 where to draw")
        if isinstance(words, Tensor) and words.ndim == 3 and len(words) != count:
            raise ValueError(f"there are words for {len(words)} pictures, and {count} are to be drawn; give one caption, or one for each")
        return Drawing(self, words, count, seed, guidance, temperature, top_k, kept)

    @torch.inference_mode()
    def embed(self, words: Sequence[str]) -> Tensor:
        """Six words as vectors (6, width); a mix of two captions' vectors is a caption in between."""
        return self.transformer.embed(self._ids([words]))[0]

    @torch.inference_mode()
    def paint(self, tokens: Tensor) -> Tensor:
        """Pictures of tokens (N, 64): (N, 3, 48, 48) float in [0, 1]. Cells of -1 take the first drawn token of their picture."""
        first = tokens.gather(1, (tokens >= 0).int().argmax(1, keepdim=True)).clamp_min(0)
        return self.tokenizer.decode(torch.where(tokens < 0, first, tokens))

    @torch.inference_mode()
    def inspect(self, tokens: Tensor, words: Sequence[str]) -> Inspection:
        """Look into the drawing of one picture, tokens (64,), without guidance."""
        prompt, tokens = self.embed(words)[None], tokens.to(self.device)[None]
        probabilities = self.transformer(prompt, tokens)[1][0].softmax(1)
        entropy = -(probabilities * probabilities.clamp_min(1e-30).log()).sum(1)
        return Inspection(probabilities, entropy, self.transformer.attention(prompt, tokens)[0])

    @torch.inference_mode()
    def score(self, tokens: Tensor, words: Sequence[str]) -> Tensor:
        """How well finished pictures (N, 64) go with a caption, by the reranker: (N,), from -1 to 1."""
        captions = [reading_order(words)]
        if words[2] == ANY and words[4] not in (ANY, NOTHING):  # either of the two may be the left or upper one
            captions.append((words[3], words[4], ANY, words[0], words[1], words[5]))
        return self.clip(self.paint(tokens), self._ids(captions)).amax(1)

    @torch.inference_mode()
    def codebook_patches(self) -> np.ndarray:
        """What each code paints in the middle of a picture of nothing else: (K, 6, 6, 3) uint8."""
        codes = torch.arange(self.codebook_size, device=self.device)
        cell = slice(GRID // 2 * PATCH, (GRID // 2 + 1) * PATCH)
        parts = [self.tokenizer.decode(part[:, None].expand(-1, TOKENS))[:, :, cell, cell] for part in codes.split(100)]
        return torch.cat(parts).mul(255).round().byte().permute(0, 2, 3, 1).cpu().numpy()

    def codebook_map(self) -> np.ndarray:
        """Where each code lies on the map of the codebook, a UMAP of its vectors: (K, 2) float32."""
        return self._places

    def _ids(self, captions: Sequence[Sequence[str]]) -> Tensor:
        return torch.from_numpy(word_ids(captions)).to(self.device)


class Drawing:
    """Pictures that come into being token by token.

    Every choice is a function of the seed, the picture's number and the cell, so the same settings give the same pictures.

    Attributes
    ----------
    tokens : (count, 64) int64, -1 where nothing is drawn yet
    at : how many cells are done
    """

    @torch.inference_mode()
    def __init__(self, painter: Painter, words: Sequence[str] | Tensor, count: int, seed: int, guidance: float, temperature: float,
                 top_k: int, given: np.ndarray) -> None:  # fmt: skip
        self._painter, self._guidance, self._temperature, self._top_k = painter, guidance, temperature, top_k
        self._given = given.tolist()
        prompt = (words if isinstance(words, Tensor) else painter.embed(words)).to(painter.device)
        prompt = prompt[None] if prompt.ndim == 2 else prompt
        rows = torch.arange(len(prompt), device=painter.device).expand(count)
        self._guided = guidance != 1
        if self._guided:  # with the caption and without it, in one batch
            rows = torch.cat([rows, torch.full_like(rows, len(prompt))])
            prompt = torch.cat([prompt, painter.embed([ANY] * PROMPT)[None]])
        self._cache = painter.transformer.begin(prompt).picked(rows)  # what pictures have in common is read once
        self._generators = [np.random.default_rng((seed, row)) for row in range(count)]
        self._written = torch.zeros(len(rows), TOKENS, dtype=torch.int64, device=painter.device)
        self._count, self.at = count, 0

    @property
    def tokens(self) -> Tensor:
        cells = torch.arange(TOKENS, device=self._written.device)
        return self._written[: self._count].masked_fill(cells >= self.at, -1)

    @property
    def done(self) -> bool:
        """Whether all cells are drawn."""
        return self.at == TOKENS

    @torch.inference_mode()
    def advance(self, steps: int = 1) -> None:
        """Draw the next `steps` cells of every picture, or as many as are left."""
        for _ in range(min(steps, TOKENS - self.at)):
            logits = self._painter.transformer.step(self._cache, self._written, self.at)
            uniform = np.stack([generator.random(self._painter.codebook_size, np.float32) for generator in self._generators])
            kept = self._given[self.at]
            self._written[:, self.at] = kept if kept >= 0 else self._choose(logits, uniform).repeat(len(logits) // self._count)
            self.at += 1

    def _choose(self, logits: Tensor, uniform: np.ndarray) -> Tensor:
        """A token for each picture, of (count or twice that, K) logits."""
        if self._guided:
            with_words, without = logits.split(self._count)
            logits = without + self._guidance * (with_words - without)
        if self._temperature == 0:
            return logits.argmax(1)
        least = logits.topk(self._top_k, dim=1).values[:, -1:]
        logits = (logits / self._temperature).masked_fill(logits < least, float("-inf"))
        # Gumbel's way of drawing from a softmax: the highest of the logits with noise on each.
        noise = -torch.from_numpy(-np.log(np.maximum(uniform, 1e-20))).clamp_min(1e-20).log().to(logits.device)
        return (logits + noise).argmax(1)


@torch.inference_mode()
def codebook_vectors(tokenizer: Tokenizer) -> np.ndarray:
    """The vector of each code, as the decoder takes it in: (K, width) float32."""
    codes = torch.arange(tokenizer.codebook_size, device=next(tokenizer.parameters()).device)
    return tokenizer.look_up(codes.view(1, 1, -1))[0, :, 0].T.cpu().numpy()


def load_painter(name: str | Path = "dalle", device: str | torch.device | None = None) -> Painter:
    """The painter called `name`, a name under `checkpoints/` or a path.

    Raises
    ------
    CheckpointError
        If a part of it is missing, damaged or of another tokenizer.
    """
    folder = find_painter(name)
    if folder is None:
        raise CheckpointError(f"there is no painter {str(name)!r}; train one with python -m vae dalle")
    device = device or best_device()
    tokenizer = load_part(folder / tokenizer_name(folder))
    if not isinstance(tokenizer, Tokenizer):
        raise CheckpointError(f"{tokenizer_name(folder)} is no tokenizer")
    transformer, clip = (load_part(folder / part, tokenizer.encoder_sha256) for part in ("transformer", "clip"))
    if not isinstance(transformer, Transformer) or not isinstance(clip, Clip):
        raise CheckpointError(f"the parts of {folder.name} have been mixed up; train them again with: python -m vae dalle")
    tensors, _ = read_tensors(folder / MAP)
    places = tensors.get("places")
    if places is None or tuple(places.shape) != (tokenizer.codebook_size, 2) or not bool(torch.isfinite(places).all()):
        raise CheckpointError(f"{folder.name}/{MAP} is of another codebook; make it again with: python -m vae dalle codebook")
    return Painter(tokenizer.to(device), transformer.to(device), clip.to(device), places.numpy())


def tokenizer_name(folder: Path) -> str:
    """Which of the tokenizers in a painter's folder it uses."""
    try:
        name = read_object(folder / PAINTER)["tokenizer"]
        if name not in {path.name for path in folder.iterdir()}:
            raise ValueError(f"it names a tokenizer {name!r} that is not there")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder.name}/{PAINTER} cannot be used: {reason(error)}; restore the file") from error
    return name


def load_tokenizers(folder: Path, device: str | torch.device) -> dict[str, Tokenizer]:
    """Every finished tokenizer in a painter's folder, whether it uses it or not, by name."""
    found = {}
    for path in sorted(folder.iterdir()):
        if (path / CONFIG).is_file():
            part = load_part(path)
            if isinstance(part, Tokenizer):
                found[path.name] = part.to(device)
    return found


def load_part(folder: Path, encoder_sha256: str | None = None) -> nn.Module:
    """A part of a painter, in evaluation mode, with frozen weights.

    Raises
    ------
    CheckpointError
        If it is missing or damaged, or `encoder_sha256` is given and it was trained on the tokens of another encoder.
    """
    try:
        config = read_object(folder / CONFIG)
        kind, words = config["kind"], config.get("vocabulary", list(WORDS))
        if words != list(WORDS):
            raise ValueError("it was trained with other words than this version knows")
        for size in ("codebook_size", "width", "layers", "decoder_width"):  # before memory is given to what a file claims
            if size in config and not (type(config[size]) is int and 1 <= config[size] <= LARGEST_SIZE):
                raise ValueError(f"{size} must be a whole number from 1 to {LARGEST_SIZE}")
        if encoder_sha256 not in (None, config.get("encoder_sha256")):
            raise ValueError("it was trained with another tokenizer")
        model: nn.Module
        if kind == "fsq":
            model = ScalarTokenizer(decoder_width=config.get("decoder_width", 64))
        elif kind == "gumbel":
            model = DiscreteVAE(config["codebook_size"])
        elif kind == "transformer":
            model = Transformer(len(WORDS), config["codebook_size"], config["width"], config["layers"])
        elif kind == "clip":
            model = Clip(len(WORDS), WORDS.index(ANY))
        else:
            raise ValueError(f"its kind is {kind!r}")
        weights, _ = read_tensors(folder / MODEL)
        if not all(bool(torch.isfinite(value.float()).all()) for value in weights.values()):
            raise ValueError("its weights are not finite")
        model.load_state_dict({key: value.float() for key, value in weights.items()})
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(
            f"{folder.parent.name}/{folder.name} cannot be used: {reason(error)}; restore it or train it again"
        ) from error
    return model.eval().requires_grad_(False)
