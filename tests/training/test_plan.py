"""What a training takes is known before it starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae.models import ModelConfig, build
from vae.training.loop import train
from vae.training.plan import plan, threads

MakeConfig = Callable[..., ModelConfig]


@pytest.mark.parametrize("settings", [{}, {"architecture": "conv", "hidden": (4, 8)}, {"likelihood": "bernoulli"}])
def test_a_plan_counts_pictures_steps_weights_and_bytes(make_config: MakeConfig, blobs: Tensor, settings: dict) -> None:
    config = make_config("vae", holdout=20, **settings)
    found = plan(config, blobs)
    weights = sum(weight.numel() for weight in build(config).parameters())
    assert (found.pictures, found.epochs, found.steps, found.weights) == (300, 3, 4, weights)
    assert found.words.startswith("300 pictures of 1×8×8, 3 epochs of 4 steps; Variational autoencoder with ")
    assert blobs.numel() + 36 * weights < found.bytes
    larger = plan(make_config("vae", holdout=20, batch_size=128, **settings), blobs)
    assert larger.bytes > found.bytes, "a larger batch keeps more for the way back"


def test_memory_grows_with_a_batch_by_what_a_step_keeps(make_config: MakeConfig, blobs: Tensor) -> None:
    """A linear layer keeps its input and a SiLU its own, in numbers of four bytes; the gradients are as many again."""
    config = make_config("ae", hidden=(16,), latent_dim=2, batch_size=1)
    grown = plan(make_config("ae", hidden=(16,), latent_dim=2, batch_size=2), blobs).bytes - plan(config, blobs).bytes
    kept = 64 + 2 * 16 + 2 + 2 * 16 + 64  # of the encoder's two layers, the decoder's two, the sigmoid
    assert 2 * 4 * kept <= grown <= 2 * 4 * 3 * kept


def test_threads_are_those_asked_for_or_those_of_the_run_that_goes_on(
    make_config: MakeConfig, blobs: Tensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert threads(config, blobs, tmp_path, wanted=3, resume=False).words == "3 threads (as asked for)"
    assert threads(config, blobs, tmp_path, wanted=0, resume=True).words == "1 thread (as OMP_NUM_THREADS says)"

    def stop(done: int, steps: int, parts: dict) -> None:
        if done == 8:
            raise KeyboardInterrupt

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with pytest.raises(KeyboardInterrupt):
            train(config, blobs, tmp_path, accelerator="cpu", progress=stop)
    finally:
        torch.set_num_threads(before)
    assert threads(config, blobs, tmp_path, wanted=0, resume=True).words == "2 threads (as before, for the same bits)"
    assert threads(config, blobs, tmp_path, wanted=0, resume=False).count == 1
