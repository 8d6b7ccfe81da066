"""What a painter can do, in figures: `metrics.json` of `python -m vae evaluate dalle`.

Its drawings are read by the probe (`vae.models.probe`), a classifier of true scenes that taught the painter nothing. What the
probe says of true scenes, and of true scenes that went through the tokenizer, is the ceiling, and stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vae.continuity.estimates import Estimate, mean_estimate, share_interval
from vae.data.scenes import (
    ANY,
    ARRANGEMENTS,
    BACKGROUNDS,
    NOTHING,
    OBJECTS,
    TINTS,
    Scene,
    arrangement,
    random_scenes,
    reading_order,
    render,
    swap_attribute,
)
from vae.drawing.painter import GUIDANCE, Painter
from vae.models import Probe
from vae.models.discrete import TOKENS, Tokenizer

# Captions of one or two things whose pairs were all seen in training, or one of which was held out.
GROUPS = {"one, seen": (1, "seen"), "one, held out": (1, "held out"), "two, seen": (2, "seen"), "two, held out": (2, "held out")}
CEILINGS = ("true scenes", "through the tokenizer")
GUIDED, UNGUIDED, RERANKED = "drawn", "without guidance", "best of {}"
ATTRIBUTES = ("object", "tint", "background", "count", "relation", "joint")
BATCH = 128  # pictures drawn at once
ALIKE = 32  # drawings of one caption that `distinct` looks at

Words = tuple[str, ...]
Progress = Callable[[int, int, str], None]  # drawings done, drawings in all, what is being done


@dataclass(frozen=True)
class Sizes:
    """How many captions of each group are drawn.

    captions : with guidance; of these the ceilings are taken, too
    unguided : of them, without guidance
    reranked : of them, the best of `candidates`
    swapped : of them, held against a caption with one attribute changed
    repeated : captions in all that are drawn ALIKE times for `distinct`
    """

    captions: int = 1000
    unguided: int = 1000
    reranked: int = 250
    candidates: int = 8
    swapped: int = 250
    repeated: int = 8

    @property
    def drawings(self) -> int:
        """All of them together."""
        each = self.captions + self.unguided + self.reranked * (self.candidates - 1)
        return len(GROUPS) * each + self.repeated * ALIKE


@torch.inference_mode()
def figures(
    painter: Painter, probe: Probe, *, seed: int = 0, sizes: Sizes | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """All figures of a painter, as plain JSON types.

    Returns
    -------
    dict of
        attribute_accuracy : by setting, group and attribute the share of captions that were drawn right. `object`, `tint` and
            `background` are those that were asked for, of two things the mean; `count` is one thing or two; `relation` is how
            two stand to each other; `joint` is all at once. Settings: the two ceilings, drawn with guidance, without, and the
            reranker's best of several.
        caption_swap : share of drawings that the reranker likes better with their own caption than with one attribute of it
            changed; `caption_swap_probe`, the same by the probe, which is the more independent judge
        distinct : how many of 32 drawings of one caption differ
        tokenizer_mse : squared error of held-out scenes through the tokenizer, hard codes
        codebook_used : share of the codes that occur in true scenes; perplexity : exp of the entropy of their use
    Estimates are {"value", "low", "high", "n"} with 95 % intervals.
    """
    sizes = sizes or Sizes()
    told = _Told(sizes.drawings, progress)
    accuracy: dict[str, dict[str, Any]] = {}
    pictures: list[Tensor] = []
    errors, swaps, swaps_probe = [], [], []
    for number, (group, (things, pairs)) in enumerate(GROUPS.items()):
        told.say(f"{group}: true scenes")
        draw_seed = 100 * seed + 10 * number  # far from the seeds of training, which are tuples of other lengths
        scenes, true = true_scenes(sizes.captions, draw_seed, things, pairs)
        captions = [scene.words for scene in scenes]

        def enter(setting: str, read: dict[str, Tensor], asked: list[Words], group: str = group) -> None:
            accuracy.setdefault(setting, {})[group] = {key: share(values) for key, values in judge(read, asked).items()}

        enter(CEILINGS[0], look(probe, true), captions)
        codes, painted = through(painter, true)
        pictures.append(codes)
        enter(CEILINGS[1], look(probe, painted), captions)
        if pairs == "held out":
            errors.append((painted - true).square().mean((1, 2, 3)))

        told.say(f"{group}: drawing")
        tokens = draw(painter, captions, GUIDANCE, seed=draw_seed, told=told)
        enter(GUIDED, look(probe, paint(painter, tokens)), captions)

        told.say(f"{group}: drawing without guidance")
        few = captions[: sizes.unguided]
        enter(UNGUIDED, look(probe, paint(painter, draw(painter, few, 1.0, seed=draw_seed + 1, told=told))), few)

        told.say(f"{group}: drawing the candidates")
        few = captions[: sizes.reranked]
        more = [word for word in few for _ in range(sizes.candidates - 1)]
        others = draw(painter, more, GUIDANCE, seed=draw_seed + 2, told=told).view(len(few), sizes.candidates - 1, TOKENS)
        candidates = torch.cat([tokens[: len(few), None], others], 1)
        best = torch.stack([each[painter.score(each, words).argmax()] for each, words in zip(candidates, few, strict=True)])
        enter(RERANKED.format(sizes.candidates), look(probe, paint(painter, best)), few)

        told.say(f"{group}: other captions")
        own = captions[: sizes.swapped]
        other = [swapped(words, (draw_seed, row)) for row, words in enumerate(own)]
        parts = list(zip(tokens[: len(own), None], own, other, strict=True))
        swaps += [bool(painter.score(each, a) > painter.score(each, b)) for each, a, b in parts]
        read = look(probe, paint(painter, tokens[: len(own)]))
        swaps_probe.append(likelihood(read, own) > likelihood(read, other))

    told.say("the same caption again and again")
    repeated = [scene.words for scene in random_scenes(sizes.repeated, (8, seed), pairs="all")]
    drawn = draw(painter, [words for words in repeated for _ in range(ALIKE)], GUIDANCE, seed=100 * seed + 99, told=told)
    distinct = [len(each.unique(dim=0)) for each in drawn.split(ALIKE)]
    used, perplexity = codebook_use(torch.cat(pictures), painter.codebook_size)
    return {
        "attribute_accuracy": accuracy,
        "caption_swap": share(torch.tensor(swaps)),
        "caption_swap_probe": share(torch.cat(swaps_probe)),
        "distinct": mean_estimate(np.array(distinct)).to_dict() | {"least": min(distinct), "of": ALIKE},
        "tokenizer_mse": mean_estimate(torch.cat(errors).double().numpy()).to_dict(),
        "codebook_used": used,
        "perplexity": perplexity,
    }


@torch.inference_mode()
def tokenizer_figures(tokenizers: dict[str, Tokenizer], *, seed: int = 0, scenes: int = 1000) -> dict[str, dict[str, Any]]:
    """How well tokenizers, by name, rebuild one and the same true scenes from hard codes, and how they use their codes.

    Parameters
    ----------
    scenes : of each group of captions, those that `figures` measures a painter's tokenizer by

    Returns
    -------
    `tokenizer_mse`, `codebook_used` and `perplexity` of each, as `figures` defines them, beside `codebook_size`
    """
    groups = []
    for number, (things, pairs) in enumerate(GROUPS.values()):
        groups.append((pairs, true_scenes(scenes, 100 * seed + 10 * number, things, pairs)[1]))
    found = {}
    for name, tokenizer in tokenizers.items():
        device = next(tokenizer.parameters()).device
        tokens, errors = [], []
        for pairs, true in groups:
            for part in true.split(BATCH):
                codes = tokenizer.encode(part.to(device))
                tokens.append(codes.cpu())
                if pairs == "held out":
                    errors.append((tokenizer.decode(codes).cpu() - part).square().mean((1, 2, 3)))
        used, perplexity = codebook_use(torch.cat(tokens), tokenizer.codebook_size)
        error = mean_estimate(torch.cat(errors).double().numpy()).to_dict()
        found[name] = {"tokenizer_mse": error, "codebook_used": used, "perplexity": perplexity, "codebook_size": tokenizer.codebook_size}
    return found


# --- drawing and looking -----------------------------------------------------------------------------------


def true_scenes(count: int, draw_seed: int, things: int, pairs: str) -> tuple[list[Scene], Tensor]:
    """Random scenes of a group of captions, and their pictures (N, 3, 48, 48) float32 in [0, 1]."""
    scenes = random_scenes(count, (7, draw_seed), pairs=pairs, things=things)
    return scenes, torch.from_numpy(render(scenes, (7, draw_seed, 1))).float() / 255


def draw(painter: Painter, captions: Sequence[Words], guidance: float, *, seed: int, told: _Told | None = None) -> Tensor:
    """One drawing of each caption at temperature 1, all tokens to choose from as a drawing has by default: (N, 64) int64."""
    tokens = []
    for start in range(0, len(captions), BATCH):
        part = captions[start : start + BATCH]
        prompts = torch.stack([painter.embed(words) for words in part])
        drawing = painter.start(prompts, len(part), seed=seed * 1000 + start // BATCH, guidance=guidance)
        for _ in range(8):  # in parts, so that progress can be seen
            drawing.advance(TOKENS // 8)
            if told:
                told.step(len(part) / 8)
        tokens.append(drawing.tokens.cpu())
    return torch.cat(tokens)


def paint(painter: Painter, tokens: Tensor) -> Tensor:
    """Pictures of tokens (N, 64), in parts: (N, 3, 48, 48)."""
    return torch.cat([painter.paint(part.to(painter.device)).cpu() for part in tokens.split(BATCH)])


def through(painter: Painter, images: Tensor) -> tuple[Tensor, Tensor]:
    """Tokens (N, 64) of images, and what they paint."""
    tokens = torch.cat([painter.tokenizer.encode(part.to(painter.device)).cpu() for part in images.split(BATCH)])
    return tokens, paint(painter, tokens)


def look(probe: Probe, images: Tensor) -> dict[str, Tensor]:
    """What the probe says of images (N, 3, 48, 48), in log probabilities."""
    device = next(probe.parameters()).device
    parts = [probe(part.to(device)) for part in images.split(500)]
    return {key: torch.cat([part[key] for part in parts]).log_softmax(1).cpu() for key in parts[0]}


# --- figures of what was seen ------------------------------------------------------------------------------


def judge(read: dict[str, Tensor], captions: Sequence[Words]) -> dict[str, Tensor]:
    """How right pictures are, by attribute: (N,) float64 in [0, 1] each.

    Two things are held against the two that were asked for in the order that fits better; if that is the other order, it is
    their relation that is wrong. Of a lone thing `relation` says that it is alone; it is missing where all are.

    Parameters
    ----------
    read : what the probe says of each picture, see `look`
    captions : what each should show; an attribute that a caption leaves open is right whatever it is
    """
    saw = {key: values.argmax(1) for key, values in read.items()}
    rows: list[list[float]] = []
    for row, words in enumerate(captions):
        tint, name, relation, second_tint, second, background = reading_order(words)
        seen = ARRANGEMENTS[saw["arrangement"][row]]
        first, other = ((tuple(TINTS)[saw[f"{which}tint"][row]], OBJECTS[saw[f"{which}object"][row]]) for which in ("", "second "))
        asked = [(tint, name)] if second == NOTHING else [(tint, name), (second_tint, second)]
        shown = [first, None if seen == ARRANGEMENTS[0] else other]
        hits = [[_same(a, b) for a, b in zip(asked, order, strict=False)] for order in (shown, shown[::-1])]
        best = max(hits, key=lambda pairs: sum(map(sum, pairs)))  # the first where both fit alike
        straight = best is hits[0] or relation == ANY
        complete = len(asked) == len(shown) - shown.count(None)
        placed = complete and straight and (relation == ANY or ARRANGEMENTS[arrangement(relation)] == seen)
        tints, objects = (sum(pair[which] for pair in best) / len(asked) for which in (0, 1))
        ground = float(background in (ANY, tuple(BACKGROUNDS)[saw["background"][row]]))
        values = [objects, tints, ground, float(complete), float(placed if len(asked) == 2 else complete)]
        rows.append([*values, float(min(values) == 1)])
    columns = dict(zip(ATTRIBUTES, torch.tensor(rows, dtype=torch.float64).T, strict=True))
    if all(words[4] == NOTHING for words in captions):
        del columns["relation"]
    return columns


def likelihood(read: dict[str, Tensor], captions: Sequence[Words]) -> Tensor:
    """The probe's log probability of each caption for its picture: (N,). What a caption leaves open costs nothing."""
    names = {"tint": (0, tuple(TINTS)), "object": (1, OBJECTS), "second tint": (3, tuple(TINTS)), "second object": (4, OBJECTS),
             "background": (5, tuple(BACKGROUNDS))}  # fmt: skip
    result = torch.zeros(len(captions), dtype=torch.float64)
    for row, words in enumerate(map(reading_order, captions)):
        if words[2] != ANY:
            result[row] += read["arrangement"][row, arrangement(words[2])]
        for key, (slot, known) in names.items():
            if words[slot] not in (ANY, NOTHING):
                result[row] += read[key][row, known.index(words[slot])]
    return result


