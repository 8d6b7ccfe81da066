"""The studio's addresses: what is read once, captions, films."""

from __future__ import annotations

import asyncio
import io
import itertools
import json

import numpy as np
import pytest
from PIL import Image, ImageSequence
from starlette.applications import Starlette

from tests.stub_painter import CODES, StubPainter
from vae.data import scenes
from vae.live import gallery
from vae.live.gallery import make_film, partial_drawings
from vae.live.studio import Studio

FILM = "/continuum/painters/dalle/film"
CAPTIONS = "/continuum/captions"


@pytest.fixture
def visit():
    """Asks an address as a page of this server would: `visit(path, body)` -> (status, content type, bytes)."""
    studio = Studio(lambda name: StubPainter())
    studio.start()
    app = Starlette(routes=gallery.routes(studio))

    def visit(path: str, body: bytes | str | None = None) -> tuple[int, str, bytes]:
        sent, parts = [], [] if body is None else [body.encode() if isinstance(body, str) else body]

        async def receive() -> dict:
            return {"type": "http.request", "body": parts.pop() if parts else b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": "GET" if body is None else "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "headers": [(b"host", b"localhost")],
        }  # fmt: skip
        asyncio.run(app(scope, receive, send))
        headers = dict(sent[0]["headers"])
        return sent[0]["status"], headers[b"content-type"].decode(), b"".join(message.get("body", b"") for message in sent)

    yield visit
    studio.stop()


def test_a_painter_says_what_it_knows(visit) -> None:
    status, _, body = visit("/continuum/painters/dalle")
    facts = json.loads(body)
    assert status == 200
    assert facts["objects"] == list(scenes.OBJECTS)
    assert [facts[key] for key in ("grid", "codebook_size", "image_shape", "device")] == [8, CODES, [3, 48, 48], "cpu"]
    assert all(scenes.held_out(*pair) for pair in facts["held_out"])


def test_without_a_painter_a_sentence_says_how_to_get_one(visit) -> None:
    studio = Studio()
    app = Starlette(routes=gallery.routes(studio))
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/continuum/painters/dalle", "query_string": b"", "headers": []}
    asyncio.run(app(scope, None, send))
    assert sent[0]["status"] == 404
    assert b"python -m vae dalle" in sent[1]["body"]


def test_a_caption_is_read_into_the_numbers_of_its_words(visit) -> None:
    status, _, body = visit(CAPTIONS, "a red apple on a white background")
    reading = json.loads(body)
    assert status == 200
    assert reading["words"] == ["red", "apple", "nothing", "nothing", "nothing", "white"]
    assert [scenes.WORDS[index] for index in reading["ids"]] == reading["words"]
    assert reading["notes"] == []


@pytest.mark.parametrize(
    "caption", ["", " ", "a red flurbel", "<script>alert(1)</script>", "👾👾", "שלום עולם", "a red " * 2000, "\0", b"\xff\xfe"]
)
def test_a_caption_that_says_nothing_here_gets_a_sentence(visit, caption: str | bytes) -> None:
    status, _, body = visit(CAPTIONS, caption)
    told = json.loads(body)
    assert status == 200
    assert len(told["error"]) > 20
    assert isinstance(told["suggestions"], list)


def test_what_is_longer_than_a_page_is_not_even_read(visit) -> None:
    status, _, body = visit(CAPTIONS, "a" * (gallery.LARGEST_BODY + 1))
    assert (status, json.loads(body)["error"]) == (413, gallery.TOO_LONG)


def test_a_film_shows_the_picture_being_drawn(visit) -> None:
    tokens = np.arange(64)
    status, kind, body = visit(FILM, json.dumps({"tokens": tokens.tolist(), "given": None}))
    assert (status, kind) == (200, "image/gif")
    film = Image.open(io.BytesIO(body))
    assert film.n_frames == 65
    assert film.size == (384, 384)
    frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert (np.abs(frames[0].astype(int) - gallery.UNDRAWN) < 12).all()
    changed = [np.abs(after.astype(int) - before).max((0, 1)).max() for before, after in itertools.pairwise(frames)]
    assert np.mean(np.array(changed) > 0) > 0.9


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "{}", '{"tokens": []}', json.dumps({"tokens": [0] * 63}), json.dumps({"tokens": [-1] * 64}), json.dumps({"tokens": ["x"] * 64}),
     json.dumps({"tokens": [CODES] * 64}), json.dumps({"tokens": [0] * 64, "given": [0]}), json.dumps({"tokens": [10**30] * 64}), "[" * 50_000],
)  # fmt: skip
def test_what_is_no_film_is_refused_with_a_sentence(visit, body: str) -> None:
    status, _, answer = visit(FILM, body)
    assert status == 422
    assert len(json.loads(answer)["error"]) > 20


def test_partial_drawings_leave_what_was_given_alone() -> None:
    given = np.array([7, -1, -1, 8])
    np.testing.assert_array_equal(partial_drawings(np.array([7, 1, 2, 8]), given), [[7, -1, -1, 8], [7, 1, -1, 8], [7, 1, 2, 8]])
    np.testing.assert_array_equal(partial_drawings(np.arange(4), np.arange(4)), [[0, 1, 2, 3]])


def test_a_film_keeps_the_colours_of_its_last_picture() -> None:
    dice = np.random.default_rng(0)
    pixels = np.repeat(np.repeat(dice.integers(0, 256, (1, 2, 2, 3), np.uint8), 2, 1), 2, 2)
    film = Image.open(io.BytesIO(make_film(np.concatenate([pixels, pixels]), np.array([[True, False, True, True], [True] * 4]))))
    film.seek(1)
    shown = np.asarray(film.convert("RGB"))[gallery.ZOOM // 2 :: gallery.ZOOM, gallery.ZOOM // 2 :: gallery.ZOOM]
    assert np.abs(shown.astype(int) - pixels[0]).max() <= 8
