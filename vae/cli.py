"""The command line: `python -m vae run | train | evaluate | certify | embed | terrain | ladder | lines | tables | sample | info |
classifier`."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from vae import cli_dalle, data
from vae.cli_options import Device, Resume, Seed, device_named, training_bar
from vae.data.fingerprint import fingerprint
from vae.store import folders
from vae.store.atlases import Atlas, load_atlas, save_atlas
from vae.store.checkpoints import find_model, load_model, read_config, weights_sha256
from vae.store.classifiers import load_classifier
from vae.store.files import CheckpointError
from vae.store.folders import ATLAS, CLASSIFIERS, MODEL
from vae.store.ladders import Ladder, save_ladder
from vae.store.metrics import load_metrics, load_seeds, save_metrics
from vae.store.names import check_file, check_folder, check_name
from vae.store.painters import find_painter

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Open Continuum; train and measure its autoencoders."
)
app.add_typer(cli_dalle.app, name="dalle")

Name = Annotated[str, typer.Argument(help="A name under checkpoints/, or a path.")]
Download = Annotated[bool, typer.Option("--download", help="Fetch MNIST or Fashion-MNIST if it is not on disk.")]


@app.command()
def run(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on: 127.0.0.1 for this machine alone; left out, whoever reaches this machine can open it."),
    ] = None,
) -> None:
    """Open the app in a browser; Ctrl-C ends it."""
    from vae.ui.launch import launch

    launch(port, host)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for the checkpoint.")],
    data_name: Annotated[str, typer.Option("--data", help="mnist, fashion-mnist, lines, scenes or a folder of images.")] = "mnist",
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
    sphere: Annotated[bool, typer.Option("--sphere", help="Put an autoencoder's codes on a sphere (a circle, with two numbers).")] = False,
    architecture: Annotated[Literal["mlp", "conv"], typer.Option(help="Fully connected, or convolutional.")] = "mlp",
    hidden: Annotated[
        str | None,
        typer.Option(help="Widths of the encoder's layers (512,256), for conv their channels (16,32); the decoder mirrors them."),
    ] = None,
    dense: Annotated[
        int, typer.Option(min=0, max=65536, help="Width of a fully connected layer on both sides of a conv model's code.")
    ] = 0,
    batch_size: Annotated[int, typer.Option(min=1)] = 256,
    learning_rate: Annotated[float, typer.Option(min=1e-8, max=1.0)] = 1e-3,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Annotated[str, typer.Option(help="Lightning Fabric's precision: 32-true, bf16-mixed, 16-mixed, ...")] = "32-true",
    holdout: Annotated[int, typer.Option(min=0, help="Training images kept aside to choose settings by.")] = 0,
    weights: Annotated[
        Literal["float32", "float16"], typer.Option(help="How to store the weights; float16 takes half the space.")
    ] = "float32",
    size: Annotated[int, typer.Option(min=8, max=256, help="Side to which a folder's images are scaled.")] = 32,
    resume: Resume = False,
    download: Download = False,
) -> None:
    """Train a model; a run that was stopped goes on with --resume and ends with the same weights."""
    from vae.models import ModelConfig
    from vae.training.loop import train as run

    check_folder(out)
    images = data.load(data_name, "train", download=download, size=size)
    source = data_name if data.find(data_name) else str(Path(data_name).resolve())
    config = ModelConfig(
        kind=model, latent_dim=latent_dim, image_shape=tuple(images.images.shape[1:]), data=source, architecture=architecture,
        hidden=_widths(hidden or {"mlp": "512,256", "conv": "16,32"}[architecture]), dense=dense,
        beta=(1.0 if model == "vae" else 0.0) if beta is None else beta, seed=seed, epochs=epochs, batch_size=batch_size,
        learning_rate=learning_rate, precision=precision, holdout=holdout, likelihood=likelihood, noise=noise, first_noise=first_noise,
        l2=l2, first_blur=first_blur, sphere=sphere, weights=weights,
    )  # fmt: skip
    with training_bar(out.name, 2) as progress:
        run(config, images.images, out, accelerator=device, resume=resume, progress=progress)
    typer.echo(f"{out} is trained; next: python -m vae embed {out} and python -m vae evaluate {out}")


@app.command()
def evaluate(
    name: Name,
    against: Annotated[str | None, typer.Option(help="Another model of the same data, measured and shown beside it.")] = None,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Measure a model, or two, on the test set, print the figures with 95 % intervals and write metrics.json.

    A painter is measured by its drawings of captions instead.
    """
    if find_painter(name) is not None:
        if against is not None:
            raise ValueError(f"{name} draws from captions and cannot be compared with {against}; leave --against out")
        cli_dalle.evaluate(name, device, seed)
        return
    from vae.continuity.comparison import table

    names = [name] if against is None else [name, against]
    if against is not None:
        _same_data(name, against)
    measured = [_evaluate(each, device_named(device), seed, download) for each in names]
    typer.echo(table(names, measured, [load_seeds(find_model(each)) for each in names]))


