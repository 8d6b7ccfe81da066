"""One server and one browser for all stories; every story gets pages of its own and may leave no error in the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser import chromium
from tests.browser.driving import COUNTER, INVITED, PATIENCE, Screen, Server

expect.set_options(timeout=PATIENCE)  # a busy machine may take long


# The scope is the folder, not the session: while Playwright is at work no other test in the process can run an event loop.
@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def browser(server: Server) -> Iterator[BrowserContext]:
    """Windows of one person; their pages share a process, in which a page that stays open keeps what has been compiled of the app."""
    executable = chromium.find()
    if executable is None:
        pytest.fail("there is no Chromium; install one with: python -m tests.browser.chromium")
    with sync_playwright() as playwright:
        process = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        context = process.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
        for script in (COUNTER, INVITED):
            context.add_init_script(script)
        context.new_page().goto(f"{server.url}/_stcore/health")
        yield context
        process.close()


@pytest.fixture
def new_page(browser: BrowserContext, server: Server) -> Iterator[Callable[[], Screen]]:
    """Makes pages of a browser that remembers nothing of other tests; at the end none of them may have complained."""
    browser.clear_cookies()
    browser.pages[0].evaluate("() => localStorage.clear()")
    screens: list[Screen] = []

    def make() -> Screen:
        screens.append(Screen(browser.new_page(), server))
        return screens[-1]

    yield make
    for screen in screens:
        screen.page.close()
    assert not [problem for screen in screens for problem in screen.problems]


@pytest.fixture
def screen(new_page: Callable[[], Screen]) -> Screen:
    """A page that has not gone anywhere yet."""
    return new_page()
