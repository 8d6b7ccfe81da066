"""Makes the README's pictures from the running app: `make pictures`, which is `python -m tests.browser.pictures`.

What stands in the pages' navigation and headings when a picture is taken is written beside it, to `docs/pictures.json`;
`test_pictures.py` fails when a page has other words by now.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.browser.driving import COUNTER, ROOT, Screen, Server

WINDOW = {"width": 1440, "height": 900}
DOCS = ROOT / "docs"
WORDS = DOCS / "pictures.json"
SAVES = "() => [...document.querySelectorAll('button')].some(button => button.textContent === 'Save PNG' && !button.disabled)"
# Names of pages, and headings without the figures and names of models that change with every view.
SEEN = """() => ({
  navigation: [...document.querySelectorAll('[data-testid="stTopNavLink"]')].map(link => link.textContent.trim()),
  headings: [...document.querySelectorAll(".ctm-page h2, .ctm-page h3")].filter(each => each.checkVisibility()).map(each => each.textContent),
})"""


@dataclass(frozen=True)
class Shot:
    """A picture of the README: the page's address, and what a hand does there first."""

    address: str
    view: dict[str, str] = field(default_factory=dict)
    act: Callable[[Screen], object] = lambda screen: None


SHOTS = {
    "explore": Shot("/", {"model": "mnist-vae", "at": "i7", "floor": "cycle-gap", "by": "local", "a": "i3", "b": "i11"}),
    "compare": Shot("/compare", {"dim": "16"}),
    "slide": Shot("/slide", {"ladder": "mnist-16", "p": "7"}),
    "create": Shot("/create", {"caption": "a purple elephant on a sand background", "seed": "1"}),
}


def visit(screen: Screen, shot: Shot) -> None:
    """Open the page of a picture and wait until everything on it is there."""
    screen.page.emulate_media(reduced_motion="reduce")
    if shot.address == "/create":
        query = "&".join(f"{key}={value}" for key, value in shot.view.items())
        screen.page.goto(f"{screen.server.url}{shot.address}?{query}")
        screen.page.wait_for_function(SAVES)
    else:
        screen.open(shot.address, **shot.view)
    shot.act(screen)
    screen.settle()


def seen(page: Page) -> dict[str, list[str]]:
    """What the picture says of the app: the pages by name, and the headings of this one."""
    return page.evaluate(SEEN)


def main() -> None:
    """Take all pictures, and write down what they are of."""
    words = {}
    executable = chromium.find()
    server = Server()
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
            context = browser.new_context(viewport=WINDOW, color_scheme="light")
            context.add_init_script(COUNTER)
            for name, shot in SHOTS.items():
                screen = Screen(context.new_page(), server)
                visit(screen, shot)
                words[name] = seen(screen.page)
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "shot.png"
                    screen.page.screenshot(path=path)
                    Image.open(path).convert("RGB").save(DOCS / f"{name}.png", optimize=True)
                screen.page.close()
                print(f"wrote {DOCS / name}.png")
            browser.close()
    finally:
        server.stop()
    WORDS.write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