def _same_data(name: str, against: str) -> None:
    data_sets = [read_config(find_model(each)).data for each in (name, against)]
    if data_sets[0] != data_sets[1]:
        raise ValueError(f"{name} was trained on {data_sets[0]} and {against} on {data_sets[1]}; compare two models of the same data")


def _evaluate(name: str, device: str | None, seed: int, download: bool) -> dict:
    from tqdm import tqdm

    from vae.continuity.interpolation import lines_figures
    from vae.continuity.scorecard import PARTS, scorecard

    folder = find_model(name)
    model = load_model(name, device)
    test = _images(model.config, "test", download)
    try:
        judge = load_classifier(model.config.data, model.device)
    except CheckpointError as error:
        typer.echo(f"{error}; going on without the figures that need it", err=True)
        judge = None
    with tqdm(total=len(PARTS), unit="part", dynamic_ncols=True) as bar:
        begun: list[str] = []

        def progress(part: str) -> None:
            bar.update(len(begun) - bar.n)  # those that are done
            begun.append(part)
            bar.set_description(f"{folder.name}: {part}")

        figures = scorecard(model, test, judge, seed=seed, progress=progress)
        bar.update(len(PARTS) - bar.n)
    if model.config.data == "lines":
        figures |= lines_figures(model, seed)
    metrics = {"seed": seed, "test_images": len(test), "weights_sha256": weights_sha256(folder), **figures}
    save_metrics(folder, metrics)
    return metrics


@app.command()
def certify(
    name: Name,
    out: Annotated[Path, typer.Option(help="HTML file to write; its JSON file is written beside it.")],
    against: Annotated[str | None, typer.Option(help="The model to compare it with, of the same data.")] = None,
    device: Device = "auto",
    seed: Seed = 0,
    background: Annotated[bool, typer.Option("--background", hidden=True, help="One thread, low priority, progress as lines.")] = False,
) -> None:
    """Write the certificate of a model or of a pair: one HTML page that needs nothing else, and a JSON file."""
    from tqdm import tqdm

    from vae.continuity.certificate import certify as examine
    from vae.continuity.certificate_page import save

    if out.suffix.lower() not in (".html", ".htm"):  # before minutes of work
        raise ValueError(f"--out is {out}; give it a name that ends in .html, its JSON file is written beside it")
    check_file(out)
    names = [name] if against is None else [name, against]
    if background:
        _step_back()
        certificate = examine(
            names, seed=seed, device=device_named(device), progress=lambda share, words: print(f"{share:.4f} {words}", flush=True)
        )
    else:
        with tqdm(total=1.0, bar_format="{desc:44.44s} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}", dynamic_ncols=True) as bar:

            def progress(share: float, words: str) -> None:
                bar.set_description_str(words, refresh=False)
                bar.update(max(0.0, share - bar.n))

            certificate = examine(names, seed=seed, device=device_named(device), progress=progress)
    beside = save(certificate, out)
    if not background:
        for verdict in certificate.facts["verdicts"]:
            typer.echo(f"{verdict['ruling']:22s} {verdict['sentence']}")
        typer.echo(f"wrote {out} and {beside}")


def _step_back() -> None:
    """Leave the machine to whoever is at work on it."""
    import os

    import torch

    torch.set_num_threads(1)
    if hasattr(os, "nice"):
        os.nice(15)


