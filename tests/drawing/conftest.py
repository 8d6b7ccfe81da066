import numpy as np
import pytest
import torch

from vae.data.scenes import ANY, WORDS
from vae.drawing.painter import Painter
from vae.models.clip import Clip
from vae.models.discrete import ScalarTokenizer
from vae.models.transformer import Transformer


def stir(model: torch.nn.Module) -> torch.nn.Module:
    """Give every weight that starts at zero something to say."""
    with torch.no_grad():
        for weight in model.parameters():
            if not weight.any():
                weight.normal_(std=0.05)
    return model.eval().requires_grad_(False)


@pytest.fixture(scope="session")
def painter() -> Painter:
    """A small painter with random weights."""
    torch.manual_seed(0)
    tokenizer = ScalarTokenizer((4, 4, 4), 16)
    transformer = Transformer(len(WORDS), tokenizer.codebook_size, width=48, layers=2)
    with torch.no_grad():
        for weight in (transformer.words.weight, transformer.slots, transformer.left.weight, transformer.next_token.weight):
            weight.normal_()  # sure of itself, so that captions and neighbours matter
    places = np.random.default_rng(0).normal(size=(tokenizer.codebook_size, 2)).astype(np.float32)
    return Painter(stir(tokenizer), stir(transformer), stir(Clip(len(WORDS), WORDS.index(ANY), width=16)), places)
