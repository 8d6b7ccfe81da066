"""From AE to VAE: one slider through a ladder of models."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser.driving import Screen, difference

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SLIDER = "From AE to VAE"

# Words of one chart that lie on each other by more than a line's height leaves free.
OVERLAPS = """() => [...document.querySelectorAll(".ctm-smallchart")].flatMap(chart => {
  const words = [...chart.querySelectorAll("text")].filter(each => each.textContent).map(each => [each.textContent, each.getBoundingClientRect()]);
  return words.flatMap(([one, a], i) => words.slice(i + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
  ).map(([other]) => `${one} on ${other}`));
})"""


def test_the_slider_runs_from_ae_to_vae_and_everything_follows(screen: Screen) -> None:
    screen.open("/slide", ladder="mnist-16", dice="3")
    slider = screen.slider(SLIDER)
    last = int(slider.get_attribute("max"))
    assert screen.value(SLIDER) == 0
    title = screen.page.get_by_role("region", name="Samples").get_by_role("heading")
    assert title.inner_text() == "plain autoencoder"

    plain, points = screen.pixels("Samples"), screen.laid_over()
    slider.focus()
    screen.page.keyboard.press("ArrowRight")  # a hundredth of a step: the points travel, the model stays
    screen.page.wait_for_function("() => new URLSearchParams(location.search).get('p') === '0.01'")
    assert screen.settle().laid_over() != points
    assert difference(screen.settle().pixels("Samples"), plain) == 0

    strongest = screen.repaint("Samples", lambda: screen.page.keyboard.press("End"))
    assert screen.value(SLIDER) == last
    assert title.inner_text().startswith("VAE, β = ")
    assert difference(strongest, plain) > 5
    assert screen.until_address(lambda view: view.get("p") == f"{last}.00")["dice"] == "3"

    screen.page.reload()
    screen.ready()
    assert screen.value(SLIDER) == last
    assert difference(screen.pixels("Samples"), strongest) == 0, "the address brings back the same step and the same dice"
    assert difference(screen.repaint("Samples", lambda: screen.button("⚄ throw again").click()), strongest) > 5


def test_a_step_can_be_clicked_and_an_image_pointed_at(screen: Screen) -> None:
    screen.open("/slide", ladder="mnist-16")
    screen.repaint("Samples", lambda: screen.button("β 1").click())
    assert screen.button("β 1").get_attribute("aria-current") == "true"
    box = screen.map().bounding_box()
    for share in np.linspace(0.2, 0.8, 60):  # across the middle of the map, until an image is met
        screen.hover(np.array([box["x"] + share * box["width"], box["y"] + 0.5 * box["height"]]))
        if screen.settle().frames("Hover reconstruction"):
            break
    assert screen.pixels("Hover reconstruction")[..., :3].max() > 100
    for ladder in ("mnist-16", "mnist-2"):
        screen.open("/slide", ladder=ladder)
        assert screen.page.evaluate(OVERLAPS) == [], f"words of a chart of {ladder} cannot be read"


def test_it_plays_and_stops(screen: Screen) -> None:
    screen.open("/slide", ladder="mnist-16")
    screen.button("▶ Play").click()
    screen.page.wait_for_function("() => Number(document.querySelector('input[type=range]').value) > 0.2")
    screen.button("❚❚ Pause").click()
    place = screen.value(SLIDER)
    screen.settle()
    assert screen.value(SLIDER) == place > 0
    assert float(screen.until_address(lambda view: float(view["p"]) > 0)["p"]) == pytest.approx(place, abs=0.011)


def test_a_wrong_address_is_told_and_the_rest_is_shown(screen: Screen) -> None:
    screen.open("/slide", ladder="nowhere", p="1")
    assert "ladder=nowhere" in screen.page.get_by_role("alert").first.inner_text()
    assert screen.value(SLIDER) == 1
