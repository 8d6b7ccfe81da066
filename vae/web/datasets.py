"""The imported data sets: what each is, a strip of its pictures, what its import left out."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.data.imported import store
from vae.data.registry import DataError, title
from vae.live.answers import error_answer, json_answer
from vae.live.socket import prefix
from vae.sentences import known, phrase

SHOWN, SIDE, GAP = 16, 48, 2  # pictures in a strip, the side of each in pixels, and between two
LISTED = 200  # of what was skipped, and of pairs that are nearly the same


def routes(base: str = "") -> list[BaseRoute]:
    """`/continuum/datasets`, below `base`: all imported data sets, as `described`; `/{name}/strip.png`, `/{name}/skipped.csv`."""
    start = f"{prefix(base)}/datasets"
    return [Route(start, _all), Route(f"{start}/{{name}}/strip.png", _strip), Route(f"{start}/{{name}}/skipped.csv", _skipped)]


def described(name: str) -> dict[str, Any]:
    """What a page is told of a data set; of one that cannot be used its name and the sentence.

    name, title, sentence (why it cannot be used, else None), counts (by split), classes (how many), shape (C, H, W), identity,
    report (what was counted), skipped (paths and reasons) and near (pairs of paths), the first of them.
    """
    try:
        facts = store.read_facts(name)
    except DataError as error:
        return {"name": name, "title": title(name), "sentence": str(error)}
    return {
        "name": name, "title": title(name), "sentence": None, "counts": facts.counts, "classes": len(facts.classes), "shape": facts.shape,
        "identity": facts.identity, "report": facts.report, "skipped": [(path, known(reason)) for path, reason in store.read_skipped(name)[:LISTED]], "near": facts.near[:LISTED],
    }  # fmt: skip


def strip(name: str) -> bytes:
    """Some pictures beside each other on a transparent ground, as a PNG file; DataError if they cannot be read."""
    pixels = store.some_pixels(name, SHOWN)
    whole = Image.new("RGBA", (len(pixels) * (SIDE + GAP) - GAP, SIDE))
    for place, picture in enumerate(pixels):
        values = np.ascontiguousarray(picture.transpose(1, 2, 0)).squeeze()
        larger = picture.shape[-1] < SIDE
        drawn = Image.fromarray(values).convert("RGBA")
        whole.paste(drawn.resize((SIDE, SIDE), Image.Resampling.NEAREST if larger else Image.Resampling.BOX), (place * (SIDE + GAP), 0))
    file = io.BytesIO()
    whole.save(file, "PNG")
    return file.getvalue()


async def _all(_request: Request) -> Response:
    return json_answer(await run_in_threadpool(lambda: [described(name) for name in store.names()]))


async def _strip(request: Request) -> Response:
    name = request.path_params["name"]
    try:
        if await run_in_threadpool(store.find, name) is None:
            return error_answer(phrase("there is no data set {name!r}", name=name), 404)
        content = await run_in_threadpool(strip, name)
    except DataError as error:
        return error_answer(str(error), 422)
    # The page's address of it holds the data set's identity.
    headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
    return Response(content, media_type="image/png", headers=headers)


async def _skipped(request: Request) -> Response:
    name = request.path_params["name"]
    if await run_in_threadpool(store.find, name) is None:
        return error_answer(phrase("there is no data set {name!r}", name=name), 404)
    text = io.StringIO()
    csv.writer(text).writerows([("path", "reason"), *await run_in_threadpool(store.read_skipped, name)])
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(f'{name}-skipped.csv', safe='')}",
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
    }
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
