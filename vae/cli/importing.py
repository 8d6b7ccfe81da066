"""`import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vae.cli.options import bar
from vae.store.names import printable
from vae.tasks.import_images import ImportRequest, import_images

app = typer.Typer()


@app.command("import")
def import_(
    source: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder of pictures, a zip or tar archive, a Parquet file or an array (.npy, .npz).")
    ],
    name: Annotated[str, typer.Option(help="What to call the data set; train takes it with --data.")],
    size: Annotated[
        int,
        typer.Option(
            min=0,
            max=512,
            help="Side in pixels that every picture is brought to; 0 for as found where all have one size of at most 96, else 64.",
        ),
    ] = 0,
    fit: Annotated[
        Literal["crop", "pad", "squeeze"],
        typer.Option(help="The middle square, the whole picture with the background around it, or the whole, stretched."),
    ] = "crop",
    background: Annotated[
        str, typer.Option(help="Behind what is transparent and around what is padded: a colour's name or #rrggbb.")
    ] = "white",
    grey: Annotated[bool, typer.Option("--grey", help="Keep brightness only: one channel instead of three.")] = False,
    test_share: Annotated[
        float, typer.Option(min=0, max=0.9, help="Of the pictures that are for testing, where there are no folders train and test.")
    ] = 0.1,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a data set of that name.")] = False,
) -> None:
    """Make a data set of pictures of your own; what was interrupted goes on when it is run again."""
    request = ImportRequest(
        source=source, name=name, size=size, fit=fit, background=background, grey=grey, test_share=test_share, replace=replace
    )
    try:
        with bar() as progress:
            made = import_images(request, progress)
    except KeyboardInterrupt:
        typer.echo("stopped; what was decoded is kept: run the same command again and it goes on", err=True)
        raise typer.Exit(130) from None
    for each in made.skipped:
        typer.echo(f"skipped {printable(each.path)}: {printable(each.reason)}")
    for said in made.report:
        typer.echo(said)
    typer.echo(f"wrote {made.folder}; next: python -m vae train --data {name} --out checkpoints/{name}-vae")
