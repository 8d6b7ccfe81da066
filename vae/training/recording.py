"""What a person did while a pair of models learned: enough to do it all again, to the same bits on the CPU."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vae.store.files import write_atomically

KINDS = ("ae", "vae")  # of models that learn in lock-step
FIGURES = ("ae_error", "vae_error", "rate", "ae_empty", "vae_empty", "ae_unreal", "vae_unreal")  # of the curves, see `watched.py`
MOST_CHANGES = 100_000
MOST_STEPS = 10_000_000
LARGEST_BATCH = 1024
LARGEST_BETA, LARGEST_RATE, LARGEST_NOISE, LARGEST_L2 = 1000.0, 1.0, 10.0, 1000.0
FROZEN = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class RecordingError(ValueError):
    """A recording cannot be used; the message says why."""


class Setup(BaseModel):
    """What stays the same through a run.

    data : a name that `vae.data` knows
    latent_dim : D, numbers in a code
    hidden : widths of the fully connected encoder's layers; the decoder mirrors them
    seed : of the weights, the batches and the noise
    """

    model_config = FROZEN

    data: str
    latent_dim: Annotated[int, Field(ge=1, le=256)] = 2
    hidden: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(min_length=1, max_length=8)] = (128, 64)
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0


class Hand(BaseModel):
    """Where the sliders stand.

    beta : weight of the VAE's KL term
    learning_rate : of AdamW, for both models
    noise : standard deviation of the noise on the AE's codes
    l2 : weight of half the squared norm of the AE's codes
    batch_size : pictures a step
    left_out : classes that are not trained on
    """

    model_config = FROZEN

    beta: Annotated[float, Field(ge=0, le=LARGEST_BETA)] = 1.0
    learning_rate: Annotated[float, Field(gt=0, le=LARGEST_RATE)] = 1e-3
    noise: Annotated[float, Field(ge=0, le=LARGEST_NOISE)] = 0.0
    l2: Annotated[float, Field(ge=0, le=LARGEST_L2)] = 0.0
    batch_size: Annotated[int, Field(ge=2, le=LARGEST_BATCH)] = 64
    left_out: frozenset[Annotated[int, Field(ge=0)]] = frozenset()


class Change(BaseModel):
    """The hand from a step on: that step is the first that it acts on."""

    model_config = FROZEN

    step: Annotated[int, Field(ge=0, le=MOST_STEPS)]
    hand: Hand


class Recording(BaseModel):
    """A run: its setup, every change of the hand with its step, and how many steps were taken.

    Raises
    ------
    ValueError
        If a change comes after the last step or the changes are not in order.
    """

    model_config = FROZEN

    format: Literal[1] = 1
    setup: Setup
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()
    steps: Annotated[int, Field(ge=0, le=MOST_STEPS)] = 0

    @model_validator(mode="after")
    def _in_order(self) -> Recording:
        steps = [change.step for change in self.changes]
        if steps != sorted(set(steps)):
            raise ValueError("the changes of a recording must be in the order of their steps, one a step")
        if steps and steps[-1] > self.steps:
            raise ValueError("a recording must not change anything after its last step")
        return self

    def hand(self, step: int) -> Hand:
        """Where the sliders stand at `step`."""
        at = bisect_right(self.changes, step, key=lambda change: change.step)
        return self.changes[at - 1].hand if at else Hand()

    def changed(self, step: int, hand: Hand) -> Recording:
        """This run up to `step`, and `hand` from there: what came after is gone."""
        kept = tuple(change for change in self.changes if change.step < step)
        before = kept[-1].hand if kept else Hand()
        return Recording(setup=self.setup, changes=kept if hand == before else (*kept, Change(step=step, hand=hand)), steps=step)

    def until(self, step: int) -> Recording:
        """This run with `step` steps; the hand stays as it was last."""
        return Recording(setup=self.setup, changes=tuple(each for each in self.changes if each.step <= step), steps=step)

    def to_json(self) -> str:
        """The recording as text, the same for the same run."""
        return json.dumps(_sorted(self.model_dump(mode="json")), indent=1) + "\n"

    def write(self, path: Path) -> None:
        """Write it to a file, atomically."""
        write_atomically(path, lambda file: file.write(self.to_json().encode()))

    @classmethod
    def from_json(cls, text: str | bytes) -> Recording:
        """The recording that a text holds; RecordingError if it holds none."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise RecordingError(f"this is no recording of a training ({where + ': ' if where else ''}{first['msg']})") from None

    @classmethod
    def read(cls, path: Path) -> Recording:
        """The recording in a file; RecordingError if there is none."""
        try:
            return cls.from_json(path.read_bytes())
        except OSError as error:
            raise RecordingError(f"{path.name} cannot be read ({error.strerror}); name a recording that a training has written") from error


def _sorted(value: Any) -> Any:
    """`value` with the classes that are left out in order: a set has none of its own."""
    if isinstance(value, Mapping):
        return {key: sorted(item) if key == "left_out" else _sorted(item) for key, item in value.items()}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value
