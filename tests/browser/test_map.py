"""The stories of the map: without WebGL, its markers, other screens, fingers, a long load, odd data."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, CDPSession, expect

from tests.browser.driving import COUNTER, Screen, Server, difference, opaque
from tests.browser.truth import truth

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE = "mnist-vae"
HOVER, DECODING = "VAE hover decoding", "VAE decoding"
WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# Whoever asks for WebGL gets nothing, and is counted.
NO_WEBGL = """
window.asked = 0;
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  if (!String(kind).startsWith("webgl")) return get.call(this, kind, ...rest);
  window.asked += 1;
  return null;
};
"""

# How opaque the points are at pixels of the window.
SEEN = """(map, pixels) => {
  const canvas = map.querySelector(".ctm-points"), box = map.getBoundingClientRect(), ratio = canvas.width / box.width;
  const at = ([x, y]) => canvas.getContext("2d").getImageData(Math.floor((x - box.left) * ratio), Math.floor((y - box.top) * ratio), 1, 1);
  return pixels.map(pixel => at(pixel).data[3]);
}"""

# Every canvas on the page that can be seen: its size and its pixels.
CANVASES = """() => [...document.querySelectorAll("canvas")].filter(canvas => canvas.checkVisibility())
  .map(canvas => [canvas.className, canvas.width, canvas.height, canvas.toDataURL()])"""

# Whether the canvases of all maps have twice as many pixels as before, but for what is rounded.
SHARP = """before => [...document.querySelectorAll(".ctm-map canvas")].filter(canvas => canvas.checkVisibility())
  .every(canvas => Math.abs(canvas.width - 2 * before[canvas.className]) <= 1)"""


@pytest.fixture
def browse(browser: BrowserContext, server: Server) -> Iterator[Callable[..., Screen]]:
    """Makes a page in a browser window of its own, with what is given; at the end no page may have complained."""
    screens: list[Screen] = []
    with ExitStack() as windows:

        def make(script: str = "", **options: object) -> Screen:
            context = windows.enter_context(closing(browser.browser.new_context(color_scheme="light", **options)))
            for text in (COUNTER, script):
                context.add_init_script(text)
            screens.append(Screen(context.new_page(), server))
            return screens[-1]

        yield make
    assert not [problem for screen in screens for problem in screen.problems]


def window(screen: Screen, name: str = "Latent map") -> np.ndarray:
    """What a map shows: x0, x1, y0, y1."""
    return np.array(screen.map(name).get_attribute("data-window").split(" "), float)


def away(pixel: np.ndarray, across: float, down: float) -> np.ndarray:
    """The pixel that lies so far from another."""
    return np.add(pixel, (across, down))


def drag(screen: Screen, start: np.ndarray, *ways: np.ndarray) -> None:
    """Press the mouse and move it; the button stays down."""
    screen.hover(start)
    screen.page.mouse.down()
    for way in ways:
        screen.page.mouse.move(float(way[0]), float(way[1]), steps=4)


# --- without WebGL ---------------------------------------------------------------------------------------------


def test_everything_works_without_webgl_which_is_never_asked_for(browse: Callable[..., Screen]) -> None:
    screen = browse(NO_WEBGL, **WIDE).open(model=VAE, at="i0", floor="pictures")
    places, _ = screen.server.map(VAE)
    row = next(row for row in screen.alone(places, count=2) if row != 0)
    pixel = np.round(screen.in_window(places[row]))
    gap, _, _ = screen.gaps(places)
    image, empty = screen.map().evaluate(SEEN, [pixel.tolist(), gap.tolist()])
    assert image > 100, "no point is drawn where an image is"
    assert empty == 0
    assert screen.map().get_attribute("data-floor") == "pictures"

    shown = screen.repaint(HOVER, lambda: screen.hover(pixel))
    assert difference(shown, truth(VAE).at(screen.on_map(pixel))) <= 1
    assert difference(screen.repaint(DECODING, lambda: screen.click(pixel)), truth(VAE).reconstruction(row)) <= 1

    place = screen.on_map(pixel)
    before = window(screen)
    screen.hover(pixel)
    screen.page.mouse.wheel(0, -200)
    screen.until_address(lambda now: "zoom" in now)
    closer = window(screen)
    assert closer[1] - closer[0] < 0.8 * (before[1] - before[0])
    assert np.abs(screen.in_window(place) - pixel).max() < 1, "the place under the pointer stays there"

    drag(screen, pixel, away(pixel, 40, 0), away(pixel, 60, 30))
    screen.page.mouse.up()
    assert np.abs(screen.in_window(place) - away(pixel, 60, 30)).max() < 1, "a dragged map follows the hand"

    screen.map().focus()
    screen.page.keyboard.press("0")
    assert window(screen) == pytest.approx(before)
    screen.page.keyboard.press("+")
    assert window(screen)[1] - window(screen)[0] == pytest.approx(0.8 * (before[1] - before[0]))
    screen.button("show all").click()
    screen.button("0").click()
    screen.until_address(lambda now: now.get("hide") == "0")

    screen.open("/compare", show="path")
    screen.page.locator(".ctm-chart-plot .main-svg").first.wait_for()
    screen.open("/slide")
    assert screen.page.evaluate("window.asked") == 0


# --- markers ---------------------------------------------------------------------------------------------------


def marker(screen: Screen, letter: str, map_name: str = "Latent map") -> np.ndarray:
    """Where the middle of a marker is in the window."""
    box = handle(screen, letter, map_name).bounding_box()
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def handle(screen: Screen, letter: str, map_name: str = "Latent map"):
    return screen.map(map_name).get_by_role("button", name=f"End {letter} of the path")


def test_a_marker_stays_under_the_hand_and_a_thread_leads_to_where_its_code_falls(screen: Screen) -> None:
    screen.open(model=VAE, at="i0", a="i5", b="i8")
    places, _ = screen.server.map(VAE)
    gap, outside, emptiness = screen.gaps(places)
    assert emptiness > 12, "the map has no gap to put a marker in"
    for letter in "AB":
        start = marker(screen, letter)
        assert np.abs(start - screen.in_window(places[{"A": 5, "B": 8}[letter]])).max() < 2, "an image's marker stands on it"
        drag(screen, start, (start + gap) / 2, gap)
        screen.settle()
        assert np.abs(marker(screen, letter) - gap).max() < 1.5
        screen.page.mouse.up()
        screen.settle()
        assert np.abs(marker(screen, letter) - gap).max() < 1.5
        falls = np.array(handle(screen, letter).get_attribute("data-falls").split(" "), float)
        assert np.hypot(*(screen.in_window(falls) - gap)) > 4
        address = screen.until_address(lambda now, letter=letter: f"p{letter.lower()}" in now)
        assert address[letter.lower()].startswith("c")
        if letter == "A":
            screen.page.reload()
            screen.ready()
            assert np.abs(marker(screen, "A") - gap).max() < 1.5, "the address brings it back where it was put"
            assert handle(screen, "A").get_attribute("data-falls")
    # Neither is lost where there is no code at all.
    drag(screen, gap, outside)
    screen.settle()
    assert np.abs(marker(screen, "B") - outside).max() < 1.5
    screen.page.mouse.up()
    screen.settle()
    rest, address = marker(screen, "B"), screen.address
    last = places[int(address["b"][1:])] if address["b"].startswith("i") else np.array(address["pb"].split("_"), float)
    assert np.abs(rest - outside).max() > 12
    assert np.abs(rest - screen.in_window(last)).max() < 2, "it goes to the nearest place that has a code"

    screen.page.mouse.move(0, 0)
    handle(screen, "A").press("ArrowRight")
    moved = away(gap, 12, 0)
    screen.until_address(lambda now: np.abs(screen.in_window(np.array(now["pa"].split("_"), float)) - moved).max() < 1.5)
    screen.settle()
    assert np.abs(marker(screen, "A") - moved).max() < 1.5, "keys move it from where it stands"


@pytest.mark.parametrize("tab", ["path", "race"])
def test_an_end_on_compare_stays_under_the_hand_and_goes_to_its_image_when_let_go(screen: Screen, tab: str) -> None:
    name = "VAE latent map"
    screen.open("/compare", dim=16, show=tab, a="i5", b="i8")
    places, _ = screen.server.map("mnist-vae")
    start, row = marker(screen, "A", name), screen.alone(places, name)[0]
    assert np.abs(start - screen.in_window(places[5], name)).max() < 2
    beside = away(np.round(screen.in_window(places[row], name)), 0, 5)
    drag(screen, start, beside)
    screen.settle()
    assert np.abs(marker(screen, "A", name) - beside).max() < 1.5
    screen.page.mouse.up()
    end = screen.until_address(lambda now: now["a"] != "i5")["a"]
    screen.settle()
    assert np.abs(marker(screen, "A", name) - screen.in_window(places[int(end[1:])], name)).max() < 2


# --- another screen --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/?model=mnist-vae&at=i3&floor=cycle-gap", "/slide?ladder=mnist-16", "/compare?show=race&dim=16"])
def test_on_another_screen_everything_is_as_sharp_as_after_a_fresh_load(browse: Callable[..., Screen], address: str) -> None:
    screen = browse(**WIDE)
    screen.page.emulate_media(reduced_motion="reduce")
    screen.open(address)
    before = {name: size for name, size, *_ in screen.page.evaluate(CANVASES)}
    devtools = screen.page.context.new_cdp_session(screen.page)
    devtools.send("Emulation.setDeviceMetricsOverride", {"width": 1440, "height": 900, "deviceScaleFactor": 2, "mobile": False})
    screen.page.wait_for_function(SHARP, arg=before)
    rested(screen)
    moved = screen.page.evaluate(CANVASES)
    screen.page.reload()
    screen.ready()
    rested(screen)
    fresh = screen.page.evaluate(CANVASES)
    assert [canvas[:3] for canvas in moved] == [canvas[:3] for canvas in fresh]
    assert [canvas[0] for canvas, other in zip(moved, fresh, strict=True) if canvas[3] != other[3]] == []

    if address.startswith("/?"):
        places, _ = screen.server.map(VAE)
        row = next(row for row in screen.alone(places, count=2) if row != 3)
        screen.repaint(DECODING, lambda: screen.click(screen.in_window(places[row])))
        screen.until_address(lambda now: now["at"] == f"i{row}")


def rested(screen: Screen) -> None:
    """Wait until the floor is finest and nothing is asked any more."""
    screen.settle()
    expect(screen.page.get_by_text("refining …")).to_be_hidden()
    screen.settle()


# --- fingers ---------------------------------------------------------------------------------------------------


class Fingers:
    """Fingers on the screen, by the browser's own input."""

    def __init__(self, screen: Screen) -> None:
        self._devtools: CDPSession = screen.page.context.new_cdp_session(screen.page)

    def touch(self, kind: str, *points: np.ndarray) -> None:
        """`kind` is Start, Move or End; the points are where all fingers are now."""
        where = [{"x": float(x), "y": float(y), "id": finger} for finger, (x, y) in enumerate(points)]
        self._devtools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": where})

    def swipe(self, start: np.ndarray, way: np.ndarray) -> None:
        """One finger goes down, along and up again."""
        self.touch("Start", start)
        for share in np.linspace(0.1, 1, 10):
            self.touch("Move", start + share * np.asarray(way, float))
        self.touch("End")


