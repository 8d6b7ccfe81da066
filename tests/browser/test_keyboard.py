"""Without a mouse: everything can be reached, the keyboard stays where it was, and what lies under a cursor is said."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driving import Screen, difference

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE = "mnist-vae"
DECODING, SAMPLES = "VAE decoding", "VAE samples"


def press(screen: Screen, *keys: str) -> None:
    for key in keys:
        screen.page.keyboard.press(key)


def said(screen: Screen, words: str) -> Locator:
    """What is told to those who hear the page."""
    return screen.page.locator("p[aria-live=polite]").filter(has_text=re.compile(words))


def test_a_draw_is_taken_and_the_drawer_closed_by_keyboard(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    opener = screen.page.get_by_role("button", name="Sample").first
    opener.focus()
    wall = screen.repaint(SAMPLES, lambda: press(screen, "Enter"))
    draws = screen.page.get_by_role("group", name="Draws to take")
    draws.get_by_role("button").first.focus()
    press(screen, "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowRight")  # the first two lead nowhere
    chosen = draws.get_by_role(
        "button", name=re.compile(r"^draw 18 of 64, row 3, column 2(, looks like \d)?(, far from every image's code)?$")
    )
    expect(chosen).to_be_focused()
    shown = screen.repaint(DECODING, lambda: press(screen, "Enter"))
    assert difference(shown, wall[60:88, 30:58]) <= 1
    expect(chosen).to_be_focused()
    screen.button("Close samples").focus()
    press(screen, "Enter")
    expect(opener).to_be_focused()


def test_points_are_outlined_corner_by_corner(screen: Screen) -> None:
    screen.open(model=VAE, at="i0", by="examples")
    outline = screen.button("◌ Draw around points")
    outline.focus()
    press(screen, "Enter")
    expect(screen.page.get_by_role("application", name="Outline on the map")).to_be_focused()
    press(screen, "Escape")
    expect(outline).to_be_focused()

    press(screen, "Enter", "Space", "Shift+ArrowRight", "Shift+ArrowRight", "Enter")
    expect(said(screen, "three corners or more; this one has 1")).to_have_count(1)
    press(screen, "Space", "Space", "Backspace", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Space")
    expect(said(screen, "3 corners; Enter closes the outline")).to_have_count(1)
    expect(said(screen, "among|between|outside")).to_have_count(1)
    press(screen, "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "Space", "Enter")
    screen.until_address(lambda now: "around" in now)
    expect(outline).to_be_focused()
    expect(screen.page.get_by_text("Mean code of")).to_contain_text(re.compile(r"Mean code of [1-9]"))


@pytest.mark.parametrize(("address", "name"), [("/", "Latent map"), ("/compare", "VAE latent map")])
def test_what_lies_under_the_maps_cursor_is_said(screen: Screen, address: str, name: str) -> None:
    screen.open(address)
    places, labels = screen.server.map(VAE)
    row = screen.alone(places, name)[0]
    gap, _, _ = screen.gaps(places, name)
    at = r"at -?\d+\.\d, -?\d+\.\d$"
    screen.hover(np.round(screen.in_window(places[row], name)))
    expect(said(screen, rf"^image {row}, class {labels[row]}; (among|between) .*, {at}")).to_have_count(1)
    screen.hover(gap)
    expect(said(screen, rf"^(among \d|between (\d, )?\d and \d), {at}")).to_have_count(1)
    screen.map(name).focus()
    press(screen, *["Shift+ArrowLeft"] * 15, *["Shift+ArrowUp"] * 15)
    expect(said(screen, rf"^outside the map, {at[:-1]}; the nearest place is (among|between)")).to_have_count(1)


def test_on_the_way_from_ae_to_vae_images_are_reached_by_arrow_keys(screen: Screen) -> None:
    screen.open("/slide")
    screen.map().focus()
    press(screen, "ArrowRight")
    picture, spoken = "Hover reconstruction", screen.page.locator("p[aria-live=polite]")
    for key in ["ArrowRight"] * 15 + ["ArrowDown"] * 15 + ["ArrowLeft"] * 30:  # a round, until an image is met
        if screen.settle().frames(picture):
            break
        press(screen, key)
    assert screen.pixels(picture)[..., :3].max() > 100
    expect(spoken).to_have_text(re.compile(r"^image \d+, class \d$"))


def test_the_keyboard_goes_back_to_where_it_came_from(screen: Screen) -> None:
    screen.open(model=VAE, at="i0")
    field = screen.page.get_by_role("textbox", name="μ 1 value", exact=True)
    field.fill("abc")
    press(screen, "Enter")
    dismiss = screen.button("Dismiss")
    dismiss.focus()
    press(screen, "Enter")
    expect(dismiss).to_have_count(0)
    expect(field).to_be_focused()

    nearest = screen.analysis().button("◌ Nearest unreal picture")
    nearest.focus()
    press(screen, "Enter")
    screen.button("Close the nearest unreal picture").focus()
    press(screen, "Enter")
    expect(nearest).to_be_focused()

    screen.open("/compare", show="dice", dim=16)
    size = screen.page.get_by_role("group", name="Code size").get_by_role("button", name="2", exact=True)
    size.focus()
    before = screen.frames(SAMPLES)
    press(screen, "Enter")
    screen.until_address(lambda now: now["dim"] == "2")
    screen.painted(SAMPLES, before)
    expect(size).to_be_focused()


def test_the_races_verdict_is_scrolled_by_keyboard(screen: Screen) -> None:
    screen.page.set_viewport_size({"width": 1440, "height": 700})
    screen.open("/compare", show="race", dim=16)
    verdict = screen.page.get_by_role("region", name="What you see")
    expect(verdict).to_contain_text("straight ÷ geodesic", timeout=100_000)
    assert verdict.evaluate("box => box.scrollHeight > box.clientHeight"), "there is nothing to scroll"
    verdict.focus()
    press(screen, "End")
    screen.page.wait_for_function("box => box.scrollTop > 0", arg=verdict.element_handle())
    assert np.isfinite(verdict.evaluate("box => box.scrollTop"))
