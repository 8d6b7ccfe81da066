"""The training loop: whole data set in memory, every random number a function of seed and step, resumable.

Because nothing depends on a generator's history, a run that was killed and resumed takes exactly the steps that an
uninterrupted one would have taken; on the CPU, with as many threads, the weights are the same to the last bit.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur

from vae.models import Autoencoder, ModelConfig, architecture, build
from vae.models.linear import MOST_VALUES
from vae.store.checkpoints import load_model, read_config, save_model
from vae.store.files import write_atomically
from vae.store.folders import CONFIG, MODEL, TRAINING_LOG
from vae.store.names import check_folder
from vae.store.tensors import all_finite, half, read_tensors, write_tensors
from vae.store.writing import one_writer
from vae.training.heldout import Best, apart, judge
from vae.training.losses import bernoulli_objective, objective
from vae.training.optimizers import Optimizers, optimizers_of, set_rate
from vae.training.randomness import generator
from vae.training.schedule import MAX_GRADIENT_NORM, blur_width, ema_decay, kl_weight, learning_rate, noise_growth

STATE = "training.safetensors"
COLUMNS = (
    "epoch", "step", "loss", "squared_error", "kl", "mse", "validation_mse", "validation_loss", "best_epoch", "learning_rate", "seconds",
)  # fmt: skip
LEAST_BLUR = 0.3  # pixels: a narrower Gaussian leaves a pixel nearly all of itself
SAVE_SECONDS = 10.0  # at most this much work is lost to a kill, besides the step under way
LOG_SECONDS = 1.0  # between two writings of the log
MILDER = 0.3  # of a learning rate under which the loss was no longer finite: what is tried next

Progress = Callable[[int, int, dict[str, float]], None]  # steps done, steps in all, loss parts of the last step


class TrainingError(ValueError):
    """The run cannot start; the message says what to do."""


class Diverged(TrainingError):
    """The loss is no longer finite. The message says where, and with which `learning_rate` to go on from the last good state."""

    def __init__(self, sentence: str, learning_rate: float) -> None:
        super().__init__(sentence)
        self.learning_rate = learning_rate


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
    resume : go on from the state in `folder`, with more epochs from the finished model in it, or start if there is neither
    progress : called after every step on the first process

    Returns
    -------
    The trained model: the moving average of its weights, at its last step or, where held-out pictures are watched, when it was best on
    these.

    Raises
    ------
    TrainingError
        If the folder holds another run or there is too little data.
    Diverged
        At the first step whose loss is not finite. The state of the last good epoch is kept, and may be resumed with another
        learning rate or precision.
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
    images, held_out = apart(images, config)
    if len(images) < 2:
        raise TrainingError("there are fewer than two images to train on; add images or hold out fewer")
    fabric = _fabric(accelerator, config.precision)
    # Of the processes that share a run, the first one writes.
    with one_writer(folder, MODEL, CONFIG, STATE, TRAINING_LOG) if fabric.is_global_zero else nullcontext():
        return _train(fabric, config, images, held_out, folder, resume, progress)


def _train(fabric: Fabric, config: ModelConfig, images: Tensor, held_out: Tensor, folder: Path, resume: bool,
           progress: Progress | None) -> Autoencoder:  # fmt: skip
    state = _State.start(config, folder, resume)
    config = state.config
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = build(config)
    begin = architecture(config.architecture).begin
    if begin is not None and not state.tensors:
        begin(model, mirrored_too(images) if config.flip else images)
    average = {key: value.clone() for key, value in model.state_dict().items()}
    optimizers = optimizers_of(config, model)
    if state.tensors:
        state.restore(model, average, optimizers)
    wrapped, *fabrics = fabric.setup(model, *optimizers.values())
    optimizers = dict(zip(optimizers, fabrics, strict=True))
    if not torch.cuda.is_available():  # said once: the optimiser would look for a GPU at every step
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    # In one process and in the weights' own precision, all that Fabric does at a step is to take time.
    plain = fabric.world_size == 1 and config.precision == "32-true"
    average = {key: value.to(fabric.device) for key, value in average.items()}
    weights, newest = list(model.parameters()), list(model.state_dict().values())
    images = images.to(fabric.device)

    batch_size, steps_per_epoch = batches(config, len(images))
    steps, first = config.epochs * steps_per_epoch, state.begins * steps_per_epoch
    saved, logged = time.monotonic(), -math.inf
    begun = state.begun
    if config.patience and state.best is None:
        state.best = Best.of(begun.epochs, judge(model, average, held_out, fabric.device).loss, average)
    state.keep(model, average, optimizers, begun)
    try:
        for epoch in range(begun.epochs, config.epochs):
            started = time.monotonic() - begun.seconds
            order = torch.randperm(len(images), generator=generator(config.seed, 1, epoch))
            parts = {key: begun.parts.get(key, 0.0) for key in ("loss", "squared_error", "kl")}
            for index in range(begun.steps, steps_per_epoch):
                step = epoch * steps_per_epoch + index
                rate = learning_rate(step - first, steps - first, config.learning_rate)
                set_rate(optimizers, rate)
                rows = order[index * batch_size : (index + 1) * batch_size]
                noise = torch.randn(len(rows), config.latent_dim, generator=generator(config.seed, 2, step))
                mine = slice(fabric.global_rank, None, fabric.world_size)
                batch = images[rows[mine].to(images.device)].float() / 255  # (B, C, H, W)
                if config.flip:
                    mirrored = torch.rand(len(rows), generator=generator(config.seed, 5, step)) < 0.5
                    batch = torch.where(mirrored[mine].to(batch.device)[:, None, None, None], batch.flip(3), batch)
                beta, l2 = config.beta, config.l2
                if not first:  # what comes in or fades has done so when a finished run goes on
                    noise *= noise_growth(step, steps, config.first_noise, config.noise)
                    batch = blurred(batch, blur_width(step, steps, config.first_blur))
                    beta, l2 = kl_weight(step, steps, beta), kl_weight(step, steps, l2)
                if config.likelihood == "bernoulli":  # black or white anew each time: dynamic binarization
                    uniform = torch.rand(len(rows), *config.image_shape, generator=generator(config.seed, 3, step))
                    batch = (uniform[mine].to(batch.device) < batch).float()
                output = (model if plain else wrapped)(batch, noise[mine].to(batch.device))
                bernoulli = config.likelihood == "bernoulli"
                loss = bernoulli_objective(batch, output, beta) if bernoulli else objective(batch, output, beta, l2)
                now = {"loss": loss.total.item(), "squared_error": loss.squared_error.item(), "kl": loss.kl.item()}
                if not all(map(math.isfinite, now.values())):
                    raise state.diverged(epoch, step + 1, steps)
                model.zero_grad(set_to_none=True)
                if plain:
                    loss.total.backward()
                    nn.utils.clip_grad_norm_(weights, MAX_GRADIENT_NORM)
                else:
                    fabric.backward(loss.total)
                    fabric.clip_gradients(wrapped, fabrics[0], max_norm=MAX_GRADIENT_NORM, error_if_nonfinite=False)
                for optimizer in optimizers.values():
                    optimizer.step()
                _average(average, newest, ema_decay(step))
                for key, value in now.items():
                    parts[key] += value / steps_per_epoch
                if progress and fabric.is_global_zero:
                    progress(step + 1, steps, now)
                due = fabric.is_global_zero and index + 1 < steps_per_epoch and time.monotonic() - saved > SAVE_SECONDS
                if due and all(map(all_finite, model.state_dict().values())):
                    state.keep(model, average, optimizers, Begun(epoch, index + 1, dict(parts), time.monotonic() - started))
                    state.save()
                    saved = time.monotonic()
            if not all(map(all_finite, model.state_dict().values())):  # by the last step, whose own loss was finite
                raise state.diverged(epoch, step + 1, steps)
            judged = judge(model, average, held_out, fabric.device) if len(held_out) else None
            if judged is not None and state.best is not None and fabric.broadcast(judged.loss) < state.best.loss:
                state.best = Best.of(epoch + 1, judged.loss, average)
            state.rows.append(
                {
                    "epoch": epoch + 1,
                    "step": step + 1,
                    **parts,
                    "mse": parts["squared_error"] / config.pixels,
                    "validation_mse": "" if judged is None else judged.mse,
                    "validation_loss": "" if judged is None else judged.loss,
                    "best_epoch": "" if state.best is None else state.best.epoch,
                    "learning_rate": rate,
                    "seconds": round(time.monotonic() - started, 3),
                }
            )
            if state.best is not None and epoch + 1 - state.best.epoch >= config.patience:
                break
            if epoch + 1 < config.epochs:
                begun = Begun(epoch + 1)
                state.keep(model, average, optimizers, begun)
                if fabric.is_global_zero and time.monotonic() - saved > SAVE_SECONDS:
                    state.save()
                    saved = logged = time.monotonic()
                elif fabric.is_global_zero and time.monotonic() - logged > LOG_SECONDS:
                    write_log(folder / TRAINING_LOG, state.rows, COLUMNS)
                    logged = time.monotonic()
    except BaseException as stop:
        # Stopped by a person, or by a loss that is no number; what a full disk has stopped cannot be saved either.
        if fabric.is_global_zero and (isinstance(stop, Diverged) or not isinstance(stop, Exception)):
            state.save_on_the_way()
        raise
    if state.best is not None:
        average = {key: state.best.weights[key] for key in average}
    if config.weights == "float16":  # what is returned is what is stored
        average = half(average)
    model.load_state_dict(average)
    if fabric.is_global_zero:
        state.finish(model)
    fabric.barrier()
    return model.eval().requires_grad_(False)


def batches(config: ModelConfig, count: int) -> tuple[int, int]:
    """How many of `count` images a batch holds, and how many batches an epoch has."""
    batch_size = min(config.batch_size, count)
    return batch_size, count // batch_size


@dataclass(frozen=True)
class Begun:
    """How far a run is.

    epochs : that are finished
    steps : of the next one that are done
    parts : what these have added to that epoch's row of the log
    seconds : that they took
    """

    epochs: int = 0
    steps: int = 0
    parts: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """For people: "after epoch 2 and 5 steps of the next"."""
        if not self.steps:
            return f"after epoch {self.epochs}"
        return f"after epoch {self.epochs} and {self.steps} steps of the next" if self.epochs else f"in its first {self.steps} steps"


class _State:
    """What a run needs to go on: weights, their average, the optimiser's moments, the log so far.

    begins : epochs that the model had finished with when it was asked for more; 0 in a first run
    begun : where the run goes on
    best : the weights that did best on held-out pictures; None where these are not watched
    kept : how far the run was when everything was finite last, the best weights by then, and the tensors of that moment
    """

    def __init__(self, config: ModelConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.tensors: dict[str, Tensor] = {}
        self.rows: list[dict[str, Any]] = []
        self.begins = 0
        self.begun = Begun()
        self.best: Best | None = None
        self.kept: tuple[Begun, Best | None, dict[str, Tensor]] = (self.begun, None, {})
        self._diverged = False

    @classmethod
    def start(cls, config: ModelConfig, folder: Path, resume: bool) -> _State:
        state = cls(config, folder)
        # The config is written last, so weights without one are those of a run that was killed while it finished.
        finished, under_way = (folder / CONFIG).exists(), (folder / STATE).exists()
        if (finished or under_way) and not resume:
            raise TrainingError(f"{folder} already holds a {'run' if under_way else 'model'}; add --resume, or choose another --out")
        if under_way:
            state._go_on()
        elif finished:
            state._go_beyond()
        return state

    def _go_on(self) -> None:
        """Take up the run that was stopped."""
        self.tensors, words = read_tensors(self.folder / STATE)
        before = ModelConfig.from_dict(json.loads(words["config"]))
        self._need_same(before, ("learning_rate", "precision") if words.get("diverged") else ())
        self.config = replace(self.config, extended=before.extended)
        self.begins = before.extended[-1] if before.extended else 0
        self.begun = Begun(int(words["epochs"]), **json.loads(words.get("within", "{}")))
        self.rows = json.loads(words["rows"])
        if "best" in words:
            self.best = Best(**json.loads(words["best"]), weights={})

    def _go_beyond(self) -> None:
        """Give the finished model more epochs: from its weights, with a learning rate that falls anew."""
        before = read_config(self.folder)
        self._need_same(before, ("epochs", "learning_rate", "precision"))
        if self.config.epochs <= before.epochs:
            raise TrainingError(
                f"{self.folder} holds a model that has finished its {before.epochs} epochs; give it more with "
                f"--resume --epochs {before.epochs + 20}, or choose another --out"
            )
        self.config = replace(self.config, extended=(*before.extended, before.epochs))
        self.begins, self.begun = before.epochs, Begun(before.epochs)
        weights = load_model(self.folder, "cpu").state_dict()
        self.tensors = {f"{part}/{key}": value for part in ("weights", "average") for key, value in weights.items()}
        self.rows = read_log(self.folder / TRAINING_LOG)

    def _need_same(self, before: ModelConfig, free: tuple[str, ...]) -> None:
        old, new = before.to_dict(), self.config.to_dict()
        changed = [key for key in new if key not in (*free, "extended") and old[key] != new[key]]
        if "data_sha256" in changed and not before.data_sha256:  # from before runs remembered their pictures
            changed.remove("data_sha256")
        if "data_sha256" in changed:
            raise TrainingError(f"the pictures of {self.config.data} have changed since the run in {self.folder}; choose another --out")
        if changed:
            raise TrainingError(f"the run in {self.folder} had other settings ({', '.join(changed)}); repeat them, or choose another --out")

    def restore(self, model: Autoencoder, average: dict[str, Tensor], optimizers: Optimizers) -> None:
        def part(prefix: str) -> dict[str, Tensor]:
            return {key.removeprefix(prefix): value for key, value in self.tensors.items() if key.startswith(prefix)}

        model.load_state_dict(part("weights/"))
        average.update(part("average/"))
        for which, optimizer in optimizers.items():
            moments: dict[int, dict[str, Tensor]] = {}  # none where no step has been taken yet
            for key, value in part(f"{which}/").items():
                index, name = key.split("/")
                moments.setdefault(int(index), {})[name] = value
            optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
        if self.best is not None:
            self.best = replace(self.best, weights=part("best/"))

    def keep(self, model: Autoencoder, average: dict[str, Tensor], optimizers: Optimizers, begun: Begun) -> None:
        """Keep a copy of everything as it is now, in memory; a run that is stopped meanwhile has the copy before or this one, whole."""
        tensors = {f"weights/{key}": value for key, value in model.state_dict().items()}
        tensors |= {f"average/{key}": value for key, value in average.items()}
        for which, optimizer in optimizers.items():
            for index, moments in optimizer.state_dict()["state"].items():
                tensors |= {f"{which}/{index}/{name}": torch.as_tensor(value) for name, value in moments.items()}
        self.kept = begun, self.best, {key: value.detach().clone() for key, value in tensors.items()}

    def save(self) -> None:
        """Write what is kept."""
        begun, best, tensors = self.kept
        self.rows = [row for row in self.rows if int(row["epoch"]) <= begun.epochs]
        within = {"steps": begun.steps, "parts": begun.parts, "seconds": begun.seconds}
        words = {"config": json.dumps(self.config.to_dict()), "epochs": str(begun.epochs), "within": json.dumps(within),
                 "rows": json.dumps(self.rows), "threads": str(torch.get_num_threads())}  # fmt: skip
        if best is not None:
            words["best"] = json.dumps({"epoch": best.epoch, "loss": best.loss})
            tensors = tensors | {f"best/{key}": value for key, value in best.weights.items()}
        write_tensors(self.folder / STATE, tensors, words | ({"diverged": "yes"} if self._diverged else {}))
        write_log(self.folder / TRAINING_LOG, self.rows, COLUMNS)

    def save_on_the_way(self) -> None:
        """Write what is kept, unless it is what a run begins with anyway."""
        begun, *_ = self.kept
        if begun.epochs > self.begins or begun.steps or (self.folder / STATE).exists():
            self.save()

    def diverged(self, epoch: int, step: int, steps: int) -> Diverged:
        """That the loss of `step` is not finite, and how to go on."""
        self._diverged = True
        milder = float(f"{MILDER * self.config.learning_rate:.1g}")
        begun, *_ = self.kept
        kept = f"what it had learned {begun.words} is kept" if begun.epochs or begun.steps else "it had not finished its first epoch"
        exact = "" if self.config.precision == "32-true" else ", or with --resume --precision 32-true"
        return Diverged(
            f"the loss is no longer finite, in epoch {epoch + 1} at step {step} of {steps}; {kept}: go on with "
            f"--resume --learning-rate {milder:g} in place of {self.config.learning_rate:g}{exact}",
            milder,
        )

    def finish(self, model: Autoencoder) -> None:
        write_log(self.folder / TRAINING_LOG, self.rows, COLUMNS)
        save_model(self.folder, model)
        (self.folder / STATE).unlink(missing_ok=True)


def threads_before(folder: Path) -> int | None:
    """How many threads the run that was stopped in `folder` had, which the same bits take; None where there is none."""
    if not (folder / STATE).exists():
        return None
    said = read_tensors(folder / STATE)[1].get("threads", "")
    return int(said) if said.isdecimal() and int(said) else None


def read_log(path: Path) -> list[dict[str, Any]]:
    """The rows of a log, all their values as text; none where there is no log."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [dict(row) for row in csv.DictReader(file)]


def write_log(path: Path, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
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
            precision=cast(Any, precision),
        )
        fabric.launch()
    except (RuntimeError, ValueError) as error:
        raise TrainingError(f"this machine cannot train on {accelerator!r} in {precision}: {error}") from error
    return fabric


def mirrored_too(images: Tensor) -> Tensor:
    """`images` (N, C, H, W) and what a mirror shows of them; of so many that their principal components take some of them, evenly, as many."""
    taken = images[:: -(-2 * images.numel() // MOST_VALUES)]
    return torch.cat([taken, taken.flip(3)])


def blurred(images: Tensor, width: float) -> Tensor:
    """`images` (N, C, H, W) under a Gaussian blur of standard deviation `width` pixels; as they are where it is hardly a third of one."""
    if width < LEAST_BLUR:
        return images
    reach = min(round(2 * width), min(images.shape[2:]) - 1)  # pixels to each side; a mirrored border has no more
    return gaussian_blur(images, [2 * reach + 1, 2 * reach + 1], [width, width])


@torch.no_grad()
def _average(average: dict[str, Tensor], newest: list[Tensor], decay: float) -> None:
    torch._foreach_lerp_(list(average.values()), newest, 1 - decay)
