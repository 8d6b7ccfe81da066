import math

import pytest
import torch

from vae.models.discrete import TOKENS, DiscreteVAE, ScalarTokenizer

MAKE = {"fsq": lambda: ScalarTokenizer((4, 3, 2), 16), "gumbel": lambda: DiscreteVAE(24, 16)}


@pytest.fixture(params=MAKE)
def tokenizer(request):
    torch.manual_seed(1)
    return MAKE[request.param]().eval()


def test_tokens_are_a_grid_below_the_codebook_size(tokenizer):
    tokens = tokenizer.encode(torch.rand(5, 3, 48, 48))
    assert tokens.shape == (5, TOKENS) and tokens.dtype == torch.int64
    assert tokens.min() >= 0 and tokens.max() < tokenizer.codebook_size == 24


def test_every_token_can_be_painted(tokenizer):
    pictures = tokenizer.decode(torch.arange(24).repeat(TOKENS)[: 24 * TOKENS].view(24, TOKENS))
    assert pictures.shape == (24, 3, 48, 48) and pictures.min() >= 0 and pictures.max() <= 1


@pytest.mark.parametrize("wrong", [torch.full((1, TOKENS), 24), torch.full((1, TOKENS), -1), torch.zeros(1, 9, dtype=torch.int64)])
def test_tokens_that_do_not_exist_are_refused(tokenizer, wrong):
    with pytest.raises(ValueError, match="tokens"):
        tokenizer.decode(wrong)


def test_different_tokens_have_different_vectors(tokenizer):
    vectors = tokenizer.look_up(torch.arange(24).view(1, 4, 6)).flatten(2)[0].T
    assert len(vectors.unique(dim=0)) == 24


def test_scalar_quantization_trains_on_what_it_later_decodes():
    torch.manual_seed(1)
    model, images = ScalarTokenizer((4, 3, 2), 16), torch.rand(3, 3, 48, 48)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.02 * torch.randn_like(weight))
    painted, penalty = model(images, 0.5)
    assert torch.allclose(painted.clamp(0, 1), model.decode(model.encode(images)), atol=1e-5) and penalty == 0
    painted.square().mean().backward()
    assert model.encoder[0].weight.grad.abs().sum() > 0  # through the rounding


def test_every_level_of_scalar_quantization_can_be_reached():
    model = ScalarTokenizer((4, 3, 2), 16)
    far = torch.linspace(-9, 9, 4000).view(1, 1, 1, -1).expand(1, 3, 1, -1)
    levels = model._bound(far).round()
    assert [levels[0, i].unique().tolist() for i in range(3)] == [[0, 1, 2, 3], [0, 1, 2], [0, 1]]


def test_the_temperature_is_a_function_of_progress_alone():
    assert DiscreteVAE.temperature(0) == 1
    assert DiscreteVAE.temperature(0.25) == pytest.approx(1 / 4)
    assert DiscreteVAE.temperature(0.5) == DiscreteVAE.temperature(1) == pytest.approx(1 / 16)


def test_a_certain_choice_is_painted_as_the_hard_code():
    torch.manual_seed(1)
    model, images = DiscreteVAE(24, 16), torch.rand(2, 3, 48, 48)
    with torch.no_grad():
        model.encoder[-1].weight.mul_(1e6)
    soft, _ = model(images, 1.0, torch.zeros(2, 24, 8, 8))
    assert torch.allclose(soft.clamp(0, 1), model.decode(model.encode(images)), atol=1e-3)


def test_the_penalty_says_how_unevenly_the_codebook_is_used():
    torch.manual_seed(1)
    model, images = DiscreteVAE(24, 16), torch.rand(2, 3, 48, 48)
    with torch.no_grad():
        model.encoder[-1].weight.mul_(30)
        share = torch.softmax(model.encoder(images * 2 - 1), 1).movedim(1, -1).reshape(-1, 24)
        used = torch.distributions.Categorical(probs=share.mean(0)).entropy()
        certain = torch.distributions.Categorical(probs=share).entropy().mean()
        assert model(images, 0.0)[1].item() == pytest.approx(math.log(24) - used.item(), abs=1e-4)
        assert model(images, 0.0)[1] < math.log(24) - certain, "being certain of a symbol costs nothing"
        model.encoder[-1].bias[7] = 1e4
        assert model(images, 0.0)[1].item() == pytest.approx(math.log(24)), "one symbol for everything costs most"
