"""`new`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from vae.cli.options import Device, Seed, bar
from vae.tasks.new import NewRequest
from vae.tasks.new import new as make

UNITS = {"s": 1, "m": 60, "h": 3600}

app = typer.Typer()


@app.command()
def new(
    source: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="As for import; left out, the imported data set that --name names.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of the data set and of both models; by default the folder's.")] = None,
    budget: Annotated[str, typer.Option(help="How long it may take on two idle cores: 90s, 5m, 1h.")] = "5m",
    size: Annotated[int | None, typer.Option(min=8, max=256, help="Side in pixels; chosen from the pictures if left out.")] = None,
    device: Device = "auto",
    seed: Seed = 0,
    open_: Annotated[bool, typer.Option("--open", help="Open the app when it is done.")] = False,
) -> None:
    """Make a space to fly through of your own pictures: import, an autoencoder and a VAE, maps, figures. Run again, it goes on."""
    request = NewRequest(source=source, name=name, budget=_seconds(budget), size=size, device=device, seed=seed)
    try:
        with bar() as progress:
            made = make(request, progress)
    except KeyboardInterrupt:
        typer.echo("stopped; run the same command again and it goes on", err=True)
        raise typer.Exit(130) from None
    for reason in made.reasons:
        typer.echo(f"- {reason}")
    typer.echo("\nThe same again:")
    for command in made.commands:
        typer.echo(f"  {command}")
    typer.echo("")
    for said in (made.sentence, *made.outcome):
        typer.echo(said)
    if made.undone:
        typer.echo("\nThere was no time for all:")
    for said in made.undone:
        typer.echo(f"- {said}")
    page = f"compare?ae={made.models[0]}&vae={made.models[1]}"
    if open_:
        import webbrowser

        from vae.ui.launch import launch

        typer.echo(f"wrote {made.folders[0]} and {made.folders[1]}; opening http://localhost:8501/{page}")
        webbrowser.open(f"http://localhost:8501/{page}")
        launch(8501, "localhost")
    typer.echo(f"wrote {made.folders[0]} and {made.folders[1]}; open them with: python -m vae run, at http://localhost:8501/{page}")


def _seconds(text: str) -> float:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text.lower())
    if found is None:
        raise ValueError(f"--budget is {text!r}; give a time like 90s, 5m or 1h")
    return float(found[1]) * UNITS[found[2] or "m"]