@app.command()
def embed(
    name: Name,
    training_set: Annotated[bool, typer.Option("--training-set", help="Map the training images too, after the test images.")] = False,
    neighbours: Annotated[int, typer.Option(min=2, max=200, help="UMAP's n_neighbors.")] = 15,
    min_dist: Annotated[float, typer.Option(min=0, max=0.99, help="UMAP's min_dist.")] = 0.1,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Write the atlas: codes of the test set, their labels and their places on the map."""
    import numpy as np
    import torch
    from tqdm import tqdm

    from vae.latent.projection import fit_umap

    folder = find_model(name)
    model = load_model(name, device_named(device))
    splits = ["test", "train"] if training_set else ["test"]
    parts = [_images(model.config, split, download) for split in splits]
    images = torch.cat([part.images for part in parts])
    means, stds = [], []
    with torch.inference_mode():
        for batch in tqdm(images.split(1000), desc="encoding", unit="batch"):
            posterior = model.encode(batch.float() / 255)
            means.append(posterior.mean.cpu().numpy())
            stds.append(posterior.std.cpu().numpy())
    codes = np.concatenate(means)
    if model.config.latent_dim == 2:
        places, settings = codes, {"method": "identity"}
    else:
        typer.echo(f"fitting UMAP to {len(codes)} codes; the first fit on a machine compiles for about a minute")
        places = fit_umap(codes, seed=seed, neighbours=neighbours, min_dist=min_dist)
        settings = {"method": "umap", "seed": seed, "neighbours": neighbours, "min_dist": min_dist}
    atlas = Atlas(codes, np.concatenate(stds), torch.cat([part.labels for part in parts]).numpy(), places,
                             parts[0].classes, settings | {"splits": splits, "images": fingerprint(model.config.data, images)})  # fmt: skip
    save_atlas(folder, atlas)
    typer.echo(f"wrote {folder / ATLAS} with {len(codes)} codes")


@app.command()
def ladder(
    name: Annotated[str, typer.Argument(help="What to call it; the app shows every ladder.")],
    models: Annotated[list[str], typer.Argument(help="Checkpoints of the same data with an atlas each, from one end to the other.")],
    images: Annotated[int, typer.Option(min=4, help="How many of the test images the maps show.")] = 2000,
    seed: Seed = 0,
) -> None:
    """Lay the maps of several models on each other, so that the app can slide from one to the next."""
    import numpy as np

    from vae.latent.ladder import align_maps, align_planes

    check_name(name)
    atlases = [load_atlas(find_model(model)) for model in models]
    first, count = atlases[0], min(images, *(len(atlas) for atlas in atlases))
    if len(models) < 2 or any(not np.array_equal(atlas.labels[:count], first.labels[:count]) for atlas in atlases):
        raise ValueError("a ladder needs two or more models whose maps show the same images")
    codes = [atlas.codes[:count] for atlas in atlases]
    if all(part.shape[1] == 2 for part in codes):
        places, settings = align_planes(codes), {"method": "procrustes"}
    else:
        typer.echo(f"fitting {len(codes)} aligned UMAPs; the first fit on a machine compiles for about a minute")
        places, settings = align_maps(codes, seed), {"method": "aligned umap", "seed": seed}
    path = save_ladder(name, Ladder(tuple(models), first.labels[:count], places, first.classes, settings))
    typer.echo(f"wrote {path}: {count} images in {len(models)} models")


@app.command()
def terrain(name: Annotated[str, typer.Argument(help="A name under checkpoints/.")], device: Device = "auto") -> None:
    """Work out the floors of a model's whole map and write terrain.safetensors, so that the app shows them at once."""
    from tqdm import tqdm

    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.terrain import SIDES
    from vae.live.wire.asking import request
    from vae.live.wire.frames import OK, unpack_reply
    from vae.live.wire.schema import FIELDS, LIMITS, TERRAIN

    engine = Engine(Library(device_named(device)))
    bundle = engine.library.get(name)
    floors = bundle.terrain
    piece = 2 if 4 * (bundle.model.config.latent_dim + 2) <= LIMITS.most_jacobians else 1  # what one request may ask of a Jacobian
    engine.start()
    try:
        tiles = [tile for side in SIDES for tile in floors.tiles(side, piece)]
        for field in FIELDS:
            for (x0, x1, y0, y1), columns, rows in tqdm(tiles, desc=field, unit="tile", dynamic_ncols=True):
                window = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "columns": columns, "rows": rows}
                reply = unpack_reply(engine.submit(request(0, TERRAIN, name, field=field, **window)).result())
                if reply.status != OK:
                    typer.echo(f"{field} is left out: {reply.sentence}", err=True)
                    break
    finally:
        engine.stop()
    floors.store()
    typer.echo(f"wrote {find_model(name) / folders.TERRAIN}")


