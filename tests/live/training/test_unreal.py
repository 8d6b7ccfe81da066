"""Who tells unreal pictures while a pair learns says the same as the judge of the whole app."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vae.live import judge
from vae.live.training.unreal import teller_of_unreal
from vae.store.classifiers import NoJudge, Pictures

DIGITS = (1, 28, 28)


@pytest.fixture(autouse=True)
def shipped(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judges that come with the repository."""
    monkeypatch.delenv("VAE_CHECKPOINTS")


def test_the_share_is_the_judges() -> None:
    pictures = torch.rand(6, *DIGITS, generator=torch.Generator().manual_seed(0))
    pictures[3:] = 0  # an empty picture is another matter than noise
    known = judge.load(Pictures("mnist", "", DIGITS), torch.device("cpu"))
    assert known is not None
    with torch.inference_mode():
        assert teller_of_unreal("mnist", DIGITS)(pictures) == pytest.approx(known.verdicts(pictures).unreal.mean())


def test_without_a_judge_there_is_a_sentence() -> None:
    with pytest.raises(NoJudge, match="no classifier for these data"):
        teller_of_unreal("lines", (1, 32, 32))
