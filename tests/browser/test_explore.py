"""The stories of Explore: map, sliders, images, samples, path, address."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import Screen, Server, difference, opaque
from tests.browser.truth import on_canvas, truth
from vae import data
from vae.latent.plane import raw_plane

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE, AE = "mnist-vae", "mnist-ae"
HOVER, DECODING, VARIATIONS, SAMPLES, ALONG = (
    f"VAE {role}" for role in ("hover decoding", "decoding", "variations", "samples", "path decoding")
)
STRIP = [f"path frame {number} of 16" for number in range(1, 17)]
TIME = "Place on the path, t"
UNDER_A_HAND = 12  # pixels within which a click means an image


def test_the_decoder_shows_every_place_under_the_pointer_and_the_keyboard(screen: Screen) -> None:
    screen.open(model=VAE)
    places, _ = screen.server.map(VAE)
    one, other = np.round(screen.in_window(places[screen.alone(places, count=2)]))
    gap, outside, emptiness = screen.gaps(places)
    assert emptiness > UNDER_A_HAND, "the map has no gap to point into"

    pictures = []
    for pixel in (one, other, gap):
        pictures.append(screen.repaint(HOVER, lambda pixel=pixel: screen.hover(pixel)))
        assert difference(pictures[-1], truth(VAE).at(screen.on_map(pixel))) <= 1
    assert difference(pictures[0], pictures[1]) > 50
    assert difference(pictures[0], pictures[2]) > 50

    assert opaque(screen.repaint(HOVER, lambda: screen.hover(outside)))
    expect(screen.page.get_by_text("outside the map")).to_be_visible()

    screen.map().focus()
    before = screen.address
    walked = screen.repaint(HOVER, lambda: screen.page.keyboard.press("ArrowRight"))
    assert opaque(walked)
    assert difference(walked, screen.repaint(HOVER, lambda: screen.page.keyboard.press("Shift+ArrowUp"))) > 0
    chosen = screen.repaint(DECODING, lambda: screen.page.keyboard.press("Enter"))
    assert opaque(chosen)
    screen.until_address(lambda now: now["at"] != before["at"])


def test_sliders_move_the_picture_and_the_cursor_by_hand_and_by_keyboard(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    home = screen.pixels(DECODING)
    assert difference(home, truth(VAE).reconstruction(0)) <= 1

    for _ in range(80):  # by Tab alone from the top of the page to the first slider, past the map
        screen.page.keyboard.press("Tab")
        focused = screen.page.evaluate("document.activeElement.ariaLabel")
        if focused == "μ 1":
            break
    assert focused == "μ 1"
    cursor = screen.laid_over()
    moved = {name: screen.repaint(DECODING, lambda name=name: screen.slider(name).press("End")) for name in ("μ 1", "μ 2")}
    assert difference(home, moved["μ 1"]) > 20
    assert difference(moved["μ 1"], moved["μ 2"]) > 20
    assert screen.value("μ 1") == pytest.approx(float(screen.slider("μ 1").get_attribute("max")), rel=1e-3)
    assert screen.laid_over() != cursor
    lower = screen.repaint(DECODING, lambda: screen.slider("μ 1").press("PageDown"))
    assert difference(lower, moved["μ 2"]) > 0
    screen.repaint(DECODING, lambda: screen.slider("μ 1").press("ArrowLeft"))
    for name in ("μ 1", "μ 2"):
        back = screen.repaint(DECODING, lambda name=name: screen.slider(name).press("Home"))
    assert np.array_equal(back, home)
    screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))
    assert np.array_equal(screen.repaint(DECODING, lambda: screen.slider("μ 1").dblclick()), home)

    few, cloud = screen.pixels(VARIATIONS), screen.laid_over()
    many = screen.repaint(VARIATIONS, lambda: screen.slider("σ 1").press("End"))
    assert difference(few, many) > 20
    assert screen.laid_over() != cloud
    assert np.array_equal(screen.pixels(DECODING), home)
    assert difference(many, screen.repaint(VARIATIONS, lambda: screen.button("draw again").click())) > 20
    assert np.array_equal(screen.pixels(DECODING), home)

    # A drag: pictures come while the button is down, Python hears of it when it is let go.
    address, frames = screen.address, screen.frames(DECODING)
    box, mouse = screen.slider("μ 1").bounding_box(), screen.page.mouse
    share = (screen.value("μ 1") - float(screen.slider("μ 1").get_attribute("min"))) / (
        float(screen.slider("μ 1").get_attribute("max")) - float(screen.slider("μ 1").get_attribute("min"))
    )
    x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 16):
        mouse.move(x + 4 * step, y)
    assert difference(screen.settle().pixels(DECODING), home) > 20
    assert screen.frames(DECODING) >= frames + 5
    assert screen.address == address
    mouse.up()
    screen.until_address(lambda now: now["at"] != address["at"])


def test_an_autoencoder_has_a_code_and_no_spread(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    screen.choice("Model").select_option(AE)
    screen.slider("z 1").wait_for()
    screen.painted("AE decoding")
    home = screen.settle().pixels("AE decoding")
    assert difference(home, truth(AE).reconstruction(0)) <= 1, "another model shows the same image"
    assert screen.page.get_by_role("slider", name=re.compile("^σ")).count() == 0
    assert screen.page.get_by_role("slider", name=re.compile("^z ")).count() == 16
    assert difference(home, screen.repaint("AE decoding", lambda: screen.slider("z 1").press("End"))) > 20
    assert screen.until_address(lambda now: now["at"].startswith("c"))["model"] == AE


def test_a_clicked_image_becomes_current(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    places, labels = screen.server.map(VAE)
    row = next(row for row in screen.alone(places, count=2) if row != 0)
    pixel = screen.in_window(places[row])
    shown = screen.repaint(DECODING, lambda: screen.click(pixel))
    assert screen.until_address(lambda now: now["at"] == f"i{row}")
    assert difference(shown, truth(VAE).reconstruction(row)) <= 1
    code = screen.page.get_by_role("region", name="Code")
    if not data.available("mnist"):
        expect(code.get_by_text("data set not on disk")).to_be_visible()
        pytest.skip("VAE_DATA is not set: let it name the folder that holds MNIST to see originals beside their reconstructions")
    test_set = data.load("mnist", "test")
    original = test_set.images[row].numpy()
    assert np.array_equal(screen.pixels("original image"), on_canvas(original))
    expect(code.get_by_text(f"original · {test_set.classes[labels[row]]}")).to_be_visible()
    error = ((shown[..., 0] / 255 - original[0] / 255) ** 2).mean()
    said = re.search(r"squared error ([\d.]+)", code.inner_text())
    assert float(said[1]) == pytest.approx(error, rel=0.02, abs=2e-4)


def test_a_wall_of_samples(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    prior = screen.repaint(SAMPLES, lambda: screen.page.get_by_role("button", name="Sample").first.click())
    tiles = cut(prior)
    assert len(tiles) == 64
    assert difference(tiles[0], tiles[1]) > 50
    fitted = screen.repaint(SAMPLES, lambda: screen.button("fitted Gaussian").click())
    assert difference(prior, fitted) > 20
    learned = screen.repaint(SAMPLES, lambda: screen.button("learned prior").click())
    assert min(difference(learned, prior), difference(learned, fitted)) > 20
    again = screen.repaint(SAMPLES, lambda: screen.button("N(0, I)").click())
    assert np.array_equal(again, prior), "the same dice give the same wall"

    box = screen.canvas(SAMPLES).bounding_box()
    shown = screen.repaint(
        DECODING, lambda: screen.click(np.array([box["x"] + box["width"] * 1.5 / 8, box["y"] + box["height"] * 2.5 / 8]))
    )
    assert difference(shown, tiles[2 * 8 + 1]) <= 1
    screen.until_address(lambda now: now["at"].startswith("c"))

    cold = cut(screen.repaint(SAMPLES, lambda: screen.slider("Temperature").press("Home")))
    assert max(difference(cold[0], tile) for tile in cold) <= 1, "at temperature 0 every draw is the mean"
    assert difference(cold[0], truth(VAE).decoding(np.zeros(16))) <= 1

    screen.open(model="mnist-vae-2", at="i0", draws=1, **{"from": "learned"})
    expect(screen.button("N(0, I)")).to_have_attribute("aria-pressed", "true")  # a model without a learned prior is drawn from there
    expect(screen.button("learned prior")).to_be_hidden()


def cut(wall: np.ndarray) -> list[np.ndarray]:
    """The 64 pictures of a wall."""
    side, gap = 28, 2
    assert wall.shape[:2] == (8 * side + 7 * gap,) * 2
    steps = range(0, 8 * (side + gap), side + gap)
    return [wall[y : y + side, x : x + side] for y in steps for x in steps]


def test_a_path_leads_from_one_image_to_another(screen: Screen) -> None:
    screen.open(model=VAE, t=0)
    places, _ = screen.server.map(VAE)
    ends = dict(zip("AB", screen.alone(places, count=2), strict=True))
    for letter, row in ends.items():
        screen.button(f"Pick {letter}").click()
        pixel = screen.in_window(places[row])
        screen.repaint(STRIP[0], lambda pixel=pixel: screen.click(pixel))
        screen.until_address(lambda now, letter=letter, row=row: now[letter.lower()] == f"i{row}")
    straight = [screen.pixels(name) for name in STRIP]
    a, b = (truth(VAE).reconstruction(row) for row in ends.values())
    assert difference(straight[0], a) <= 1
    assert difference(straight[-1], b) <= 1
    assert difference(screen.pixels(ALONG), a) <= 1
    assert difference(screen.repaint(ALONG, lambda: screen.slider(TIME).press("End")), b) <= 1
    middle = screen.repaint(ALONG, lambda: screen.button(STRIP[8]).click())
    assert difference(middle, straight[8]) <= 1
    assert difference(middle, a) > 20
    assert screen.value(TIME) == pytest.approx(8 / 15, abs=0.005)

    screen.repaint(STRIP[0], lambda: screen.button("spherical").click())
    curved = [screen.pixels(name) for name in STRIP]
    assert difference(curved[0], a) <= 1
    assert difference(curved[-1], b) <= 1
    assert difference(curved[8], straight[8]) > 10
    assert screen.until_address(lambda now: now["path"] == "sphere")

    def plays() -> None:
        screen.page.get_by_role("button", name="Play").click()
        start = screen.value(TIME)
        screen.page.wait_for_function(f"start => Math.abs(document.querySelector(`[aria-label='{TIME}']`).value - start) > 0.2", arg=start)
        screen.page.get_by_role("button", name="Pause").click()

    played = screen.repaint(ALONG, plays)
    rest, frames = screen.value(TIME), screen.frames(ALONG)
    assert difference(played, middle) > 10
    assert float(screen.until_address(lambda now: abs(float(now["t"]) - rest) < 0.01)["t"]) == pytest.approx(rest, abs=0.006)
    assert (screen.value(TIME), screen.frames(ALONG)) == (rest, frames), "it goes on after Pause"


def test_codes_on_a_circle_begin_with_the_arc_which_can_be_left(screen: Screen) -> None:
    def pressed(kind: str) -> None:
        expect(screen.button(kind)).to_have_attribute("aria-pressed", "true")

    screen.open(model="lines-circle-ae")
    pressed("spherical")
    screen.choice("Model").select_option("lines-ae-2")
    screen.ready()
    pressed("straight")
    screen.choice("Model").select_option("lines-circle-ae")
    screen.ready()
    pressed("spherical")
    screen.open(model="lines-circle-ae", path="line")
    pressed("straight")


def shown(screen: Screen) -> dict:
    """Everything of the view that must survive."""
    screen.settle()
    pictures = {name: screen.pixels(name).tobytes() for name in (DECODING, VARIATIONS, ALONG, STRIP[0], STRIP[7], STRIP[15])}
    sliders = {name: screen.value(name) for name in ("μ 1", "μ 2", "σ 1", TIME)}
    pressed = screen.button("spherical").get_attribute("aria-pressed")
    return {**pictures, **sliders, "spherical": pressed, "address": screen.address}


def test_the_view_outlives_reload_another_page_another_window_and_a_restart_of_the_server(
    screen: Screen, new_page: Callable[[], Screen], server: Server
) -> None:
    screen.open(model=VAE, at="i3", a="i5", b="i8")
    screen.repaint(DECODING, lambda: screen.slider("μ 1").press("PageUp"))
    screen.repaint(VARIATIONS, lambda: screen.slider("σ 1").press("PageUp"))
    screen.repaint(VARIATIONS, lambda: screen.button("draw again").click())
    screen.repaint(STRIP[0], lambda: screen.button("spherical").click())
    screen.repaint(ALONG, lambda: screen.slider(TIME).press("PageUp"))
    view = shown(screen)
    assert view["address"]["at"].startswith("c")
    assert view[TIME] > 0

    other = new_page()
    other.page.goto(screen.page.url)
    assert shown(other.ready()) == view
    other.page.close()

    screen.page.get_by_role("link", name="Models").click()
    expect(screen.page.get_by_role("heading", name="Models")).to_be_visible()
    screen.page.go_back()
    assert shown(screen.ready()) == view

    screen.page.get_by_role("link", name="Models").click()
    expect(screen.page.get_by_role("heading", name="Models")).to_be_visible()
    screen.page.get_by_role("link", name="Explore", exact=True).click()
    assert shown(screen.ready()) == view

    screen.page.reload()
    assert shown(screen.ready()) == view

    screen.outage = True
    server.stop()
    screen.status("reconnecting")
    server.start()
    screen.status("live")
    assert shown(screen.ready()) == view
    screen.outage = False
    before = screen.pixels(DECODING)
    assert difference(before, screen.repaint(DECODING, lambda: screen.slider("μ 2").press("End"))) > 20


def test_a_wrong_address_is_told_and_the_rest_is_shown(screen: Screen) -> None:
    screen.open(model=VAE, at="i4", t="7", path="sphere", s="?", colour="red")
    alerts = screen.page.get_by_role("alert")
    for words in ("t=7", "s=?"):
        expect(alerts.filter(has_text=words)).to_be_visible()
    expect(alerts.filter(has_text="colour")).to_have_count(0)  # a stranger's key is none of ours
    assert difference(screen.pixels(DECODING), truth(VAE).reconstruction(4)) <= 1
    assert screen.button("spherical").get_attribute("aria-pressed") == "true"

    screen.open(model="no-such-model", at="i99999", a="cAAAAAA")
    for words in ("no-such-model", "another size", "99999"):
        expect(alerts.filter(has_text=words).first).to_be_visible()
    assert opaque(screen.pixels(DECODING))
    assert opaque(screen.pixels(STRIP[0]))
    before = screen.pixels(DECODING)
    assert difference(before, screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))) > 20


def test_another_projection_has_its_own_places_and_the_address_names_it(screen: Screen) -> None:
    def points() -> str:
        screen.page.locator(".ctm-trust dd").nth(2).wait_for()
        return screen.settle().map().evaluate("map => map.querySelector('.ctm-points').toDataURL()")

    screen.open(model=VAE, at="i0", a="i4", b="i9", proj="raw_9_7")
    there = points()
    assert screen.page.locator(".ctm-trust dd").count() == 4, "a plane says how much of the variance it holds"

    screen.open(model=VAE, at="i0", a="i4", b="i9").analysis()
    own = points()
    screen.choice("Projection").select_option("raw")
    assert screen.until_address(lambda now: now.get("proj") == "raw_9_7")["at"] == "i0"
    screen.page.wait_for_function("end => document.querySelector('.ctm-points').toDataURL() === end", arg=there)

    plane, places = raw_plane(truth(VAE).atlas.codes, 9, 7), screen.server.map(VAE, "raw_9_7")[0]
    box = screen.map().bounding_box()
    for pixel in (np.round(screen.in_window(places[screen.alone(places)]))[0], np.array([box["x"] + 40, box["y"] + 320])):
        picture = screen.repaint(HOVER, lambda pixel=pixel: screen.hover(pixel))
        assert difference(picture, truth(VAE).decoding(plane.codes(screen.on_map(pixel)[None])[0])) <= 1
    marker = screen.page.get_by_role("button", name=re.compile("^End A")).bounding_box()
    middle = np.array([marker["x"] + marker["width"] / 2, marker["y"] + marker["height"] / 2])
    assert np.abs(middle - screen.in_window(places[4:5])[0]).max() <= 1.5
    image = screen.alone(places)[0]
    screen.click(screen.in_window(places[image : image + 1])[0])
    screen.until_address(lambda now: now["at"] == f"i{image}" and now["proj"] == "raw_9_7")

    screen.choice("Number up").select_option("3")
    screen.until_address(lambda now: now["proj"] == "raw_9_3")
    screen.choice("Projection").select_option("")
    screen.until_address(lambda now: "proj" not in now and now["at"] == f"i{image}")
    screen.page.wait_for_function("end => document.querySelector('.ctm-points').toDataURL() === end", arg=own)
