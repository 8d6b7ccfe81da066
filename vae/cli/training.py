"""`train` and `classifier`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from vae.cli.options import Device, Download, Resume, Seed, bar, say_folder, saying
from vae.store import folders
from vae.tasks.classifier import ClassifierRequest
from vae.tasks.classifier import classifier as train_classifier
from vae.tasks.replay import ReplayRequest, replay
from vae.tasks.train import TrainRequest
from vae.tasks.train import train as train_model

app = typer.Typer()


@app.command()
def train(
    out: Annotated[
        str, typer.Option(help="Folder for the checkpoint; a bare name, mine, lies where the app looks, ./mine in the working folder.")
    ],
    data_name: Annotated[
        str,
        typer.Option(
            "--data",
            help="mnist, fashion-mnist, lines, scenes, dsprites, what import made, or a folder of images, which is imported first.",
        ),
    ] = "mnist",
    model: Annotated[Literal["ae", "vae"], typer.Option(help="Autoencoder or variational autoencoder.")] = "vae",
    latent_dim: Annotated[int, typer.Option(min=1, max=4096, help="Size of the code.")] = 16,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 60,
    beta: Annotated[float | None, typer.Option(min=0, help="Weight of a VAE's KL term; 1 is the plain evidence bound.")] = None,
    likelihood: Annotated[
        Literal["gaussian", "bernoulli"], typer.Option(help="Of the pixels; bernoulli draws each black or white anew at every step.")
    ] = "gaussian",
    noise: Annotated[float, typer.Option(min=0, help="Standard deviation of noise on an autoencoder's codes in training.")] = 0.0,
    first_noise: Annotated[
        float, typer.Option(min=0, help="What that noise is at first, falling to --noise over the first half of training.")
    ] = 0.0,
    l2: Annotated[float, typer.Option(min=0, help="Weight of half the squared norm of an autoencoder's codes.")] = 0.0,
    first_blur: Annotated[
        float, typer.Option(min=0, help="Blur of the training images at first, pixels; it fades over the first half of training.")
    ] = 0.0,
    flip: Annotated[bool, typer.Option("--flip", help="Mirror half of the training images, others at every step.")] = False,
    sphere: Annotated[bool, typer.Option("--sphere", help="Put an autoencoder's codes on a sphere (a circle, with two numbers).")] = False,
    architecture: Annotated[
        Literal["mlp", "conv", "residual", "spatial"],
        typer.Option(
            help="Fully connected, convolutional, convolutions beside a straight line, for pictures of one's own, or a few numbers for each "
            "cell of 6 x 6 pixels."
        ),
    ] = "mlp",
    hidden: Annotated[
        str | None,
        typer.Option(help="Widths of the encoder's layers (512,256), for convolutions their channels (16,32); the decoder mirrors them."),
    ] = None,
    dense: Annotated[
        int, typer.Option(min=0, max=65536, help="Width of a fully connected layer on both sides of a convolutional model's code.")
    ] = 0,
    batch_size: Annotated[int, typer.Option(min=1)] = 256,
    learning_rate: Annotated[float, typer.Option(min=1e-8, max=1.0)] = 1e-3,
    optimizer: Annotated[
        Literal["adamw", "muon"], typer.Option(help="muon steps the matrices inside the nets, and adamw the rest, half as fast.")
    ] = "adamw",
    seed: Seed = 0,
    device: Device = "auto",
    precision: Annotated[str, typer.Option(help="32-true, bf16-mixed, or, on a GPU, 16-mixed.")] = "32-true",
    threads: Annotated[
        int, typer.Option(min=0, max=1024, help="On the CPU; 0 chooses as many as make a step quicker, by the machine's load and a trial.")
    ] = 0,
    holdout: Annotated[int, typer.Option(min=0, help="Training images kept aside to choose settings by.")] = 0,
    patience: Annotated[
        int,
        typer.Option(
            min=0,
            help="With --holdout: stop after so many epochs without a smaller loss on these images, and keep the weights that did best; 0 for neither.",
        ),
    ] = 0,
    weights: Annotated[
        Literal["float32", "float16"], typer.Option(help="How to store the weights; float16 takes half the space.")
    ] = "float32",
    size: Annotated[int, typer.Option(min=8, max=256, help="Side to which a folder's images are scaled.")] = 32,
    resume: Resume = False,
    download: Download = False,
    recording: Annotated[
        Path | None, typer.Option("--replay", help="Do a training again that the page Train has recorded; writes OUT-ae and OUT-vae.")
    ] = None,
) -> None:
    """Train a model; a run that was stopped goes on with --resume and ends with the same weights, a finished one with more --epochs."""
    folder = _place(out)
    if recording is not None:
        with bar() as progress:
            done = replay(ReplayRequest(recording=recording, out=folder, download=download), progress)
        typer.echo(f"wrote {done.folders[0]} and {done.folders[1]} after {done.steps:,} steps; next: python -m vae embed {done.folders[0]}")
        return
    request = TrainRequest(
        out=folder, data=data_name, model=model, latent_dim=latent_dim, epochs=epochs, beta=beta, likelihood=likelihood, noise=noise,
        first_noise=first_noise, l2=l2, first_blur=first_blur, flip=flip, sphere=sphere, architecture=architecture,
        hidden=None if hidden is None else _widths(hidden), dense=dense, batch_size=batch_size, learning_rate=learning_rate, optimizer=optimizer, seed=seed,
        device=device, precision=precision, threads=threads, holdout=holdout, patience=patience, weights=weights, size=size, resume=resume,
        download=download,
    )  # fmt: skip
    say_folder(data_name)
    from vae.training.loop import Diverged

    try:
        with bar() as progress:
            train_model(request, progress, saying)
    except KeyboardInterrupt:
        typer.echo(f"stopped; go on with: {_again()}", err=True)
        raise typer.Exit(130) from None
    except Diverged as error:
        raise ValueError(f"{error}\n{_again('--learning-rate', f'{error.learning_rate:g}')}") from error
    from vae.tasks.outcome import report

    for said in report(request):
        typer.echo(said)
    found = folder.parent.resolve() in [root.resolve() for root in folders.roots()]
    name = shlex.quote(folder.name if found else str(folder))
    typer.echo(f"{folder} is trained; next: python -m vae embed {name} and python -m vae evaluate {name}")
    if not found:
        typer.echo(
            f"The app looks in {folders.root()} and will not find it: move the folder there, or let VAE_CHECKPOINTS name its parent."
        )


def _place(out: str) -> Path:
    """Where `out` is: a bare name lies among the checkpoints, everything else is a path."""
    bare = out == os.path.basename(out) and out not in ("", ".", "..")
    return folders.root() / out if bare else Path(out)


def _again(*options: str) -> str:
    """The command that is running, as it goes on with --resume; what comes last wins."""
    said = [*sys.argv[1:], *([] if "--resume" in sys.argv else ["--resume"]), *options]
    return f"python -m vae {shlex.join(said)}"


@app.command()
def classifier(
    data_name: Annotated[str, typer.Option("--data", help="mnist, fashion-mnist, what import made, or a folder of images.")],
    epochs: Annotated[int, typer.Option(min=1)] = 10,
    flip: Annotated[bool, typer.Option("--flip", help="Mirror half of the training images.")] = False,
    second: Annotated[
        bool, typer.Option("--second", help="Train a second one of another architecture, which checks the first one's Fréchet distances.")
    ] = False,
    seed: Seed = 0,
    size: Annotated[int, typer.Option(min=8, max=256, help="Side to which a folder's images are scaled, as for its models.")] = 32,
    download: Download = False,
) -> None:
    """Train the classifier whose features and classes the figures use; of one class alone, an encoder that needs none."""
    request = ClassifierRequest(data=data_name, epochs=epochs, flip=flip, second=second, seed=seed, size=size, download=download)
    say_folder(data_name)
    with bar() as progress:
        trained = train_classifier(request, progress)
    if trained.note:
        typer.echo(trained.note, err=True)
    reached = "" if trained.accuracy is None else f"; accuracy on the test set {trained.accuracy:.4f}"
    typer.echo(f"wrote {trained.folder}{reached}")


def _widths(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError:
        raise ValueError(f"--hidden is {text!r}; give whole numbers with commas between them, like 512,256") from None