SCROLLED = """() => Math.max(document.scrollingElement.scrollTop, document.querySelector('[data-testid="stMain"]').scrollTop)"""


def test_a_finger_decodes_two_move_and_the_page_can_be_scrolled(browse: Callable[..., Screen]) -> None:
    screen = browse(**PHONE).open(model=VAE, at="i0")
    fingers = Fingers(screen)
    places, _ = screen.server.map(VAE)
    row, other = [row for row in screen.alone(places, count=3) if row != 0][:2]
    pixel, second = (np.round(screen.in_window(places[each])) for each in (row, other))
    whole = window(screen)

    shown = screen.repaint(HOVER, lambda: fingers.touch("Start", pixel))
    assert difference(shown, truth(VAE).at(screen.on_map(pixel))) <= 1
    screen.map().and_(screen.page.locator("[data-held]")).wait_for()  # from now on it does not scroll the page
    shown = screen.repaint(HOVER, lambda: fingers.touch("Move", second))
    assert difference(shown, truth(VAE).at(screen.on_map(second))) <= 1
    expect(screen.canvas(HOVER)).to_be_visible()
    fingers.touch("End")
    expect(screen.canvas(HOVER)).to_be_hidden()
    assert window(screen) == pytest.approx(whole), "one finger does not move the map"
    assert screen.address["at"] == "i0", "a finger that has wandered picks nothing"
    assert screen.page.evaluate(SCROLLED) == 0

    screen.repaint(DECODING, lambda: screen.page.touchscreen.tap(*pixel))
    screen.until_address(lambda now: now["at"] == f"i{row}")

    box = screen.map().bounding_box()
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    place = screen.on_map(middle)
    fingers.touch("Start", away(middle, -40, 0))
    fingers.touch("Start", away(middle, -40, 0), away(middle, 40, 0))
    for apart in (50, 60, 70, 80):
        fingers.touch("Move", away(middle, -apart, 0), away(middle, apart, 0))
    for down in (10, 20, 30):
        fingers.touch("Move", away(middle, -80, down), away(middle, 80, down))
    fingers.touch("End")
    screen.until_address(lambda now: "zoom" in now)
    closer, words = window(screen), screen.map().get_attribute("data-window")
    assert closer[1] - closer[0] == pytest.approx((whole[1] - whole[0]) / 2, rel=0.05)
    assert np.abs(screen.in_window(place) - middle - [0, 30]).max() < 4, "what was between the fingers stays between them"
    assert screen.page.evaluate(SCROLLED) == 0

    nearer = screen.button("Zoom in")
    assert nearer.bounding_box()["width"] >= 40
    nearer.tap()
    screen.page.wait_for_function("([map, before]) => map.dataset.window !== before", arg=[screen.map().element_handle(), words])
    for start in ([middle[0], middle[1] + 60], [middle[0], box["y"] + box["height"] + 40]):  # on the map, and below it
        before = screen.page.evaluate(SCROLLED)
        fingers.swipe(np.array(start), [0, -120])
        screen.page.wait_for_function(f"before => ({SCROLLED})() > before + 20", arg=before)


