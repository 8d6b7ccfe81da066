"""The trainings under the hand that this server knows: each a folder, and a process while it is at work."""

from __future__ import annotations

import math
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae.cache import cache
from vae.live.training.layout import layout_of
from vae.live.training.process import LOCK, NOW
from vae.live.training.processes import Process, Processes
from vae.live.training.shared import Shared
from vae.models import Autoencoder
from vae.sentences import phrase
from vae.store.files import CheckpointError, write_json
from vae.training.pair import models_of
from vae.training.recording import Hand, Recording, RecordingError, Setup
from vae.training.timeline import Timeline
from vae.training.trainer import CURVES, MOMENTS, PLANES, RECORDING, rows_of

WATCHED = 1000  # held-out images
AT_ONCE = max(1, (os.cpu_count() or 2) // 2)  # trainings that learn beside each other
UNWATCHED = 60.0  # seconds without a look after which a training pauses: a page is open, and its browser sleeps
ASLEEP = 600.0  # seconds after which its process ends; it can be opened again where it was
UNTOUCHED = 20.0  # the same for one that has not taken a step: it was prepared for somebody who has gone, and nothing is lost
MOST_ALIVE = max(4, 2 * AT_ONCE)  # processes, also of trainings that stand still, of 30 to 200 MB each where they are forked, 400 elsewhere
BEGINNING = 1.0  # seconds in which a training that may learn begins to
PRESENT = 5.0  # seconds after a look in which somebody is still there, and in which a page that was left may be back
KEPT = 6  # folders of runs, of some 300 MB each; the oldest go
STOPPING = 8.0  # seconds in which a process may write where it is

NAME = re.compile(r"[0-9a-f]{12}")
UNKNOWN = phrase(
    "this training is not on this server any more; press Train to begin anew, or open its recording with: python -m vae train --replay"
)
ENDED = phrase("the training's process has ended unexpectedly; press Train to go on from where it was last written")


class RunError(ValueError):
    """A training cannot be had; the message says what to do."""


class Run:
    """A training, as the server sees it. Everything but `order`, `state` and `ready` is for the thread that answers."""

    def __init__(self, name: str, folder: Path, setup: Setup) -> None:
        self.name, self.folder, self.setup = name, folder, setup
        self.ready: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.rows: list[dict[str, float]] = []  # of the curves
        self.error = ""  # why it has ended
        self.refused = ""  # why it could not do what was ordered last
        self.kept: dict[str, Any] = {}
        self.seen = time.monotonic()  # when somebody looked at it last
        self.watchers: set[Hashable] = set()  # connections of pages that show it
        self.left = math.inf  # when the last of them was closed; never, while one is open or none was
        self.unwatched = False  # it was paused since nobody looked
        self.wanted: list[dict[str, Any]] = []  # orders that came before there was a process
        self.waiting = 0.0  # since when it waits for a core to learn on; 0 if it does not
        self.granted = 0.0  # when it was last given one
        self._process: Process | None = None
        self._told_to_end = False
        self._shared: Shared | None = None
        self._models: dict[str, Autoencoder] = {}
        self._shown: tuple[str, int] = ("", -1)  # what the models hold: the newest of a number, or a moment
        self._parts: dict[str, np.ndarray] = {}
        self._layout: dict[str, int] = {}

    @property
    def alive(self) -> bool:
        """Whether its process is at work."""
        return self._process is not None and self._process.alive

    @property
    def running(self) -> bool:
        """Whether it learns, or is about to."""
        return self.alive and (bool(self.state.get("running")) or time.monotonic() - self.granted < BEGINNING)

    @property
    def untouched(self) -> bool:
        """Whether it was prepared and nobody has let it take a step."""
        return self.alive and bool(self.ready) and not self.running and not self.waiting and self.state.get("step") == 0

    def start(self, process: Process) -> None:
        """Go on in a process that waits for its order, from where the folder's recording ends."""
        self.error, self.state, self.ready = "", {}, {}
        self._shared, self._shown = None, ("", -1)
        self._process, self._told_to_end = process, False
        process.tell({"folder": str(self.folder), "setup": self.setup.model_dump(), "watched": WATCHED})
        threading.Thread(target=self._listen, args=(process,), name=f"training {self.name}", daemon=True).start()
        waiting, self.wanted = self.wanted, []
        for words in waiting:
            process.tell(words)

    def order(self, words: dict[str, Any]) -> None:
        """Have its process do something, at once or as soon as there is one."""
        self.refused, self.unwatched = "", False
        if self._process is not None and self._process.alive:
            self._process.tell(words)
        else:
            self.wanted.append(words)

    def stop(self) -> None:
        """End the process; it writes where it is."""
        if self._process is not None:
            self._told_to_end = True
            self._process.end(STOPPING)

    def at(self, moment: int) -> tuple[dict[str, Autoencoder], dict[str, np.ndarray], int]:
        """Both models at a moment, what was published with them (empty for a moment gone by), and its step.

        Parameters
        ----------
        moment : a step that the timeline keeps; −1 for the newest

        Raises
        ------
        RunError
            If it is not there.
        """
        if not self.ready:
            raise RunError(self.error or phrase("the training is being prepared; wait a moment"))
        self._prepare()
        if moment < 0:
            shared = self._newest()
            if self._shown != ("now", shared.number):
                number, self._parts = shared.read()
                for kind, model in self._models.items():
                    _fill(model, self._parts[f"{kind}/weights"])
                self._shown = ("now", number)
            return self._models, self._parts, int(self._parts["step"][0])
        if self._shown != ("moment", moment):
            try:
                tensors = Timeline(self.folder / MOMENTS).at(moment)
            except CheckpointError:
                raise RunError(phrase("this moment is no longer kept; choose another one on the timeline")) from None
            for kind, model in self._models.items():
                start = f"weights/{kind}/"
                model.load_state_dict({key.removeprefix(start): value for key, value in tensors.items() if key.startswith(start)})
            self._shown = ("moment", moment)
        return self._models, {}, moment

    def newest(self) -> dict[str, np.ndarray]:
        """What was published last."""
        self._prepare()
        return self._newest().read()[1]

    def _newest(self) -> Shared:
        if self._shared is None:
            self._shared = Shared(self.folder / NOW, self._layout)
        return self._shared

    def _prepare(self) -> None:
        if not self._models:
            channels, height, width = self.ready["shape"]
            models = models_of(self.setup, (channels, height, width))
            self._models = {kind: model.eval().requires_grad_(False) for kind, model in models.items()}
            self._layout = layout_of(models, self.setup.latent_dim, self.ready["watched"])

    def _listen(self, process: Process) -> None:
        for words in process.listen():
            if "state" in words:
                self.state = words["state"]
            elif "rows" in words:
                self.rows = words["rows"]
            elif "ready" in words:
                self.ready = words["ready"]
            elif "kept" in words:
                self.kept = words
            elif "refused" in words:
                self.refused = words["refused"]
            elif "error" in words:
                self.error = words["error"]
        if not self._told_to_end and not self.error:
            self.error = ENDED
        self.state = self.state | {"running": False}
        process.close()


class Runs:
    """All of them. Methods may be called from any thread."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._processes = Processes()
        self._expected = -math.inf  # when somebody opened the page last
        self._runs: dict[str, Run] = {}
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._keeper: threading.Thread | None = None

    def expect(self) -> None:
        """Somebody has opened the page: have a process ready."""
        with self._lock:
            self._expected = time.monotonic()
            self._settle()
            self._prepare()

    def begin(self, setup: Setup) -> Run:
        """A new run."""
        with self._lock:
            run = self._new(Recording(setup=setup))
            self._settle()
            return run

    def fork(self, name: str, step: int, hand: Hand | None) -> Run:
        """A new run that is the one called `name` up to `step` and goes on with another hand, or the one that led there; the other pauses.

        Raises
        ------
        RunError
            If there is none of that name, or it has not come so far.
        """
        with self._lock:
            parent = self.find(name)
            self.pause(parent)
            recording = self.recording(name)
            reached = max(recording.steps, int(parent.state.get("step", 0)))
            if not 0 <= step <= reached:
                raise RunError(phrase("this training has taken {reached:,} steps; choose a moment up to there", reached=reached))
            recording = recording.until(step).changed(step, hand or recording.hand(max(0, step - 1)))
            run = self._new(recording)
            kept, moments = run.folder / MOMENTS, parent.folder / MOMENTS
            kept.mkdir()
            for moment in Timeline(moments).steps:
                if moment <= step:
                    with suppress(OSError):
                        _link(moments / f"{moment}.safetensors", kept / f"{moment}.safetensors")
            with suppress(OSError):
                shutil.copyfile(parent.folder / PLANES, run.folder / PLANES)
            rows = [row for row in parent.rows or rows_of(parent.folder / CURVES) if row["step"] <= step]
            write_json(run.folder / CURVES, {"rows": rows})
            self._settle()
            return run

    def find(self, name: str) -> Run:
        """The run called `name`, also one of a server before; RunError if there is none."""
        with self._lock:
            if name in self._runs:
                return self._runs[name]
            if NAME.fullmatch(name):
                with suppress(RecordingError):
                    folder = _root() / name
                    run = Run(name, folder, Recording.read(folder / RECORDING).setup)
                    self._runs[name] = run
                    return run
        raise RunError(UNKNOWN)

    def warm(self, after: float = 0.0) -> None:
        """Load what trainings need, in so many seconds, before anybody opens the page; returns where they are stopped meanwhile."""
        if self._stopped.wait(after):
            return
        with self._lock:
            if not self._stopped.is_set():
                self._processes.prepare()

    def open(self, name: str, watcher: Hashable = None) -> Run:
        """`find`, with its process at work or in line for a core; seen by a page's connection, if there is one."""
        run = self.find(name)
        run.seen = time.monotonic()
        if watcher is not None:
            run.watchers.add(watcher)
            run.left = math.inf
        with self._lock:
            if not run.alive and not run.error:
                self._settle()
        return run

    def leave(self, watcher: Hashable) -> None:
        """A page's connection is closed: what nobody else looks at pauses soon. Never waits."""
        for run in list(self._runs.values()):
            if watcher in run.watchers:
                run.watchers.discard(watcher)
                if not run.watchers:
                    run.left = time.monotonic()

    def ahead(self, run: Run) -> int:
        """How many trainings have to pause before one that waits to learn can; 0 if it does not wait."""
        if not run.waiting:
            return 0
        others = [other for other in list(self._runs.values()) if other is not run]
        return max(1, sum(other.running or 0 < other.waiting < run.waiting for other in others) - self._at_once + 1)

    def recording(self, name: str) -> Recording:
        """What has been done in a run so far; RunError if there is none."""
        run = self.find(name)
        try:
            recording = Recording.read(run.folder / RECORDING)
        except RecordingError as error:
            raise RunError(str(error)) from None
        return recording

    def stop(self) -> None:
        """End all processes; each writes where it is."""
        self._stopped.set()
        with self._lock:
            self._processes.end()
            threads = [threading.Thread(target=run.stop) for run in self._runs.values()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def learn(self, run: Run) -> None:
        """Let it learn until it is paused, as soon as there is a core for it."""
        with self._lock:
            run.left = math.inf  # whoever asks is there, if not by a connection
            if not run.alive:
                run.error = ""  # one that has ended is begun again
            if not run.running:
                run.waiting = run.waiting or time.monotonic()
                self._settle()

    def pause(self, run: Run) -> None:
        """Have it stand still."""
        run.waiting, run.granted = 0.0, 0.0
        run.order({"do": "pause"})

    def _new(self, recording: Recording) -> Run:
        name = secrets.token_hex(6)
        folder = _root() / name
        folder.mkdir(parents=True)
        try:
            recording.write(folder / RECORDING)
        except OSError:  # a full disk: the empty folder would stand in the place of a training that is kept
            shutil.rmtree(folder, ignore_errors=True)
            raise
        run = self._runs[name] = Run(name, folder, recording.setup)
        self._tidy()
        return run

    def _settle(self) -> None:
        """Give processes to trainings that somebody looks at, and cores to those that want to learn, whoever has waited longest first."""
        with self._lock:
            if self._keeper is None and not self._stopped.is_set():
                self._keeper = threading.Thread(target=self._keep, name="trainings", daemon=True)
                self._keeper.start()
            now = time.monotonic()
            for run in sorted(self._runs.values(), key=lambda run: -run.seen):
                if run.alive or run.error or now - run.seen > PRESENT or self._stopped.is_set():
                    continue
                alive = [other for other in self._runs.values() if other.alive]
                if len(alive) >= MOST_ALIVE:
                    left = [other for other in alive if not other.running and now - other.seen > PRESENT]
                    if not left:
                        break
                    self._end(min(left, key=lambda other: other.seen))
                run.start(self._processes.take())
            learning = sum(run.running for run in self._runs.values())
            for run in sorted((run for run in self._runs.values() if run.waiting and run.alive), key=lambda run: run.waiting):
                if learning >= self._at_once:
                    break
                run.waiting, run.granted = 0.0, now
                run.order({"do": "run"})
                learning += 1

    def _keep(self) -> None:
        """Now and then: pause what nobody looks at, end what nobody has looked at for long, let those who wait begin."""
        while not self._stopped.wait(1.0):
            with self._lock:
                now = time.monotonic()
                for run in list(self._runs.values()):
                    away = now - run.seen
                    if run.alive and (away > ASLEEP or (run.untouched and away > UNTOUCHED)):
                        self._end(run)
                    elif (away > UNWATCHED or now - run.left > PRESENT) and (run.waiting or run.running):
                        self.pause(run)
                        run.unwatched = True
                self._settle()
                self._prepare()

    def _prepare(self) -> None:
        """Have a process ready for whoever is on the page, as soon as nobody waits for another one; none once all have gone."""
        seen = max([self._expected, *(run.seen for run in self._runs.values())])
        alive = [run for run in self._runs.values() if run.alive]
        if self._stopped.is_set():
            self._processes.end()
        elif time.monotonic() - seen > UNTOUCHED or len(alive) >= MOST_ALIVE:
            self._processes.release()
        elif all(run.ready for run in alive):
            self._processes.prepare()

    def _end(self, run: Run) -> None:
        """End its process; one that has not taken a step leaves nothing behind."""
        untouched = run.untouched
        run.stop()
        if untouched and not _is_held(run.folder):
            self._runs.pop(run.name, None)
            shutil.rmtree(run.folder, ignore_errors=True)

    def _tidy(self) -> None:
        folders = sorted((path for path in _root().iterdir() if NAME.fullmatch(path.name)), key=lambda path: path.stat().st_mtime)
        for folder in folders[:-KEPT]:
            run = self._runs.get(folder.name)
            if (run is None or not run.alive) and not _is_held(folder):
                self._runs.pop(folder.name, None)
                shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    return cache() / "trainings"


def _is_held(folder: Path) -> bool:
    """Whether the process of another server trains in it."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy of it where the file system has no links; moments never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _fill(model: Autoencoder, flat: np.ndarray) -> None:
    """Put published weights into a model."""
    start = 0
    with torch.no_grad():
        for value in model.state_dict().values():
            end = start + value.numel()
            value.copy_(torch.from_numpy(flat[start:end]).view_as(value))
            start = end
