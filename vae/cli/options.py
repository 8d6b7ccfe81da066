"""What the commands share: options, and the bar that shows how far a task is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from vae.tasks.own_folder import becomes
from vae.tasks.progress import Progress

Name = Annotated[str, typer.Argument(help="A name under checkpoints/, or a path.")]
Device = Annotated[Literal["auto", "cuda", "mps", "cpu"], typer.Option(help="Where to compute; auto takes the best there is.")]
Seed = Annotated[int, typer.Option(min=0, max=2**29, help="Seed of every random number.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from where a stopped run was.")]
OtherData = Annotated[
    str | None,
    typer.Option("--data", help="Another data set than the one it was trained on, or a folder, which becomes one of its name first."),
]
Download = Annotated[bool, typer.Option("--download", help="Fetch MNIST or Fashion-MNIST if it is not on disk.")]
Picture = Annotated[Path, typer.Option(help="PNG file to write.")]

OFTEN = 0.5  # seconds between two drawings of the bar


@contextmanager
def bar() -> Iterator[Progress]:
    """A progress bar, as the callback of a task."""
    from tqdm import tqdm

    with tqdm(total=1.0, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}", dynamic_ncols=True) as shown:
        drawn: float | None = None

        def progress(share: float, words: str) -> None:
            nonlocal drawn
            if drawn is None:  # what a run before this one has done took none of this one's time
                drawn, shown.initial = 0.0, share
            shown.n = max(shown.n, share)
            shown.set_description_str(words, refresh=False)
            if time.monotonic() - drawn >= OFTEN:  # a step may take a millisecond or a minute
                drawn = time.monotonic()
                shown.refresh()

        yield progress


def saying(sentence: str) -> None:
    """Print a sentence above the bar."""
    from tqdm import tqdm

    tqdm.write(sentence, file=sys.stderr)


def say_folder(name: str | None) -> None:
    """Tell what a folder in the place of a data set's name becomes, and what is meant where there are both."""
    from vae import data

    if name is None:
        return
    if (own := becomes(name)) is not None:
        typer.echo(f"{name} is a folder: its pictures are the data set {own}, in which each one's content decides what it is for")
    elif data.is_folder(name):
        typer.echo(f"{name} is a data set and a folder here, and the data set is meant; for the folder, write --data ./{name}")
