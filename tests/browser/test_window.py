"""Both pages in a wide window, on a phone, by day and by night."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.driving import Screen
from vae.ui.glossary import definitions

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


def test_on_a_phone_the_pages_are_tabs_and_the_map_s_controls_a_sheet(screen: Screen) -> None:
    page = screen.page
    page.set_viewport_size({"width": 390, "height": 844})
    screen.open(model="mnist-vae", at="i0")
    tabs = page.get_by_role("link").filter(visible=True)
    for name in ("Explore", "Compare", "AE to VAE", "Train", "Create", "Models"):
        tab = tabs.filter(has_text=name).bounding_box()
        assert tab["width"] >= 44 and tab["height"] >= 44 and 780 < tab["y"] < tab["y"] + tab["height"] <= 844

    model, sheet = screen.choice("Model"), screen.button("Model and view")
    expect(model).to_be_hidden()
    sheet.click()
    expect(model).to_be_visible()
    screen.button("pictures").click()
    screen.until_address(lambda now: now.get("show") == "pictures")
    page.keyboard.press("Escape")
    expect(model).to_be_hidden()
    expect(sheet).to_be_focused()

    tabs.filter(has_text="Compare").click()
    page.wait_for_url(re.compile("/compare"))
    expect(screen.map("AE latent map")).to_be_visible()
    expect(screen.button("Same dice")).to_have_attribute("aria-pressed", "true")
    screen.ready()


def test_in_a_low_window_nothing_is_cut_and_the_controls_stand_on_one_row(screen: Screen) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 720})
    screen.open(model="mnist-vae", at="i0")
    toolbar = screen.page.locator(".ctm-toolbar > :not(.ctm-folded)").filter(visible=True)
    tops = [box.bounding_box() for box in toolbar.all()]
    assert max(box["y"] for box in tops) < min(box["y"] + box["height"] for box in tops), "all stand on one row"
    panel, slider = screen.page.get_by_label("Code", exact=True).bounding_box(), screen.slider("μ 2").bounding_box()
    assert slider["y"] + slider["height"] < panel["y"] + panel["height"] < 720
    places, _ = screen.server.map("mnist-vae")
    points, foot = screen.in_window(places)[:, 1], screen.page.locator(".ctm-mapfoot").bounding_box()
    assert max(box["y"] + box["height"] for box in tops) <= points.min() and points.max() <= foot["y"], "no point lies under them"


def test_a_figure_s_name_opens_what_it_means_by_key_and_click(screen: Screen) -> None:
    page = screen.page
    page.goto(f"{screen.server.url}/models")
    terms = page.locator("th[scope=row]").get_by_role("button", name="unreal pictures, N(0, I)", exact=True)  # of the cards
    terms.first.focus()
    page.keyboard.press("Enter")
    meaning = page.get_by_role("note", name="What is meant by unreal pictures, N(0, I)").filter(visible=True)
    expect(meaning).to_contain_text(definitions()["unreal picture"])
    expect(meaning).to_contain_text(re.compile(r"VAE β .+: [\d.]+\s%"))
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    terms.first.click()
    expect(meaning).to_have_count(1)


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
