"""The stories of pictures in place of points: what they show, that they stay while the map moves, and the address."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import Screen, difference
from tests.browser.truth import truth

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE, DECODING, HOVER = "mnist-vae", "VAE decoding", "VAE hover decoding"
# Every picture in view is there, and it is known how many of them are means.
THERE = """() => { const { pictures, stacks } = document.querySelector('[role="application"]').dataset;
  return pictures !== undefined && Number(pictures) > 0 && window.liveTest.waiting === 0 ? [Number(pictures), Number(stacks)] : null; }"""
# The pixels of the window's canvas at a place: red, green, blue, opacity.
ABOVE = """(map, [x, y]) => {
  const canvas = map.querySelector(".ctm-above"), box = map.getBoundingClientRect(), ratio = canvas.width / box.width;
  return [...canvas.getContext("2d").getImageData(Math.round((x - box.left) * ratio), Math.round((y - box.top) * ratio), 1, 1).data];
}"""


def pictures(screen: Screen) -> tuple[int, int]:
    """How many pictures stand on the map, and how many of them are means, once all are there."""
    screen.settle()
    return tuple(screen.page.wait_for_function(THERE, polling="raf").json_value())


def test_coming_closer_turns_means_into_images_that_stay_where_they_are(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    screen.button("pictures").click()
    assert screen.until_address(lambda now: now.get("show") == "pictures")["model"] == VAE
    count, stacks = pictures(screen)
    assert 0 < stacks <= count <= 600
    expect(screen.page.get_by_text("a stack the mean of up to 16")).to_be_visible()

    places, _ = screen.server.map(VAE)
    row = screen.alone(places)[0]
    middle = screen.in_window(places[row])
    screen.hover(middle)
    for _ in range(8):
        screen.page.mouse.wheel(0, -200)
    screen.until_address(lambda now: "zoom" in now)
    closer = pictures(screen)
    assert closer[1] < closer[0], "close to an image that stands alone there are single images"

    # The image's picture stands at its place and is framed in its class's colour; a click anywhere on it chooses it.
    at = screen.in_window(places[row])
    assert screen.map().evaluate(ABOVE, np.add(at, 3).tolist())[3] == 255
    shown = screen.repaint(DECODING, lambda: screen.click(np.add(at, 12)))
    screen.until_address(lambda now: now["at"] == f"i{row}")
    assert difference(shown, truth(VAE).reconstruction(row)) <= 1

    # Moving there and back asks for nothing that is there already.
    view = screen.laid_over()
    asked = screen.page.evaluate("window.liveTest.asked")
    screen.page.mouse.down(button="left")
    for way in (30, 0):
        screen.page.mouse.move(*np.add(at, [12 + way, 12]).tolist(), steps=5)
    screen.page.mouse.up()
    screen.page.mouse.move(0, 0)
    pictures(screen)
    still = screen.page.evaluate("window.liveTest.asked")
    assert still - asked <= 4, "a hover or two, and what came into view"
    assert view != ""

    screen.page.reload()
    screen.ready()
    assert pictures(screen)[0] == closer[0]
    expect(screen.button("pictures")).to_have_attribute("aria-pressed", "true")


def test_hidden_classes_have_no_pictures_and_points_come_back(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", show="pictures", hide="_".join(map(str, range(1, 10))))
    zeros = pictures(screen)
    screen.button("1").click()
    screen.until_address(lambda now: "1" not in now["hide"].split("_"))
    assert pictures(screen)[0] > zeros[0]
    screen.button("points").click()
    screen.until_address(lambda now: "show" not in now)
    assert screen.map().get_attribute("data-pictures") is None


def test_terrain_is_a_view_of_its_own_and_the_older_address_of_it_holds(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", floor="pictures")
    screen.page.locator("[role='application'][data-floor='pictures']").wait_for()
    expect(screen.button("terrain")).to_have_attribute("aria-pressed", "true")
    assert screen.until_address(lambda now: now.get("show") == "terrain").get("floor") is None
    screen.button("points").click()
    screen.until_address(lambda now: "show" not in now)
    assert screen.map().locator("canvas.ctm-floor").is_hidden()
