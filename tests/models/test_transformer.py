import torch

from vae.models.discrete import TOKENS
from vae.models.transformer import PROMPT, Transformer


def small():
    torch.manual_seed(0)
    model = Transformer(11, 17, width=24, layers=3, heads=2).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model


def inputs(count=3):
    torch.manual_seed(1)
    return torch.randint(11, (count, PROMPT)), torch.randint(17, (count, TOKENS))


@torch.inference_mode()
def test_cached_and_uncached_logits_agree():
    model, (words, tokens) = small(), inputs()
    whole = model(model.embed(words), tokens)[1]
    cache = model.begin(model.embed(words))
    for at in range(TOKENS):
        assert torch.allclose(model.step(cache, tokens, at), whole[:, at], atol=1e-4), at


@torch.inference_mode()
def test_a_cache_of_picked_rows_goes_on_like_one_that_read_each():
    model, (words, tokens) = small(), inputs(4)
    twice = words[:2].repeat_interleave(2, 0)
    cache, whole = model.begin(model.embed(words[:2])).picked(torch.tensor([0, 0, 1, 1])), model(model.embed(twice), tokens)[1]
    for at in range(4):
        assert torch.allclose(model.step(cache, tokens, at), whole[:, at], atol=1e-4), at


@torch.inference_mode()
def test_nothing_depends_on_what_comes_later():
    model, (words, tokens) = small(), inputs()
    changed = tokens.clone()
    changed[:, 30:] = (changed[:, 30:] + 1) % 17
    before, after = (model(model.embed(words), each)[1] for each in (tokens, changed))
    assert torch.allclose(before[:, :31], after[:, :31], atol=1e-5) and not torch.allclose(before[:, 31], after[:, 31], atol=1e-3)
    other_word = words.clone()
    other_word[:, 3] = (other_word[:, 3] + 1) % 11
    before, after = (model(model.embed(each), tokens)[0] for each in (words, other_word))
    assert torch.allclose(before[:, :3], after[:, :3], atol=1e-5) and not torch.allclose(before[:, 3], after[:, 3], atol=1e-3)


@torch.inference_mode()
def test_every_word_and_the_cell_above_matter():
    model, (words, tokens) = small(), inputs(1)
    base = model(model.embed(words), tokens)[1]
    for slot in range(PROMPT):
        other = words.clone()
        other[:, slot] = (other[:, slot] + 1) % 11
        assert not torch.allclose(model(model.embed(other), tokens)[1], base, atol=1e-3)


@torch.inference_mode()
def test_attention_to_the_words_is_a_share():
    model, (words, tokens) = small(), inputs()
    seen = model.attention(model.embed(words), tokens)
    assert seen.shape == (3, TOKENS, PROMPT) and (seen >= 0).all() and (seen.sum(2) <= 1 + 1e-5).all()


def test_shipped_size_is_within_six_million():
    assert sum(weight.numel() for weight in Transformer(88, 1000).parameters()) <= 6_000_000
