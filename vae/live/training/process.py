"""`python -m vae.live.training.process`: one training under the hand, in a process of its own, for the server that started it.

It is forked from `forkserver.py`, which has loaded what it can, or begun by itself where processes cannot be forked. The server writes
JSON objects, one a line, to its standard input: first the order, `{"folder", "setup", "watched"}`, then what is to be done: `{"do": "run", "steps"?}`, `{"do": "pause"}`, `{"do": "hand", "hand"}`,
`{"do": "speed", "most"}`, `{"do": "keep", "folders"}`. Where the pipe closes, the server is gone: the process writes where it is, and
ends.

On its standard output it writes JSON objects, one a line: `{"pid"}` first, `{"ready": shapes, classes, and why no judge tells unreal pictures}` once,
`{"state"}` at every look, `{"rows"}` when the curves have grown, `{"kept"}`, `{"refused": sentence}` of what cannot be done and
`{"error": sentence}` of what ends it. Weights and maps are not among them: they stand in the file `now` in the run's folder, see
`shared.py`. `watched.safetensors` there holds the held-out images that it is seen by, and, where it stands still, `batch.safetensors` the
pictures that the last step was taken on.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TextIO

NICENESS = 10  # below the server, whose pictures are waited for
TURN = 0.03  # seconds of learning between two looks at what the server wants
NOW, BATCH, WATCHED = "now", "batch.safetensors", "watched.safetensors"
LOCK = "lock"  # held by the one process that trains in the folder
SHOWN = 64  # pictures of a batch
MODULES = ("torchvision.datasets", "vae.live.training.layout", "vae.live.training.unreal", "vae.training.trainer", "vae.tasks.errors")


def give_way() -> None:
    """Let whoever is in more of a hurry go first."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def load() -> None:
    """Import all that a training needs before there is an order, so that whoever gives it does not wait."""
    import torch

    torch.set_num_threads(1)  # leaves a core to the server's pictures, and gives the same bits on every machine
    for module in MODULES:
        import_module(module)
    from vae.training.pair import Pair
    from vae.training.recording import Hand, Setup

    # Optimisers import half of torch when the first one is made, and a first step allocates.
    Pair(Setup(data="", hidden=(1,)), torch.zeros(2, 1, 1, 1, dtype=torch.uint8), torch.zeros(2)).take_step(Hand(batch_size=2))


def serve() -> int:
    """Train as standard input says; returns the exit status."""
    lines = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (its thread reads to the end)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing but our own lines goes to the server
    _say(told, {"pid": os.getpid()})
    orders: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    over = threading.Event()
    threading.Thread(target=_listen, args=(lines, orders, over), name="orders", daemon=True).start()
    load()
    from filelock import FileLock, Timeout

    first = orders.get()
    if first is None:
        return 0
    lock = FileLock(Path(first["folder"], LOCK), timeout=0.5)
    while not over.is_set():
        try:
            with lock:
                return _train(first, orders, told)
        except Timeout:  # that of another server, which is about to end: the page has come here from there
            continue
    return 0


def end(status: int) -> NoReturn:
    """End at once: the thread that reads orders never ends."""
    sys.stdout.flush()
    os._exit(status)


def _train(first: Mapping[str, Any], orders: queue.SimpleQueue[dict[str, Any] | None], told: TextIO) -> int:
    try:
        training = _Training(first, told)
    except (ValueError, OSError) as error:
        _say(told, {"error": _sentence(error)})
        return 1
    training.follow(orders)
    return 0


