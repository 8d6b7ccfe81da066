"""Train: two models learn before one's eyes, obey a slider, are wound back and forked, and are there again after a reload."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driving import Screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Counts how often a picture is taken away from now on.
BLANKS = """name => {
  window.blanks = 0;
  const canvas = document.querySelector(`canvas[aria-label="${name}"]`);
  new MutationObserver(() => { if ("blank" in canvas.dataset) window.blanks += 1; }).observe(canvas, { attributeFilter: ["data-blank"] });
}"""


def of_training(screen: Screen) -> dict:
    """What the server says of the training that the address names."""
    return screen.page.evaluate("async (name) => (await fetch(`continuum/trainings/${name}`)).json()", screen.address["run"])


def test_a_pair_learns_obeys_is_wound_back_and_forked(screen: Screen) -> None:
    page = screen.open("/train", data="lines", dim="2").page
    status, train = page.locator(".ctm-trainstatus"), page.get_by_role("button", name="Train", exact=False)
    expect(status).to_contain_text("step 0 · paused")
    screen.painted("AE draws")
    untrained = screen.pixels("AE draws")

    train.filter(has_text="▶").click()
    expect(status).to_contain_text("pictures a second")
    for picture in ("AE reconstruction", "VAE reconstruction", "AE draws"):  # they change though nothing is touched
        before, frames = screen.pixels(picture), screen.frames(picture)
        page.wait_for_function(
            f"frames => document.querySelector('canvas[aria-label=\"{picture}\"]').dataset.frames > frames + 2", arg=frames
        )
        assert (screen.pixels(picture) != before).any()
    screen.until_address(lambda view: "run" in view)

    screen.slider("β").press("End")
    expect(page.locator(".ctm-handrow", has_text="β").locator("output")).to_have_text("100")
    page.get_by_role("button", name="Pause").click()
    expect(status).to_contain_text("paused")
    told = of_training(screen)
    assert told["hand"]["beta"] == 100
    assert told["step"] > 0

    screen.settle()
    newest = screen.pixels("AE draws")
    moment = screen.slider("Moment")
    back = screen.repaint("AE draws", lambda: moment.press("Home"))
    np.testing.assert_array_equal(back, untrained)
    assert moment.get_attribute("aria-valuetext") == f"step 0 of {told['step']:,}"
    np.testing.assert_array_equal(screen.repaint("AE draws", lambda: moment.press("End")), newest)

    page.reload()
    expect(status).to_have_text(f"step {told['step']:,} · paused")
    screen.painted("AE draws")
    np.testing.assert_array_equal(screen.pixels("AE draws"), newest)
    first = screen.address["run"]
    screen.repaint("AE draws", lambda: moment.press("Home"))
    page.evaluate(BLANKS, "AE draws")
    page.get_by_role("button", name="Fork from here").click()
    screen.until_address(lambda view: view.get("against") == first)
    expect(status).to_contain_text("a second")
    assert page.evaluate("blanks") == 0, "the parent's picture stays until the branch has its own"
    page.get_by_role("button", name="Pause").click()
    expect(status).to_contain_text("paused")
    assert of_training(screen)["hand"]["beta"] == 100
    fork = screen.address["run"]

    page.reload()  # the other branch stands beside it again
    screen.ready()
    branch = page.get_by_role("region", name="Other branch", exact=True)
    for kind in ("AE", "VAE"):
        expect(screen.map(f"{kind} latent map of the other branch")).to_be_visible()
    screen.repaint("AE draws", lambda: moment.press("Home"))
    expect(branch).to_contain_text("Both at step 0.")
    screen.painted("AE draws of the other branch")
    screen.settle()
    expect(branch).to_contain_text("β 100 here, 1 in the other")
    for picture in ("AE draws", "VAE draws", "VAE reconstruction"):  # so far they are the same
        np.testing.assert_array_equal(screen.pixels(picture), screen.pixels(f"{picture} of the other branch"))

    screen.repaint("AE draws", lambda: moment.press("End"))
    page.get_by_role("button", name="One step").click()
    step = page.get_by_role("region", name="The last step")
    expect(step).to_contain_text("The 64 pictures of its batch")
    expect(step).to_contain_text(re.compile(r"VAE: gradient of size [\d.]+.*Half of the points moved by less than [\d.]+"))
    screen.painted("Batch of the last step")

    branch.get_by_role("button", name="Go over to the other").click()
    screen.until_address(lambda view: view["run"] == first and view.get("against") == fork)
    expect(status).to_have_text(f"step {told['step']:,} · paused")
    branch.get_by_role("button", name="Close").click()
    screen.until_address(lambda view: "against" not in view)
    expect(branch).to_have_count(0)
    expect(screen.map("AE latent map of the other branch")).to_have_count(0)
    if not importlib.util.find_spec("av"):
        page.get_by_role("link", name="MP4").click()
        expect(page.get_by_role("alert").filter(has_text="install it with pip install av")).to_be_visible()


def test_a_training_that_is_gone_is_said_and_another_one_is_there(screen: Screen) -> None:
    page = screen.open("/train", data="lines", run="0123456789ab").page
    expect(page.get_by_role("alert").filter(has_text="not on this server any more")).to_be_visible()
    expect(page.locator(".ctm-trainstatus")).to_contain_text(re.compile("step 0 · paused"))
