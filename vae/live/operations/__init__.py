"""What a client can ask of the engine. Each operation is one function from a bundle and the request's fields to a `Plan`.

The plan names the codes it wants decoded and how it finishes once they are; the engine decodes the codes of all plans of a
model together. To add an operation, describe it in `wire/schema.py`, write such a function, whose keywords are the
request's fields and whose answer has the schema's names, and enter it in `HANDLERS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vae.live.bundle import Bundle
from vae.live.operations.codes import at, decode, preview, vary
from vae.live.operations.directions import contrast, handles
from vae.live.operations.floors import climb, hole, plane, terrain
from vae.live.operations.images import balloons, errors, image, pictures
from vae.live.operations.judging import verdicts
from vae.live.operations.own import encode
from vae.live.operations.paths import along, path, relax
from vae.live.operations.plan import Plan, Prepared
from vae.live.operations.samples import kept, perturb, sample
from vae.live.operations.thumbnails import thumbnails
from vae.live.wire import schema
from vae.live.wire.asking import unpack_asked
from vae.live.wire.frames import ProtocolError
from vae.live.wire.parts import Operation
from vae.sentences import phrase

HANDLERS: dict[Operation, Callable[..., Plan]] = {
    schema.DECODE: decode,
    schema.VARY: vary,
    schema.PREVIEW: preview,
    schema.AT: at,
    schema.IMAGE: image,
    schema.SAMPLE: sample,
    schema.PATH: path,
    schema.ALONG: along,
    schema.PERTURB: perturb,
    schema.PLANE: plane,
    schema.VERDICTS: verdicts,
    schema.KEPT: kept,
    schema.TERRAIN: terrain,
    schema.HOLE: hole,
    schema.CLIMB: climb,
    schema.BALLOONS: balloons,
    schema.RELAX: relax,
    schema.HANDLES: handles,
    schema.CONTRAST: contrast,
    schema.THUMBNAILS: thumbnails,
    schema.PICTURES: pictures,
    schema.ERRORS: errors,
    schema.ENCODE: encode,
}


def prepare(number: int, bundle: Bundle, payload: np.ndarray) -> Prepared:
    """The plan of the operation with this number for a request's `payload`.

    Raises
    ------
    ProtocolError
        If there is no such operation or the numbers are not what it asks for.
    Slow
        If something must be loaded first.
    """
    operation = schema.LIVE.get(number)
    if operation is None:
        raise ProtocolError(phrase("there is no operation {number}; reload the page, it is older or newer than the server", number=number))
    sizes = dict(bundle.sizes)  # those of the request are added
    asked = unpack_asked(operation, payload, sizes)
    return Prepared(operation, HANDLERS[operation](bundle, **asked), sizes)
