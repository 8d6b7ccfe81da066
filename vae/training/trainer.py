"""A run under the hand: it learns, stops, changes, keeps moments, and says what a person is to see. It runs in a process of its own.

A run's folder holds `recording.json`, `curves.json`, `moments/` and, so that a fork's maps lie as its own do, `planes.safetensors`. Whoever opens it again is where it was when these were last
written, which is at every change and at least every ten seconds; what lies between the last moment and there is taken again,
to the same bits.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from torch import Tensor

from vae.models import ModelConfig
from vae.store.checkpoints import save_model
from vae.store.files import CheckpointError, read_object, write_json
from vae.store.tensors import read_tensors, write_tensors
from vae.training.pair import NotFinite, Pair, Taken, config_of
from vae.training.ration import Ration
from vae.training.recording import FIGURES, KINDS, Hand, Recording, Setup
from vae.training.timeline import Timeline
from vae.training.watched import UNREAL, View, Watch

RECORDING, CURVES, MOMENTS, PLANES = "recording.json", "curves.json", "moments", "planes.safetensors"
LOOKS = 1 / 8, 0.08, 1 / 5.5  # at the watched images while it learns: seconds between two and share of the time, see `Ration`
ROWS = 0.5, 0.04  # of the curves
WORDS = 0.0, 0.04  # of the judge; rows in between are without
MOMENTS_SHARE = 0.03  # of the time, that keeping them may take
WRITING = 10.0  # seconds after which the recording is written again
COLUMNS = ("step", *FIGURES)
MOST_ROWS = 2000  # of the curves; when there are more, every second one goes
SLIDERS = {
    "beta": "β", "learning_rate": "the learning rate", "noise": "the noise", "l2": "L2", "batch_size": "the batch size",
    "left_out": "the classes",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What is seen of a moment.

    step : how many steps lie behind it
    views : of both models
    last : what the last step did to each, None before the first
    """

    step: int
    views: Mapping[str, View]
    last: Mapping[str, Taken] | None


class Trainer:
    """A run in a folder.

    Parameters
    ----------
    folder : of the run; what it holds is gone on with
    setup : of a new run; one that is there already has its own
    images, labels : to train on, (N, C, H, W) uint8 and (N,)
    watched : (M, C, H, W) uint8, held out, to look at
    show : called with what is to be seen
    clock : seconds; `time.monotonic`, other than in tests
    unreal : tells the share of unreal ones among pictures (N, C, H, W) in [0, 1]; None where nobody can, and then the curves are without it
    """

    def __init__(self, folder: Path, setup: Setup, images: Tensor, labels: Tensor, watched: Tensor, show: Callable[[Look], None] = lambda look: None,
                 clock: Callable[[], float] = time.monotonic, unreal: Callable[[Tensor], float] | None = None) -> None:  # fmt: skip
        self.folder, self._show, self._clock, self._unreal = folder, show, clock, unreal
        folder.mkdir(parents=True, exist_ok=True)
        self.recording = Recording.read(folder / RECORDING) if (folder / RECORDING).exists() else Recording(setup=setup)
        self.pair = Pair(self.recording.setup, images, labels)
        self.watch = Watch(watched, self.recording.setup.seed)
        with suppress(CheckpointError, KeyError):  # without them the maps only lie otherwise
            self.watch.lie(read_tensors(folder / PLANES)[0])
        self.timeline = Timeline(folder / MOMENTS)
        self.rows = [row for row in rows_of(folder / CURVES) if row["step"] <= self.recording.steps]
        self.last: dict[str, Taken] | None = None
        self.running, self.failed = False, ""
        self.sound = -1  # where it has failed, the moment to go back to
        self.rate = 0.0  # steps a second
        self._seconds = 0.0  # of training
        self._looks, self._rows, self._words = Ration(*LOOKS), Ration(*ROWS), Ration(*WORDS)
        self._written = -math.inf
        self._to_go: int | None = None  # steps until it stops by itself
        self._restore()

    @property
    def hand(self) -> Hand:
        """Where the sliders stand."""
        return self.recording.hand(self.pair.step)

    def run(self, steps: int | None = None) -> None:
        """Learn, `steps` steps or until it is paused."""
        if not self.failed:
            self.running, self._to_go = True, steps

    def pause(self) -> None:
        """Stand still."""
        self.running, self._to_go = False, None
        self.write()

    def change(self, hand: Hand) -> None:
        """Move sliders; the next step is the first that they act on. A run that had failed may go on."""
        self.recording = self.recording.changed(self.pair.step, hand)
        self.failed, self.sound = "", -1
        self.write()

    def turn(self, seconds: float) -> None:
        """Learn for about so long and a step at least, if it is to, and look."""
        started, first = self._clock(), self.pair.step
        while self.running:
            self._step()
            if self._to_go is not None:
                self._to_go -= 1
                if self._to_go <= 0:
                    self.running, self._to_go = False, None
            now = self._clock()
            # On a step that may be kept it stops, since no other one can be.
            if now - started >= seconds or self._looks.due(now) or self.pair.step % self.timeline.every == 0:
                break
        spent = self._clock() - started
        if self.pair.step > first:
            self._seconds += spent
            self.rate = (self.pair.step - first) / max(spent, 1e-9)
        if self.pair.step > first and self.timeline.due(self.pair.step, self._seconds) and self.pair.step not in self.timeline.steps:
            started = self._clock()
            self.timeline.add(self.pair.step, self._seconds, self.pair.state())
            self.timeline.interval = max(self.timeline.interval, (self._clock() - started) / MOMENTS_SHARE)
            self._looks.reset()  # so that branches have figures of the same steps, too
            self._rows.reset()
            self.write()
        elif self.running and self._clock() - self._written > WRITING:
            self.write()
        if self.pair.step > first and (not self.running or self._looks.due(self._clock())):
            self.look()

    def look(self) -> None:
        """Show the moment, and now and then measure it."""
        started = self._clock()
        views = self.watch.view(self.pair, self.hand)
        ended = self._clock()
        self._looks.spend(started, ended)
        if self._rows.due(ended) or not self.running:
            self._measure(views)
        self._show(Look(self.pair.step, views, self.last))

    def keep(self, folders: Mapping[str, Path]) -> None:
        """Write the moment as one checkpoint of each kind, with the recording that leads to it.

        Raises
        ------
        OSError
            If a folder cannot be written.
        """
        save_pair(self.pair, self.recording.until(self.pair.step), folders)

    def write(self) -> None:
        """Write what is needed to go on from here."""
        self.recording = self.recording.until(self.pair.step)
        self.recording.write(self.folder / RECORDING)
        write_json(self.folder / CURVES, {"rows": self.rows})
        if self.recording.setup.latent_dim > 2:  # else the map is the code plane itself
            write_tensors(self.folder / PLANES, self.watch.planes)
        self._written = self._clock()

    def _step(self) -> None:
        try:
            self.last = self.pair.take_step(self.hand)
        except NotFinite as error:
            self.running, self._to_go = False, None
            self.sound = last_sound(error.step, self.recording, self.timeline.steps)
            self.failed = advice(error, self.recording, self.sound)

    def _restore(self) -> None:
        """Be at the recording's last step."""
        target = self.recording.steps
        if (found := self.timeline.before(target)) is not None:
            self.pair.restore(found[1], found[0])
        else:
            self.timeline.add(0, self._seconds, self.pair.state())
        self.timeline.cut(target)
        while self.pair.step < target and not self.failed:
            self._step()

    def _measure(self, views: dict[str, View]) -> None:
        if self.rows and self.rows[-1]["step"] >= self.pair.step:
            return
        started = self._clock()
        figures = self.watch.figures(self.pair, views)
        ended = self._clock()
        self._rows.spend(started, ended)
        if self._unreal is not None and (self._words.due(ended) or not self.running):
            figures |= self.watch.unreal(self.pair, self._unreal)
            self._words.spend(ended, self._clock())
        self.rows.append({"step": self.pair.step, **figures})
        if len(self.rows) > MOST_ROWS:
            self.rows = self.rows[::2]


