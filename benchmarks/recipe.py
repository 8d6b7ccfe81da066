"""What `continuum new` makes of a folder of pictures in its budget, beside `train` with its defaults and as much time.

    python benchmarks/recipe.py FOLDER [--pictures 3000] [--budget 300] [--keep FOLDER]

Takes as many pictures of each class, makes a pair of them by `new`, end to end, and then a pair by `train` with nothing said but the
code size and as many epochs as fit into the CPU seconds that each training of `new` had. Both are judged by the same features, and
stand beside PCA with as many numbers. What is kept has a wall to look at: originals and reconstructions, then draws, a row for each.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch

from vae import data
from vae.continuity.pca import linear_model
from vae.data.imported import store
from vae.latent.mixture import Mixture
from vae.latent.sampling import prior
from vae.models import Autoencoder
from vae.store.checkpoints import load_model
from vae.store.folders import CONFIG, METRICS
from vae.store.metrics import load_metrics
from vae.tasks.evaluate import EvaluateRequest, evaluate
from vae.tasks.new import RECIPE
from vae.tasks.pair import in_two_processes
from vae.tasks.recipe import Recipe, seconds_a_step
from vae.tasks.train import TrainRequest

ROOT = Path(__file__).resolve().parents[1]
NAME = "pictures"
FIGURES = ("recon_mse", "frechet_c_prior", "frechet_c_fitted", "frechet_c_mixture")
ACROSS = 16  # pictures in a row of the wall


def take(source: Path, target: Path, count: int) -> None:
    """The first pictures of each folder of `source`, `count` in all."""
    folders = sorted(path for path in source.iterdir() if path.is_dir()) or [source]
    for folder in folders:
        (target / folder.name).mkdir(parents=True)
        for path in sorted(path for path in folder.rglob("*") if path.is_file())[: count // len(folders)]:
            shutil.copy(path, target / folder.name)


def plain(recipe: Recipe, folder: Path) -> list[TrainRequest]:
    """The pair of `train`'s defaults, for as long as `recipe` trains."""
    images = data.load(NAME, "train").images
    request = TrainRequest(out=folder / "plain-ae", data=NAME, model="ae", latent_dim=recipe.ae.latent_dim, device="cpu")
    steps = max(1, len(images) // request.batch_size)
    epochs = max(1, round(recipe.seconds / (steps * seconds_a_step(request, images))))
    return [request.model_copy(update={"out": folder / f"plain-{kind}", "model": kind, "epochs": epochs}) for kind in ("ae", "vae")]


def cpu_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(name: str, metrics: dict[str, object]) -> str:
    """A line of the table, with 95 % intervals."""

    def words(key: str) -> str:
        found = metrics.get(key)
        if not isinstance(found, dict):
            return "–"
        digits = 4 if key.endswith("mse") else 1
        return f"{found['value']:.{digits}f} ({found['low']:.{digits}f} to {found['high']:.{digits}f})"

    return f"| {name} | " + " | ".join(map(words, FIGURES)) + " |"


@torch.inference_mode()
def wall(path: Path, models: dict[str, Autoencoder], size: int) -> list[str]:
    """Write the wall; what its rows are."""
    from torchvision.utils import save_image

    train, test = (data.load(NAME, split).images.float() / 255 for split in ("train", "test"))
    shown = test[:: max(1, len(test) // ACROSS)][:ACROSS]
    linear = linear_model(data.load(NAME, "train").images, size)
    dice = torch.from_numpy(prior(ACROSS, size, 1.0, 1))
    rows = {"originals": shown, "PCA": linear.decode(linear.encode(shown))}
    rows |= {name: model.decode(model.encode(shown).mean) for name, model in models.items()}
    rows["drawn by PCA"] = linear.decode(linear.draws(dice))
    for name, model in models.items():
        rows[f"{name} from N(0, I)"] = model.decode(dice)
        codes = torch.cat([model.encode(part).mean for part in train.split(500)]).numpy()
        rows[f"{name} from a mixture"] = model.decode(torch.from_numpy(Mixture.fit(codes).sample(ACROSS, 1.0, 1)))
    save_image(torch.cat(list(rows.values())).repeat_interleave(2, 2).repeat_interleave(2, 3), path, nrow=ACROSS, padding=2, pad_value=0.5)
    return list(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of pictures, with a folder for each class")
    parser.add_argument("--pictures", type=int, default=3000)
    parser.add_argument("--budget", type=int, default=300, help="seconds")
    parser.add_argument("--keep", type=Path, help="a folder for everything that is made; what is there is not made again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) if asked.keep is None else asked.keep.resolve()
        os.environ |= {"VAE_DATASETS": f"{root}/datasets", "VAE_CHECKPOINTS": f"{root}/checkpoints", "VAE_CACHE": f"{root}/cache"}
        (root / "checkpoints").mkdir(parents=True, exist_ok=True)
        if not (root / NAME).exists():
            take(asked.folder, root / NAME, asked.pictures)
        started, spent = time.perf_counter(), cpu_seconds()
        command = [sys.executable, "-m", "vae", "new", str(root / NAME), "--budget", f"{asked.budget}s"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        if done.returncode:
            sys.exit(done.stderr)
        print(f"`new` took {seconds:.0f} s of {asked.budget}, and {cpu_seconds() - spent:.0f} s of the processors:\n\n{done.stdout}")
        recipe = Recipe.from_dict(json.loads((store.folder_of(NAME) / RECIPE).read_text())["recipe"])
        begun = plain(recipe, root / "checkpoints")
        in_two_processes([request for request in begun if not (request.out / CONFIG).exists()], lambda share, words: None)
        for request in begun:
            if not (request.out / METRICS).exists():
                evaluate(EvaluateRequest(name=str(request.out), brief=True))
        named = {"AE of new": recipe.ae.out, "VAE of new": recipe.vae.out, "AE of train": begun[0].out, "VAE of train": begun[1].out}
        found = {name: load_metrics(out) for name, out in named.items()}
        some = found["AE of new"]
        print(f"{recipe.ae.latent_dim} numbers, {recipe.ae.epochs} epochs by new and {begun[0].epochs} by train\n")
        print("| | squared error | Fréchet, N(0, I) | Fréchet, fitted Gaussian | Fréchet, mixture of 10 |\n| --- | --- | --- | --- | --- |")
        print(row("PCA", {"recon_mse": some.get("pca_mse"), "frechet_c_fitted": some.get("frechet_c_pca")}))
        for name, metrics in found.items():
            print(row(name, metrics), flush=True)
        models = {name: load_model(out, "cpu") for name, out in named.items()}
        print("\nrows of wall.png:", ", ".join(wall(root / "wall.png", models, recipe.ae.latent_dim)))


if __name__ == "__main__":
    main()
