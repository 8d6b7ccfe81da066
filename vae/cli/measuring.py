"""`evaluate`, `certify`, `diagnose`, `disentangle`, `place`, `lines`, `tables` and `info`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vae.cli.options import Device, Download, Name, OtherData, Seed, bar, say_folder
from vae.store.painters import find_painter
from vae.tasks.certify import CertifyRequest
from vae.tasks.certify import certify as write_certificate
from vae.tasks.diagnose import DiagnoseRequest
from vae.tasks.diagnose import diagnose as examine
from vae.tasks.disentangle import DisentangleRequest
from vae.tasks.disentangle import disentangle as measure_factors
from vae.tasks.evaluate import EvaluateRequest
from vae.tasks.evaluate import evaluate as measure
from vae.tasks.lines import LinesRequest
from vae.tasks.lines import lines as measure_lines
from vae.tasks.place import PlaceRequest
from vae.tasks.place import place as place_picture
from vae.tasks.prove import ProveRequest, prove

app = typer.Typer()


@app.command()
def evaluate(
    name: Name,
    against: Annotated[str | None, typer.Option(help="Another model of the same data, measured and shown beside it.")] = None,
    data_name: OtherData = None,
    missing: Annotated[bool, typer.Option("--missing", help="Measure only what metrics.json does not hold of these weights yet.")] = False,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Measure a model, or two, on the test set, print the figures with 95 % intervals and write metrics.json.

    A painter is measured by its drawings of captions instead.
    """
    from vae.store.checkpoints import find_model
    from vae.store.metrics import load_seeds

    request = EvaluateRequest(name=name, against=against, data=data_name, missing=missing, device=device, seed=seed, download=download)
    say_folder(data_name)
    with bar() as progress:
        measured = measure(request, progress)
    for note in measured.notes:
        typer.echo(note, err=True)
    if find_painter(name) is not None:
        from vae.drawing.figures import table as drawings

        typer.echo(drawings(measured.metrics[0]))
        typer.echo(f"wrote {measured.paths[0]}")
        return
    from vae.continuity.comparison import table

    seeds = [load_seeds(find_model(each)) for each in request.names] if data_name is None else []
    typer.echo(table(request.names, measured.metrics, seeds))
    typer.echo(f"wrote {' and '.join(map(str, measured.paths))}")


