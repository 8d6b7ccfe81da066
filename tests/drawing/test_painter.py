import json

import numpy as np
import pytest
import torch

import vae
from vae.data.captions import CaptionError
from vae.data.scenes import ANY, NOTHING, WORDS, Scene
from vae.models.clip import Clip
from vae.models.discrete import TOKENS, ScalarTokenizer
from vae.models.transformer import Transformer
from vae.store.checkpoints import model_names
from vae.store.files import CheckpointError, write_json
from vae.store.folders import CONFIG, MODEL, PAINTER
from vae.store.tensors import write_tensors

APPLE = ("red", "apple", NOTHING, NOTHING, NOTHING, "white")
CAT = ("purple", "cat", "left of", "blue", "car", "sand")


@pytest.fixture
def folder(painter, tmp_path, monkeypatch):
    """A painter's folder with untrained parts of the shipped sizes."""
    monkeypatch.setenv("VAE_CHECKPOINTS", str(tmp_path))
    where = tmp_path / "sketch"
    torch.manual_seed(0)
    tokenizer = ScalarTokenizer()
    sha = {"encoder_sha256": tokenizer.encoder_sha256, "vocabulary": list(WORDS)}
    shape = {"codebook_size": 1000, "width": 12, "layers": 1}
    parts = {
        "fine": (tokenizer, {"kind": "fsq"}),
        "transformer": (Transformer(len(WORDS), **shape), {"kind": "transformer", **sha, **shape}),
        "clip": (Clip(len(WORDS), WORDS.index(ANY)), {"kind": "clip", **sha}),
    }
    for name, (model, config) in parts.items():
        write_tensors(where / name / MODEL, {key: value.half() for key, value in model.state_dict().items()})
        write_json(where / name / CONFIG, config)
    write_tensors(where / "codebook.safetensors", {"places": torch.zeros(1000, 2)})
    write_json(where / PAINTER, {"kind": "dalle", "tokenizer": "fine"})
    return where


def drawn(painter, words=APPLE, count=3, **settings):
    drawing = painter.start(words, count, **settings)
    drawing.advance(TOKENS)
    return drawing.tokens


def test_same_seed_and_caption_same_picture(painter):
    assert torch.equal(drawn(painter, seed=5), drawn(painter, seed=5))


@pytest.mark.parametrize("other", [{"seed": 6}, {"words": CAT}, {"guidance": 1.0}, {"temperature": 0.3}, {"top_k": 2}])
def test_every_setting_matters(painter, other):
    assert not torch.equal(drawn(painter, seed=5), drawn(painter, **{"seed": 5} | other))


def test_pictures_of_one_drawing_differ(painter):
    assert len(drawn(painter, count=16, temperature=2.0).unique(dim=0)) > 8


def test_in_one_go_or_step_by_step_is_the_same(painter):
    drawing = painter.start(APPLE, 3, seed=5)
    seen = []
    while not drawing.done:
        drawing.advance(1)
        seen.append(drawing.tokens)
        assert (drawing.tokens[:, : drawing.at] >= 0).all() and (drawing.tokens[:, drawing.at :] == -1).all()
    assert len(seen) == TOKENS and torch.equal(seen[-1], drawn(painter, seed=5))
    drawing.advance(3)
    assert torch.equal(drawing.tokens, seen[-1])


def test_two_drawings_do_not_disturb_each_other(painter):
    one, other = painter.start(APPLE, 2, seed=1), painter.start(CAT, 4, seed=2)
    for _ in range(TOKENS):
        one.advance()
        other.advance()
    assert torch.equal(one.tokens, drawn(painter, count=2, seed=1)) and torch.equal(other.tokens, drawn(painter, CAT, 4, seed=2))


def test_cached_drawing_takes_the_likeliest_of_the_uncached_logits(painter):
    tokens = drawn(painter, count=2, temperature=0, guidance=1.0)
    prompt = painter.embed(APPLE)[None].expand(2, -1, -1)
    assert torch.equal(painter.transformer(prompt, tokens)[1].argmax(2), tokens)


def test_guidance_moves_the_logits_away_from_the_captionless_ones(painter):
    tokens = drawn(painter, count=1, temperature=0, guidance=2.5)
    with_words, without = (painter.transformer(painter.embed(words)[None], tokens)[1] for words in (APPLE, [ANY] * 6))
    assert torch.equal((without + 2.5 * (with_words - without)).argmax(2), tokens)


def test_guidance_one_draws_without_the_captionless_half_and_with_the_cache(painter, monkeypatch):
    read = []
    step = painter.transformer.step
    monkeypatch.setattr(
        painter.transformer, "step", lambda cache, tokens, at: read.append((len(tokens), cache.length)) or step(cache, tokens, at)
    )
    drawn(painter, count=2, guidance=1.0)
    assert read == [(2, 6 + at) for at in range(TOKENS)]
    read.clear()
    drawn(painter, count=2, guidance=1.5)
    assert read == [(4, 6 + at) for at in range(TOKENS)]


def test_given_cells_stay_and_the_rest_is_drawn(painter):
    given = np.full(TOKENS, -1)
    given[10:30] = np.arange(20)
    tokens = drawn(painter, given=given)
    assert (tokens[:, 10:30] == torch.arange(20)).all() and (tokens >= 0).all()
    assert torch.equal(drawn(painter, given=tokens[0].tolist(), count=1), tokens[:1])


