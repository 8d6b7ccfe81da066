"""`convert`."""

from __future__ import annotations

from typing import Annotated

import typer

from vae.cli.options import Device, bar
from vae.tasks.convert import ConvertRequest
from vae.tasks.convert import convert as make_model

app = typer.Typer()


@app.command()
def convert(
    source: Annotated[
        str, typer.Argument(help="A file of weights, a folder of pythae, diffusers or ONNX, or module:name of your own Python.")
    ],
    name: Annotated[str, typer.Argument(help="What to call the model under checkpoints/.")],
    data_name: Annotated[str | None, typer.Option("--data", help="The data set that it was trained on.")] = None,
    like: Annotated[str | None, typer.Option(help="A model of ours of the same shape, for weights that do not tell theirs.")] = None,
    size: Annotated[int | None, typer.Option(min=8, max=1024, help="Side of the images in pixels, where it takes several.")] = None,
    values: Annotated[
        str | None, typer.Option("--range", help="What black and white are to it, as in --range=-1,1; found if left out.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a model of that name.")] = False,
    device: Device = "auto",
) -> None:
    """Make a model for the app of one that others have made, or of weights as a training has left them."""
    low, high = _range(values)
    request = ConvertRequest(
        source=source, name=name, data=data_name, like=like, size=size, low=low, high=high, replace=replace, device=device
    )
    with bar() as progress:
        made = make_model(request, progress)
    typer.echo(made.model)
    for note in made.notes:
        typer.echo(note)
    typer.echo(f"wrote {made.folder}; its map comes with: python -m vae embed {name}")


def _range(values: str | None) -> tuple[float | None, float | None]:
    if values is None:
        return None, None
    try:
        low, high = (float(each) for each in values.split(","))
    except ValueError:
        raise ValueError(f"--range is {values!r}; give two numbers, as in --range=-1,1") from None
    return low, high
