"""Doing a recorded training again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import field_validator

from vae.store.folders import CONFIG
from vae.store.names import check_name
from vae.tasks.common import need_writable
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Request


class ReplayRequest(Request):
    """What to do again.

    recording : a file that the page Train, or a training kept there, has written
    out : where the models go: OUT-ae and OUT-vae
    download : fetch the data if it is not on disk
    """

    recording: Path
    out: Path
    download: bool = False

    @field_validator("out")
    @classmethod
    def _names(cls, out: Path) -> Path:
        for kind in ("ae", "vae"):
            check_name(f"{out.name}-{kind}")
        return out


@dataclass(frozen=True)
class Replayed:
    """folders : of the two models; steps : that were taken."""

    folders: tuple[Path, Path]
    steps: int


def replay(request: ReplayRequest, progress: Progress = silent) -> Replayed:
    """Train the pair of a recording as it was trained under the hand: on the CPU, with one thread, the weights are the same to the last bit.

    Raises
    ------
    ValueError
        If the recording or the data cannot be had, a folder holds a model already, or the loss stops being finite.
    OSError
        If a folder cannot be written.
    """
    import torch

    from vae import data
    from vae.training.pair import NotFinite
    from vae.training.recording import KINDS, Recording
    from vae.training.trainer import replay as run
    from vae.training.trainer import save_pair

    recording = Recording.read(request.recording)
    folders = {kind: request.out.with_name(f"{request.out.name}-{kind}") for kind in KINDS}
    for folder in folders.values():
        if (folder / CONFIG).exists():
            raise ValueError(f"{folder} already holds a model; choose another --out")
        need_writable(folder)
    images = data.load(recording.setup.data, "train", download=request.download)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as it was recorded: sums of other parts round otherwise
    try:
        pair = run(recording, images.images, images.labels, lambda step, steps: progress(step / steps, f"step {step:,} of {steps:,}"))
    except NotFinite as error:
        raise ValueError(str(error)) from None
    finally:
        torch.set_num_threads(threads)
    save_pair(pair, recording, folders)
    return Replayed((folders["ae"], folders["vae"]), recording.steps)


REPLAY = register(Task("replay", ReplayRequest, replay))
