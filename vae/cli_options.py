"""What the commands share: options, the device they name, and the bar of a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer

Device = Annotated[Literal["auto", "cuda", "mps", "cpu"], typer.Option(help="Where to compute; auto takes the best there is.")]
Seed = Annotated[int, typer.Option(min=0, max=2**29, help="Seed of every random number.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from where a stopped run was.")]


def device_named(choice: str) -> str | None:
    """The device to compute on, None for the best there is; ValueError with a sentence if it is not there."""
    import torch

    there = {"auto": True, "cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[choice]:
        raise ValueError(f"there is no {choice} device here; use --device auto")
    return None if choice == "auto" else choice


@contextmanager
def training_bar(name: str, digits: int) -> Iterator[Callable[[int, int, dict[str, float]], None]]:
    """A progress bar, as a function of steps done, steps in all, and the loss and its parts, shown with so many digits."""
    from tqdm import tqdm

    with tqdm(unit="step", dynamic_ncols=True, mininterval=0.5, desc=name) as bar:

        def progress(done: int, total: int, parts: dict[str, float]) -> None:
            bar.total = total
            bar.set_postfix({key: f"{value:.{digits}f}" for key, value in parts.items()}, refresh=False)
            bar.update(done - bar.n)

        yield progress
