"""Two servers behind nginx, below a path: one is killed, the other told to end, and each time the page goes on as it was."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.checkpoints import put_model
from tests.browser.driving import COUNTER, INVITED, Screen, Server, difference
from tests.jobs.helping import until
from tests.nginx import Nginx, needed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), needed]

DECODING = "VAE decoding"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two that share everything that is on disk."""
    models_root, cache, data = (tmp_path_factory.mktemp(name) for name in ("checkpoints", "cache", "data"))
    put_model(models_root, "vae-2", "vae")
    shared = {"VAE_CHECKPOINTS": str(models_root), "VAE_CACHE": str(cache), "VAE_DATA": str(data)}
    servers = Server(shared), Server(shared)
    servers[0].launch()
    servers[1].start()
    until(lambda: ready(servers[0].url), "the first server")
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture
def proxy(servers: tuple[Server, Server], tmp_path: Path) -> Iterator[Nginx]:
    proxy = Nginx(tmp_path, (servers[0].port, servers[1].port), "/lab")
    proxy.start()
    until(lambda: ready(proxy.url), "nginx")
    yield proxy
    proxy.stop()


def ready(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{url}/continuum/ready", timeout=5) as reply:
        return reply.status == 200
    return False


def visited(server: Server) -> bool:
    """Whether a page has its live channel there."""
    with suppress(OSError), urllib.request.urlopen(f"{server.url}/continuum/metrics", timeout=5) as reply:
        found = re.search(r'^continuum_live_connections\{socket="live"\} (\S+)$', reply.read().decode(), re.M)
        return found is not None and float(found[1]) > 0
    return False


def test_a_page_outlives_the_servers_that_it_was_on(servers: tuple[Server, Server], proxy: Nginx, browser: BrowserContext) -> None:
    context = browser.browser.new_context(viewport={"width": 1440, "height": 900})
    for script in (COUNTER, INVITED):
        context.add_init_script(script)
    screen = Screen(context.new_page(), proxy)
    screen.outage = True
    try:
        screen.open(model="vae-2")
        screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))
        view, picture = screen.until_address(lambda view: "at" in view), screen.pixels(DECODING)

        def goes_on(server: Server) -> None:
            until(lambda: visited(server), "the page")
            screen.status("live")
            screen.settle()
            assert screen.address == view and screen.value("μ 1") == high
            assert difference(picture, screen.pixels(DECODING)) == 0
            assert difference(picture, screen.repaint(DECODING, lambda: screen.slider("μ 1").press("Home"))) > 0
            assert difference(picture, screen.repaint(DECODING, lambda: screen.slider("μ 1").press("End"))) == 0
            screen.until_address(lambda now: now == view)
            expect(screen.page.get_by_role("alert")).to_have_count(0)

        high = screen.value("μ 1")
        with pytest.raises(OSError, match="404"):  # figures are for who asks the servers themselves
            urllib.request.urlopen(f"{proxy.url}/continuum/metrics", timeout=5)
        first, second = servers if visited(servers[0]) else servers[::-1]
        assert not visited(second)
        first.stop()
        goes_on(second)

        first.start()
        until(lambda: ready(first.url), "the first server, once more")
        assert second.process is not None
        second.process.terminate()
        goes_on(first)
        assert second.process.wait(60) is not None
        assert "Traceback" not in second.said
    finally:
        context.close()