# --- a long load -----------------------------------------------------------------------------------------------


def test_sliders_work_before_the_map_is_there_and_a_line_says_how_far_it_is(screen: Screen) -> None:
    held = []
    screen.page.route("**/models/mnist-vae/map", lambda route: held.append(route))
    stage = {"stage": "reading the codes", "share": 0.4}
    screen.page.route("**/models/mnist-vae/progress", lambda route: route.fulfill(json=stage))
    screen.page.goto(f"{screen.server.url}/?model=mnist-vae&at=i3&a=i5&b=i8&hide=4")
    bar = screen.map().get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "40")
    expect(screen.map()).to_contain_text("reading the codes")
    screen.painted(DECODING)
    home = screen.settle().pixels(DECODING)
    assert difference(home, truth(VAE).reconstruction(3)) <= 1
    assert screen.map().get_attribute("data-points") is None
    moved = screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))
    assert difference(moved, home) > 20

    held[0].continue_()
    screen.ready()
    expect(bar).to_be_hidden()
    assert np.array_equal(screen.pixels(DECODING), moved)
    address = screen.until_address(lambda now: "a" in now)
    assert (address["a"], address["b"], address["hide"]) == ("i5", "i8", "4")
    assert opaque(screen.pixels("path frame 1 of 16"))


