"""The training loop: whole data set in memory, every random number a function of seed and step, resumable.

Because nothing depends on a generator's history, a run that was killed and resumed takes exactly the steps that an
uninterrupted one would have taken; on the CPU the weights are the same to the last bit.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from vae.models import Autoencoder, ModelConfig, architecture, build
from vae.store.checkpoints import save_model
from vae.store.files import write_atomically
from vae.store.folders import CONFIG, MODEL
from vae.store.names import check_folder
from vae.store.tensors import half, read_tensors, write_tensors
from vae.store.writing import one_writer
from vae.training.losses import bernoulli_objective, objective
from vae.training.randomness import generator
from vae.training.schedule import MAX_GRADIENT_NORM, blur_width, ema_decay, kl_weight, learning_rate, noise_growth

STATE, LOG = "training.safetensors", "training.csv"
COLUMNS = ("epoch", "step", "loss", "squared_error", "kl", "mse", "validation_mse", "learning_rate", "seconds")
LEAST_BLUR = 0.3  # pixels: a narrower Gaussian leaves a pixel nearly all of itself
SAVE_SECONDS = 10.0  # at most this much work is lost to a kill, besides the epoch under way

Progress = Callable[[int, int, dict[str, float]], None]  # steps done, steps in all, loss parts of the last step


class TrainingError(ValueError):
    """The run cannot start; the message says what to do."""


def train(
    config: ModelConfig,
    images: Tensor,
    folder: Path,
    *,
    accelerator: str = "auto",
    resume: bool = False,
    progress: Progress | None = None,
) -> Autoencoder:
    """Train a model of `config` on `images` and write it to `folder`.

    Parameters
    ----------
    config : what to build and how to train it
    images : (N, C, H, W) uint8
    folder : where the checkpoint, `training.csv` and, until the end, the state to resume from are written
    accelerator : "auto", "cuda", "mps" or "cpu"; under `torchrun` the processes share each batch
    resume : go on from the state in `folder`, or start if there is none
    progress : called after every step on the first process

    Returns
    -------
    The trained model (the moving average of its weights).

    Raises
    ------
    TrainingError
        If the folder holds another run, there is too little data, or the loss stops being finite.
    ValueError
        If the folder's name cannot be a model's, or another process is writing to it.
    """
    check_folder(folder)  # before hours of work, not after
    if images.ndim != 4 or tuple(images.shape[1:]) != config.image_shape:
        raise TrainingError(f"the images have shape {tuple(images.shape[1:])}, but the model wants {config.image_shape}")
    if config.epochs < 1:
        raise TrainingError("epochs must be at least 1")
    if config.holdout > len(images):
        raise TrainingError(f"there are {len(images)} images, fewer than the {config.holdout} to hold out; add images or hold out fewer")
    held_out, images = images[len(images) - config.holdout :], images[: len(images) - config.holdout]
    if len(images) < 2:
        raise TrainingError("there are fewer than two images to train on; add images or hold out fewer")
    fabric = _fabric(accelerator, config.precision)
    # Of the processes that share a run, the first one writes.
    with one_writer(folder, MODEL, CONFIG, STATE, LOG) if fabric.is_global_zero else nullcontext():
        return _train(fabric, config, images, held_out, folder, resume, progress)


def _train(fabric: Fabric, config: ModelConfig, images: Tensor, held_out: Tensor, folder: Path, resume: bool,
           progress: Progress | None) -> Autoencoder:  # fmt: skip
    state = _State.start(config, folder, resume)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = build(config)
    begin = architecture(config.architecture).begin
    if begin is not None and not state.tensors:
        begin(model, images)
    average = {key: value.clone() for key, value in model.state_dict().items()}
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate)
    if state.tensors:
        state.restore(model, average, optimizer)
    wrapped, optimizer = fabric.setup(model, optimizer)
    average = {key: value.to(fabric.device) for key, value in average.items()}
    images = images.to(fabric.device)

    batch_size = min(config.batch_size, len(images))
    steps_per_epoch = len(images) // batch_size
    steps = config.epochs * steps_per_epoch
    saved = time.monotonic()
    for epoch in range(state.epochs_done, config.epochs):
        started = time.monotonic()
        order = torch.randperm(len(images), generator=generator(config.seed, 1, epoch))
        parts = dict.fromkeys(("loss", "squared_error", "kl"), 0.0)
        for index in range(steps_per_epoch):
            step = epoch * steps_per_epoch + index
            optimizer.param_groups[0]["lr"] = learning_rate(step, steps, config.learning_rate)
            rows = order[index * batch_size : (index + 1) * batch_size]
            noise = torch.randn(len(rows), config.latent_dim, generator=generator(config.seed, 2, step))
            noise *= noise_growth(step, steps, config.first_noise, config.noise)
            mine = slice(fabric.global_rank, None, fabric.world_size)
            batch = images[rows[mine].to(images.device)].float() / 255  # (B, C, H, W)
            batch = blurred(batch, blur_width(step, steps, config.first_blur))
            if config.likelihood == "bernoulli":  # black or white anew each time: dynamic binarization
                uniform = torch.rand(len(rows), *config.image_shape, generator=generator(config.seed, 3, step))
                batch = (uniform[mine].to(batch.device) < batch).float()
            output = wrapped(batch, noise[mine].to(batch.device))
            beta, l2 = kl_weight(step, steps, config.beta), kl_weight(step, steps, config.l2)
            loss = bernoulli_objective(batch, output, beta) if config.likelihood == "bernoulli" else objective(batch, output, beta, l2)
            optimizer.zero_grad(set_to_none=True)
            fabric.backward(loss.total)
            fabric.clip_gradients(wrapped, optimizer, max_norm=MAX_GRADIENT_NORM, error_if_nonfinite=False)
            optimizer.step()
            _average(average, model, ema_decay(step))
            for key, value in zip(parts, (loss.total, loss.squared_error, loss.kl), strict=True):
                parts[key] += value.item() / steps_per_epoch
            if progress and fabric.is_global_zero:
                now = {"loss": loss.total.item(), "squared_error": loss.squared_error.item(), "kl": loss.kl.item()}
                progress(step + 1, steps, now)
        if not all(value == value and abs(value) != float("inf") for value in parts.values()):
            raise TrainingError("the loss is no longer finite; lower --learning-rate, or use --precision 32-true")
        state.rows.append(
            {
                "epoch": epoch + 1,
                "step": step + 1,
                **parts,
                "mse": parts["squared_error"] / config.pixels,
                "validation_mse": _validation_mse(model, average, held_out, fabric.device) if len(held_out) else "",
                "learning_rate": optimizer.param_groups[0]["lr"],
                "seconds": round(time.monotonic() - started, 3),
            }
        )
        if fabric.is_global_zero and epoch + 1 < config.epochs and time.monotonic() - saved > SAVE_SECONDS:
            state.save(model, average, optimizer, epoch + 1)
            saved = time.monotonic()
    if config.weights == "float16":  # what is returned is what is stored
        average = half(average)
    model.load_state_dict(average)
    if fabric.is_global_zero:
        state.finish(model)
    fabric.barrier()
    return model.eval().requires_grad_(False)


class _State:
    """What a run needs to go on: weights, their average, the optimiser's moments, the log so far."""

    def __init__(self, config: ModelConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.tensors: dict[str, Tensor] = {}
        self.rows: list[dict] = []
        self.epochs_done = 0

    @classmethod
    def start(cls, config: ModelConfig, folder: Path, resume: bool) -> _State:
        state = cls(config, folder)
        # The config is written last, so weights without one are those of a run that was killed while it finished.
        finished, under_way = (folder / CONFIG).exists(), (folder / STATE).exists()
        if (finished or under_way) and not resume:
            raise TrainingError(f"{folder} already holds a {'model' if finished else 'run'}; add --resume, or choose another --out")
        if finished:
            raise TrainingError(f"{folder} holds a finished model; there is nothing to resume, so choose another --out")
        if under_way:
            state.tensors, words = read_tensors(folder / STATE)
            before = json.loads(words["config"])
            changed = [key for key, value in json.loads(json.dumps(config.to_dict())).items() if before.get(key) != value]
            if changed:
                raise TrainingError(f"the run in {folder} had other settings ({', '.join(changed)}); repeat them, or choose another --out")
            state.epochs_done, state.rows = int(words["epochs"]), json.loads(words["rows"])
        return state

    def restore(self, model: Autoencoder, average: dict[str, Tensor], optimizer: torch.optim.Optimizer) -> None:
        def part(prefix: str) -> dict[str, Tensor]:
            return {key.removeprefix(prefix): value for key, value in self.tensors.items() if key.startswith(prefix)}

        model.load_state_dict(part("weights/"))
        average.update(part("average/"))
        moments = {index: {name: self.tensors[f"adam/{index}/{name}"] for name in ("step", "exp_avg", "exp_avg_sq")}
                   for index in range(len(list(model.parameters())))}  # fmt: skip
        optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})

    def save(self, model: Autoencoder, average: dict[str, Tensor], optimizer: torch.optim.Optimizer, epochs: int) -> None:
        tensors = {f"weights/{key}": value for key, value in model.state_dict().items()}
        tensors |= {f"average/{key}": value for key, value in average.items()}
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"adam/{index}/{name}": torch.as_tensor(value) for name, value in moments.items()}
        words = {"config": json.dumps(self.config.to_dict()), "epochs": str(epochs), "rows": json.dumps(self.rows)}
        write_tensors(self.folder / STATE, tensors, words)
        write_log(self.folder / LOG, self.rows, COLUMNS)

    def finish(self, model: Autoencoder) -> None:
        write_log(self.folder / LOG, self.rows, COLUMNS)
        save_model(self.folder, model)
        (self.folder / STATE).unlink(missing_ok=True)


