"""The figures of painters whose drawings are known: one that draws what it is told, and ones that do not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from torch import Tensor

from tests import font
from vae.data.scenes import ANY, ARRANGEMENTS, BACKGROUNDS, NOTHING, OBJECTS, TINTS, WORDS, Scene, reading_order, render, word_ids
from vae.drawing import figures as module
from vae.drawing.figures import GROUPS, Sizes, codebook_use, figures, judge, likelihood, share, swapped, table, tokenizer_figures
from vae.drawing.painter import load_tokenizers
from vae.models.discrete import DiscreteVAE, ScalarTokenizer
from vae.store.files import write_json
from vae.store.folders import CONFIG, MODEL
from vae.store.probes import load_probe
from vae.store.tensors import half, write_tensors

SMALL = Sizes(captions=24, unguided=8, reranked=8, candidates=3, swapped=8, repeated=2)
BLOCKS = {"tint": tuple(TINTS), "object": OBJECTS, "second tint": tuple(TINTS), "second object": OBJECTS,
          "background": tuple(BACKGROUNDS), "arrangement": ARRANGEMENTS}  # fmt: skip


@dataclass
class Drawing:
    tokens: Tensor

    def advance(self, steps: int) -> None:
        pass


@dataclass
class StandIn:
    """Draws the true scene of a caption; its tokens are the caption's words, or the number of a picture that it has seen."""

    spoil: dict[int, str] = field(default_factory=dict)  # words it puts at a place, whatever the caption says
    same: bool = False  # whether it draws the same again and again
    codebook_size: int = 1 << 16
    device: str = "cpu"
    seen: list[Tensor] = field(default_factory=list)

    @property
    def tokenizer(self) -> StandIn:
        return self

    def encode(self, images: Tensor) -> Tensor:
        self.seen += list(images)
        tokens = torch.zeros(len(images), 64, dtype=torch.int64)
        tokens[:, 0], tokens[:, 1] = -2, torch.arange(len(self.seen) - len(images), len(self.seen))
        return tokens.where(tokens != -2, 1 << 15)

    def embed(self, words: tuple[str, ...]) -> Tensor:
        return torch.from_numpy(word_ids([words]))[0, :, None].float()

    def start(self, words: Tensor, count: int, *, seed: int, guidance: float) -> Drawing:
        tokens = torch.zeros(count, 64, dtype=torch.int64)
        tokens[:, :6] = words[..., 0].long()
        if not self.same:
            tokens[:, 63] = torch.from_numpy(np.random.default_rng(seed).permutation(1000)[:count])
        return Drawing(tokens)

    def paint(self, tokens: Tensor) -> Tensor:
        return torch.stack([self.seen[row[1]] if row[0] == 1 << 15 else self._picture(row) for row in tokens.tolist()])

    def _picture(self, row: list[int]) -> Tensor:
        words = [WORDS[place] for place in row[:6]]
        for place, word in self.spoil.items():
            words[place] = word if words[place] != NOTHING else NOTHING
        tint, name, relation, second_tint, second, background = words
        alone = relation == NOTHING
        things = ((name, tint),) if alone else ((name, tint), (second, second_tint))
        scene = Scene(things, background, None if alone else relation)
        return torch.from_numpy(render([scene], row[63])[0]).float() / 255

    def score(self, tokens: Tensor, words: tuple[str, ...]) -> Tensor:
        drawn = tokens[:, :6] == torch.from_numpy(word_ids([words]))
        return drawn.float().sum(1)


def read_as(words: tuple[str, ...]) -> dict[str, Tensor]:
    """What a probe that is sure of itself says of a picture of these words."""
    tint, name, relation, second_tint, second, background = reading_order(words)
    said = {"tint": tint, "object": name, "background": background,
            "arrangement": ARRANGEMENTS[{NOTHING: 0, "left of": 1}.get(relation, 2)]}  # fmt: skip
    if second != NOTHING:
        said |= {"second tint": second_tint, "second object": second}
    read = {key: torch.full((1, len(names)), -9.0) for key, names in BLOCKS.items()}
    for key, word in said.items():
        read[key][0, BLOCKS[key].index(word)] = 0
    return read


TWO = ("red", "car", "right of", "blue", "pear", "sand")


def test_a_picture_of_the_caption_is_right_in_everything() -> None:
    for words in (TWO, ("red", "car", NOTHING, NOTHING, NOTHING, "sand"), ("blue", "pear", "left of", "red", "car", "sand")):
        shown = TWO if words[2] != NOTHING else words
        assert all(value == 1 for value in judge(read_as(shown), [words]).values())


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        (("red", "car", "left of", "blue", "pear", "sand"), {"relation": 0}),
        (("red", "car", "below", "blue", "pear", "sand"), {"relation": 0}),
        (("red", "car", "right of", "pink", "pear", "sand"), {"tint": 0.5}),
        (("red", "car", "right of", "blue", "bus", "sand"), {"object": 0.5}),
        (("blue", "car", "right of", "red", "pear", "sand"), {"tint": 0}),
        (("red", "car", "right of", "blue", "pear", "sky"), {"background": 0}),
        (("red", "car", NOTHING, NOTHING, NOTHING, "sand"), {"relation": 0, "count": 0, "object": 0.5, "tint": 0.5}),
    ],
)
def test_what_is_wrong_in_a_picture_counts_against_that_attribute_alone(shown: tuple[str, ...], wrong: dict) -> None:
    values = {key: value.item() for key, value in judge(read_as(shown), [TWO]).items()}
    assert values == {"object": 1, "tint": 1, "background": 1, "count": 1, "relation": 1} | wrong | {"joint": 0}


