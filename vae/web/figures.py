"""The measured figures of models and painters, as their files hold them: nothing is loaded for them."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from vae.live.answers import json_answer
from vae.live.bundle import public
from vae.live.socket import prefix
from vae.store.checkpoints import find_model, model_names, read_config
from vae.store.files import CheckpointError
from vae.store.metrics import read_figures
from vae.store.painters import find_painter, painter_names

MOST = 64  # names in one request


def routes(base: str = "") -> list[BaseRoute]:
    """GET `/continuum/figures?name=…&name=…`, below `base`: {name: {config, metrics}} of those that are here; a painter's config is null."""
    return [Route(f"{prefix(base)}/figures", answer)]


async def answer(request: Request) -> Response:
    """The figures of the models and painters that are asked for."""
    return json_answer(await run_in_threadpool(figures, request.query_params.getlist("name")[:MOST]))


def figures(names: list[str]) -> dict[str, Any]:
    """The config and the figures of each of `names` that is a model or a painter here; a painter has no config of its own."""
    models, painters = set(model_names()), set(painter_names())
    found: dict[str, Any] = {}
    for name in names:
        try:
            if name in models:
                folder = find_model(name)
                found[name] = {"config": public(read_config(folder)), "metrics": read_figures(folder).values}
            elif name in painters and (painter := find_painter(name)) is not None:
                found[name] = {"config": None, "metrics": read_figures(painter).values}
        except CheckpointError:  # left out, as what is not there
            continue
    return found
