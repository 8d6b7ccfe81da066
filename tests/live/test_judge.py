import dataclasses

import numpy as np
import pytest
import torch

from vae.continuity.terrain import class_entropy
from vae.live import judge
from vae.models import Encoder
from vae.store.classifiers import Pictures, StoredJudge, load_classifier


@pytest.fixture
def stored():
    return load_classifier("shapes")


def test_pictures_like_the_real_ones_are_on_the_manifold_and_others_are_not(stored):
    verdicts = judge.Judge(stored).verdicts(torch.cat([torch.rand(200, 1, 8, 8), torch.zeros(5, 1, 8, 8)]))
    assert 0.2 < verdicts.unreal[:200].mean() < 0.8  # the threshold is the median
    assert (verdicts.unreal[200:] == 1).all()


def test_without_a_threshold_nobody_knows(stored):
    config = {key: value for key, value in stored.config.items() if key != "off_manifold_threshold"}
    verdicts = judge.Judge(dataclasses.replace(stored, config=config)).verdicts(torch.rand(3, 1, 8, 8))
    assert np.isnan(verdicts.unreal).all() and (verdicts.label >= 0).all()


def test_a_data_set_without_a_classifier_has_no_judge():
    nothing = Pictures("nothing", "0" * 64, (1, 8, 8))
    assert judge.load(nothing, torch.device("cpu")) is None
    assert judge.load(Pictures("/home/somebody/nothing", "0" * 64, (1, 8, 8)), torch.device("cpu")) is None
    told = judge.known(Pictures("/home/somebody/nothing", "0" * 64, (1, 8, 8)))
    assert not told.classes and told.sentence.startswith("there is no classifier for these data; train one with: python -m vae classifier")
    assert "somebody" not in told.sentence, "where a folder lies is nobody's business"


def test_an_encoder_tells_what_is_unreal_and_no_classes():
    torch.manual_seed(0)
    model = Encoder((1, 8, 8)).eval().requires_grad_(False)
    reference = model.features(torch.rand(300, 1, 8, 8))
    critic = judge.Judge(StoredJudge(model, "0" * 64, {"off_manifold_threshold": 0.01}, reference))
    verdicts = critic.verdicts(torch.zeros(5, 1, 8, 8))
    assert (verdicts.label == -1).all() and np.isnan(verdicts.confidence).all() and (verdicts.unreal == 1).all()
    assert not critic.classes


def test_the_quick_copy_says_what_the_classifier_says(stored):
    pictures = torch.rand(50, 1, 8, 8)
    for ours, theirs in zip(judge.quick(stored.model).blocks, stored.model.blocks, strict=True):
        assert isinstance(theirs, type(ours)) or isinstance(ours, torch.nn.Identity)
    assert torch.allclose(judge.quick(stored.model).features(pictures), stored.model.features(pictures), atol=1e-5)
    assert torch.allclose(judge.quick(stored.model)(pictures), stored.model(pictures), atol=1e-4)


@pytest.mark.parametrize(("short", "near"), [(True, 0.05), (False, 1e-4)])
def test_shorter_numbers_change_no_entropy_that_can_be_seen(stored, monkeypatch, short, near):
    monkeypatch.setattr(judge, "SHORT", short)
    pictures = torch.rand(200, 1, 8, 8)
    with torch.inference_mode():
        scores = judge.Judge(stored).scores(pictures)
        exact = class_entropy(stored.model(pictures))
    assert scores.dtype == torch.float32
    assert (class_entropy(scores) - exact).abs().max() < near
