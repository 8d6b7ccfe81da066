"""The command line: `python -m vae run | import | convert | new | train | classifier | evaluate | certify | diagnose | disentangle | place | lines | tables | info | embed |
terrain | ladder | prior | sample | export | odd | dalle`. Each command parses, calls a task and prints."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vae.cli import converting, importing, maps, measuring, new, painter, taking, training
from vae.tasks.errors import sentence

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Open Continuum; train and measure its autoencoders."
)


@app.command()
def run(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen on. The default is for this machine alone; with 0.0.0.0, whoever reaches it can open the app."
        ),
    ] = "localhost",
) -> None:
    """Open the app in a browser; Ctrl-C ends it."""
    from vae.ui.launch import launch

    launch(port, host)


for group in (importing, converting, new, training, measuring, maps, taking):
    app.registered_commands += group.app.registered_commands
app.add_typer(painter.app, name="dalle")


def main() -> None:
    """Run the command line; an error that a person can cause is one sentence and exit code 1."""
    try:
        app()
    except (OSError, ValueError) as error:
        sys.exit(f"error: {sentence(error)}")