def test_redrawing_from_a_cell_keeps_what_came_before(painter):
    before = drawn(painter, count=1)[0]
    given = before.clone()
    given[20:] = -1
    assert torch.equal(drawn(painter, count=1, given=given.numpy(), seed=9)[0, :20], before[:20])


def test_vectors_of_a_caption_draw_what_its_words_draw(painter):
    assert torch.equal(drawn(painter, painter.embed(APPLE), seed=3), drawn(painter, APPLE, seed=3))


@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_each_picture_can_have_its_own_caption(painter, guidance):
    prompts = torch.stack([painter.embed(words) for words in (APPLE, CAT, APPLE)])
    tokens = drawn(painter, prompts, count=3, seed=2, guidance=guidance)
    assert torch.equal(tokens[[0, 2]], drawn(painter, APPLE, seed=2, guidance=guidance)[[0, 2]])
    assert torch.equal(tokens[1], drawn(painter, CAT, seed=2, guidance=guidance)[1])
    with pytest.raises(ValueError, match="words"):
        painter.start(prompts, 2)


def test_draw_returns_pictures_and_reranks(painter):
    pictures = painter.draw("a red apple on a white background", count=2, seed=0)
    assert pictures.shape == (2, 3, 48, 48) and pictures.min() >= 0 and pictures.max() <= 1
    candidates = drawn(painter, count=8, seed=0)
    best = candidates[painter.score(candidates, APPLE).argsort(descending=True)[:2]]
    assert torch.equal(pictures, painter.paint(best))
    assert torch.equal(painter.draw("a red apple on a white background", count=2, rerank=False), painter.paint(drawn(painter, count=2)))


def test_a_caption_that_says_nothing_is_refused(painter):
    with pytest.raises(CaptionError):
        painter.draw("qwertzuiop")


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"count": 0}, "count"), ({"guidance": float("nan")}, "guidance"), ({"temperature": -1}, "temperature"), ({"top_k": 0}, "top_k"),
     ({"given": [0] * 3}, "given"), ({"given": [10**6] * TOKENS}, "given")],
)  # fmt: skip
def test_a_setting_out_of_range_gets_a_sentence(painter, settings, named):
    with pytest.raises(ValueError, match=named):
        painter.start(APPLE, **{"count": 1} | settings)


def test_undrawn_cells_do_not_stop_the_painting(painter):
    drawing = painter.start(APPLE, 2)
    assert painter.paint(drawing.tokens).shape == (2, 3, 48, 48)
    drawing.advance(5)
    tokens = drawing.tokens
    filled = torch.where(tokens < 0, tokens[:, :1], tokens)
    assert torch.equal(painter.paint(tokens), painter.tokenizer.decode(filled))


def test_inspection_is_what_the_drawing_chose_from(painter):
    tokens = drawn(painter, count=1, temperature=0, guidance=1.0)[0]
    inspection = painter.inspect(tokens, APPLE)
    assert torch.equal(inspection.probabilities.argmax(1), tokens)
    assert torch.allclose(inspection.probabilities.sum(1), torch.ones(TOKENS), atol=1e-5)
    expected = torch.distributions.Categorical(probs=inspection.probabilities).entropy()
    assert torch.allclose(inspection.entropy, expected, atol=1e-4)
    assert inspection.attention.shape == (TOKENS, 6) and (inspection.attention.sum(1) <= 1 + 1e-5).all()


def test_score_does_not_care_which_thing_is_named_first(painter):
    tokens = drawn(painter, CAT)
    turned = ("blue", "car", "right of", "purple", "cat", "sand")
    assert torch.equal(painter.score(tokens, CAT), painter.score(tokens, turned))
    assert (painter.score(tokens, [*CAT[:2], ANY, *CAT[3:]]) >= -1).all()


def test_patches_and_map_cover_the_codebook(painter):
    assert painter.codebook_patches().shape == (64, 6, 6, 3) and painter.codebook_map().shape == (64, 2)


def test_vocabulary_names_the_pairs_never_trained_on(painter):
    words = painter.vocabulary
    assert len(words.held_out) == len(words.objects) >= 60 and len(words.tints) == 8 and len(words.backgrounds) == 6
    assert all(Scene(((name, tint),), words.backgrounds[0]).held_out for name, tint in words.held_out)


def test_a_painter_is_loaded_by_name_and_is_no_autoencoder(folder):
    assert vae.checkpoints() == ["sketch"] and model_names() == []
    assert vae.load("sketch", "cpu").draw("a red apple", count=1, rerank=False).shape == (1, 3, 48, 48)


@pytest.mark.parametrize("part", ["fine/model.safetensors", "transformer/config.json", "clip/model.safetensors", "codebook.safetensors"])
def test_a_missing_or_broken_part_is_a_sentence(folder, part):
    (folder / part).write_bytes(b"not what it was")
    with pytest.raises(CheckpointError):
        vae.load("sketch")
    (folder / part).unlink()
    with pytest.raises(CheckpointError):
        vae.load("sketch")


def test_parts_of_another_tokenizer_are_refused(folder):
    config = json.loads((folder / "transformer/config.json").read_text())
    write_json(folder / "transformer/config.json", config | {"encoder_sha256": "0" * 64})
    with pytest.raises(CheckpointError, match="another tokenizer"):
        vae.load("sketch")


def test_a_tokenizer_that_is_not_there_is_refused(folder):
    write_json(folder / PAINTER, {"kind": "dalle", "tokenizer": "../elsewhere"})
    with pytest.raises(CheckpointError, match="elsewhere"):
        vae.load("sketch")
