"""The command line of the miniature DALL-E: `python -m vae dalle tokenizer | decoder | transformer | clip | codebook | probe`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vae.cli_options import Device, Resume, Seed, device_named, training_bar
from vae.models.device import best_device
from vae.store import folders
from vae.store.checkpoints import weights_sha256
from vae.store.files import write_json
from vae.store.folders import CLASSIFIERS, METRICS, MODEL, PAINTER
from vae.store.metrics import save_metrics
from vae.store.names import check_folder
from vae.store.painters import find_painter
from vae.store.probes import PROBE, load_probe
from vae.store.tensors import write_tensors

app = typer.Typer(no_args_is_help=True, help="Train the parts of the miniature DALL-E.")

Steps = Annotated[int, typer.Option(min=1, help="Batches to train on; each is drawn anew.")]
Batch = Annotated[int, typer.Option(min=2, max=4096, help="Scenes in a batch.")]
Precision = Annotated[Literal["bf16", "32"], typer.Option(help="bf16 is autocast.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="The painter's folder; checkpoints/dalle if left out.")]


@app.command()
def tokenizer(
    kind: Annotated[Literal["fsq", "gumbel"], typer.Option(help="Finite scalar quantization, or the discrete VAE.")] = "fsq",
    out: Annotated[
        str, typer.Option(help="What to call it; the parts that follow are trained with the one called tokenizer.")
    ] = "tokenizer",
    steps: Steps = 4000,
    batch_size: Batch = 64,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what turns pictures into tokens and back."""
    from vae.training.tokenizer import TokenizerLearner

    _train(TokenizerLearner(kind, seed, batch_size), _folder(folder) / out, steps, resume, device, precision)


@app.command()
def decoder(
    steps: Steps = 4000,
    batch_size: Batch = 64,
    width: Annotated[int, typer.Option(min=4, max=1024, help="Channels; a multiple of 4.")] = 96,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train a larger decoder for the tokenizer's tokens, which stay as they are, and so does what was trained on them."""
    from vae.training.tokenizer import DecoderLearner

    learner = DecoderLearner(_tokenizer(folder, device), width, seed, batch_size)
    _train(learner, _folder(folder) / "decoder", steps, resume, device, precision)


@app.command()
def transformer(
    steps: Steps = 4000,
    batch_size: Batch = 64,
    width: Annotated[int, typer.Option(min=6, help="Numbers at each place; a multiple of 6.")] = 192,
    layers: Annotated[int, typer.Option(min=1, max=64)] = 6,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what writes tokens to a caption, with the finished tokenizer."""
    from vae.training.captions import TransformerLearner

    learner = TransformerLearner(_tokenizer(folder, device), seed, batch_size, width, layers)
    _train(learner, _folder(folder) / "transformer", steps, resume, device, precision)


@app.command()
def clip(
    steps: Steps = 800,
    batch_size: Batch = 128,
    seed: Seed = 0,
    device: Device = "auto",
    precision: Precision = "bf16",
    resume: Resume = False,
    folder: Folder = None,
) -> None:
    """Train what judges how well pictures go with captions, with the finished tokenizer."""
    from vae.training.captions import ClipLearner

    learner = ClipLearner(_tokenizer(folder, device), seed, batch_size)
    _train(learner, _folder(folder) / "clip", steps, resume, device, precision)


@app.command()
def codebook(
    tokenizer: Annotated[str, typer.Option(help="The tokenizer the painter is to use.")] = "decoder", seed: Seed = 0, folder: Folder = None
) -> None:
    """Map the codebook of the tokenizer to be used, and make the painter whole."""
    import torch

    from vae.drawing.painter import MAP, codebook_vectors, load_part
    from vae.latent.projection import fit_umap

    where = _folder(folder)
    part = load_part(where / tokenizer)
    places = fit_umap(codebook_vectors(part), seed=seed)
    write_tensors(where / MAP, {"places": torch.from_numpy(places)})
    write_json(where / PAINTER, {"kind": "dalle", "tokenizer": tokenizer})
    typer.echo(f"wrote {where / MAP} and {where / PAINTER}")


@app.command()
def probe(steps: Steps = 2500, batch_size: Batch = 64, seed: Seed = 0) -> None:
    """Train what judges drawings: a classifier of true scenes, of all pairs, held-out ones too. It teaches nobody."""
    from vae.training.probe import train_probe

    folder = folders.root() / CLASSIFIERS / PROBE
    if (folder / MODEL).exists():
        raise ValueError(f"{folder} already holds a probe; every figure depends on it, so delete it by hand to train another")
    with training_bar(folder.name, 3) as progress:
        accuracy = train_probe(
            folder, steps=steps, batch_size=batch_size, seed=seed, progress=lambda done, loss: progress(done, steps, {"loss": loss})
        )
    typer.echo(f"wrote {folder}; all of a scene right in {accuracy['joint']:.4f} of true scenes")


def evaluate(name: str, device: str, seed: int) -> None:
    """Measure the painter called `name` by its drawings, print the figures and write its metrics.json."""
    from tqdm import tqdm

    from vae.drawing.figures import Sizes, figures, table, tokenizer_figures
    from vae.drawing.painter import GUIDANCE, load_painter, load_tokenizers, tokenizer_name

    folder = find_painter(name)
    painter = load_painter(name, device_named(device))
    probe, judge = load_probe(painter.device)
    parts = {part: weights_sha256(folder / part) for part in (tokenizer_name(folder), "transformer", "clip")}
    with tqdm(total=Sizes().drawings, unit="drawing", dynamic_ncols=True) as bar:

        def progress(done: int, _: int, words: str) -> None:
            bar.set_description(words, refresh=False)
            bar.update(done - bar.n)

        found = figures(painter, probe, seed=seed, progress=progress)
    found["tokenizers"] = tokenizer_figures(load_tokenizers(folder, painter.device), seed=seed)
    metrics = {"seed": seed, "guidance": GUIDANCE, "weights_sha256": parts, "probe_sha256": judge["sha256"],
               "probe_accuracy": judge["test_accuracy"], **found}  # fmt: skip
    save_metrics(folder, metrics)
    typer.echo(table(metrics))
    typer.echo(f"wrote {folder / METRICS}")


def _folder(folder: Path | None) -> Path:
    return folders.root() / "dalle" if folder is None else check_folder(folder)


def _tokenizer(folder: Path | None, device: str):
    """The finished tokenizer on its device."""
    from vae.drawing.painter import load_part

    where = _folder(folder) / "tokenizer"
    return load_part(where).to(_device(device))


def _train(learner, out: Path, steps: int, resume: bool, device: str, precision: str) -> None:
    from vae.training.steps import run

    with training_bar(out.name, 4) as progress:
        run(learner, out, steps, resume=resume, device=_device(device), precision=precision, progress=progress)
    typer.echo(f"wrote {out}")


def _device(choice: str):
    return device_named(choice) or best_device()
