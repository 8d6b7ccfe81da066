"""The address bar holds the view, and Back leads through the comparisons."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import FRAME, PATIENCE, Screen
from vae.live.wire.schema import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def window(screen: Screen, name: str = "Latent map") -> np.ndarray:
    """Where the map's corner is and how far a pixel goes."""
    _, origin, step, _ = screen.map(name).evaluate(FRAME)
    return np.array([*origin, *step])


def closeup(text: str) -> list[float]:
    """Middle and height of the map's window, from the address."""
    return [float(number) for number in text.split("_")]


def test_explore_keeps_zoom_hidden_classes_drawer_and_examples_over_a_reload(screen: Screen) -> None:
    screen.open(model="mnist-vae-2").analysis()
    screen.button("examples").click()
    screen.choice("Toward").select_option("5")
    screen.choice("Away from").select_option("-1")
    screen.button("⚄ Sample").click()
    screen.button("fitted Gaussian").click()
    screen.button("3").click()
    screen.map().focus()
    for _ in range(3):
        screen.page.keyboard.press("+")
    wanted = {"by": "examples", "toward": "5", "away": "-1", "from": "fitted", "hide": "3"}
    screen.until_address(lambda now: now.items() >= wanted.items() and {"zoom", "draws"} <= now.keys())
    screen.settle()
    before, samples = window(screen), screen.pixels("VAE samples")
    screen.page.reload()
    screen.ready()
    assert screen.address.items() >= wanted.items()
    assert window(screen) == pytest.approx(before, rel=0.01, abs=0.01)
    expect(screen.button("3")).to_have_attribute("aria-pressed", "false")
    assert (screen.choice("Toward").input_value(), screen.choice("Away from").input_value()) == ("5", "-1")
    assert (screen.pixels("VAE samples") == samples).all()
    zoom = screen.until_address(lambda now: "zoom" in now)["zoom"]
    screen.button("Close samples").click()
    screen.until_address(lambda now: "draws" not in now)
    screen.settle()
    assert closeup(screen.address["zoom"]) == pytest.approx(closeup(zoom), rel=0.01), "another width of the map is another view"
    screen.button("3").click()
    screen.button("show all").click()
    screen.until_address(lambda now: not {"zoom", "hide", "draws"} & now.keys())