class _Training:
    def __init__(self, order: Mapping[str, Any], told: TextIO) -> None:
        import torch

        from vae import data
        from vae.live.training.layout import layout_of
        from vae.live.training.shared import Shared
        from vae.live.training.unreal import teller_of_unreal
        from vae.store.files import CheckpointError
        from vae.store.tensors import write_tensors
        from vae.training.recording import Recording, Setup
        from vae.training.trainer import RECORDING, Trainer

        folder, self._told = Path(order["folder"]), told
        setup = Recording.read(folder / RECORDING).setup if (folder / RECORDING).exists() else Setup(**order["setup"])
        learned, held = data.load(setup.data, "train"), data.load(setup.data, "test")
        watched = held.take(slice(0, order["watched"]))
        self._speed: float | None = None
        self._looked = False  # since the state was told
        self._batch = 0  # the step whose batch was written last
        self._last: tuple[dict[str, Any], tuple[int, float]] | None = None  # what was told: the state, and how far the curves went
        shape = (learned.images.shape[1], learned.images.shape[2], learned.images.shape[3])
        unreal, unjudged = None, ""
        try:
            unreal = teller_of_unreal(setup.data, shape)
        except CheckpointError as error:
            unjudged = str(error)
        self.trainer = Trainer(folder, setup, learned.images, learned.labels, watched.images, self._show, unreal=unreal)
        self._shared = Shared(folder / NOW, layout_of(self.trainer.pair.models, setup.latent_dim, len(watched)), create=True)
        write_tensors(folder / WATCHED, {"images": watched.images, "labels": watched.labels.to(torch.int32)})
        self.trainer.look()
        _say(
            told,
            {
                "ready": {
                    "images": len(learned),
                    "watched": len(watched),
                    "classes": list(held.classes),
                    "shape": list(shape),
                    "unjudged": unjudged,
                }
            },
        )
        self._tell()

    def follow(self, orders: queue.SimpleQueue[dict[str, Any] | None]) -> None:
        """Do what is wanted until the server is gone."""
        due = 0.0
        while True:
            wait = self.trainer.running and self._speed is None
            try:
                order = (
                    orders.get_nowait()
                    if wait
                    else orders.get(timeout=max(0.001, due - time.monotonic()) if self.trainer.running else None)
                )
            except queue.Empty:
                if self.trainer.running:
                    due = time.monotonic() + (1 / self._speed if self._speed else 0)
                    try:
                        self.trainer.turn(0 if self._speed else TURN)
                    except OSError as error:  # a full disk must not lose what is in memory
                        self.trainer.running = False
                        _say(self._told, {"refused": _sentence(error)})
                    if self._looked or not self.trainer.running:
                        self._tell()
                continue
            if order is None:
                self.trainer.pause()
                return
            try:
                self._do(order)
            except (ValueError, OSError) as error:
                _say(self._told, {"refused": _sentence(error)})
            self._tell()

    def _do(self, order: Mapping[str, Any]) -> None:
        from vae.training.recording import Hand

        what = order["do"]
        if what == "run":
            self.trainer.run(order.get("steps"))
        elif what == "pause":
            self.trainer.pause()
            self.trainer.look()
        elif what == "hand":
            self.trainer.change(Hand(**order["hand"]))
        elif what == "speed":
            self._speed = order["most"]
        elif what == "keep":
            self.trainer.keep({kind: Path(folder) for kind, folder in order["folders"].items()})
            _say(self._told, {"kept": order["folders"], "step": self.trainer.pair.step})

    def _show(self, look: Any) -> None:
        from vae.live.training.layout import published

        self._shared.publish(published(self.trainer.pair, look.views))
        self._looked = True

    def _write_batch(self) -> None:
        import torch

        from vae.store.tensors import write_tensors

        trainer, step = self.trainer, self.trainer.pair.step
        if trainer.running or step in (0, self._batch):
            return
        self._batch = step
        rows = trainer.pair.batch(step - 1, trainer.recording.hand(step - 1))
        with suppress(OSError):  # it is only looked at
            taken = torch.tensor([step, len(rows)])
            write_tensors(trainer.folder / BATCH, {"pictures": trainer.pair.images[rows[:SHOWN]], "taken": taken})

    def _tell(self) -> None:
        trainer, self._looked = self.trainer, False
        state = {
            "step": trainer.pair.step,
            "running": trainer.running,
            "failed": trainer.failed,
            "sound": trainer.sound,
            "rate": round(trainer.rate, 1),
            "hand": json.loads(trainer.hand.model_dump_json()),
            "moments": list(trainer.timeline.steps),
        }
        if trainer.last is not None:
            state["gradients"] = {kind: taken.gradient for kind, taken in trainer.last.items()}
        rows = (len(trainer.rows), trainer.rows[-1]["step"] if trainer.rows else 0)
        if (state, rows) == self._last:
            return
        if self._last is None or rows != self._last[1]:
            _say(self._told, {"rows": trainer.rows})
        self._last = state, rows
        _say(self._told, {"state": state})
        self._write_batch()


def _listen(lines: TextIO, orders: queue.SimpleQueue[dict[str, Any] | None], over: threading.Event) -> None:
    for line in lines:
        orders.put(json.loads(line))
    over.set()
    orders.put(None)


def _say(told: TextIO, words: dict[str, Any]) -> None:
    told.write(json.dumps(words) + "\n")
    told.flush()


def _sentence(error: ValueError | OSError) -> str:
    from vae.tasks.errors import sentence

    return sentence(error)


if __name__ == "__main__":
    give_way()
    end(serve())