def test_where_the_server_tells_of_no_progress_nothing_is_shown(screen: Screen) -> None:
    held = []
    screen.page.route("**/models/mnist-vae/map", lambda route: held.append(route))
    with screen.page.expect_response("**/progress"):
        screen.page.route("**/models/mnist-vae/progress", lambda route: route.fulfill(json={"stage": "", "share": 1}))
        screen.page.goto(f"{screen.server.url}/?model=mnist-vae")
    expect(screen.map().locator('[role="progressbar"]')).to_be_hidden()
    held[0].continue_()
    screen.ready()


# --- the map alone ---------------------------------------------------------------------------------------------

ALONE = """
  const map = new LatentMap("Latent map", "#0b7d72", {});
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  Object.assign(map.element.style, { display: "block", position: "relative", overflow: "hidden", width: "400px", height: "300px" });
  document.body.append(map.element);
  await frame();
"""


@pytest.fixture
def run(screen: Screen):
    """Runs a function's source with a module's exports and an argument, beside the modules and without the app."""
    screen.page.goto(f"{screen.server.url}/continuum/static/wire/schema.js")

    def call(module: str, source: str, argument: object = None) -> object:
        return screen.page.evaluate(f"async argument => ({source})(await import('/continuum/static/{module}'), argument)", argument)

    return call


