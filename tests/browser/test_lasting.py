"""A page outlasts a frozen tab and a long walk through all pages, and is served on an address of IPv6, too."""

from __future__ import annotations

import socket

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server, difference

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VAE, DECODING = "mnist-vae-2", "VAE decoding"
ROUNDS = 3


def test_a_tab_that_was_frozen_goes_on_where_it_was(screen: Screen) -> None:
    screen.open(model=VAE)
    before, view = screen.pixels(DECODING), screen.address
    devtools = screen.page.context.new_cdp_session(screen.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    screen.status("live")
    assert screen.address == view
    assert difference(before, screen.settle().pixels(DECODING)) == 0
    assert difference(before, screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))) > 20


def test_after_many_changes_of_page_everything_still_answers(screen: Screen) -> None:
    screen.open(model=VAE)
    pages = {"Compare": screen.map("VAE latent map"), "From AE to VAE": screen.slider("From AE to VAE"), "Explore": screen.slider("μ 2")}
    for _ in range(ROUNDS):
        for name, own in pages.items():
            screen.page.get_by_role("link", name=name, exact=True).click()
            expect(own).to_be_visible()
            expect(screen.page.get_by_role("application")).to_have_count(2 if name == "Compare" else 1)
            screen.ready()
    assert screen.until_address(lambda now: "model" in now)["model"] == VAE, "the view is the one that was left"
    before = screen.pixels(DECODING)
    assert difference(before, screen.repaint(DECODING, lambda: screen.slider("μ 2").press("End"))) > 20
    screen.page.wait_for_function("() => liveTest.open === 1")  # a page that was left has closed its channel


def test_the_app_is_served_on_an_address_of_ipv6(browser: BrowserContext) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = Server(host="::1")
    server.start()
    screen = Screen(browser.new_page(), server)
    try:
        screen.open(model=VAE)
        before = screen.pixels(DECODING)
        assert difference(before, screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))) > 20
        assert not screen.problems
    finally:
        screen.page.close()
        server.stop()