@app.command()
def certify(
    name: Name,
    out: Annotated[Path, typer.Option(help="HTML file to write; its JSON file is written beside it.")],
    against: Annotated[str | None, typer.Option(help="The model to compare it with, of the same data.")] = None,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """Write the certificate of a model or of a pair: one HTML page that needs nothing else, and a JSON file.

    Figures that have not been measured yet are entered in metrics.json, as evaluate does.
    """
    with bar() as progress:
        written = write_certificate(CertifyRequest(name=name, out=out, against=against, keep=True, device=device, seed=seed), progress)
    for note in written.notes:
        typer.echo(note, err=True)
    for verdict in written.verdicts:
        typer.echo(f"{verdict['ruling']:22s} {verdict['sentence']}")
    for path in written.kept:
        typer.echo(f"what was measured is kept in {path}")
    typer.echo(f"wrote {written.page} and {written.figures}")


@app.command()
def diagnose(
    name: Name,
    json: Annotated[Path | None, typer.Option(help="JSON file to write; diagnosis.json in the model's folder if left out.")] = None,
    key: Annotated[
        str | None,
        typer.Option("--prove", help="Train at reduced size without and with the remedy for this fault (collapsed, blur, …), and compare."),
    ] = None,
    device: Device = "auto",
    seed: Seed = 0,
    download: Download = False,
) -> None:
    """Say what is wrong with a model: each finding with its figure, the 95 % interval, and the command to try next."""
    from vae.store.checkpoints import find_model

    if key is not None:
        with bar() as progress:
            proved = prove(ProveRequest(name=name, key=key, device=device, seed=seed), progress)
        typer.echo(f"{proved.images:,} images, {proved.epochs} epochs: {proved.sentence}")
        typer.echo(f"at full size: {proved.command}")
        return
    out = find_model(name) / "diagnosis.json" if json is None else json
    with bar() as progress:
        found = examine(DiagnoseRequest(name=name, out=out, device=device, seed=seed, download=download), progress)
    for note in found.notes:
        typer.echo(note, err=True)
    for finding in found.findings:
        figure = finding["figure"]
        interval = f" [{figure['low']:.3g}, {figure['high']:.3g}]" if "low" in figure else ""
        typer.echo(f"{'✗' if finding['fault'] else '✓'} {finding['title']}: {finding['sentence']}")
        typer.echo(
            f"    {finding['figure_name']} {figure['value']:.3g}{interval}; wrong {'above' if finding['above'] else 'below'} {finding['limit']:.3g}"
        )
        if finding["remedy"] is not None:
            typer.echo(f"    {finding['remedy']['words']}{f': {typed}' if (typed := finding['command']) else ', where it was trained'}")
    for key, why in found.left_out.items():
        typer.echo(f"– {key}: {why}")
    typer.echo(
        f"{len(found.faults)} of {len(found.findings)} checks found something wrong with {find_model(name).name}; wrote {found.path}"
    )


@app.command()
def disentangle(
    name: Name,
    points: Annotated[int, typer.Option(min=100, max=100_000, help="Pictures to learn from; half as many judge.")] = 10_000,
    device: Device = "auto",
    seed: Seed = 0,
) -> None:
    """Measure whether each number of the code of a model of dSprites stands for one factor: FactorVAE score, MIG, DCI, SAP."""
    with bar() as progress:
        measured = measure_factors(DisentangleRequest(name=name, points=points, device=device, seed=seed), progress)
    for key, value in measured.figures.items():
        typer.echo(f"{key:16s} {100 * value:.1f} %")
    typer.echo(f"wrote {measured.path}")


@app.command()
def place(
    name: Name,
    picture: Annotated[Path, typer.Argument(metavar="FILE", help="A picture of your own.")],
    fit: Annotated[
        Literal["crop", "pad", "squeeze"],
        typer.Option(help="The middle square, the whole picture with a background around it, or the whole, stretched."),
    ] = "crop",
    invert: Annotated[
        Literal["auto", "yes", "no"],
        typer.Option(help="Light for dark; auto looks whether the model's images have a dark background and this one a light one."),
    ] = "auto",
    out: Annotated[Path | None, typer.Option(help="PNG file to write: picture, reconstruction and difference side by side.")] = None,
    device: Device = "auto",
) -> None:
    """Say where a picture of your own stands among a model's own images, and whether it is from its world at all."""
    with bar() as progress:
        placed = place_picture(PlaceRequest(name=name, picture=picture, fit=fit, invert=invert, out=out, device=device), progress)
    for step in placed.steps:
        typer.echo(step)

    def row(word: str, *values: float) -> None:
        typer.echo(f"{word:14s} {'  '.join(f'{value:.4g}' for value in values)}")

    def among(word: str, value: float, share: float | None) -> None:
        more = "" if share is None else f"  more than {100 * share:.1f} % of {placed.count:,} of its own images"
        typer.echo(f"{word:14s} {value:.4g}{more}")

    row("μ", *placed.mean)
    row("σ", *placed.std)
    row("on the map", *placed.place)
    among("squared error", placed.error, placed.error_share)
    among("cycle gap", placed.gap, placed.gap_share)
    typer.echo(f"{'nearest':14s} {', '.join(f'image {near.row} ({near.label})' for near in placed.nearest)}")
    typer.echo(placed.sentence)
    if placed.path is not None:
        typer.echo(f"wrote {placed.path}")


@app.command()
def lines(name: Name, device: Device = "auto", seed: Seed = 0) -> None:
    """Measure how a model interpolates between lines, beside the published figures."""
    from vae.continuity.published import as_text, lines_rows

    measure_lines(LinesRequest(name=name, device=device, seed=seed))
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
def info(name: Annotated[str | None, typer.Argument(help="A checkpoint; all of them if left out.")] = None) -> None:
    """Say what a checkpoint is, or list them all."""
    from vae.continuity.inventory import figure_lines, inventory
    from vae.store.checkpoints import find_model, load_model

    if name is None:
        typer.echo(inventory())
        return
    model = load_model(name, "cpu")
    for key, value in model.config.told().items():
        typer.echo(f"{key:14s} {value}")
    if parameters := sum(weight.numel() for weight in model.parameters()):  # a graph does not tell
        typer.echo(f"{'parameters':14s} {parameters}")
    typer.echo(figure_lines(find_model(name)))
