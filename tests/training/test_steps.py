import csv
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from tests import font
from vae.data.scenes import ANY, NOTHING, WORDS, held_out, word_ids
from vae.drawing.painter import load_part
from vae.models.discrete import ScalarTokenizer
from vae.store.folders import MODEL
from vae.store.tensors import read_tensors
from vae.store.writing import one_writer
from vae.training import captions, steps, tokenizer
from vae.training.captions import ClipLearner, TransformerLearner
from vae.training.loop import TrainingError
from vae.training.steps import run
from vae.training.tokenizer import DecoderLearner, TokenizerLearner

pytestmark = pytest.mark.slow


class Line:
    """Learns y = W x, with a matrix for Muon and a bias for AdamW."""

    rates = 0.1, 0.05

    def __init__(self, seed=0):
        torch.manual_seed(seed)
        self.model, self.config = nn.Linear(6, 4), {"kind": "line", "seed": seed}
        self.truth = torch.arange(24.0).view(4, 6) / 24

    def matrices(self):
        return [self.model.weight]

    def loss(self, step, steps):
        x = torch.randn(32, 6, generator=torch.Generator().manual_seed(step))
        return {"loss": (self.model(x) - x @ self.truth.T - 1).square().mean()}

    def validate(self, model):
        return {"off": (model.weight - self.truth).abs().max().item()}


def weights(folder):
    return read_tensors(folder / MODEL)[0]


def test_it_learns_and_leaves_weights_config_and_log(tmp_path):
    model = run(Line(), tmp_path / "a", 1000, precision="32")
    assert (model.weight - Line().truth).abs().max() < 0.02 and (model.bias - 1).abs().max() < 0.02
    assert all(torch.equal(value.float(), model.state_dict()[key]) for key, value in weights(tmp_path / "a").items())
    assert json.loads((tmp_path / "a/config.json").read_text())["steps"] == 1000
    rows = list(csv.DictReader((tmp_path / "a/training.csv").open()))
    assert [row["step"] for row in rows] == [str(step) for step in range(100, 1001, 100)] and float(rows[-1]["off"]) < 0.02
    assert not (tmp_path / "a" / steps.STATE).exists()


class Killed(Exception):
    pass


def test_a_killed_run_resumes_to_the_same_bits(tmp_path, monkeypatch):
    run(Line(), tmp_path / "whole", 130)
    monkeypatch.setattr(steps, "SAVE_SECONDS", -1.0)

    def kill(done, total, values):
        if done == 107:
            raise Killed

    with pytest.raises(Killed):
        run(Line(), tmp_path / "cut", 130, progress=kill)
    assert not (tmp_path / "cut" / MODEL).exists()
    with pytest.raises(TrainingError, match="--resume"):
        run(Line(), tmp_path / "cut", 130)
    with pytest.raises(TrainingError, match="other settings"):
        run(Line(seed=1), tmp_path / "cut", 130, resume=True)
    run(Line(), tmp_path / "cut", 130, resume=True)
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.equal(whole[key], cut[key]) for key in whole)
    with pytest.raises(TrainingError, match="finished"):
        run(Line(), tmp_path / "cut", 130, resume=True)


def test_a_run_killed_between_weights_and_config_can_be_resumed(tmp_path, monkeypatch):
    run(Line(), tmp_path / "whole", 30, precision="32")
    monkeypatch.setattr(steps, "SAVE_SECONDS", -1.0)

    def die(path, values):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(steps, "write_json", die)
        run(Line(), tmp_path / "cut", 30, precision="32")
    assert (tmp_path / "cut" / MODEL).exists()
    run(Line(), tmp_path / "cut", 30, precision="32", resume=True)
    cut, whole = weights(tmp_path / "cut"), weights(tmp_path / "whole")
    assert all(torch.equal(cut[key], whole[key]) for key in whole)


def test_two_runs_in_one_folder_do_not_both_run(tmp_path):
    with one_writer(tmp_path / "a"), pytest.raises(ValueError, match="another process is writing"):
        run(Line(), tmp_path / "a", 3, precision="32")


def test_a_loss_that_explodes_is_a_sentence(tmp_path):
    learner = Line()
    learner.truth = learner.truth * float("inf")
    with pytest.raises(TrainingError, match="finite"):
        run(learner, tmp_path / "a", 5)


