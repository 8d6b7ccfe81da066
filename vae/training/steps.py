"""Training of what draws from captions: a run of steps, each a function of its number, resumable to the same bits.

The data is drawn anew at every step and never ends, so there are no epochs. Matrices inside a network are stepped by Muon,
everything else by AdamW.

Source of Muon: Jordan and others, "Muon: An optimizer for hidden layers in neural networks", 2024.
"""

from __future__ import annotations

import copy
import json
import math
import time
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from vae.store.files import write_json
from vae.store.folders import CONFIG, MODEL, TRAINING_LOG
from vae.store.tensors import half, read_tensors, write_tensors
from vae.store.writing import one_writer
from vae.training.loop import STATE, Progress, TrainingError, write_log
from vae.training.schedule import MAX_GRADIENT_NORM, ema_decay

SAVE_SECONDS = 60.0  # at most this much work is lost to a kill, besides the step under way
REPORT = 100  # steps between two rows of the log
WARM_UP, LAST = 50, 0.01  # steps to the full learning rate; what is left of it at the end


class Learner(Protocol):
    """What is to be trained.

    model : the network
    config : everything needed to build it and repeat the run, plain JSON types
    rates : learning rates of Muon and of AdamW
    """

    model: nn.Module
    config: dict[str, Any]
    rates: tuple[float, float]

    def matrices(self) -> list[nn.Parameter]:
        """The weights that Muon steps."""

    def loss(self, step: int, steps: int) -> dict[str, Tensor]:
        """The parts of the loss on the batch of `step`; the one called "loss" is minimised."""

    def validate(self, model: nn.Module) -> dict[str, float]:
        """Figures of a model (the moving average of the weights) on data that is not trained on."""


def run(learner: Learner, folder: Path, steps: int, *, resume: bool = False, device: str | torch.device = "cpu",
        precision: str = "bf16", progress: Progress | None = None) -> nn.Module:  # fmt: skip
    """Train `learner` for `steps` and write the moving average of its weights, in half precision, to `folder`.

    Parameters
    ----------
    folder : where `config.json`, `model.safetensors`, `training.csv` and, until the end, the state to resume from go
    steps : how many
    resume : go on from the state in `folder`, or start if there is none
    precision : "bf16", autocast, or "32"

    Raises
    ------
    TrainingError
        If the folder holds another run, or the loss stops being finite.
    ValueError
        If another process is writing to the folder.
    """
    with one_writer(folder, MODEL, CONFIG, STATE, TRAINING_LOG):
        return _run(learner, folder, steps, resume, device, precision, progress)


def _run(learner: Learner, folder: Path, steps: int, resume: bool, device: str | torch.device, precision: str,
         progress: Progress | None) -> nn.Module:  # fmt: skip
    config = learner.config | {"steps": steps, "precision": precision}
    if (folder / CONFIG).exists():  # it is written last: weights without it are those of a run that was killed while it finished
        raise TrainingError(f"{folder} already holds a finished model; choose another --out, or delete it by hand to train another")
    if (folder / STATE).exists() and not resume:
        raise TrainingError(f"{folder} already holds a run; add --resume, or choose another --out")
    model = learner.model.to(device)
    matrices = {id(weight) for weight in learner.matrices()}
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimizers = [
        torch.optim.Muon([weight for weight in learning if id(weight) in matrices], lr=learner.rates[0], weight_decay=0.0,
                         adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW([weight for weight in learning if id(weight) not in matrices], lr=learner.rates[1], betas=(0.9, 0.98),
                          weight_decay=0.0),
    ]  # fmt: skip
    average = {key: value.clone() for key, value in model.state_dict().items()}
    done = 0
    rows: list[dict[str, Any]] = []
    if (folder / STATE).exists():
        done, rows = _restore(folder, config, model, average, optimizers)
    started = saved = time.monotonic()
    for step in range(done, steps):
        share = _rate(step, steps)
        for optimizer, rate in zip(optimizers, learner.rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * share
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=precision == "bf16"):
            parts = learner.loss(step, steps)
        model.zero_grad(set_to_none=True)
        parts["loss"].backward()
        nn.utils.clip_grad_norm_(learning, MAX_GRADIENT_NORM)
        for optimizer in optimizers:
            optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), list(model.state_dict().values()), 1 - ema_decay(step))
        values = {key: value.item() for key, value in parts.items()}
        if not all(map(math.isfinite, values.values())):
            last = "go on from the last state with --resume --precision 32" if precision != "32" else "start it again with another --seed"
            raise TrainingError(f"the loss is no longer finite, at step {step + 1} of {steps}; {last}")
        if progress:
            progress(step + 1, steps, values)
        if (step + 1) % REPORT == 0 or step + 1 == steps:
            rows.append({"step": step + 1, **values, **learner.validate(_averaged(model, average)),
                         "seconds": round(time.monotonic() - started, 1)})  # fmt: skip
            write_log(folder / TRAINING_LOG, rows, tuple(rows[0]))
            started = time.monotonic()
        if time.monotonic() - saved > SAVE_SECONDS and step + 1 < steps:
            _save(folder, config, model, average, optimizers, step + 1, rows)
            saved = time.monotonic()
    weights = half(average)
    model.load_state_dict(weights)  # what is returned is what is stored
    write_tensors(folder / MODEL, weights)
    write_json(folder / CONFIG, config)
    (folder / STATE).unlink(missing_ok=True)
    return model.eval().requires_grad_(False)


def _rate(step: int, steps: int) -> float:
    """Up in a straight line, down in a cosine: a share of the full learning rate."""
    return min(1.0, (step + 1) / WARM_UP) * (LAST + (1 - LAST) * 0.5 * (1 + math.cos(math.pi * step / steps)))


def _averaged(model: nn.Module, average: dict[str, Tensor]) -> nn.Module:
    judge = copy.deepcopy(model).eval()
    judge.load_state_dict(average)
    return judge


def _save(
    folder: Path, config: dict[str, Any], model: nn.Module, average: dict[str, Tensor], optimizers: list[Any], done: int, rows: list[Any]
) -> None:
    tensors = {f"weights/{key}": value for key, value in model.state_dict().items()}
    tensors |= {f"average/{key}": value for key, value in average.items()}
    for which, optimizer in enumerate(optimizers):
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{which}/{index}/{name}": torch.as_tensor(value) for name, value in moments.items()}
    words = {"config": json.dumps(config), "done": str(done), "rows": json.dumps(rows)}
    write_tensors(folder / STATE, tensors, words)


def _restore(
    folder: Path, config: dict[str, Any], model: nn.Module, average: dict[str, Tensor], optimizers: list[Any]
) -> tuple[int, list[Any]]:
    tensors, words = read_tensors(folder / STATE)
    before = json.loads(words["config"])
    free = ("precision",)  # which a loss that is no longer finite asks to change
    changed = sorted(key for key in config | before if key not in free and config.get(key) != before.get(key))
    if changed:
        raise TrainingError(f"the run in {folder} had other settings ({', '.join(changed)}); repeat them, or choose another --out")
    model.load_state_dict({key: tensors[f"weights/{key}"] for key in average})
    average.update({key: tensors[f"average/{key}"].to(average[key].device) for key in average})
    for which, optimizer in enumerate(optimizers):
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith(f"optimizer/{which}/"):
                _, _, index, name = key.split("/")
                state.setdefault(int(index), {})[name] = value
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return int(words["done"]), json.loads(words["rows"])
