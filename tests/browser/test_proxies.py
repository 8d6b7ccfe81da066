"""The app is reached below a base path, through a proxy that takes a path off, under another name and over TLS."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.driving import COUNTER, ROOT, Screen, Server, opaque
from tests.browser.proxy import Proxy, certificate
from vae.store.folders import CLASSIFIERS, LADDERS
from vae.store.ladders import load_ladder

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LADDER = "mnist-2"
PUBLIC = "continuum.localhost"  # a browser finds every name under localhost here; to the app it is as foreign as any


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server below a base path that knows its public name; without data sets and with few models, so that a certificate takes seconds."""
    nothing, few, shipped = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("checkpoints"), ROOT / "checkpoints"
    for name in (*load_ladder(LADDER).models, "mnist-vae", "dalle", f"{CLASSIFIERS}/mnist"):
        shutil.copytree(shipped / name, few / name)
    (few / LADDERS).mkdir()
    shutil.copy(shipped / LADDERS / f"{LADDER}.safetensors", few / LADDERS)
    server = Server(
        {"VAE_DATA": str(nothing), "VAE_CHECKPOINTS": str(few)}, settings=("--browser.serverAddress", PUBLIC), base="/lab/continuum"
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def opened(browser: BrowserContext) -> Iterator[Callable[[str], Screen]]:
    """Opens pages of what answers at an address; nothing but what is below it may be asked for, and nothing may go wrong."""
    context = browser.browser.new_context(viewport={"width": 1440, "height": 900}, ignore_https_errors=True)
    context.add_init_script(COUNTER)
    asked: list[str] = []
    screens: list[Screen] = []

    def listen(page: Page) -> None:
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda channel: asked.append(channel.url.replace("ws", "http", 1)))

    context.on("page", listen)

    def open_at(server: Server | Proxy) -> Screen:
        screens.append(Screen(context.new_page(), server))
        return screens[-1]

    yield open_at
    context.close()
    below = tuple(f"{screen.server.url}/" for screen in screens)
    assert not [url for url in asked if not url.startswith((*below, "blob:", "data:"))]
    assert any("/continuum/live" in url for url in asked)
    assert not [problem for screen in screens for problem in screen.problems]


def walk(screen: Screen) -> None:
    """Through all pages by their links, back to the first, and anew at an address below it."""
    screen.open("/", model="mnist-vae-2")
    assert opaque(screen.repaint("VAE decoding", lambda: screen.slider("μ 1").press("End")))
    screen.page.get_by_role("link", name="Compare").click()
    expect(screen.map("VAE latent map")).to_be_visible()
    screen.ready()
    screen.page.get_by_role("link", name="From AE to VAE").click()
    screen.slider("From AE to VAE").wait_for()
    screen.ready()
    screen.page.get_by_role("link", name="Create").click()
    expect(screen.page.get_by_role("textbox", name="Caption", exact=True).or_(screen.choice("Caption"))).to_be_visible()
    screen.page.get_by_role("link", name="Models").click()
    screen.page.get_by_role("heading", name="Published tables").wait_for()
    assert screen.page.url == f"{screen.server.url}/models"
    screen.page.go_back()
    screen.page.go_back()
    screen.slider("From AE to VAE").wait_for()
    assert screen.page.url.startswith(f"{screen.server.url}/slide?")
    screen.page.reload()
    screen.ready()
    screen.page.get_by_role("link", name="Explore", exact=True).click()
    expect(screen.slider("μ 1")).to_be_visible()
    screen.until_address(lambda view: "model" in view)
    assert screen.page.url.startswith(f"{screen.server.url}/?")
    assert not screen.page.get_by_role("alert").count()


def test_below_a_base_path_pages_back_and_certificate_work(lab: Server, opened: Callable[..., Screen]) -> None:
    screen = opened(lab)
    walk(screen)
    screen.open("/compare", dim=2)
    screen.button("Certificate").click()
    link = screen.page.get_by_role("link", name="Open certificate")
    with screen.page.expect_popup() as popup:
        link.click()
    popup.value.get_by_role("heading", name="Certificate of continuity").wait_for()
    with screen.page.expect_download() as kept:
        screen.page.get_by_role("link", name="JSON").click()
    assert len(json.loads(kept.value.path().read_text("utf-8"))["models"]) == 2

    screen.page.get_by_role("link", name="Models").click()
    with screen.page.expect_popup() as popup:
        link.click()  # the same pair stands first there
    popup.value.get_by_role("heading", name="Certificate of continuity").wait_for()


def test_a_proxy_may_take_its_path_off(server: Server, opened: Callable[..., Screen]) -> None:
    proxy = Proxy(server.url, prefix="/user/x/proxy/8501")
    try:
        walk(opened(proxy))
        assert not proxy.strays
    finally:
        proxy.stop()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate with")
def test_another_name_and_tls_in_front_change_nothing(lab: Server, opened: Callable[..., Screen], tmp_path: Path) -> None:
    proxy = Proxy(lab.url, host=PUBLIC, certificate=certificate(tmp_path, PUBLIC))
    try:
        screen = opened(proxy).open("/compare", dim=2)
        assert screen.page.evaluate("isSecureContext && location.protocol") == "https:"
        asked = "async address => (await (await fetch(address, { method: 'POST' })).json()).state"  # which the app checks the origin of
        state = screen.page.evaluate(asked, "continuum/certificates/mnist-ae-2?against=mnist-vae-2")
        assert state in ("waiting", "working", "ready")
        screen.page.get_by_role("link", name="Explore", exact=True).click()
        assert opaque(screen.ready().repaint("VAE decoding", lambda: screen.slider("μ 1").press("End")))
    finally:
        proxy.stop()