@font.needed
def test_a_second_process_that_is_killed_resumes(tmp_path):
    command = [sys.executable, "-m", "vae", "dalle", "tokenizer", "--steps", "6", "--batch-size", "2", "--device", "cpu",
               "--precision", "32", "--resume", "--folder"]  # fmt: skip
    spy = ("import sys, os, signal; from vae.training import steps; steps.SAVE_SECONDS = -1.0; save = steps._save\n"
           "def die(*a):\n    save(*a)\n    if a[5] == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
           "steps._save = die; sys.argv = sys.argv[1:]; from vae.cli import main; main()")  # fmt: skip
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    killed = subprocess.run([sys.executable, "-c", spy, *command[2:], tmp_path / "cut"], env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL and (tmp_path / "cut/tokenizer" / steps.STATE).exists()
    for folder in ("cut", "whole"):
        subprocess.run([*command, tmp_path / folder], env=environment, check=True, capture_output=True)
    cut, whole = (weights(tmp_path / folder / "tokenizer") for folder in ("cut", "whole"))
    assert all(torch.equal(cut[key], whole[key]) for key in whole)
    assert load_part(tmp_path / "cut/tokenizer").codebook_size == 1000


@font.needed
@pytest.mark.parametrize("kind", ["fsq", "gumbel"])
def test_a_tokenizer_learns_from_a_few_batches(kind):
    learner = TokenizerLearner(kind, batch_size=4)
    optimizer = torch.optim.Adam(learner.model.parameters(), 2e-3)
    images = tokenizer.pictures(4, (0, 9))
    noise = torch.zeros(4, 1000, 8, 8)

    def error():
        return (learner.model(images, 0.0, noise)[0] - images).square().mean().item()

    before = error()
    for step in range(20):
        loss = learner.loss(step, 1000)
        optimizer.zero_grad()
        loss["loss"].backward()
        optimizer.step()
    assert error() < before
    assert set(learner.validate(learner.model)) == {"held_out_mse", "codebook_used"}


@font.needed
@pytest.mark.parametrize("make", [TokenizerLearner, DecoderLearner, TransformerLearner, ClipLearner])
def test_nothing_that_learns_meets_a_held_out_pair(make, monkeypatch):
    scenes, words = [], []
    draw = tokenizer.random_scenes
    monkeypatch.setattr(tokenizer, "random_scenes", lambda *a, **k: scenes.append(draw(*a, **k)) or scenes[-1])
    monkeypatch.setattr(captions, "word_ids", lambda rows: words.append(list(map(tuple, rows))) or word_ids(words[-1]))
    small = ScalarTokenizer().eval().requires_grad_(False)
    learner = (
        make("fsq", 0, 64)
        if make is TokenizerLearner
        else make(small, **{} if make is not DecoderLearner else {"width": 16}, batch_size=64)
    )
    scenes.clear(), words.clear()
    for step in range(3):
        learner.loss(step, 10)
    assert sum(map(len, scenes)) == 3 * 64 and not any(scene.held_out for batch in scenes for scene in batch)
    pairs = [(name, tint) for batch in words for row in batch for tint, name in (row[:2], row[3:5]) if tint not in (ANY, NOTHING)]
    assert not any(held_out(*pair) for pair in pairs) and (make in (TokenizerLearner, DecoderLearner) or len(pairs) > 200)


def test_leaving_open_never_invents_a_second_thing():
    words = torch.from_numpy(word_ids([("red", "cat", NOTHING, NOTHING, NOTHING, "white")] * 2000))
    opened = captions._leave_open(words, np.random.default_rng(0))
    whole = (opened == WORDS.index(ANY)).all(1)
    assert 0.07 < whole.float().mean() < 0.13
    assert (opened[~whole][:, 2:5] == WORDS.index(NOTHING)).all()
    assert 0.02 < (opened[~whole][:, 0] == WORDS.index(ANY)).float().mean() < 0.06


@font.needed
def test_training_the_decoder_alone_leaves_the_tokens(tmp_path):
    torch.manual_seed(0)
    before = ScalarTokenizer().eval().requires_grad_(False)
    images = tokenizer.pictures(8, (0, 9))
    tokens, sha = before.encode(images), before.encoder_sha256
    run(DecoderLearner(before, 12, batch_size=2), tmp_path / "a", 2, precision="32")
    after = load_part(tmp_path / "a")
    assert after.encoder_sha256 == sha
    assert (after.encode(images) == tokens).float().mean() > 0.98  # half precision alone may turn a few
    assert after.decode(tokens).shape == images.shape and after.grow[0].first.weight.shape[0] == 12
