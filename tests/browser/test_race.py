"""The stories of the race on Compare and of the handles on Explore."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import Screen, difference, opaque
from tests.browser.test_compare import KINDS, TIME, both, card, latent_map, name, verdict
from tests.browser.truth import truth
from vae.ui.view import clean

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE, DECODING = "mnist-vae", "VAE decoding"
WAYS = ("straight", "spherical", "geodesic")
HEIGHTS = """chart => [...chart.querySelectorAll("polyline")].map(line =>
  line.getAttribute("points").split(" ").map(point => Number(point.split(",")[1])))"""


def frame(kind: str, way: str, number: int) -> str:
    return f"{kind} {way} frame {number} of 17"


def test_straight_spherical_and_geodesic_race_between_the_same_images(screen: Screen) -> None:
    screen.open("/compare", dim=16, show="race", a="i3", b="i11", t=0.5)
    for kind in KINDS:
        for way in WAYS:
            assert difference(screen.pixels(frame(kind, way, 1)), truth(name(kind, 16)).reconstruction(3)) <= 1
            assert difference(screen.pixels(frame(kind, way, 17)), truth(name(kind, 16)).reconstruction(11)) <= 1
            assert opaque(screen.pixels(frame(kind, way, 9)))
        middles = [screen.pixels(frame(kind, way, 9)) for way in WAYS]
        assert min(difference(middles[0], middles[2]), difference(middles[0], middles[1])) > 10
        assert re.search(r"straight ÷ geodesic\s+[1-9][\d.]*", card(screen, kind).inner_text())
        expect(card(screen, kind)).to_contain_text("straight line")
    energies = screen.page.get_by_role("img", name="Energy of the geodesic as it falls").evaluate(HEIGHTS)
    assert len(energies) == 2
    for heights in energies:  # of the picture, where down is more
        assert len(heights) > 3 and (np.diff(heights) >= 0).all() and heights[-1] > heights[0] + 5
    assert len(screen.page.get_by_role("img", name="Speed of each path").evaluate(HEIGHTS)) == 6
    assert "autoencoder" in verdict(screen) or "both" in verdict(screen)

    over = screen.laid_over(latent_map("VAE"))
    middle = screen.pixels("VAE geodesic decoding")
    ended = both(screen, "geodesic decoding", lambda: screen.slider(TIME).press("End"))
    for kind, picture in zip(KINDS, ended, strict=True):
        assert difference(picture, truth(name(kind, 16)).reconstruction(11)) <= 1
    assert difference(ended[1], middle) > 10
    assert screen.laid_over(latent_map("VAE")) != over, "the dots on the map stay where they were"

    # Another end: the same run begins anew in both.
    places, _ = screen.server.map(name("VAE", 16))
    row = screen.alone(places, latent_map("VAE"))[0]
    screen.button("Pick B").click()
    both(screen, "geodesic frame 17 of 17", lambda: screen.click(screen.in_window(places[row], latent_map("VAE"))))
    assert screen.until_address(lambda now: now["b"] == f"i{row}")["show"] == "race"
    for kind in KINDS:
        for way in WAYS:
            assert difference(screen.pixels(frame(kind, way, 17)), truth(name(kind, 16)).reconstruction(row)) <= 1


def test_local_sliders_move_the_picture_and_the_one_code(screen: Screen) -> None:
    screen.open(model=VAE, at="i0", by="local")
    home = screen.pixels(DECODING)
    assert difference(home, truth(VAE).reconstruction(0)) <= 1
    first = screen.pixels("local 1 at +2")
    moved = screen.repaint(DECODING, lambda: screen.slider("local 1").press("End"))
    assert difference(moved, first) <= 1, "the preview shows something else"
    assert difference(moved, home) > 50
    address = screen.until_address(lambda now: now["at"].startswith("c"))
    assert address["by"] == "local" and clean("explore", address) == (address, [])
    assert np.array_equal(screen.repaint(DECODING, lambda: screen.slider("local 1").press("Home")), home)

    # A drag: pictures come under the hand, the directions are found anew when it lets go.
    box = screen.slider("local 2").bounding_box()
    screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    screen.page.mouse.down()
    preview = screen.pixels("local 2 at +2")
    dragged = screen.repaint(DECODING, lambda: screen.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2, steps=4))
    assert difference(dragged, home) > 20
    assert np.array_equal(screen.pixels("local 2 at +2"), preview), "the directions changed under the hand"
    screen.page.mouse.up()
    expect(screen.slider("local 2")).to_have_value("0")
    screen.settle()
    assert not np.array_equal(screen.pixels("local 2 at +2"), preview)
    assert np.array_equal(screen.pixels(DECODING), dragged)

    code = screen.address["at"]
    screen.slider("local 3").dblclick(position={"x": 0.8 * box["width"], "y": box["height"] / 2})
    screen.settle()
    assert screen.until_address(lambda now: now["at"] == code)
    assert difference(screen.pixels(DECODING), dragged) <= 1
    screen.button("dimensions").click()
    assert screen.value("μ 1") != pytest.approx(float(truth(VAE).atlas.codes[0][0]), abs=1e-6)
    back = screen.repaint(DECODING, lambda: screen.button("reset").click())
    assert np.array_equal(back, home)


def test_a_direction_from_examples_moves_the_picture(screen: Screen) -> None:
    screen.open(model=VAE, at="i0", by="examples")
    home, atlas = screen.pixels(DECODING), truth(VAE).atlas
    for which, label in (("Toward", 1), ("Away from", 4)):
        screen.choice(which).select_option(str(label))
    screen.settle()
    direction = atlas.codes[atlas.labels == 1].mean(0) - atlas.codes[atlas.labels == 4].mean(0)
    moved = screen.repaint(DECODING, lambda: screen.slider("direction").press("End"))
    assert difference(moved, truth(VAE).decoding(atlas.codes[0] + 2 * direction)) <= 2
    assert difference(moved, screen.pixels("direction at +2")) <= 1
    assert np.array_equal(screen.repaint(DECODING, lambda: screen.slider("direction").press("Home")), home)

    over, before = screen.laid_over(), screen.frames("direction at +2")
    screen.page.get_by_role("button", name="Draw around points").click()
    box = screen.map().bounding_box()
    at = [(0.15, 0.3), (0.6, 0.3), (0.6, 0.7), (0.15, 0.7)]
    for number, (x, y) in enumerate(at):
        screen.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
        if number == 0:
            screen.page.mouse.down()
    screen.page.mouse.up()
    screen.painted("direction at +2", before)
    screen.settle()
    assert screen.choice("Toward").input_value() == "-1" and screen.choice("Away from").input_value() == "-1"
    counts = re.search(r"of ([\d,]+) images minus that of ([\d,]+)", screen.page.get_by_text("Mean code of").inner_text())
    assert sum(int(count.replace(",", "")) for count in counts.groups()) == len(atlas)
    assert screen.laid_over() != over
    assert difference(screen.repaint(DECODING, lambda: screen.slider("direction").press("End")), home) > 20