def test_a_second_thing_that_nobody_asked_for_is_wrong() -> None:
    values = judge(read_as(TWO), [("red", "car", NOTHING, NOTHING, NOTHING, "sand")])
    assert (values["count"], values["object"], values["joint"]) == (0, 1, 0)
    assert "relation" not in values


def test_captions_of_one_thing_and_of_two_are_judged_together() -> None:
    alone = ("red", "car", NOTHING, NOTHING, NOTHING, "sand")
    both = {key: torch.cat([read_as(TWO)[key], read_as(alone)[key]]) for key in BLOCKS}
    for values in judge(both, [TWO, alone]).values():
        assert values.tolist() == [1, 1]
    assert judge(both, [alone, TWO])["relation"].tolist() == [0, 0]


def test_what_a_caption_leaves_open_is_right_whatever_it_is() -> None:
    assert judge(read_as(TWO), [(ANY, "car", ANY, "blue", ANY, ANY)])["joint"] == 1


def test_the_probe_likes_the_true_caption_best() -> None:
    own = likelihood(read_as(TWO), [TWO])
    for words in (("blue", *TWO[1:]), (*TWO[:5], "sky"), (*TWO[:2], "left of", *TWO[3:]), (*TWO[:2], "above", *TWO[3:])):
        assert likelihood(read_as(TWO), [words]) < own
    assert likelihood(read_as(TWO), [("blue", "pear", "left of", "red", "car", "sand")]) == own
    assert likelihood(read_as(TWO), [(ANY,) * 6]) == 0


def test_a_swapped_caption_says_something_else_in_one_place() -> None:
    twins = ("red", "cat", "left of", "red", "cat", "sky")
    for seed in range(60):
        for words in (TWO, twins):
            other = swapped(words, (seed,))
            assert sum(a != b for a, b in zip(words, other, strict=True)) == 1
            assert reading_order(words) != reading_order(other)


def test_use_of_the_codebook_in_closed_form() -> None:
    assert codebook_use(torch.arange(8), 8) == pytest.approx((1, 8))
    assert codebook_use(torch.zeros(5, dtype=torch.int64), 8) == pytest.approx((1 / 8, 1))
    assert codebook_use(torch.tensor([0, 1, 1, 1]), 4)[1] == pytest.approx(math.exp(-(0.25 * math.log(0.25) + 0.75 * math.log(0.75))))


def test_a_share_has_an_interval_even_where_all_are_right() -> None:
    figure = share(torch.ones(100))
    assert figure["value"] == 1 and 0.95 < figure["low"] < 1 and figure["high"] == 1


@pytest.fixture(scope="module")
def probe():
    return load_probe()[0]


@font.needed
def test_a_perfect_painter_reaches_the_ceiling_everywhere(probe) -> None:
    told = []
    found = figures(StandIn(), probe, sizes=SMALL, progress=lambda *state: told.append(state))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1] == SMALL.drawings
    for groups in found["attribute_accuracy"].values():
        assert list(groups) == list(GROUPS)
        assert all(figure["value"] > 0.95 for group in groups.values() for figure in group.values())
    assert found["caption_swap"]["value"] == 1 and found["caption_swap_probe"]["value"] > 0.95
    assert found["tokenizer_mse"]["value"] == 0
    assert found["distinct"]["value"] == 32
    text = table(found)
    assert "best of 3" in text and "through the tokenizer" in text and "32 of 32" in text


@font.needed
def test_broken_painters_are_found_out(probe) -> None:
    found = figures(StandIn(spoil={5: "black"}, same=True), probe, sizes=SMALL)
    drawn, ceiling = (found["attribute_accuracy"][setting] for setting in ("drawn", "true scenes"))
    for group in GROUPS:
        assert drawn[group]["background"]["value"] < 0.6 and drawn[group]["joint"]["value"] < 0.6
        assert drawn[group]["object"]["value"] > 0.95 and ceiling[group]["background"]["value"] == 1
    assert found["distinct"]["value"] == 1
    relation = module.look(
        probe, StandIn(spoil={2: "above"}).paint(StandIn().start(StandIn().embed(TWO)[None], 1, seed=0, guidance=1).tokens)
    )
    assert judge(relation, [TWO])["relation"] == 0


@font.needed
def test_all_tokenizers_are_measured_on_the_scenes_that_a_painter_s_is(painter) -> None:
    sizes = Sizes(captions=6, unguided=1, reranked=1, candidates=2, swapped=1, repeated=1)
    probe = load_probe("cpu")[0]
    own = figures(painter, probe, sizes=sizes)
    both = tokenizer_figures({"own": painter.tokenizer, "other": DiscreteVAE(16, 16).eval()}, scenes=6)
    assert both["own"]["tokenizer_mse"] == pytest.approx(own["tokenizer_mse"], rel=1e-4)
    assert [both["own"][key] for key in ("codebook_used", "perplexity", "codebook_size")] == pytest.approx(
        [own["codebook_used"], own["perplexity"], 64]
    )
    assert both["other"]["codebook_size"] == 16 and 1 <= both["other"]["perplexity"] <= 16
    assert "other" in table(own | {"tokenizers": both})


def test_every_finished_tokenizer_of_a_folder_is_found(tmp_path) -> None:
    for name, kind, model in (("first", "fsq", ScalarTokenizer()), ("second", "gumbel", DiscreteVAE(1000))):
        write_json(tmp_path / name / CONFIG, {"kind": kind, "codebook_size": 1000})
        write_tensors(tmp_path / name / MODEL, half(model.state_dict()))
    (tmp_path / "begun").mkdir()
    found = load_tokenizers(tmp_path, "cpu")
    assert {name: type(tokenizer) for name, tokenizer in found.items()} == {"first": ScalarTokenizer, "second": DiscreteVAE}
