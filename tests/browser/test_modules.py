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


# --- words.js --------------------------------------------------------------------------------------------------

AGAINST, EQUAL = "against the textbook", re.compile("equal|no more than chance")
DICE = {"far": 5, "strange": 30, "classes": 8, "all": 10, "n": 64}
PATH = {"ratio": 1.5, "length": 20, "gap": 0.2, "strange": 4, "frames": 16}
BOTH = {  # what both sides have in common, what makes a side good, what makes it bad
    "diceBoth": ({"fitted": False}, {**DICE, "frechet": 10}, {**DICE, "frechet": 100}),
    "planeBoth": ({}, {"strange": 5, "n": 256}, {"strange": 150, "n": 256}),
    "pathBoth": ({}, {**PATH, "ratio": 1.2}, {**PATH, "ratio": 4.0}),
    "groundBoth": ({}, 0.05, 0.3),
    "freedomBoth": ({"n": 24, "radius": 0.5}, 23 / 24, 8 / 24),
}


@pytest.mark.parametrize("sentence", BOTH)
def test_the_sentence_about_both_follows_the_figures_whichever_way_they_go(run, sentence: str) -> None:
    common, good, bad = BOTH[sentence]

    def said(ae: object, vae: object) -> str:
        return run("text/words.js", f"(words, figures) => words.{sentence}(figures)", {**common, "ae": ae, "vae": vae})

    assert AGAINST in said(good, bad)
    assert "autoencoder" in said(good, bad)
    assert AGAINST not in said(bad, good)
    assert "VAE" in said(bad, good)
    assert not EQUAL.search(said(bad, good))
    for same in (good, bad):
        assert EQUAL.search(said(same, same))
        assert AGAINST not in said(same, same)


def test_dice_without_a_measured_distance_get_no_verdict(run) -> None:
    def said(ae: int, vae: int) -> str:
        sides = {kind: {**DICE, "strange": strange} for kind, strange in (("ae", ae), ("vae", vae))}
        return run("text/words.js", "(words, figures) => words.diceBoth(figures)", {**sides, "fitted": False})

    for ae, vae in ((2, 60), (30, 32), (60, 2)):
        sentence = said(ae, vae)
        assert "too few for a verdict" in sentence
        assert AGAINST not in sentence and not EQUAL.search(sentence) and "NaN" not in sentence


@pytest.mark.parametrize(("ae", "vae", "paradox"), [(2, 20, True), (20, 2, False), (8, 10, False)])
def test_it_is_said_when_the_worse_draws_are_the_nearer_ones(run, ae: int, vae: int, paradox: bool) -> None:
    figures = {"ae": {**DICE, "far": ae, "frechet": 100}, "vae": {**DICE, "far": vae, "frechet": 10}, "fitted": False}
    assert ("Distance does not explain it" in run("text/words.js", "(words, figures) => words.diceBoth(figures)", figures)) == paradox


def test_the_sentence_about_one_names_it_and_its_figures(run) -> None:
    told = run(
        "text/words.js",
        """words => Object.fromEntries(["ae", "vae"].map(kind => [kind, {
             dice: [false, true].map(fitted => words.diceSide({ kind, far: 12, strange: 1, classes: 7, all: 10, n: 64, fitted })),
             unjudged: words.diceSide({ kind, far: 0, strange: NaN, classes: NaN, all: 10, n: 64, fitted: false }),
             path: words.pathSide({ kind, ratio: 5, gap: 0.25, flips: 2, strange: 0, frames: 16 }),
             even: words.pathSide({ kind, ratio: 1.1, gap: 0.25, flips: 0, strange: 16, frames: 16 }),
             freedom: words.freedomSide({ kind, kept: 0.5, n: 24, radius: 0.5, name: "seven" }),
             still: words.freedomSide({ kind, kept: 1, n: 24, radius: 0, name: "seven" }),
             plane: words.planeSide({ kind, strange: 256, n: 256 }),
           }]))""",
    )
    for kind, name in (("ae", "autoencoder"), ("vae", "VAE")):
        sentences = told[kind]
        for about in ("path", "even", "freedom", "plane"):
            assert name in sentences[about]
            assert {"autoencoder": "VAE", "VAE": "autoencoder"}[name] not in sentences[about]
        assert all("12 of 64" in sentence and "7 of 10" in sentence for sentence in sentences["dice"])
        assert sentences["dice"][0] != sentences["dice"][1]
        assert "class" not in sentences["unjudged"], "nobody has judged these pictures"
        assert "real" not in sentences["unjudged"]
        assert "none of 64" in sentences["unjudged"]
        assert "5 times the mean: a jump" in sentences["path"] and "2 needless" in sentences["path"] and "25 %" in sentences["path"]
        assert (
            "1.1 times the mean" in sentences["even"]
            and "jump" not in sentences["even"]
            and "needless" not in sentences["even"]
            and "all 16" in sentences["even"]
        )
        assert "12 of 24" in sentences["freedom"] and "seven" in sentences["freedom"] and "0.5" in sentences["freedom"]
        assert "radius 0" in sentences["still"]
        assert "all 256" in sentences["plane"]
    assert told["ae"]["dice"][0] != told["vae"]["dice"][0]


def test_class_changes_beyond_the_needed_one_are_counted(run) -> None:
    paths = {"": [], "3": [3], "339": [3, 3, 9], "3839": [3, 8, 3, 9], "333": [3, 3, 3], "383": [3, 8, 3]}
    told = run(
        "text/words.js",
        "(words, paths) => Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, words.needlessFlips(path)]))",
        paths,
    )
    assert told == {"": 0, "3": 0, "339": 0, "3839": 2, "333": 0, "383": 2}


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

    assert run("widgets/sliders.js", "({ FARTHEST }) => FARTHEST") == FARTHEST
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
