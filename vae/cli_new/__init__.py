"""The command line: `python -m vae train | evaluate | certify | embed | terrain | ladder | lines | tables | sample | info |
classifier | dalle`. Each command parses, calls a task and prints."""

from __future__ import annotations

import errno
import logging
import sys
import warnings

import typer

from vae.cli import maps, measure, painter, pictures, training

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Train and measure autoencoders for Continuum."
)
for group in (training, measure, maps, pictures):
    app.registered_commands += group.app.registered_commands
app.add_typer(painter.app, name="dalle")

# What an operating system refuses, by its number, and what to do.
REFUSED = {
    errno.EACCES: "you may not read or write there; choose another place",
    errno.EPERM: "you may not read or write there; choose another place",
    errno.EROFS: "nothing can be written there; choose another place",
    errno.ENOENT: "it is not there",
    errno.ENOTDIR: "a part of it is a file, not a folder; choose another place",
    errno.EEXIST: "it is a file, not a folder; choose another place",
    errno.EISDIR: "it is a folder, not a file; give the name of a file",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def main() -> None:
    """Run the command line; an error that a person can cause is one sentence and exit code 1."""
    _quiet()
    try:
        app()
    except OSError as error:
        sys.exit(f"error: {_reason(error)}")
    except ValueError as error:
        sys.exit(f"error: {error}")


def _quiet() -> None:
    """Leave the terminal to our own words: what other libraries warn of, its user can do nothing about."""
    if not sys.warnoptions:
        warnings.filterwarnings("ignore", module=r"(?!vae(\.|$))")
    logging.getLogger("lightning_fabric").setLevel(logging.ERROR)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space and run it again with --resume"
    if error.errno in REFUSED and error.filename is not None:
        return f"{error.filename}: {REFUSED[error.errno]}"
    return str(error)
