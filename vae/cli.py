"""The command line: `python -m vae train | evaluate | embed | terrain | sample | info | classifier`."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from vae import checkpoint, data

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Train and measure autoencoders for Continuum."
)

Name = Annotated[str, typer.Argument(help="A name under checkpoints/, or a path.")]
Device = Annotated[Literal["auto", "cuda", "mps", "cpu"], typer.Option(help="Where to compute; auto takes the best there is.")]
Seed = Annotated[int, typer.Option(min=0, max=2**29, help="Seed of every random number.")]
Download = Annotated[bool, typer.Option("--download", help="Fetch MNIST or Fashion-MNIST if it is not on disk.")]


# What `info` lists of every model: keys of metrics.json and their heads.
LISTED = {
    "recon_mse": "mse",
    "kl": "KL",
    "active_units": "active",
    "frechet_c_prior": "F N(0,I)",
    "frechet_c_fitted": "F fitted",
    "frechet_c_mixture": "F mixture",
    "frechet_c_midpoints": "F between",
    "retention_auc": "kept",
}


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for the checkpoint.")],
    data_name: Annotated[str, typer.Option("--data", help="mnist, fashion-mnist or a folder of images.")] = "mnist",
    model: Annotated[Literal["ae", "vae"], typer.Option(help="Autoencoder or variational autoencoder.")] = "vae",
    latent_dim: Annotated[int, typer.Option(min=1, max=4096, help="Size of the code.")] = 16,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = 60,
    beta: Annotated[float | None, typer.Option(min=0, help="Weight of a VAE's KL term; 1 is the plain evidence bound.")] = None,
    hidden: Annotated[str, typer.Option(help="Widths of the encoder's layers; the decoder mirrors them.")] = "512,256",
    batch_size: Annotated[int, typer.Option(min=1)] = 256,
    learning_rate: Annotated[float, typer.Option(min=1e-8, max=1.0)] = 1e-3,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Annotated[str, typer.Option(help="Lightning Fabric's precision: 32-true, bf16-mixed, 16-mixed, ...")] = "32-true",
    holdout: Annotated[int, typer.Option(min=0, help="Training images kept aside to choose settings by.")] = 0,
    size: Annotated[int, typer.Option(min=8, max=256, help="Side to which a folder's images are scaled.")] = 32,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from where a stopped run was.")] = False,
    download: Download = False,
) -> None:
    """Train a model; a run that was stopped goes on with --resume and ends with the same weights."""
    from tqdm import tqdm

    from vae.models import ModelConfig
    from vae.training.loop import train as run

    images = data.load(data_name, "train", download=download, size=size)
    source = data_name if data_name in ("mnist", "fashion-mnist") else str(Path(data_name).resolve())
    config = ModelConfig(
        kind=model, latent_dim=latent_dim, image_shape=tuple(images.images.shape[1:]), data=source, hidden=_widths(hidden),
        beta=(1.0 if model == "vae" else 0.0) if beta is None else beta, seed=seed, epochs=epochs, batch_size=batch_size,
        learning_rate=learning_rate, precision=precision, holdout=holdout,
    )  # fmt: skip
    with tqdm(unit="step", dynamic_ncols=True, mininterval=0.5, desc=out.name) as bar:

        def progress(done: int, total: int, parts: dict[str, float]) -> None:
            bar.total = total
            bar.set_postfix({key: f"{value:.2f}" for key, value in parts.items()}, refresh=False)
            bar.update(done - bar.n)

        run(config, images.images, out, accelerator=device, resume=resume, progress=progress)
    typer.echo(f"{out} is trained; next: python -m vae embed {out} and python -m vae evaluate {out}")


@app.command()
def evaluate(name: Name, device: Device = "auto", seed: Seed = 0, download: Download = False) -> None:
    """Measure a model on its test set and write metrics.json."""
    from tqdm import tqdm

    from vae.continuity.scorecard import scorecard

    folder = checkpoint.find(name)
    model = checkpoint.load(name, _device(device))
    test = _images(model.config, "test", download)
    try:
        judge = checkpoint.load_classifier(model.config.data, model.device)
    except checkpoint.CheckpointError as error:
        typer.echo(f"{error}; going on without the figures that need it", err=True)
        judge = None
    with tqdm(total=9 if judge else 3, unit="part", dynamic_ncols=True) as bar:

        def progress(part: str) -> None:
            bar.set_description(part)
            bar.update()

        figures = scorecard(model, test, judge, seed=seed, progress=progress)
    checkpoint.save_metrics(folder, {"seed": seed, "test_images": len(test), **figures})
    for key, value in figures.items():
        if isinstance(value, dict) and "low" in value:
            typer.echo(f"{key:28s} {value['value']:<12.5g} [{value['low']:.5g}, {value['high']:.5g}]  n = {value['n']}")
        elif isinstance(value, int | float):
            typer.echo(f"{key:28s} {value:.5g}")


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

    folder = checkpoint.find(name)
    model = checkpoint.load(name, _device(device))
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
    atlas = checkpoint.Atlas(codes, np.concatenate(stds), torch.cat([part.labels for part in parts]).numpy(), places,
                             parts[0].classes, settings | {"splits": splits})  # fmt: skip
    checkpoint.save_atlas(folder, atlas)
    typer.echo(f"wrote {folder / checkpoint.ATLAS} with {len(codes)} codes")


@app.command()
def terrain(name: Annotated[str, typer.Argument(help="A name under checkpoints/.")], device: Device = "auto") -> None:
    """Work out the floors of a model's whole map and write terrain.safetensors, so that the app shows them at once."""
    import numpy as np
    from tqdm import tqdm

    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.ground import FIELDS, SIDES
    from vae.live.operations import OPERATIONS
    from vae.live.operations import terrain as operation
    from vae.live.protocol import OK, Request, unpack_reply

    number = next(number for number, function in OPERATIONS.items() if function is operation)
    engine = Engine(Library(_device(device)))
    bundle = engine.library.get(name)
    ground, piece = bundle.ground, 2 if bundle.model.config.latent_dim <= 126 else 1  # what one request may ask of a Jacobian
    engine.start()
    try:
        tiles = [tile for side in SIDES for tile in ground.tiles(side, piece)]
        for field in range(len(FIELDS)):
            for window, columns, rows in tqdm(tiles, desc=FIELDS[field], unit="tile", dynamic_ncols=True):
                payload = np.array([field, *window, columns, rows], np.float32)
                reply = unpack_reply(engine.submit(Request(0, number, name, payload)).result())
                if reply.status != OK:
                    typer.echo(f"{FIELDS[field]} is left out: {reply.sentence}", err=True)
                    break
    finally:
        engine.stop()
    ground.store()
    typer.echo(f"wrote {checkpoint.find(name) / checkpoint.TERRAIN}")


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

    model = checkpoint.load(name, _device(device))
    codes = prior(count, model.config.latent_dim, temperature, seed)
    if distribution == "fitted":
        codes = Gaussian.fit(checkpoint.load_atlas(checkpoint.find(name)).codes).sample(codes)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_image(model.decode(torch.from_numpy(codes)), out, nrow=round(count**0.5), padding=2, pad_value=0.15)
    typer.echo(f"wrote {out}")


