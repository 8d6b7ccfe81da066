"""`embed`, `terrain`, `ladder`, `prior` and `sample`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from vae.cli.options import Device, Download, Name, OtherData, Picture, Seed, bar, say_folder
from vae.tasks.embed import EmbedRequest
from vae.tasks.embed import embed as make_atlas
from vae.tasks.ladder import LadderRequest
from vae.tasks.ladder import ladder as make_ladder
from vae.tasks.prior import PriorRequest
from vae.tasks.prior import prior as learn_prior
from vae.tasks.sample import SampleRequest
from vae.tasks.sample import sample as draw

app = typer.Typer()


@app.command()
def embed(
    name: Name,
    data_name: OtherData = None,
    projection: Annotated[
        Literal["umap", "tsne"], typer.Option(help="tsne lays another map of the codes that there are, which Explore offers, too.")
    ] = "umap",
    training_set: Annotated[bool, typer.Option("--training-set", help="Map the training images too, after the test images.")] = False,
    neighbours: Annotated[int, typer.Option(min=2, max=200, help="UMAP's n_neighbors.")] = 15,
    min_dist: Annotated[float, typer.Option(min=0, max=0.99, help="UMAP's min_dist.")] = 0.1,
    half: Annotated[bool, typer.Option("--half", help="Keep the codes in half precision, in half the space.")] = False,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Write the atlas: codes of the test set, their labels and their places on the map."""
    request = EmbedRequest(name=name, data=data_name, projection=projection, training_set=training_set, neighbours=neighbours, min_dist=min_dist, half=half, device=device, seed=seed,
                           download=download)  # fmt: skip
    say_folder(data_name)
    with bar() as progress:
        made = make_atlas(request, progress)
    for note in made.notes:
        typer.echo(note, err=True)
    typer.echo(f"wrote {made.path} with {made.codes} codes")


@app.command()
def terrain(name: Annotated[str, typer.Argument(help="A name under checkpoints/.")], device: Device = "auto") -> None:
    """Work out the floors of a model's whole map and write terrain.safetensors, so that the app shows them at once."""
    from vae.live import overview

    with bar() as progress:
        made = overview.terrain(overview.TerrainRequest(name=name, device=device), progress)
    for note in made.notes:
        typer.echo(note, err=True)
    typer.echo(f"wrote {made.path}")


@app.command()
def ladder(
    name: Annotated[str, typer.Argument(help="What to call it; the app shows every ladder.")],
    models: Annotated[list[str], typer.Argument(help="Checkpoints of the same data with an atlas each, from one end to the other.")],
    images: Annotated[int, typer.Option(min=4, help="How many of the test images the maps show.")] = 2000,
    seed: Seed = 0,
) -> None:
    """Lay the maps of several models on each other, so that the app can slide from one to the next."""
    with bar() as progress:
        made = make_ladder(LadderRequest(name=name, models=tuple(models), images=images, seed=seed), progress)
    typer.echo(f"wrote {made.path}: {made.images} images in {made.models} models")


@app.command()
def prior(
    name: Name,
    steps: Annotated[int, typer.Option(min=1, help="Of the training, 512 codes each.")] = 4000,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Learn where a model's codes lie, so that draws can be taken from there: writes prior.safetensors.

    Its figures go into metrics.json of a model that has been evaluated; any other is evaluated afterwards.
    """
    from vae.continuity.comparison import FROM, with_interval

    with bar() as progress:
        made = learn_prior(PriorRequest(name=name, steps=steps, device=device, seed=seed, download=download), progress)
    for note in made.notes:
        typer.echo(note, err=True)
    for key, words in FROM.items() if made.metrics is not None else ():
        typer.echo(f"Fréchet distance, {words:16s} {with_interval(made.metrics or {}, f'frechet_c_{key}')}")
    typer.echo(
        f"wrote {made.path}"
        + (
            ""
            if made.metrics is not None
            else f"; there is no metrics.json of these weights yet, so measure it with: python -m vae evaluate {name}"
        )
    )


@app.command()
def sample(
    name: Name,
    out: Picture,
    count: Annotated[int, typer.Option(min=1, max=4096)] = 64,
    distribution: Annotated[
        Literal["prior", "fitted", "mixture", "learned"],
        typer.Option(
            "--distribution", "--from", help="N(0, I), a Gaussian fitted to the codes, a mixture of ten, or what `prior` has learned."
        ),
    ] = "prior",
    temperature: Annotated[float, typer.Option(min=0, max=10)] = 1.0,
    data_name: Annotated[
        str | None,
        typer.Option("--data", help="The data set, or folder, whose codes Gaussians are fitted to; those on the map if left out."),
    ] = None,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """Draw codes, decode them and write the pictures as one wall."""
    request = SampleRequest(name=name, out=out, count=count, distribution=distribution, temperature=temperature, data=data_name,
                            device=device, seed=seed)  # fmt: skip
    say_folder(data_name)
    typer.echo(f"wrote {draw(request).path}")
