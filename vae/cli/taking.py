"""`export` and `odd`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vae.cli.options import Device, Name, Seed, bar
from vae.tasks.export import ExportRequest
from vae.tasks.export import export as write
from vae.tasks.odd import OddRequest
from vae.tasks.odd import odd as find

app = typer.Typer()


@app.command()
def export(
    name: Name,
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet for a table, .npz for arrays, .zip for the pictures.")],
    of: Annotated[str | None, typer.Option("--class", help="Only images of this class.")] = None,
    device: Device = "auto",
) -> None:
    """Write what a model's map holds: number or file, class, split, place, code, σ, squared error; or the pictures."""
    with bar() as progress:
        made = write(ExportRequest(name=name, out=out, of=of, device=device), progress)
    if not made.originals:
        typer.echo("the originals are not on disk: there are no squared errors, and pictures are reconstructions", err=True)
    typer.echo(f"wrote {made.path} with {made.images} images")


@app.command()
def odd(
    name: Name,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many of each kind.")] = 10,
    planted: Annotated[
        bool, typer.Option("--planted", help="Plant foreign images and swapped labels, and say how well they are found.")
    ] = False,
    foreign: Annotated[str | None, typer.Option(help="The data set to take foreign images from.")] = None,
    share: Annotated[float, typer.Option(min=0.0001, max=0.5, help="Of images that are planted.")] = 0.01,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """List the odd images of the test set: badly rebuilt, far from the others, unlike their class, there twice, labelled wrongly."""
    from vae.continuity.oddities import KINDS, worded

    with bar() as progress:
        told = find(OddRequest(name=name, count=count, planted=planted, foreign=foreign, share=share, device=device, seed=seed), progress)
    for found in told.found:
        typer.echo(f"\n{KINDS[found.kind]}")
        for row, score, file in zip(found.rows, found.scores, found.names, strict=True):
            typer.echo(f"  image {row:6d}  {worded(found.kind, score):>32s}  {file}".rstrip())
    for case, figures in told.auroc.items():
        typer.echo(f"\n{case}: probability that a planted image scores higher than another one (AUROC)")
        for kind, value in figures.items():
            typer.echo(f"  {value:.3f}  {KINDS[kind]}")
