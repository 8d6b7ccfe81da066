"""What a page does when its questions fail, its channel is blocked, or its server stands still."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from tests.browser.driving import Screen, Server
from tests.browser.proxy import Proxy
from vae.live.wire.frames import FELL_BACK, NOT_AVAILABLE, pack_error, unpack_request

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOOKED_AT = 1500  # milliseconds in which a storm would be thousands of questions
BOUND = 60  # questions of one page in that time, when every one of them fails


@pytest.fixture
def page(browser: BrowserContext, server: Server) -> Iterator[Screen]:
    screen = Screen(browser.new_page(), server)
    yield screen
    screen.page.close()


@pytest.mark.parametrize("address", ["/", "/compare", "/compare?show=race", "/compare?show=ground", "/slide", "/create?show=inside"])
def test_when_every_question_fails_no_page_asks_for_ever(page: Screen, address: str) -> None:
    asked: list[int] = []

    def refuse(route: WebSocketRoute) -> None:
        def answer(message: str | bytes) -> None:
            request = unpack_request(message if isinstance(message, bytes) else message.encode())
            asked.append(request.operation)
            route.send(pack_error(request.seq, NOT_AVAILABLE, "the images on disk are others than those of the map"))

        route.on_message(answer)

    page.page.route_web_socket(lambda url: "/continuum/live" in url, refuse)
    page.page.goto(page.server.url + address)
    expect(page.page.get_by_role("alert").first).to_be_visible(timeout=60_000)
    page.page.wait_for_function("() => document.readyState === 'complete'")
    before = len(asked)
    assert before > 0
    page.page.wait_for_timeout(LOOKED_AT)  # not for something to happen: to see that it does not
    assert len(asked) - before < BOUND, f"{len(asked) - before} questions in {LOOKED_AT} ms"


def test_where_no_websocket_comes_through_everything_works_by_plain_requests_and_says_so(page: Screen) -> None:
    page.outage = True
    proxy = Proxy(page.server.url)
    proxy.blocked = True
    try:
        page.page.goto(proxy.url + "/?model=mnist-vae-2")
        page.page.locator('[role="application"][data-points]').wait_for()  # Streamlit's page has come, which has a socket of its own
        alert = page.page.get_by_role("alert").filter(has_text="WebSockets are blocked")
        expect(alert).to_contain_text("slower")
        page.status("live, without WebSockets")
        assert proxy.refused >= 4
        goes_on(page)
        page.page.get_by_role("link", name="Models").click()  # which Streamlit writes
        page.page.get_by_role("heading", name="Published tables").wait_for()
        page.page.get_by_role("link", name="Explore", exact=True).click()
        page.status("live, without WebSockets")
        expect(alert).to_be_visible()
        goes_on(page)
        proxy.blocked = False
        expect(alert).to_have_count(0)  # it has looked for a WebSocket meanwhile
        page.ready()
        goes_on(page)
    finally:
        proxy.stop()


def test_a_channel_that_is_blocked_altogether_is_told_and_the_page_goes_on_once_it_is_open(page: Screen) -> None:
    page.outage = True
    proxy = Proxy(page.server.url)
    proxy.deaf = True
    try:
        page.page.goto(proxy.url + "/")
        alert = page.page.get_by_role("alert").filter(has_text="live channel is blocked")
        expect(alert).to_contain_text("must pass WebSockets")
        assert page.frames("VAE decoding") == 0
        expect(page.canvas("VAE decoding")).to_have_attribute("data-blank", "")  # unknown, not black
        expect(page.slider("μ 1")).to_be_disabled()
        proxy.deaf = False
        page.ready()
        expect(alert).to_have_count(0)
        expect(page.slider("μ 1")).to_be_enabled()
        assert page.frames("VAE decoding") > 0
    finally:
        proxy.stop()


def test_a_server_whose_device_has_no_memory_left_is_told_once_and_its_pictures_still_come(page: Screen) -> None:
    """The engine's part of it is in tests/live/test_faults.py; here its replies say so."""

    def noting(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda reply: route.send(reply[:6] + FELL_BACK.to_bytes(2, "little") + reply[8:]))  # type: ignore[arg-type]

    page.page.route_web_socket(lambda url: "/continuum/live" in url, noting)
    page.open("/", model="mnist-vae-2")
    alert = page.page.get_by_role("alert").filter(has_text="run out of memory")
    expect(alert).to_contain_text("its CPU makes the pictures now")
    page.status("live · cpu")
    alert.get_by_role("button", name="Dismiss").click()
    goes_on(page)
    expect(alert).to_have_count(0)


@pytest.fixture
def outage(browser: BrowserContext) -> Iterator[Screen]:
    """A page of a server of its own, which may be taken away."""
    server = Server()
    server.start()
    screen = Screen(browser.new_page(), server)
    screen.outage = True
    yield screen
    screen.page.close()
    server.stop()


def goes_on(screen: Screen) -> None:
    """The picture follows the hand."""
    before = screen.frames("VAE decoding")
    screen.slider("μ 1").press("ArrowRight")
    screen.painted("VAE decoding", before)


def test_a_server_that_stands_still_is_told_and_the_page_stays(outage: Screen) -> None:
    screen, server = outage, outage.server
    screen.open("/")
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        screen.slider("μ 1").press("ArrowRight")
        screen.status("the server does not answer")
        expect(screen.canvas("VAE decoding")).to_be_visible()
        expect(screen.page.get_by_role("dialog")).to_have_count(0, timeout=60_000)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    screen.status("live")
    screen.settle()
    goes_on(screen)


def test_a_server_that_is_gone_is_told_in_sight_of_the_page(outage: Screen) -> None:
    screen, server = outage, outage.server
    screen.open("/")
    screen.page.evaluate(
        """() => {
             window.covered = 0;
             const look = () => { window.covered += Boolean(document.querySelector('[data-testid="stDialog"]')); };
             new MutationObserver(look).observe(document.body, { childList: true });
           }"""
    )
    server.stop()
    screen.page.wait_for_function("() => window.covered > 0")  # Streamlit's own dialog has come
    expect(screen.page.get_by_role("dialog")).to_have_count(0)
    expect(screen.page.get_by_role("alert").filter(has_text="start it again")).to_be_visible()
    server.start()
    screen.status("live")
    goes_on(screen)
