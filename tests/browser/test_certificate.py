"""A certificate is asked for on Compare, made while the pictures stay alive, and opened; Models hands out the same one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Server]:
    """A server without data sets: a certificate then comes from what is in the repository, and in seconds."""
    server = Server({"VAE_DATA": str(tmp_path), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"})
    server.start()
    yield server
    server.stop()


def test_a_certificate_is_made_while_the_pictures_stay_alive(alone: Server, browser: BrowserContext) -> None:
    screen = Screen(browser.new_page(), alone)
    screen.open("/compare", dim=2, show="dice")
    screen.button("Certificate").click()
    expect(screen.page.get_by_role("button", name="Certificate")).to_be_disabled()
    frames = screen.frames("VAE samples")
    screen.page.get_by_role("button", name="throw again").click()
    screen.painted("VAE samples", frames)
    link = screen.page.get_by_role("link", name="Open certificate")
    link.wait_for()
    with screen.page.expect_popup() as opened:
        link.click()
    sheet = opened.value
    expect(sheet.get_by_role("heading", name="Certificate of continuity")).to_be_visible()
    expect(sheet.get_by_text("An AE cannot generate.")).to_be_visible()
    assert sheet.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert sheet.evaluate("getComputedStyle(document.querySelector('.verdict')).borderTopStyle") == "solid", "its style is not applied"
    sheet.close()
    with screen.page.expect_download() as kept:
        screen.page.get_by_role("link", name="JSON").click()
    assert [model["name"] for model in json.loads(kept.value.path().read_text("utf-8"))["models"]] == ["mnist-ae-2", "mnist-vae-2"]

    screen.page.get_by_role("group", name="Code size").get_by_role("button", name="16", exact=True).click()
    expect(screen.button("Certificate")).to_be_enabled()
    expect(link).to_be_hidden()
    screen.page.get_by_role("group", name="Code size").get_by_role("button", name="2", exact=True).click()
    expect(link).to_be_visible()  # it has been made already
    assert not screen.problems
    screen.page.close()
