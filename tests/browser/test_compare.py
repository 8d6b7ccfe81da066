"""The stories of Compare: the same dice, plane, path and freedom in an autoencoder and a VAE."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.driving import Screen, difference, opaque
from tests.browser.truth import truth

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KINDS = ("AE", "VAE")
REGION = {"AE": "Autoencoder", "VAE": "Variational autoencoder"}
TIME = "Place on the path, t"
EITHER = r"autoencoder|VAE|both|the two"  # a sentence that compares


def name(kind: str, size: int) -> str:
    """The shipped MNIST model of a kind and code size."""
    return f"mnist-{kind.lower()}" + ("" if size == 16 else f"-{size}")


def strip(kind: str) -> list[str]:
    return [f"{kind} frame {number} of 16" for number in range(1, 17)]


def latent_map(kind: str) -> str:
    return f"{kind} latent map"


def code_size(screen: Screen, size: int) -> Locator:
    return screen.page.get_by_role("group", name="Code size").get_by_role("button", name=str(size), exact=True)


def both(screen: Screen, picture: str, act: Callable[[], object]) -> list[np.ndarray]:
    """Do something that must paint a picture of both models anew; both pictures."""
    before = [screen.frames(f"{kind} {picture}") for kind in KINDS]
    act()
    for kind, frames in zip(KINDS, before, strict=True):
        screen.painted(f"{kind} {picture}", frames)
    screen.settle()
    return [screen.pixels(f"{kind} {picture}") for kind in KINDS]


def card(screen: Screen, kind: str) -> Locator:
    return screen.page.get_by_role("region", name=REGION[kind], exact=True)


def said(screen: Screen, kind: str) -> str:
    """Everything that stands in the card of a model."""
    return card(screen, kind).inner_text()


def verdict(screen: Screen) -> str:
    """The sentence about both."""
    return screen.page.get_by_role("heading", name="What you see").locator("xpath=following-sibling::p[1]").inner_text()


def test_the_same_dice_fall_in_both_whatever_the_code_size(screen: Screen) -> None:
    screen.open("/compare")
    walls, maps = {}, {}
    first = screen.until_address(lambda now: "dim" in now)["dim"]
    for size in sorted((2, 16, 64), key=lambda size: str(size) != first):  # the size it opens with comes first
        if str(size) != first:
            both(screen, "samples", lambda size=size: code_size(screen, size).click())
            screen.ready()
        walls[size] = [screen.pixels(f"{kind} samples") for kind in KINDS]
        maps[size] = [screen.map(latent_map(kind)).screenshot() for kind in KINDS]
        assert walls[size][0].shape == (8 * 28 + 7 * 2, 8 * 28 + 7 * 2, 4), "a wall of 64"
        assert difference(*walls[size]) > 50, "the two draw the same"
        assert screen.until_address(lambda now, size=size: now["dim"] == str(size))["show"] == "dice"
        assert re.search(EITHER, verdict(screen))
    for one, other in ((2, 16), (16, 64), (64, 2)):
        for kind in range(2):
            assert difference(walls[one][kind], walls[other][kind]) > 50
            assert maps[one][kind] != maps[other][kind]
    wall = walls[size]

    over = [screen.laid_over(latent_map(kind)) for kind in KINDS]
    words = verdict(screen), said(screen, "AE"), said(screen, "VAE")
    fitted = both(screen, "samples", lambda: screen.button("fitted Gaussian").click())
    for kind in range(2):
        assert difference(wall[kind], fitted[kind]) > 50
        assert screen.laid_over(latent_map(KINDS[kind])) != over[kind], "the draws on the map stay where they were"
        assert said(screen, KINDS[kind]) != words[1 + kind]
    assert verdict(screen) != words[0]
    again = both(screen, "samples", lambda: screen.page.get_by_role("button", name="throw again").click())
    assert min(map(difference, fitted, again)) > 50

    both(screen, "samples", lambda: code_size(screen, 16).click())
    screen.ready()
    learned = both(screen, "samples", lambda: screen.button("learned prior").click())
    assert min(map(difference, walls[16], learned)) > 50
    assert "a small network has learned" in said(screen, "AE") and "a small network has learned" in said(screen, "VAE")


def test_an_image_under_the_pointer_lights_up_in_the_other_map(screen: Screen) -> None:
    screen.open("/compare", dim=16)
    for here, there in (KINDS, KINDS[::-1]):
        places, _ = screen.server.map(name(here, 16))
        one, other = screen.alone(places, latent_map(here), 2)
        pixels = screen.in_window(places[[one, other]], latent_map(here))
        over = screen.laid_over(latent_map(there))
        shown = screen.repaint(f"{there} hover decoding", lambda pixels=pixels: screen.hover(pixels[0]))
        assert difference(shown, truth(name(there, 16)).reconstruction(one)) <= 1, "another image lights up"
        expect(card(screen, there).get_by_text("the same image")).to_be_visible()
        assert screen.laid_over(latent_map(there)) != over
        assert opaque(screen.pixels(f"{here} hover decoding"))
        shown = screen.repaint(f"{there} hover decoding", lambda pixels=pixels: screen.hover(pixels[1]))
        assert difference(shown, truth(name(there, 16)).reconstruction(other)) <= 1
        screen.hover(np.array([2.0, 300.0]))
        expect(screen.canvas(f"{there} hover decoding")).to_be_hidden()


def test_the_same_plane_is_decoded_in_both_and_again_after_zooming(screen: Screen) -> None:
    screen.open("/compare", dim=2, show="plane")
    words, planes = verdict(screen), [screen.laid_over(latent_map(kind)) for kind in KINDS]
    assert re.search(EITHER, words)
    assert planes[0] != planes[1]
    for kind, plane in zip(KINDS, planes, strict=True):
        figures, asked = said(screen, kind), screen.page.evaluate("liveTest.asked")
        screen.map(latent_map(kind)).press("+")
        screen.page.wait_for_function("asked => liveTest.asked > asked", arg=asked)
        screen.settle()
        assert screen.laid_over(latent_map(kind)) != plane
        screen.map(latent_map(kind)).press("+")
        screen.settle()
        assert said(screen, kind) != figures, "the figures are still those of the whole plane"
    code_size(screen, 16).click()
    both(screen, "samples", lambda: screen.page.get_by_role("button", name="Same dice").click())
    screen.page.get_by_role("button", name="Same plane").click()
    screen.page.get_by_role("button", name="code size 2").click()
    assert screen.until_address(lambda now: (now["dim"], now["show"]) == ("2", "plane"))


def test_the_same_path_is_walked_by_both_in_step(screen: Screen, new_page: Callable[[], Screen]) -> None:
    screen.open("/compare", dim=16, show="path", a="i3", b="i11", t=0.5)
    for kind in KINDS:
        ends = [screen.pixels(strip(kind)[end]) for end in (0, -1)]
        assert difference(ends[0], truth(name(kind, 16)).reconstruction(3)) <= 1
        assert difference(ends[1], truth(name(kind, 16)).reconstruction(11)) <= 1
        assert difference(screen.pixels(strip(kind)[7]), ends[0]) > 20
        for figure in ("step ratio", "cycle gap"):
            assert re.search(rf"\d[\d.]*\s+{figure}|{figure}\s+\d", said(screen, kind)), f"{figure} has no number"
        assert re.search({"AE": "autoencoder", "VAE": "VAE"}[kind], said(screen, kind).splitlines()[-1])
    expect(screen.page.get_by_role("img", name="Change of the picture at each step").locator("path.js-line")).to_have_count(2)
    assert re.search(EITHER, verdict(screen))

    paths = [screen.pixels(f"{kind} frame 8 of 16") for kind in KINDS]
    both(screen, "frame 1 of 16", lambda: screen.button("spherical").click())
    assert min(difference(screen.pixels(f"{kind} frame 8 of 16"), paths[at]) for at, kind in enumerate(KINDS)) > 5
    start = both(screen, "decoding", lambda: screen.slider(TIME).press("Home"))
    end = both(screen, "decoding", lambda: screen.slider(TIME).press("End"))
    for at, kind in enumerate(KINDS):
        assert difference(start[at], truth(name(kind, 16)).reconstruction(3)) <= 1
        assert difference(end[at], truth(name(kind, 16)).reconstruction(11)) <= 1

    def plays() -> None:
        screen.page.get_by_role("button", name="Play").click()
        screen.page.wait_for_function(f"() => document.querySelector(`[aria-label='{TIME}']`).value < 0.8")
        screen.page.get_by_role("button", name="Pause").click()

    played = both(screen, "decoding", plays)
    assert min(map(difference, played, end)) > 10
    rest = screen.value(TIME)
    view = screen.until_address(lambda now: abs(float(now["t"]) - rest) < 0.01)

    other = new_page()
    other.page.goto(screen.page.url)
    other.ready()
    assert other.address == view
    assert other.value(TIME) == pytest.approx(rest, abs=0.006)
    for kind in KINDS:
        for picture in (*strip(kind), f"{kind} decoding"):
            assert difference(other.pixels(picture), screen.pixels(picture)) <= 2, picture

    # Another end, picked on one map, is the other's end as well.
    places, _ = screen.server.map(name("VAE", 16))
    row = screen.alone(places, latent_map("VAE"))[0]
    screen.button("Pick B").click()
    pixel = screen.in_window(places[row], latent_map("VAE"))
    both(screen, "frame 16 of 16", lambda: screen.click(pixel))
    assert screen.until_address(lambda now: now["b"] == f"i{row}")
    for kind in KINDS:
        assert difference(screen.pixels(strip(kind)[-1]), truth(name(kind, 16)).reconstruction(row)) <= 1


def test_both_have_the_same_freedom_and_keep_the_class_at_radius_0(screen: Screen) -> None:
    screen.open("/compare", dim=16, show="freedom", i=7, r=0.5)
    still = both(screen, "variations", lambda: screen.slider("Radius").press("Home"))
    for at, kind in enumerate(KINDS):
        expect(card(screen, kind)).to_contain_text("100 %")
        image = screen.pixels(f"{kind} decoding")
        assert difference(image, truth(name(kind, 16)).reconstruction(7)) <= 1
        assert difference(image, still[at][:28, :28]) <= 1
        assert difference(image, still[at][-28:, -28:]) <= 1
    frames = [screen.frames(f"{kind} decoding") for kind in KINDS]
    moved = both(screen, "variations", lambda: screen.slider("Radius").press("End"))
    assert min(map(difference, still, moved)) > 50
    assert frames == [screen.frames(f"{kind} decoding") for kind in KINDS], "the image itself was decoded again"
    for kind, word in zip(KINDS, ("autoencoder", "VAE"), strict=True):
        expect(card(screen, kind)).to_contain_text(re.compile(r"about 3(\.0+)? standard deviations"))
        assert re.search(r"\d+ %", said(screen, kind))
        assert word in said(screen, kind).splitlines()[-1]
    assert re.search(EITHER, verdict(screen))

    both(screen, "decoding", lambda: screen.button("Same path").click())
    for at, image in enumerate(both(screen, "decoding", lambda: screen.button("Same freedom").click())):
        assert difference(image, truth(name(KINDS[at], 16)).reconstruction(7)) <= 1, "the path's picture is still there"

    places, _ = screen.server.map(name("AE", 16))
    row = screen.alone(places, latent_map("AE"))[0]
    pixel = screen.in_window(places[row], latent_map("AE"))
    images = both(screen, "decoding", lambda: screen.click(pixel))
    assert screen.until_address(lambda now: now["i"] == f"{row}")["r"] == "3.00"
    for at, kind in enumerate(KINDS):
        assert difference(images[at], truth(name(kind, 16)).reconstruction(row)) <= 1


def test_a_wrong_address_is_told_and_the_rest_is_shown(screen: Screen) -> None:
    screen.open("/compare", dim="many", show="path", r="9", colour="red", a="i3", b="i99999")
    alerts = screen.page.get_by_role("alert")
    for words in ("dim=many", "r=9", "no image 99999"):
        expect(alerts.filter(has_text=words)).to_be_visible()
    expect(alerts.filter(has_text="colour")).to_have_count(0)  # a stranger's key is none of ours
    assert screen.address["a"] == "i3"
    assert opaque(screen.pixels(strip("AE")[0]))
    assert opaque(screen.pixels(strip("VAE")[0]))


def test_any_two_models_are_compared_and_called_by_what_tells_them_apart(screen: Screen) -> None:
    screen.open("/compare", left="mnist-vae-beta-1", right="mnist-vae-beta-20")
    walls = [screen.pixels(f"VAE {beta} samples") for beta in ("β 1", "β 20")]
    assert difference(*walls) > 20
    expect(screen.map("VAE β 1 latent map")).to_be_visible()
    assert "textbook" not in verdict(screen) and "VAE β 20" in verdict(screen)
    before = screen.frames("VAE β 20 samples")
    screen.choice("Model on the right").select_option("mnist-vae-beta-0.1")
    screen.painted("VAE β 0.1 samples", before)
    assert screen.until_address(lambda now: now.get("right") == "mnist-vae-beta-0.1")["left"] == "mnist-vae-beta-1"
    code_size(screen, 16).click()
    screen.until_address(lambda now: not {"left", "right"} & now.keys())
    expect(screen.map("AE latent map")).to_be_visible()
    expect(card(screen, "VAE")).to_be_visible()


def test_the_image_chosen_on_explore_is_the_one_on_compare(screen: Screen) -> None:
    screen.open(model="mnist-vae", at="i7")
    screen.page.get_by_role("link", name="Compare").click()
    screen.page.wait_for_url("**/compare**")
    screen.ready()
    assert screen.until_address(lambda now: "i" in now)["i"] == "7"


def test_a_term_opens_its_glossary_entry_by_click_and_by_keyboard(screen: Screen) -> None:
    screen.open("/compare", dim=16)
    term = card(screen, "AE").get_by_role("button", name="unreal", exact=True)
    meaning = card(screen, "AE").get_by_role("note", name="What is meant by unreal")
    term.click()
    expect(meaning).to_contain_text("unlike every real image")
    box = meaning.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1440 and box["y"] + box["height"] <= 900
    screen.page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    term.focus()
    screen.page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    screen.page.mouse.click(20, 400)
    expect(meaning).to_be_hidden()
