"""axe-core finds nothing to object to on any page, by day and by night, in a wide window and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.driving import Screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOOKS = [("light", 1440), ("dark", 390)]  # each theme and each width; the pages of `EVERY` are looked at in all four
EVERY = {"Explore", "Compare, dice", "Create, draw", "Models"}
STILL = "() => document.getAnimations().every(motion => motion.playState !== 'running')"
NIGHT = """dark => (getComputedStyle(document.querySelector('.stApp')).backgroundColor === 'rgb(14, 17, 23)') === dark
  && [...document.querySelectorAll('.ctm-root[data-theme]')].every(root => root.dataset.theme === (dark ? 'dark' : 'light'))"""
SAVES = "() => [...document.querySelectorAll('button')].some(button => button.textContent === 'Save PNG' && !button.disabled)"
CODE = {"model": "mnist-vae", "at": "i0"}
PAGES = {
    "Explore": ("/", CODE),
    "Explore with samples": ("/", CODE | {"draws": 1}),
    "Explore by local directions": ("/", CODE | {"by": "local", "floor": "cycle-gap"}),
    "Explore by examples": ("/", {"model": "mnist-ae", "by": "examples", "hide": "3"}),
    **{
        f"Compare, {show}": ("/compare", {"show": show, "dim": 2 if show == "plane" else 16})
        for show in ("dice", "plane", "path", "race", "freedom", "ground")
    },
    "From AE to VAE": ("/slide", {}),
    **{f"Create, {show}": ("/create", {"show": show}) for show in ("draw", "complete", "inside", "between")},
    "Tour": ("/", {"tour": 4}),
    "Tour, result": ("/learn", {"tour": 13}),
    "Train": ("/train", {"data": "lines", "dim": 2}),
    "Models": ("/models", {}),
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(screen: Screen, name: str) -> None:
    address, view = PAGES[name]
    screen.page.emulate_media(reduced_motion="reduce")
    if address == "/models":
        screen.page.goto(screen.server.url + address)
        screen.page.get_by_role("heading", name="Data sets").wait_for()
        screen.page.get_by_role("button", name="Choose a folder").wait_for()
    elif address == "/learn":
        screen.page.goto(f"{screen.server.url}{address}?tour={view['tour']}")
        screen.page.get_by_role("table").wait_for()
    elif address == "/create":
        screen.page.goto(f"{screen.server.url}{address}?show={view['show']}")
        screen.page.wait_for_function(SAVES, timeout=100_000)
    else:
        screen.open(address, **view)
    found = {}
    for theme, width in [("light", 390), ("dark", 1440), *LOOKS] if name in EVERY else LOOKS:
        screen.page.emulate_media(color_scheme=theme)
        screen.page.set_viewport_size({"width": width, "height": 900})
        screen.page.wait_for_function(NIGHT, arg=theme == "dark")
        screen.page.wait_for_function(STILL)
        found |= {f"{theme}, {width}": told for told in [objections(screen.page)] if told}
    if address == "/train":  # also while it learns, and once it has learnt something
        for button, status in (("Train", "pictures a second"), ("Pause", "paused")):
            screen.page.get_by_role("button", name=button).click()
            expect(screen.page.locator(".ctm-trainstatus")).to_contain_text(status)
            found[button] = objections(screen.page)
    assert not any(found.values())


def objections(page: Page) -> list[str]:
    """What axe objects to: the rule, the element, the reason."""
    return [
        f"{violation['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