def swapped(words: Words, seed: Sequence[int]) -> Words:
    """A caption with one attribute changed that says something else."""
    others = (swap_attribute(words, (*seed, attempt)) for attempt in count())
    return next(other for other in others if reading_order(other) != reading_order(words))  # left of its own like is as good as right


def codebook_use(tokens: Tensor, codebook_size: int) -> tuple[float, float]:
    """The share of codes that occur in `tokens`, and the perplexity of their use."""
    use = torch.bincount(tokens.flatten(), minlength=codebook_size).double()
    use /= use.sum()
    return (use > 0).double().mean().item(), torch.special.entr(use).sum().exp().item()


def share(values: Tensor) -> dict[str, Any]:
    """The mean of values (N,) in [0, 1] with Wilson's 95 % interval."""
    mean = values.double().mean().item()
    return Estimate(mean, *share_interval(mean, len(values)), len(values)).to_dict()


def _same(asked: tuple[str, str], shown: tuple[str, str] | None) -> tuple[bool, bool]:
    """Whether the tint and the object are those that were asked for; None is no thing at all."""
    return (False, False) if shown is None else (asked[0] in (ANY, shown[0]), asked[1] in (ANY, shown[1]))


class _Told:
    """Counts drawings for whoever waits."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._words, self._progress = 0.0, total, "", progress

    def say(self, words: str) -> None:
        self._words = words
        self.step(0)

    def step(self, drawings: float) -> None:
        self._done += drawings
        if self._progress:
            self._progress(round(self._done), self._total, self._words)


# --- as text -----------------------------------------------------------------------------------------------


def table(metrics: dict[str, Any]) -> str:
    """The figures for people to read, with their intervals."""
    lines = []
    for group in GROUPS:
        settings = metrics["attribute_accuracy"]
        attributes = next(iter(settings.values()))[group]
        lines += [f"{group + ' in training' if 'seen' in group else group:24s}" + "".join(f"{key:>22s}" for key in attributes) + "      n"]
        for setting, groups in settings.items():
            cells = "".join(f"{_cell(figure):>22s}" for figure in groups[group].values())
            lines.append(f"  {setting:22s}{cells}{groups[group]['joint']['n']:7d}")
        lines.append("")
    distinct = metrics["distinct"]
    lines += [
        f"{'own caption preferred':32s}{_cell(metrics['caption_swap'])} by the reranker, {_cell(metrics['caption_swap_probe'])} by the probe",
        f"{'distinct drawings':32s}{distinct['value']:.3g} of {distinct['of']} (at least {distinct['least']})",
        f"{'tokenizer_mse':32s}{metrics['tokenizer_mse']['value']:.5f} on held-out scenes",
        f"{'codes in use':32s}{metrics['codebook_used']:.1%}, perplexity {metrics['perplexity']:.0f}",
    ]
    for name, found in metrics.get("tokenizers", {}).items():
        lines.append(f"{'  ' + name:32s}{found['tokenizer_mse']['value']:.5f}, {found['codebook_used']:.1%} of {found['codebook_size']}, "
                     f"perplexity {found['perplexity']:.0f}")  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


def _cell(figure: dict[str, Any]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
