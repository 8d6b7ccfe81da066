"""A picture of somebody's own, over the live channel and over HTTP."""

from __future__ import annotations

import http.client
import json
import socket
from threading import Thread

import numpy as np
import pytest
import torch
import uvicorn
from starlette.applications import Starlette

from vae.continuity.measures import cycle_gap, squared_errors
from vae.live.bundle import Originals
from vae.live.wire.answering import answer_of
from vae.live.wire.frames import unpack_reply
from vae.live.wire.schema import ENCODE, LIMITS, WORLDS
from vae.web.pictures import routes

PICTURE = np.random.default_rng(3).integers(0, 256, (8, 8, 1)).astype(np.uint8)


@pytest.fixture
def bundle(library):
    return library.get("vae-5")


def test_the_figures_are_those_of_the_model(engine, ask, bundle):
    answer = answer_of(ENCODE, ask(engine, ENCODE.number, "vae-5", PICTURE).arrays)
    picture = torch.from_numpy(PICTURE).permute(2, 0, 1)[None] / 255
    with torch.inference_mode():
        posterior = bundle.model.encode(picture)
        drawn = bundle.model.decode(posterior.mean)
        gap = cycle_gap(bundle.model, posterior.mean, bundle.radius, drawn).item()
    assert answer["mean"] == pytest.approx(posterior.mean[0].numpy(), abs=1e-5)
    assert answer["std"] == pytest.approx(posterior.std[0].numpy(), abs=1e-5)
    assert answer["figures"]["error"] == pytest.approx(squared_errors(picture, drawn).item(), rel=1e-4)
    assert answer["figures"]["gap"] == pytest.approx(gap, rel=1e-3)
    assert np.isnan(answer["figures"]["error_share"]) and 0 <= answer["figures"]["gap_share"] <= 1  # no data set "shapes" on disk
    assert np.abs(answer["pixels"][0] - 255 * drawn[0].permute(1, 2, 0).numpy()).max() <= 0.51
    nearest = np.linalg.norm(bundle.atlas.codes - posterior.mean.numpy(), axis=1).argsort()[: LIMITS.near]
    assert answer["nearest"]["row"].tolist() == nearest.tolist()
    assert answer["nearest"]["label"].tolist() == bundle.atlas.labels[nearest].tolist()
    decoded = bundle.model.decode(torch.from_numpy(bundle.atlas.codes[nearest])).permute(0, 2, 3, 1).numpy()
    assert np.abs(answer["neighbours"] - 255 * decoded).max() <= 0.51  # reconstructions, since there are no originals
    assert [*answer["place"].values()] == pytest.approx(bundle.map.place(posterior.mean)[0], abs=1e-4)
    assert answer["world"] in range(len(WORLDS)) and bytes(answer["sentence"]).decode().endswith("not on disk.")


def test_the_nearest_images_are_shown_themselves_where_they_are_on_disk(engine, ask, bundle, monkeypatch):
    images = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (len(bundle.atlas), 1, 8, 8)).astype(np.uint8))
    monkeypatch.setattr(bundle.originals, "held", lambda: Originals(images))
    answer = answer_of(ENCODE, ask(engine, ENCODE.number, "vae-5", PICTURE).arrays)
    assert np.array_equal(answer["neighbours"], images[answer["nearest"]["row"]].permute(0, 2, 3, 1).numpy())


def test_pixels_that_are_none_are_a_sentence(engine, ask):
    assert "whole number from 0 to 255" in ask(engine, ENCODE.number, "vae-5", PICTURE + 0.5).sentence
    assert "ends before pixels" in ask(engine, ENCODE.number, "vae-5", PICTURE[:7]).sentence


@pytest.fixture
def connect(engine, library):
    """Asks a server of these routes alone: `connect(method, path, body, **headers)`."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes(engine, library)), log_level="error", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()

    def ask(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*listener.getsockname(), timeout=60)
        connection.request(method, f"/continuum/models/{path}", body, headers)
        reply = connection.getresponse()
        status, content = reply.status, reply.read()
        connection.close()
        return status, content

    yield ask
    server.should_exit = server.force_exit = True
    thread.join(60)


def test_the_same_is_answered_over_http(connect, engine, ask):
    status, content = connect("POST", "vae-5/encode", PICTURE.tobytes())
    assert status == 200
    over_http, over_channel = unpack_reply(content).arrays, ask(engine, ENCODE.number, "vae-5", PICTURE).arrays
    assert all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(over_http, over_channel, strict=True))


def test_a_larger_picture_than_a_frame_holds_is_encoded_over_http(connect, rewrite, own_models_root):
    rewrite(own_models_root / "large", "ae", 2, shape=(3, 96, 96))
    status, content = connect("POST", "large/encode", bytes(96 * 96 * 3))
    assert status == 200 and answer_of(ENCODE, unpack_reply(content).arrays)["pixels"].shape == (1, 96, 96, 3)


@pytest.mark.parametrize(
    ("name", "size", "status", "sentence"),
    [
        ("vae-5", 0, 422, "8 × 8 pixels of 1 bytes, 64 in all"),
        ("vae-5", 100_000, 422, "64 in all"),
        ("nobody", 64, 404, "there is no model 'nobody'"),
    ],
)
def test_what_cannot_be_encoded_is_a_sentence(connect, name, size, status, sentence):
    found, content = connect("POST", f"{name}/encode", bytes(size))
    assert found == status and sentence in json.loads(content)["error"]


def test_a_page_is_told_how_the_images_stand_in_their_frames(connect):
    status, content = connect("GET", "vae-5/framing")
    told = json.loads(content)
    assert status == 200 and told["shape"] == [1, 8, 8] and len(told["background"]) == 1
    assert {"plain", "centred", "extent", "stroke"} <= set(told) and connect("GET", "nobody/framing")[0] == 404
