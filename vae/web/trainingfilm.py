"""A training as a film: both maps at every moment that is kept, as a GIF or, where PyAV is installed, as an MP4."""

from __future__ import annotations

import asyncio
import importlib.util
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from starlette.concurrency import run_in_threadpool

from vae.live.training.answers import Trainings, sizes_of
from vae.live.training.runs import Run, RunError
from vae.live.wire.answering import answer_of
from vae.live.wire.asking import request
from vae.live.wire.frames import unpack_reply
from vae.live.wire.parts import Operation
from vae.live.wire.schema import GROUND, LIMITS, PALETTE, WATCH
from vae.sentences import phrase
from vae.training.recording import KINDS

SIDE, GAP, HEAD = 320, 8, 22  # pixels
CELLS = 12  # of the decoded plane
PACE, LAST = 250, 2500  # milliseconds that a moment stands, and the last one
QUALITY = "18"  # x264's constant rate factor, at which a loss is hardly seen
NO_ENCODER = phrase("an MP4 needs the package PyAV: install it with pip install av and start the app again, or take the GIF")


def missing_encoder() -> str:
    """What to install before a film can be an MP4, as a sentence; "" where nothing is missing."""
    return "" if importlib.util.find_spec("av") else NO_ENCODER


async def film(trainings: Trainings, run: Run, kind: str = "gif") -> bytes:
    """A film of a training's moments, "gif" or "mp4"; RunError if there are fewer than two, or nothing that makes such a film."""
    if kind == "mp4" and (missing := missing_encoder()):
        raise RunError(missing)
    return await run_in_threadpool(_mp4 if kind == "mp4" else _gif, await _frames(trainings, run))


async def _frames(trainings: Trainings, run: Run) -> list[Image.Image]:
    state = await _ask(trainings, run, WATCH, moment=-1)
    moments = [int(step) for step in state["moments"]]
    if len(moments) < 2:
        raise RunError(phrase("there are not two moments yet to make a film of; let it learn for some seconds"))
    frames = []
    for moment in moments:
        seen = await _ask(trainings, run, WATCH, moment=moment)
        panels = []
        for kind in KINDS:
            places = np.stack([seen[f"{kind}_places"]["x"], seen[f"{kind}_places"]["y"]], 1)
            x0, x1, y0, y1 = window = _window(places)
            ground = await _ask(trainings, run, GROUND, moment=moment, kind=kind, x0=x0, x1=x1, y0=y0, y1=y1, columns=CELLS, rows=CELLS)
            panels.append((kind, ground["mosaic"], places, window))
        frames.append(await run_in_threadpool(_frame, panels, seen["labels"], moment))
    return frames


def _gif(frames: list[Image.Image]) -> bytes:
    file = io.BytesIO()
    durations = [PACE] * (len(frames) - 1) + [LAST]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return file.getvalue()


def _mp4(frames: list[Image.Image]) -> bytes:
    """H.264, as every browser plays it; the last moment stands as long as in the GIF."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=1000 // PACE, options={"crf": QUALITY})
        stream.width, stream.height = frames[0].size
        stream.pix_fmt = "yuv420p"
        for picture in [*frames, *[frames[-1]] * (LAST // PACE - 1)]:
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return file.getvalue()


async def _ask(trainings: Trainings, run: Run, operation: Operation, **asked: Any) -> Mapping[str, Any]:
    reply = unpack_reply(await asyncio.wrap_future(trainings.submit(request(0, operation, run.name, **asked))))
    if reply.status:
        raise RunError(reply.sentence)
    return answer_of(operation, reply.arrays, sizes_of(run) | {name: value for name, value in asked.items() if isinstance(value, int)})


def _window(places: np.ndarray) -> tuple[float, float, float, float]:
    """A square that holds nearly all places."""
    low, high = np.quantile(places, [(1 - LIMITS.points_in_sight) / 2, (1 + LIMITS.points_in_sight) / 2], axis=0)
    middle, reach = (low + high) / 2, 0.6 * max(float((high - low).max()), 0.05)
    return float(middle[0] - reach), float(middle[0] + reach), float(middle[1] - reach), float(middle[1] + reach)


def _frame(
    panels: list[tuple[str, np.ndarray, np.ndarray, tuple[float, float, float, float]]], labels: np.ndarray, step: int
) -> Image.Image:
    picture = Image.new("RGB", (2 * SIDE + GAP, SIDE + HEAD), "white")
    pen = ImageDraw.Draw(picture)
    for index, (kind, mosaic, places, (x0, x1, y0, y1)) in enumerate(panels):
        left = index * (SIDE + GAP)
        pen.text((left + 4, 5), f"{kind.upper()}, step {step:,}", fill="black")
        ground = Image.fromarray(mosaic.squeeze(-1) if mosaic.shape[-1] == 1 else mosaic).convert("RGB").resize((SIDE, SIDE))
        picture.paste(Image.blend(ground, Image.new("RGB", ground.size, "white"), 0.55), (left, HEAD))
        xs = left + (places[:, 0] - x0) / (x1 - x0) * SIDE
        ys = HEAD + (y1 - places[:, 1]) / (y1 - y0) * SIDE
        for x, y, label in zip(xs, ys, labels, strict=True):
            if left <= x < left + SIDE and y >= HEAD:
                pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=PALETTE[label % len(PALETTE)])
    return picture
