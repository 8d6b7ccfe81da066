"""The page's own modules, each alone in a browser: binary frames, live channel, addresses, sentences."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.browser.driving import Screen
from vae.ui import view

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def run(screen: Screen):
    """Runs a function's source with a module's exports and an argument, beside the modules and without the app."""
    screen.page.goto(f"{screen.server.url}/continuum/static/wire/schema.js")

    def call(module: str, source: str, argument: object = None) -> object:
        return screen.page.evaluate(f"async argument => ({source})(await import('/continuum/static/{module}'), argument)", argument)

    return call


# --- wire/ -----------------------------------------------------------------------------------------------------


def test_a_session_asks_the_real_server_by_name(run) -> None:
    told = run(
        "wire/session.js",
        """async ({ Session }) => {
             const { SAMPLE, MAP, DEFAULT_MODEL } = await import("/continuum/static/wire/schema.js");
             const { answerIn } = await import("/continuum/static/wire/packing.js");
             const { Channel } = await import("/continuum/static/wire/channel.js");
             const errors = [], url = `ws://${location.host}/continuum/live`, onError = error => errors.push(error.message);
             const session = new Session(new Channel(url), { model: DEFAULT_MODEL, onError });
             const old = new Session(new Channel(`${url}?schema=older`), { model: DEFAULT_MODEL, onError });
             const asked = { seed: 1, count: 64, temperature: 1, source: "prior" };
             const { pixels, places, codes, verdicts } = await session.ask(SAMPLE, asked, { lane: "draws" });
             await new Promise(done => old.ask(SAMPLE, asked, { onError: error => { onError(error); done(); } }));
             await new Promise(done => session.ask(SAMPLE, { ...asked, seed: -1 }, { onError: error => { onError(error); done(); } }));
             const map = answerIn(MAP, await (await fetch(`/continuum/models/${DEFAULT_MODEL}/map`)).arrayBuffer());
             session.close();
             old.close();
             return {
               pixels: pixels.shape, places: places.length, codes: codes.shape, far: [...verdicts.column("far")], errors,
               map: map.places.length === map.labels.shape[0],
             };
           }""",
    )
    assert told["pixels"] == [64, 28, 28, 1] and told["places"] == told["codes"][0] == 64
    assert set(told["far"]) <= {0, 1} and told["map"]
    assert told["errors"] == [
        "this page is older or newer than the server; reload the page",
        "seed is -1; it must be a whole number from 0 to 16777216",
    ]


# --- view.js ---------------------------------------------------------------------------------------------------


def test_an_address_written_by_the_page_is_read_by_page_and_server(run, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    told = run(
        "core/view.js",
        """({ writePoint, readPoint, writeFloats, readFloats, writePlace, readPlace }, codes) => ({
             codes: codes.map(code => { const text = writePoint({ row: -1, code }); return [text, [...readPoint(text).code]]; }),
             image: [writePoint({ row: 12, code: null }), readPoint("i12")],
             place: [writePlace([-1.5, 0.1234567]), readPlace("-1.5_0.25"), readPlace("1_2_3"), readPlace("x"), readPlace(undefined)],
             floats: [...readFloats(writeFloats([0.5, -2]))],
             nonsense: ["", "x", "i", "i-1", "c", "c?", null, undefined].map(text => readPoint(text)),
           })""",
        codes.tolist(),
    )
    for (text, read), code in zip(told["codes"], codes, strict=True):
        assert np.array_equal(np.float32(read), code)
        assert view.POINT[0](text)
    assert told["image"] == ["i12", {"row": 12, "code": None}]
    assert told["floats"] == [0.5, -2]
    assert told["place"] == ["-1.500000_0.123457", [-1.5, 0.25], None, None, None]
    assert view.PLACE[0](told["place"][0])
    assert told["nonsense"] == [None] * 8


# --- numberslider.js, codetext.js ---------------------------------------------------------------------------------


def test_a_number_is_written_as_the_shortest_decimal_that_is_the_same_float32(run) -> None:
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(size=300), random.normal(size=300) * 10.0 ** random.integers(-12, 6, 300), [0, 1.25, -1e6, 0.1]])
    values = values.astype(np.float32)
    written = run("widgets/numberslider.js", "({ plain }, values) => values.map(value => plain(value))", values.tolist())
    assert np.array_equal(np.float32(written), values)
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in written), "no exponents"
    assert written[-4:] == ["0", "1.25", "-1000000", "0.1"]


def test_a_code_is_read_however_it_was_printed_and_refused_with_a_sentence(run) -> None:
    from vae.live.wire.frames import FARTHEST

    def read(text: str, count: int = 3) -> object:
        source = (
            """({ readCode }, [text, count]) => { try { return [...readCode(text, count)]; } catch (error) { return error.message; } }"""
        )
        return run("widgets/codetext.js", source, [text, count])

    assert run("wire/schema.js", "({ LIMITS }) => LIMITS.farthest") == FARTHEST
    for text in (
        "[0.5, -1.25, 2]",
        "0.5 -1.25 2",
        "[[0.5,\n -1.25; 2e0]]",
        "tensor([0.5, -1.25, 2.], dtype=torch.float32)",
        "np.array([.5 −1.25 +2])",
    ):
        assert read(text) == [0.5, -1.25, 2]
    assert "holds 2 numbers; a code of this model has 3" in read("[1, 2]")
    assert "holds 0 numbers" in read("")
    assert "“x” is no number" in read("1, x, 2")
    assert "nan" in read("1, nan, 2")
    assert "Number 3" in read("1, 2, -1000001") and "±1,000,000" in read("1, 2, -1000001")


def test_steps_of_a_slider_are_round_numbers(run) -> None:
    ranges = [8.1, 4, 1, 0.37, 70, 900]
    steps = run("widgets/numberslider.js", "({ roundStep }, ranges) => ranges.map(range => roundStep(range, 400))", ranges)
    assert steps == [0.02, 0.01, 0.002, 0.0005, 0.1, 2]