@app.command()
def sample(
    name: Name,
    out: Annotated[Path, typer.Option(help="PNG file to write.")],
    count: Annotated[int, typer.Option(min=1, max=4096)] = 64,
    distribution: Annotated[Literal["prior", "fitted"], typer.Option(help="N(0, I), or a Gaussian fitted to the codes.")] = "prior",
    temperature: Annotated[float, typer.Option(min=0, max=10)] = 1.0,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """Draw codes, decode them and write the pictures as one wall."""
    import torch
    from torchvision.utils import save_image

    from vae.latent.sampling import Gaussian, prior

    model = load_model(name, device_named(device))
    codes = prior(count, model.config.latent_dim, temperature, seed)
    if distribution == "fitted":
        codes = Gaussian.fit(load_atlas(find_model(name)).codes).sample(codes)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_image(model.decode(torch.from_numpy(codes)), out, nrow=round(count**0.5), padding=2, pad_value=0.15)
    typer.echo(f"wrote {out}")


@app.command()
def info(name: Annotated[str | None, typer.Argument(help="A checkpoint; all of them if left out.")] = None) -> None:
    """Say what a checkpoint is, or list them all."""
    from vae.continuity.inventory import figure_lines, inventory

    if name is None:
        typer.echo(inventory())
        return
    model = load_model(name, "cpu")
    for key, value in model.config.to_dict().items():
        typer.echo(f"{key:14s} {value}")
    typer.echo(f"{'parameters':14s} {sum(weight.numel() for weight in model.parameters())}")
    typer.echo(figure_lines(find_model(name)))


@app.command()
def lines(name: Name, device: Device = "auto", seed: Seed = 0) -> None:
    """Measure how a model interpolates between lines, beside the published figures."""
    from vae.continuity.interpolation import lines_figures
    from vae.continuity.published import as_text, lines_rows

    folder = find_model(name)
    figures = lines_figures(load_model(name, device_named(device)), seed)
    save_metrics(folder, load_metrics(folder) | figures)
    typer.echo(as_text(lines_rows()))


@app.command()
def tables() -> None:
    """Print the published tables, likelihood of binarized MNIST and the lines task, with a row for each model measured so."""
    from vae.continuity.published import as_text, likelihood_rows, lines_rows

    for title, rows in (
        ("Binarized MNIST, negative log-likelihood in nats per image", likelihood_rows()),
        ("The lines task", lines_rows()),
    ):
        typer.echo(f"{title}; lower is better\n\n{as_text(rows)}\n")


@app.command()
def classifier(
    data_name: Annotated[str, typer.Option("--data", help="mnist or fashion-mnist.")],
    epochs: Annotated[int, typer.Option(min=1)] = 10,
    flip: Annotated[bool, typer.Option("--flip", help="Mirror half of the training images.")] = False,
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Train the classifier whose features and classes the figures use."""
    from vae.training.classifier import train_classifier

    folder = folders.root() / CLASSIFIERS / Path(data_name).name
    if (folder / MODEL).exists():
        raise ValueError(f"{folder} already holds a classifier; every figure depends on it, so delete it by hand to train another")
    train_set, test_set = data.load(data_name, "train", download=download), data.load(data_name, "test", download=download)
    with training_bar(folder.name, 3) as progress:
        accuracy = train_classifier(
            data_name, train_set, test_set, folder, epochs=epochs, seed=seed, flip=flip,
            progress=lambda done, total, loss: progress(done, total, {"loss": loss}),
        )  # fmt: skip
    typer.echo(f"wrote {folder}; accuracy on the test set {accuracy:.4f}")


def main() -> None:
    """Run the command line; an error that a person can cause is one sentence and exit code 1."""
    try:
        app()
    except OSError as error:
        reason = "the disk is full; free some space and run it again with --resume" if error.errno == errno.ENOSPC else error
        sys.exit(f"error: {reason}")
    except ValueError as error:
        sys.exit(f"error: {error}")


def _widths(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError:
        raise ValueError(f"--hidden is {text!r}; give whole numbers with commas between them, like 512,256") from None


def _images(config, split: str, download: bool) -> data.Images:
    return data.load(config.data, split, download=download, size=config.image_shape[1])