def config_as_trained(recording: Recording, kind: str, config: ModelConfig, images: int) -> ModelConfig:
    """The config of a model at the end of `recording`: `config` with the settings of the last step and, as epochs, how often the data was seen."""
    hand = recording.hand(recording.steps)
    marks = sorted({0, *(change.step for change in recording.changes), recording.steps})
    seen = sum((end - start) * recording.hand(start).batch_size for start, end in pairwise(marks))
    own = {"beta": hand.beta} if kind == "vae" else {"noise": hand.noise, "l2": hand.l2}
    return ModelConfig(
        **config.to_dict() | own | {"batch_size": hand.batch_size, "learning_rate": hand.learning_rate, "epochs": round(seen / images)}
    )


def last_sound(step: int, recording: Recording, moments: list[int]) -> int:
    """The last of `moments` before the sliders were moved that made a loss at `step` no finite number; 0 if none is kept."""
    changes = recording.until(step).changes
    return max((moment for moment in moments if not changes or moment <= changes[-1].step), default=0)


def advice(error: NotFinite, recording: Recording, sound: int) -> str:
    """What a person is told of a loss that is no longer finite: which slider was moved last, and the step `sound` to go back to."""
    changes = recording.until(error.step).changes
    sentence = str(error)
    if changes:
        before = recording.hand(changes[-1].step - 1) if changes[-1].step else Hand()
        moved = [words for name, words in SLIDERS.items() if getattr(before, name) != getattr(changes[-1].hand, name)]
        sentence += f", after {' and '.join(moved)} had been changed at step {changes[-1].step:,}"
    return f"{sentence}; go back to step {sound:,}, where both were well, and choose a smaller learning rate"


def replay(recording: Recording, images: Tensor, labels: Tensor, progress: Callable[[int, int], None] = lambda step, steps: None) -> Pair:
    """The pair at the end of a recording.

    Raises
    ------
    NotFinite
        If a loss stops being finite on the way, as it did when it was recorded.
    """
    pair = Pair(recording.setup, images, labels)
    while pair.step < recording.steps:
        pair.take_step(recording.hand(pair.step))
        progress(pair.step, recording.steps)
    return pair


def save_pair(pair: Pair, recording: Recording, folders: Mapping[str, Path]) -> None:
    """Write both models, each with the config that it was trained by last and the recording that leads to it.

    Raises
    ------
    OSError
        If a folder cannot be written; those that were not there before are taken away.
    """
    new = [folder for folder in folders.values() if not folder.exists()]
    try:
        for kind in KINDS:
            model = pair.models[kind]
            own = model.config
            model.config = config_as_trained(recording, kind, config_of(recording.setup, kind, own.image_shape), len(pair.images))
            try:
                save_model(folders[kind], model)
            finally:
                model.config = own
            recording.write(folders[kind] / RECORDING)
    except OSError:
        for folder in new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The curves in a file; none where there are none to be read, since they are only looked at."""
    try:
        rows = read_object(path)["rows"]
        return [{key: float(row.get(key, math.nan)) if key in UNREAL else float(row[key]) for key in COLUMNS} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
