"""What an operation makes of a request: codes to decode, and how it goes on once they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from vae.continuity.measures import step_sizes
from vae.live.bundle import Bundle
from vae.live.wire.answering import arrays_of
from vae.live.wire.parts import Operation
from vae.live.wire.sizes import Sizes

ALL = slice(None)
STILL = 1e-6  # change per pixel, in float32, that rounding alone can make between two decodings of one code


@dataclass(frozen=True)
class Drawn:
    """A plan's share of what the engine decoded.

    batch : (N, C, H, W) float in [0, 1], on the device: the pictures of all plans
    rows : which of them are this plan's
    pixels : (n, H, W, C) uint8, this plan's pictures
    places : (p, 2) float32, of the codes the plan wanted placed; None if none
    """

    batch: Tensor
    rows: slice
    pixels: np.ndarray
    places: np.ndarray | None

    @property
    def pictures(self) -> Tensor:
        """This plan's pictures, (n, C, H, W) float in [0, 1], on the device."""
        return self.batch[self.rows]


@dataclass(frozen=True)
class Plan:
    """What an operation needs and how it ends.

    codes : (n, D) float32, to decode
    finish : makes the named answer of what was decoded
    placed : which of the codes to place on the map; None for none
    shrink : how many times smaller each way its pictures may be
    """

    codes: np.ndarray
    finish: Callable[[Drawn], Mapping[str, object]]
    placed: slice | None = None
    shrink: int = 1


@dataclass(frozen=True)
class Prepared:
    """A plan with the operation that it answers.

    sizes : of the model and the request, which the answer's shapes are held to
    """

    operation: Operation
    plan: Plan
    sizes: Sizes

    def arrays(self, drawn: Drawn) -> list[np.ndarray]:
        """The arrays of the reply; SizeError if they are not those of the schema."""
        return arrays_of(self.operation, self.plan.finish(drawn), self.sizes)


def pictures_and_places(codes: np.ndarray) -> Plan:
    """The plan that answers with the pictures and places of `codes` (N, D), and nothing else."""
    return Plan(codes, lambda drawn: {"pixels": drawn.pixels, "places": drawn.places}, ALL)


def steps_between(bundle: Bundle, pictures: Tensor) -> Tensor:
    """How much the picture changes from each of `pictures` (N, C, H, W) to the next, (N − 1,); 0 where only rounding does."""
    steps = step_sizes(pictures)
    steps[steps < STILL * bundle.model.config.pixels**0.5] = 0  # or a path that goes nowhere would seem to jump
    return steps
