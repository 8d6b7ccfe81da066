"""The command line of the miniature DALL-E: `python -m vae dalle tokenizer | decoder | transformer | clip | codebook | probe`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from vae.cli.options import Device, Resume, Seed, bar
from vae.tasks import painter as tasks
from vae.tasks.progress import Progress

P = TypeVar("P", bound=tasks.PartRequest)

app = typer.Typer(no_args_is_help=True, help="Train the parts of the miniature DALL-E.")

Steps = Annotated[int, typer.Option(min=1, help="Batches to train on; each is drawn anew.")]
Batch = Annotated[int, typer.Option(min=2, max=4096, help="Scenes in a batch.")]
Precision = Annotated[Literal["bf16", "32"], typer.Option(help="bf16 is autocast.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="The painter's folder; checkpoints/dalle if left out.")]


@app.command()
def tokenizer(
    kind: Annotated[Literal["fsq", "gumbel"], typer.Option(help="Finite scalar quantization, or the discrete VAE.")] = "fsq",
    out: Annotated[
        str, typer.Option(help="What to call it; the parts that follow are trained with the one called tokenizer.")
    ] = "tokenizer",
    steps: Steps = 4000,
    batch_size: Batch = 64,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what turns pictures into tokens and back."""
    request = tasks.TokenizerRequest(kind=kind, out=out, steps=steps, batch_size=batch_size, seed=seed, device=device,
                                     precision=precision, resume=resume, folder=folder)  # fmt: skip
    _train(tasks.tokenizer, request)


@app.command()
def decoder(
    steps: Steps = 4000,
    batch_size: Batch = 64,
    width: Annotated[int, typer.Option(min=4, max=1024, help="Channels; a multiple of 4.")] = 96,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train a larger decoder for the tokenizer's tokens, which stay as they are, and so does what was trained on them."""
    request = tasks.DecoderRequest(steps=steps, batch_size=batch_size, width=width, seed=seed, device=device, precision=precision,
                                   resume=resume, folder=folder)  # fmt: skip
    _train(tasks.decoder, request)


@app.command()
def transformer(
    steps: Steps = 4000,
    batch_size: Batch = 64,
    width: Annotated[int, typer.Option(min=6, help="Numbers at each place; a multiple of 6.")] = 192,
    layers: Annotated[int, typer.Option(min=1, max=64)] = 6,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what writes tokens to a caption, with the finished tokenizer."""
    request = tasks.TransformerRequest(steps=steps, batch_size=batch_size, width=width, layers=layers, seed=seed, device=device,
                                       precision=precision, resume=resume, folder=folder)  # fmt: skip
    _train(tasks.transformer, request)


@app.command()
def clip(
    steps: Steps = 800,
    batch_size: Batch = 128,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what judges how well pictures go with captions, with the finished tokenizer."""
    request = tasks.ClipRequest(steps=steps, batch_size=batch_size, seed=seed, device=device, precision=precision, resume=resume,
                                folder=folder)  # fmt: skip
    _train(tasks.clip, request)


@app.command()
def codebook(
    tokenizer: Annotated[str, typer.Option(help="The tokenizer the painter is to use.")] = "decoder", seed: Seed = 0, folder: Folder = None
) -> None:
    """Map the codebook of the tokenizer to be used, and make the painter whole."""
    with bar() as progress:
        made = tasks.codebook(tasks.CodebookRequest(tokenizer=tokenizer, seed=seed, folder=folder), progress)
    typer.echo(f"wrote {made.map} and {made.painter}")


@app.command()
def vocabulary(seed: Seed = 0, folder: Folder = None) -> None:
    """Make the pictures of its words that the page Create shows; needs the emoji font."""
    with bar() as progress:
        made = tasks.vocabulary(tasks.VocabularyRequest(seed=seed, folder=folder), progress)
    typer.echo(f"wrote {made}")


@app.command()
def probe(steps: Steps = 2500, batch_size: Batch = 64, seed: Seed = 0) -> None:
    """Train what judges drawings: a classifier of true scenes, of all pairs, held-out ones too. Nothing learns from it."""
    with bar() as progress:
        trained = tasks.probe(tasks.ProbeRequest(steps=steps, batch_size=batch_size, seed=seed), progress)
    typer.echo(f"wrote {trained.folder}; all of a scene right in {trained.accuracy['joint']:.4f} of true scenes")


def _train(task: Callable[[P, Progress], tasks.TrainedPart], request: P) -> None:
    with bar() as progress:
        trained = task(request, progress)
    typer.echo(f"wrote {trained.folder}")
