"""What a stranger's text in the address, or a stranger's page around the app, can do: nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TEXT = "[text](http://evil.example) ![x](http://evil.example/x.png) <img src=http://evil.example/y.png onerror=alert(1)> :red[alarm]"


@pytest.mark.parametrize("page", ["/", "/compare", "/slide", "/create", "/models"])
def test_text_in_the_address_stays_text_and_fetches_nothing(new_page: Callable[[], Screen], page: str) -> None:
    screen, asked = new_page(), []
    screen.page.on("request", lambda request: asked.append(request.url))
    keys = {"/": ("model", "at"), "/compare": ("data", "show"), "/slide": ("ladder",), "/create": ("caption", "k"), "/models": ("model",)}[
        page
    ]
    screen.page.goto(f"{screen.server.url}{page}")
    expect(screen.page.get_by_role("navigation").get_by_role("link", name="Explore")).to_be_visible()
    screen.page.evaluate("([page, keys, text]) => { location.href = `${page}?${new URLSearchParams([...keys.map(key => [key, text]), [text, '1']])}`; }",
                         [page, list(keys), TEXT])  # fmt: skip
    expect(
        screen.page.get_by_role("heading", name="Models") if page == "/models" else screen.page.get_by_role("alert").first
    ).to_be_visible()
    assert screen.page.locator('a[href*="evil.example"], img[src*="evil.example"]').count() == 0
    assert not [url for url in asked if "evil.example" in url.split("?")[0]]


@pytest.fixture
def frame() -> Iterator[str]:
    """The address of a page of a stranger, which shows within itself whatever its query names."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f"<iframe src='{self.path.partition('?')[2]}' width=900 height=600></iframe>".encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_page_of_another_origin_may_not_frame_the_app(new_page: Callable[[], Screen], frame: str) -> None:
    screen = new_page()
    screen.outage = True  # what the browser says of it
    heard: list[str] = []
    screen.page.on("console", lambda message: heard.append(message.text))
    screen.page.goto(f"{frame}/?{screen.server.url}/")
    screen.page.wait_for_load_state("load")
    assert any("frame-ancestors" in text for text in heard)
    assert screen.page.frames[1].locator("#root").count() == 0
