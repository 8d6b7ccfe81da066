"""Both pages in a wide window, on a phone, by day and by night."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driving import Screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# How far the page, or Streamlit's frame in it, could be scrolled: [down, to the side].
SCROLLS = """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')].reduce(
  ([down, aside], box) => [Math.max(down, box.scrollHeight - box.clientHeight), Math.max(aside, box.scrollWidth - box.clientWidth)], [0, 0])"""


@pytest.mark.parametrize("address", ["/", "/compare", "/slide"])
def test_a_page_fills_a_wide_window_stacks_on_a_phone_and_knows_night(screen: Screen, address: str) -> None:
    page = screen.open(address).page
    assert page.evaluate(SCROLLS) == [0, 0]
    day = brightness(screen)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("""() => document.querySelector("[data-theme]").dataset.theme === "dark" """)
    assert day > 200
    assert brightness(screen) < 60
    page.emulate_media(color_scheme="light")

    page.set_viewport_size({"width": 390, "height": 844})
    screen.settle()
    down, aside = page.evaluate(SCROLLS)
    assert aside == 0
    assert down > 0, "on a phone the parts stand below one another"


def brightness(screen: Screen) -> float:
    """Mean brightness of the window's left edge, from 0 to 255."""
    image = Image.open(io.BytesIO(screen.page.screenshot(clip={"x": 0, "y": 300, "width": 4, "height": 200})))
    return float(np.asarray(image.convert("L")).mean())


def test_the_page_s_icon_is_its_own_and_nothing_is_asked_for_in_vain(screen: Screen) -> None:
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.open()
    expect(screen.page.locator("link[rel~=icon]").first).to_have_attribute("href", re.compile("^data:image/svg"))
    assert not [url for url in asked if "%E2%97%90" in url]
