"""Who tells, while a pair learns, how many of its drawn pictures are unreal."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vae.data.fingerprint import identity
from vae.live.judge import CACHED, quick
from vae.sentences import phrase
from vae.store.classifiers import NoJudge, Pictures, load_judge


def teller_of_unreal(data: str, shape: tuple[int, int, int]) -> Callable[[Tensor], float]:
    """What tells, of pictures (N, C, H, W) in [0, 1] like those of a data set, the share that the set's judge finds unreal.

    Raises
    ------
    CheckpointError
        If there is no judge that can tell, or it is broken; the message says why.
    """
    judge = load_judge(Pictures(data, identity(data), shape))
    model, reference, threshold = quick(judge.model), judge.reference, judge.threshold
    if threshold is None:
        why = judge.config.get("no_threshold")
        raise NoJudge(
            phrase(
                "the {kind} cannot tell what is unreal{more}",
                kind=judge.kind,
                more=phrase(": {why}", why=why) if isinstance(why, str) else "",
            )
        )

    def share(pictures: Tensor) -> float:
        parts = pictures.contiguous(memory_format=torch.channels_last).split(CACHED)
        features = torch.cat([model.features(part) for part in parts])
        return float((torch.cdist(features, reference).amin(1) > threshold).float().mean())

    return share
