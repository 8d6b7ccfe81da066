"""The task that works out the floors of a model's whole map. It stands here because the live channel's engine measures them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vae.sentences import about, phrase
from vae.store.checkpoints import find_model
from vae.store.folders import ATLAS, CONFIG, MODEL, TERRAIN
from vae.tasks.common import device_named, half_written, stamps
from vae.tasks.progress import Progress, silent
from vae.tasks.registry import Task, register
from vae.tasks.request import Device, Request


class TerrainRequest(Request):
    """name : of the model, under checkpoints/."""

    name: str
    device: Device = "auto"


@dataclass(frozen=True)
class Terrain:
    """path : of terrain.safetensors; notes : sentences about floors that could not be had."""

    path: Path
    notes: list[str]


def terrain(request: TerrainRequest, progress: Progress = silent) -> Terrain:
    """Work out the floors of a model's whole map and write `terrain.safetensors`, so that the app shows them at once.

    Raises
    ------
    ValueError
        If the model or its atlas cannot be used.
    """
    from vae.live.bundle import Library
    from vae.live.engine import Engine
    from vae.live.terrain import SIDES
    from vae.live.wire.asking import request as frame
    from vae.live.wire.frames import OK, unpack_reply
    from vae.live.wire.schema import FIELDS, LIMITS
    from vae.live.wire.schema import TERRAIN as OPERATION

    engine = Engine(Library(device_named(request.device)))
    bundle = engine.library.get(request.name)
    floors = bundle.terrain
    # What one request may ask of a Jacobian.
    piece = 2 if 4 * (bundle.model.config.latent_dim + 2) <= LIMITS.most_jacobians else 1
    tiles = [tile for side in SIDES for tile in floors.tiles(side, piece)]
    notes: list[str] = []
    engine.start()
    try:
        for row, field in enumerate(FIELDS):
            for done, ((x0, x1, y0, y1), columns, rows) in enumerate(tiles):
                progress((row + done / len(tiles)) / len(FIELDS), about(request.name, field))
                window = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "columns": columns, "rows": rows}
                reply = unpack_reply(engine.submit(frame(0, OPERATION, request.name, field=field, **window)).result())
                if reply.status != OK:
                    notes.append(phrase("{field} is left out: {sentence}", field=field, sentence=reply.sentence))
                    break
    finally:
        engine.stop()
    floors.store()
    progress(1.0, about(request.name, phrase("floors")))
    return Terrain(find_model(request.name) / TERRAIN, notes)


def _leaves(request: TerrainRequest) -> list[Path]:
    return half_written(find_model(request.name), TERRAIN)


def _reads(request: TerrainRequest) -> object:
    return stamps([request.name], CONFIG, MODEL, ATLAS)


OVERVIEW = register(Task("terrain", TerrainRequest, terrain, leaves=_leaves, reads=_reads))