@app.command()
def info(name: Annotated[str | None, typer.Argument(help="A checkpoint; all of them if left out.")] = None) -> None:
    """Say what a checkpoint is, or list them all."""
    if name is None:
        typer.echo(f"{'name':22s} {'kind':4s} {'data':14s} {'code':>4s} " + " ".join(f"{title:>9s}" for title in LISTED.values()))
        for found in checkpoint.names():
            try:
                config = checkpoint.read_config(checkpoint.find(found))
                metrics = checkpoint.load_metrics(checkpoint.find(found))
            except checkpoint.CheckpointError as error:
                typer.echo(f"{found:22s} cannot be used: {error}")
                continue
            figures = [metrics.get(key, {}) for key in LISTED]
            values = [figure.get("value") if isinstance(figure, dict) else figure for figure in figures]
            cells = " ".join("        –" if value is None else f"{value:9.4g}" for value in values)
            typer.echo(f"{found:22s} {config.kind:4s} {config.data:14s} {config.latent_dim:4d} {cells}")
        return
    model = checkpoint.load(name, "cpu")
    for key, value in model.config.to_dict().items():
        typer.echo(f"{key:14s} {value}")
    typer.echo(f"{'parameters':14s} {sum(weight.numel() for weight in model.parameters())}")
    for key, value in checkpoint.load_metrics(checkpoint.find(name)).items():
        if isinstance(value, dict) and "low" in value:
            typer.echo(f"{key:28s} {value['value']:.5g} [{value['low']:.5g}, {value['high']:.5g}]")


@app.command()
def classifier(
    data_name: Annotated[str, typer.Option("--data", help="mnist or fashion-mnist.")],
    epochs: Annotated[int, typer.Option(min=1)] = 10,
    flip: Annotated[bool, typer.Option("--flip", help="Mirror half of the training images.")] = False,
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Train the classifier whose features and classes the figures use."""
    from tqdm import tqdm

    from vae.training.classifier import train_classifier

    folder = checkpoint.root() / checkpoint.CLASSIFIERS / Path(data_name).name
    if (folder / checkpoint.MODEL).exists():
        raise ValueError(f"{folder} already holds a classifier; every figure depends on it, so delete it by hand to train another")
    train_set, test_set = data.load(data_name, "train", download=download), data.load(data_name, "test", download=download)
    with tqdm(unit="step", dynamic_ncols=True) as bar:

        def progress(done: int, total: int, loss: float) -> None:
            bar.total = total
            bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            bar.update(done - bar.n)

        accuracy = train_classifier(data_name, train_set, test_set, folder, epochs=epochs, seed=seed, flip=flip, progress=progress)
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


def _device(choice: str) -> str | None:
    import torch

    there = {"auto": True, "cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[choice]:
        raise ValueError(f"there is no {choice} device here; use --device auto")
    return None if choice == "auto" else choice


def _images(config, split: str, download: bool) -> data.Images:
    return data.load(config.data, split, download=download, size=config.image_shape[1])