def test_an_outline_is_kept_over_a_reload(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", by="examples")
    words = screen.page.get_by_role("group", name="Direction from examples")
    screen.button("◌ Draw around points").click()
    for i, (x, y) in enumerate([(300, 300), (520, 300), (520, 520), (300, 520), (300, 310)]):
        screen.page.mouse.move(x, y, steps=8)
        if i == 0:
            screen.page.mouse.down()
    screen.page.mouse.up()
    screen.until_address(lambda now: "around" in now)
    expect(words).to_contain_text("Mean code of")
    said = screen.settle().page.get_by_text("Mean code of").inner_text()
    screen.page.reload()
    screen.ready()
    assert screen.choice("Toward").input_value() == "-1"
    expect(screen.page.get_by_text("Mean code of")).to_have_text(said)


def test_back_and_forward_lead_through_the_comparisons(screen: Screen) -> None:
    def stands(tab: str) -> None:
        expect(screen.button(tab)).to_have_attribute("aria-pressed", "true", timeout=PATIENCE)
        screen.ready()

    screen.open("/compare", dim=2)
    screen.button("Same path").click()
    screen.until_address(lambda now: now["show"] == "path")
    screen.button("Same freedom").click()
    screen.until_address(lambda now: now["show"] == "freedom")
    screen.map("AE latent map").focus()
    screen.page.keyboard.press("+")
    screen.until_address(lambda now: "zleft" in now)
    screen.page.go_back()
    screen.until_address(lambda now: "zleft" not in now)
    stands("Same freedom")
    screen.page.go_back()
    stands("Same path")
    assert screen.address["show"] == "path" and "zleft" not in screen.address
    screen.page.go_back()
    stands("Same dice")
    screen.page.go_forward()
    stands("Same path")
    screen.page.reload()
    stands("Same path")
    screen.button("Same dice").click()
    screen.until_address(lambda now: now["show"] == "dice")
    screen.page.go_back()
    stands("Same path")
    assert screen.address["show"] == "path"


def test_undo_and_back_go_through_what_a_hand_has_done(screen: Screen) -> None:
    screen.open(model="mnist-vae-2", at="i0")
    undo, redo = screen.button("Undo"), screen.button("Redo")
    expect(undo).to_be_disabled()
    first = screen.pixels("VAE decoding")
    slider = screen.slider("μ 1")
    for _ in range(3):  # keys that follow each other on one slider are one step
        screen.repaint("VAE decoding", lambda: slider.press("PageUp"))
    moved = screen.until_address(lambda now: now["at"].startswith("c"))
    decoded = screen.pixels("VAE decoding")
    screen.button("3").click()
    screen.until_address(lambda now: now.get("hide") == "3")
    screen.map().focus()
    screen.page.keyboard.press("+")
    screen.until_address(lambda now: "zoom" in now)

    undo.click()
    assert screen.until_address(lambda now: "zoom" not in now)["hide"] == "3"
    screen.ready()
    screen.page.keyboard.press("Control+z")
    assert screen.until_address(lambda now: "hide" not in now) == moved
    expect(screen.button("3")).to_have_attribute("aria-pressed", "true")
    assert (screen.ready().pixels("VAE decoding") == decoded).all()
    screen.page.go_back()
    assert screen.until_address(lambda now: now["at"] != moved["at"])["at"] == "i0"
    assert (screen.ready().pixels("VAE decoding") == first).all()
    expect(undo).to_be_disabled()

    redo.click()
    assert screen.until_address(lambda now: now["at"] != "i0") == moved
    screen.ready()
    expect(redo).to_be_enabled()
    screen.button("4").click()  # what comes now takes the place of what was undone
    screen.until_address(lambda now: now.get("hide") == "4")
    expect(redo).to_be_disabled()
    screen.page.keyboard.press("Control+z")
    screen.until_address(lambda now: "hide" not in now)
    screen.ready()


# Whether the page on screen is the one that the address names, has its own parts there, and has been at rest for some frames.
AGREES = """pages => {
  const at = location.pathname, known = [...new URLSearchParams(location.search).keys()];
  const there = Object.keys(pages).filter(path => document.querySelector(pages[path].mark));
  const good = there.length === 1 && there[0] === at && known.every(key => pages[at].parts.includes(key));
  window.agreed = good && window.agreedAt === location.href ? window.agreed + 1 : 0;
  window.agreedAt = location.href;
  return window.agreed > 20;
}"""
PAGES = {
    "/": {"mark": "section[aria-label=Code]", "parts": [*ADDRESS["explore"]]},
    "/compare": {"mark": "[role=application][aria-label='AE latent map']", "parts": [*ADDRESS["compare"]]},
    "/slide": {"mark": "input[aria-label='From AE to VAE']", "parts": [*ADDRESS["slide"]]},
    "/create": {"mark": "input[aria-label=Caption]", "parts": [*ADDRESS["create"]]},
    "/models": {"mark": "h1", "parts": []},
}


def test_back_and_forward_close_together_never_show_a_page_under_another_s_address(screen: Screen) -> None:
    def agree() -> str:
        screen.page.evaluate("() => { window.agreed = 0; }")
        screen.page.wait_for_function(AGREES, arg=PAGES, polling="raf")
        return screen.page.evaluate("location.pathname")

    screen.open(model="mnist-vae-2")
    for link, path in (("Compare", "/compare"), ("From AE to VAE", "/slide"), ("Create", "/create"), ("Models", "/models")):
        screen.page.get_by_role("link", name=link, exact=True).click()
        screen.page.wait_for_url(re.compile(rf"{path}(\?|$)"))
        assert agree() == path
    # Streamlit itself may end elsewhere than the hand wanted to, but what it shows has its own address.
    for ways in (("back", "back"), ("forward", "back"), ("back", "forward", "back"), ("forward", "forward", "back")):
        screen.page.evaluate(
            """async ways => {
                 for (const way of ways) { history[way](); await new Promise(done => setTimeout(done, 60)); }
               }""",
            ways,
        )
        agree()


def test_models_is_reached_from_create_however_early_it_is_chosen(screen: Screen) -> None:
    screen.open(model="mnist-vae-2")
    for _ in range(10):
        screen.page.get_by_role("link", name="Create", exact=True).click()
        screen.page.get_by_role("combobox", name="Caption", exact=True).wait_for()
        screen.page.get_by_role("link", name="Models", exact=True).click()
        expect(screen.page.get_by_role("heading", name="Models", exact=True)).to_be_visible(timeout=PATIENCE)
        assert "/models" in screen.page.url