def test_identical_places_no_places_and_places_that_are_no_numbers_are_shown(run) -> None:
    told = run(
        "map/map.js",
        f"""async ({{ LatentMap }}) => {{ {ALONE}
          const drawn = () => {{
            const canvas = map.element.querySelector(".ctm-points");
            const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.filter((_, i) => i % 4 === 3).reduce((sum, alpha) => sum + (alpha > 0), 0);
          }};
          const seen = {{}};
          for (const [name, places] of Object.entries({{ same: [3, 3, 3, 3, 3, 3], none: [], odd: [0, 0, NaN, 1, 2, Infinity, 1, 1], row: [0, 5, 1, 5, 2, 5] }})) {{
            map.show(Float32Array.from(places), new Uint8Array(places.length / 2), ["a"]);
            map.zoom(0.5);
            map.reset();
            await frame();
            seen[name] = {{ window: map.window, points: map.element.dataset.points, drawn: drawn(), nearest: map.nearest(places.length ? [places[0], places[1]] : [0, 0]) }};
          }}
          return seen;
        }}""",
    )
    for name, seen in told.items():
        x0, x1, y0, y1 = seen["window"]
        assert x1 > x0, name
        assert y1 > y0, name
        assert (seen["drawn"] > 0) == (name != "none")
        assert (seen["nearest"] >= 0) == (name != "none")
    assert (told["same"]["points"], told["none"]["points"], told["odd"]["points"]) == ("3", "0", "4")


def test_three_hundred_classes_have_colours_of_their_own_and_can_be_found_by_name(run, screen: Screen) -> None:
    colours = run("map/map.js", "({ classColour }) => Array.from({ length: 300 }, (_, index) => classColour(index))")
    assert len(set(colours)) == 300
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])
    assert np.abs(rgb[:-1] - rgb[1:]).sum(1).min() > 60, "neighbours can be told apart"

    run(
        "map/map.js",
        f"""async ({{ LatentMap, legend }}) => {{ {ALONE}
          const classes = Array.from({{ length: 300 }}, (_, index) => `class ${{index}}`);
          const places = Float32Array.from({{ length: 600 }}, (_, i) => (i % 2 ? Math.floor(i / 40) : (i / 2) % 20));
          map.show(places, Uint16Array.from({{ length: 300 }}, (_, row) => row), classes);
          document.body.append(legend([map], classes, [], () => {{ document.title = map.hidden.length; }}));
          await frame();
        }}""",
    )
    screen.button("none").click()
    assert screen.page.title() == "300"
    screen.page.get_by_role("searchbox", name="Find a class").fill("class 299")
    expect(screen.page.get_by_role("button", name="class 3", exact=True)).to_be_hidden()
    screen.button("class 299").click()
    assert screen.page.title() == "299"
    image = screen.page.locator(".ctm-points").evaluate("canvas => canvas.toDataURL()")
    assert len(base64.b64decode(image.split(",")[1])) > 0
    screen.button("all").click()
    assert screen.page.title() == "0"


def test_points_are_drawn_where_they_are_in_the_colour_of_their_class(run) -> None:
    picture = run(
        "map/points.js",
        """({ Points }) => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 20 });
          new Points(canvas).draw(Float32Array.from([10, 10, 30.5, 10.5, 20, 5]), [0, 1, 2], Int32Array.from([0x0000ff, 0x00ff00, -1]), 4, 1);
          return [...canvas.getContext("2d").getImageData(0, 0, 40, 20).data];
        }""",
    )
    pixels = np.array(picture, np.uint8).reshape(20, 40, 4)
    assert pixels[10, 10, :3].tolist() == [255, 0, 0]
    assert pixels[10, 30, :3].tolist() == [0, 255, 0]
    assert pixels[5, 20, 3] == 0, "a hidden class is not drawn"
    opacity = pixels[..., 3].astype(float)
    for column, row in ((10, 10), (30.5, 10.5)):
        part = opacity[:, :20] if column < 20 else opacity[:, 20:]
        y, x = np.indices(part.shape) + 0.5
        assert (part * x).sum() / part.sum() + (0 if column < 20 else 20) == pytest.approx(column, abs=0.15)
        assert (part * y).sum() / part.sum() == pytest.approx(row, abs=0.15)
        assert part.sum() / 255 == pytest.approx(0.75 * np.pi * 2**2, rel=0.1), "as large as it should be"