def write_log(path: Path, rows: list[dict], columns: tuple[str, ...]) -> None:
    """Write a training's log, a row for each time it was looked at."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()} for row in rows)
    write_atomically(path, lambda file: file.write(text.getvalue().encode()))


def _fabric(accelerator: str, precision: str) -> Fabric:
    """A Fabric on one device, or on as many processes as `torchrun` started."""
    local, world = int(os.environ.get("LOCAL_WORLD_SIZE", 1)), int(os.environ.get("WORLD_SIZE", 1))
    try:
        fabric = Fabric(
            accelerator=accelerator,
            devices=local,
            num_nodes=max(1, world // local),
            strategy="ddp" if world > 1 else "auto",
            precision=precision,
        )
        fabric.launch()
    except (RuntimeError, ValueError) as error:
        raise TrainingError(f"this machine cannot train on {accelerator!r} in {precision}: {error}") from error
    return fabric


def blurred(images: Tensor, width: float) -> Tensor:
    """`images` (N, C, H, W) under a Gaussian blur of standard deviation `width` pixels; as they are where it is hardly a third of one."""
    if width < LEAST_BLUR:
        return images
    reach = min(round(2 * width), min(images.shape[2:]) - 1)  # pixels to each side; a mirrored border has no more
    return gaussian_blur(images, [2 * reach + 1, 2 * reach + 1], [width, width])


@torch.no_grad()
def _average(average: dict[str, Tensor], model: Autoencoder, decay: float) -> None:
    torch._foreach_lerp_(list(average.values()), list(model.state_dict().values()), 1 - decay)


@torch.no_grad()
def _validation_mse(model: Autoencoder, average: dict[str, Tensor], images: Tensor, device: torch.device) -> float:
    """Mean squared error per pixel on images held out, decoded from the posterior mean by the averaged weights."""
    judge = copy.deepcopy(model)
    judge.load_state_dict(average)
    batch = images.to(device).float() / 255
    return (judge.decode(judge.encode(batch).mean) - batch).square().mean().item()
