"""Training the judge of drawings, on true scenes of every pair of object and tint, held-out ones among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, cross_entropy, pad

from vae.data.scenes import ARRANGEMENTS, BACKGROUNDS, NOTHING, OBJECTS, TINTS, Scene, arrangement, random_scenes, reading_order, render
from vae.models import Probe
from vae.store.probes import save_probe
from vae.store.tensors import half

PEAK_LEARNING_RATE, WEIGHT_DECAY = 4e-3, 1e-2
NOISE = 0.05  # at most, standard deviation
TESTED = 4000  # fresh scenes that its accuracy is of
SIZES = (len(ARRANGEMENTS), len(TINTS), len(OBJECTS), len(BACKGROUNDS))


def train_probe(folder: Path, *, steps: int = 2500, batch_size: int = 64, seed: int = 0, width: int = 32,
                progress: Callable[[int, float], None] | None = None) -> dict[str, float]:  # fmt: skip
    """Train a probe, write it to `folder`, and return its accuracy on fresh true scenes, by attribute and joint."""
    torch.manual_seed(seed)
    model = Probe(SIZES, width)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps)
    for step in range(steps):
        scenes = random_scenes(batch_size, (seed, 0, step), pairs="all")
        images = _blemish(torch.from_numpy(render(scenes, (seed, 1, step))).float() / 255)
        truth = targets([scene.words for scene in scenes])
        logits = model(images, truth["arrangement"])
        # One thing alone says nothing of a second: its targets are ignored.
        loss = torch.stack([cross_entropy(logits[name], truth[name], ignore_index=-1, label_smoothing=0.02) for name in logits]).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if progress:
            progress(step + 1, loss.item())
    model.load_state_dict(half(model.state_dict()))  # what is examined is what is stored
    accuracy = examine(model.eval(), seed)
    config = {"data": "scenes", "pairs": "all", "sizes": list(SIZES), "width": width, "steps": steps, "batch_size": batch_size,
              "seed": seed, "test_scenes": TESTED, "test_accuracy": accuracy}  # fmt: skip
    save_probe(folder, model, config)
    return accuracy


def targets(words: Sequence[Sequence[str]]) -> dict[str, Tensor]:
    """What a probe should say of scenes of these words, (N,) int64 each; -1 for a second thing that is not there."""
    slots = [reading_order(each) for each in words]

    def places(slot: int, names: Sequence[str]) -> Tensor:
        return torch.tensor([-1 if each[slot] == NOTHING else names.index(each[slot]) for each in slots])

    tints = tuple(TINTS)
    return {
        "arrangement": torch.tensor([arrangement(each[2]) for each in slots]), "tint": places(0, tints), "object": places(1, OBJECTS),
        "second tint": places(3, tints), "second object": places(4, OBJECTS), "background": places(5, tuple(BACKGROUNDS)),
    }  # fmt: skip


@torch.inference_mode()
def examine(model: Probe, seed: int) -> dict[str, float]:
    """Its accuracy on TESTED fresh scenes of all pairs."""
    scenes: list[Scene] = random_scenes(TESTED, (seed, 2), pairs="all")
    right: dict[str, list[Tensor]] = {}
    joint = []
    for start in range(0, TESTED, 500):
        part = scenes[start : start + 500]
        logits = model(torch.from_numpy(render(part, (seed, 3, start))).float() / 255)
        truth = targets([scene.words for scene in part])
        hits = {name: (logits[name].argmax(1) == truth[name]) | (truth[name] < 0) for name in logits}
        joint.append(torch.stack(list(hits.values())).all(0))
        for name, hit in hits.items():
            right.setdefault(name, []).append(hit[truth[name] >= 0])
    return {name: torch.cat(hits).double().mean().item() for name, hits in (right | {"joint": joint}).items()}


def _blemish(images: Tensor) -> Tensor:
    """Blur some of the images and put noise on all, for decoded pictures are never quite sharp."""
    count = len(images)
    blurred = avg_pool2d(pad(images, (1, 1, 1, 1), mode="replicate"), 3, 1)
    share = torch.rand(count, 1, 1, 1) * (torch.rand(count, 1, 1, 1) < 0.6)
    images = torch.lerp(images, blurred, share)
    return (images + torch.randn_like(images) * torch.rand(count, 1, 1, 1) * NOISE).clamp(0, 1)
