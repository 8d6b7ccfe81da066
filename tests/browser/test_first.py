"""The stories of the first screen: a landscape, one invitation that never comes again, and what is folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.driving import COUNTER, Screen, Server, difference, opaque
from tests.browser.truth import nearest_within, truth
from vae import data
from vae.live.bundle import dimensions

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MODEL = "mnist-vae" if data.available("mnist") else "scenes-vae"
DECODING, HOVER = "VAE decoding", "VAE hover decoding"
TRAVELLING = "() => document.querySelector('.ctm-ghost') !== null"
GONE = "() => document.querySelector('.ctm-ghost') === null"


@pytest.fixture
def arrive(browser: BrowserContext, server: Server) -> Iterator[Callable[..., Screen]]:
    """Makes a page in a browser that has never been here; it has gone to the app's own address."""
    screens: list[Screen] = []
    with ExitStack() as windows:

        def make(address: str = "/", **options: object) -> Screen:
            context = windows.enter_context(closing(browser.browser.new_context(viewport={"width": 1440, "height": 900}, **options)))
            context.add_init_script(COUNTER)
            screens.append(Screen(context.new_page(), server))
            screens[-1].page.goto(server.url + address)
            return screens[-1]

        yield make
    assert not [problem for screen in screens for problem in screen.problems]


def test_a_newcomer_sees_a_landscape_and_a_pointer_that_travels_once_from_image_to_image(arrive: Callable[..., Screen]) -> None:
    screen = arrive()
    screen.page.wait_for_function(TRAVELLING, polling="raf")
    welcome = screen.page.get_by_role("region", name="Welcome")
    expect(welcome).to_contain_text("Every place on this map is a picture")
    before = screen.frames(DECODING)
    screen.page.wait_for_function(GONE, polling="raf")
    assert screen.frames(DECODING) > before, "the large picture follows the pointer"
    screen.ready()
    address = screen.until_address(lambda now: now["at"] == now["b"])
    assert (address["model"], address["show"]) == (MODEL, "terrain")
    assert screen.map().get_attribute("data-floor") == "pictures"
    assert difference(screen.pixels(DECODING), truth(MODEL).reconstruction(int(address["b"][1:]))) <= 1

    # Beside the picture: original, code and reconstruction, and how they differ.
    code = screen.page.get_by_role("region", name="Code")
    for words in ("original", "code · ", "reconstruction", "difference"):
        expect(code.get_by_text(words).first).to_be_visible()
    original, shown = (screen.pixels(name).astype(int) for name in ("original image", DECODING))
    assert difference(screen.pixels("difference between original and decoding")[..., :3], abs(original - shown)[..., :3]) == 0

    screen.page.goto(f"{screen.server.url}/")
    screen.ready()
    expect(welcome).to_be_visible()
    assert screen.page.evaluate(GONE), "it never comes again"
    screen.button("Close the welcome").click()
    expect(welcome).to_be_hidden()
    screen.page.get_by_role("link", name="Models").click()
    expect(screen.page.get_by_role("heading", name="Models")).to_be_visible()
    screen.page.get_by_role("link", name="Explore", exact=True).click()
    screen.ready()
    expect(welcome).to_be_hidden()


def test_the_first_key_stops_the_pointer_where_it_is(arrive: Callable[..., Screen]) -> None:
    screen = arrive()
    screen.page.wait_for_function(TRAVELLING, polling="raf")
    screen.page.keyboard.press("Shift")
    assert screen.page.evaluate(GONE)
    frames = screen.settle().frames(DECODING)
    screen.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert screen.settle().frames(DECODING) == frames


@pytest.mark.parametrize(("address", "motion"), [("/?model=mnist-vae-2&at=i3", "no-preference"), ("/", "reduce")])
def test_who_brings_a_view_or_wants_no_motion_is_not_invited(arrive: Callable[..., Screen], address: str, motion: str) -> None:
    screen = arrive(address, reduced_motion=motion)
    screen.ready()
    assert screen.page.evaluate(GONE)
    assert opaque(screen.pixels(DECODING))
    invited = screen.page.evaluate("localStorage.getItem('continuum.invited')")
    assert invited is None, "nothing was shown, so that nothing need be remembered"
    expect(screen.page.get_by_role("region", name="Welcome")).to_be_visible(visible=address == "/")


def test_analysis_is_one_click_away_and_open_where_the_address_uses_it(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", at="i0")
    folded = [
        screen.choice("Floor of the map"),
        screen.button("◌ Nearest unreal picture"),
        screen.button("σ balloons"),
        screen.button("local"),
    ]
    for control in folded:
        expect(control).to_be_hidden()
    screen.button("Analysis").click()
    for control in folded:
        expect(control).to_be_visible()
    screen.button("Analysis").click()
    expect(folded[0]).to_be_hidden()
    for used in ({"floor": "density"}, {"by": "local"}):
        screen.open(model="mnist-vae-2", at="i0", **used)
        expect(screen.button("Analysis")).to_have_attribute("aria-expanded", "true")
        expect(folded[0]).to_be_visible()


def test_outside_the_map_the_nearest_place_stands_in_with_a_thread_to_it(screen: Screen) -> None:
    screen.open(model="mnist-vae", at="i0")
    places, _ = screen.server.map("mnist-vae")
    _, outside, _ = screen.gaps(places)
    nearest = nearest_within(places, screen.on_map(outside))
    bare = screen.laid_over()
    shown = screen.repaint(HOVER, lambda: screen.hover(outside))
    assert difference(shown, truth("mnist-vae").at(nearest)) <= 2
    expect(screen.page.get_by_text("outside the map; nearest place").first).to_be_visible()
    assert screen.laid_over() != bare
    chosen = screen.repaint(DECODING, lambda: screen.click(outside))
    assert difference(chosen, shown) <= 1
    screen.until_address(lambda now: now["at"].startswith("c"))


def test_missing_originals_are_fetched_where_they_are_missing_and_the_page_goes_on(screen: Screen) -> None:
    told = {"state": "missing", "share": 0.0, "title": "MNIST", "bytes": 1_653_419, "sentence": None}

    def missing(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"originals": False, "originals_sentence": "data set not on disk"})

    def originals(route: Route) -> None:
        if route.request.method == "POST":
            told.update(state="working", share=0.5)
        route.fulfill(json=told)

    facts = "**/continuum/models/mnist-vae"
    screen.page.route(facts, missing)
    screen.page.route("**/continuum/originals/mnist", originals)
    screen.open(model="mnist-vae", at="i3")
    screen.button("Download MNIST (1.7 MB)").click()
    expect(screen.page.get_by_role("progressbar", name="Download")).to_have_attribute("aria-valuenow", "50")
    expect(screen.page.get_by_text("0.8 of 1.7 MB")).to_be_visible()
    told.update(state="failed", sentence="The download did not succeed.")
    expect(screen.page.get_by_text("did not succeed")).to_be_visible()
    expect(screen.button("Download MNIST (1.7 MB)")).to_be_visible()
    screen.page.unroute(facts)
    told.update(state="ready", sentence=None)
    with screen.page.expect_response(facts):
        screen.button("Download MNIST (1.7 MB)").click()
        told.update(state="ready")
    expect(screen.page.get_by_role("progressbar", name="Download")).to_be_hidden()
    expect(screen.button("Download MNIST (1.7 MB)")).to_be_hidden()


def test_the_use_of_each_number_leads_to_its_slider_and_sigma_can_be_scaled(screen: Screen) -> None:
    screen.open(model="mnist-vae", at="i3")
    expect(screen.page.get_by_text("16 of 16 numbers used")).to_be_visible()
    screen.page.get_by_role("button", name="slider 16: KL").click()
    expect(screen.slider("μ 16")).to_be_focused()

    home, few = screen.pixels(DECODING), screen.pixels("VAE variations")
    many = screen.repaint("VAE variations", lambda: screen.slider("scale of σ").press("End"))
    assert difference(few, many) > 20 and np.array_equal(screen.pixels(DECODING), home)
    screen.slider("scale of σ").focus()
    for _ in range(10):
        screen.page.keyboard.press("PageDown")
    none = screen.settle().pixels("VAE variations")
    assert difference(none[:28, :28], home) <= 1 and difference(none[30:58, -28:], home) <= 1, "without spread all are alike"

    grid = screen.repaint("VAE traversal", lambda: screen.button("grid").click())
    assert grid.shape[:2] == (16 * 28 + 15, 9 * 28 + 8)
    dimension = dimensions(truth("mnist-vae").atlas, True)[0]
    for part, end in ((grid[:28, :28], "low"), (grid[:28, -28:], "high")):
        code = truth("mnist-vae").atlas.codes[3].copy()
        code[dimension["index"]] = dimension[end]
        assert difference(part, truth("mnist-vae").decoding(code)) <= 1
    assert difference(grid[:28, :28], grid[:28, -28:]) > 50
    cell = screen.page.get_by_role("button", name="cell 9 of 144, row 1, column 9", exact=False)
    gone = screen.repaint(DECODING, lambda: (cell.focus(), screen.page.keyboard.press("Enter")))
    assert difference(gone, grid[:28, -28:]) <= 1, "a cell leads to its code"
    back = screen.repaint(DECODING, lambda: screen.canvas("VAE traversal").click(position={"x": 2, "y": 2}))
    assert difference(back, grid[:28, :28]) <= 1
    screen.button("Close the traversal grid").click()
    expect(screen.button("grid")).to_be_focused()
