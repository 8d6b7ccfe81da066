"""The README's pictures are of the app as it is: the same pages, the same headings."""

from __future__ import annotations

import json

import pytest

from tests.browser.driving import ROOT, Screen
from tests.browser.pictures import SHOTS, WORDS, seen, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_every_picture_of_the_readme_is_made_by_the_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"(docs/{name}.png)" in readme and (ROOT / "docs" / f"{name}.png").is_file() for name in SHOTS)
    assert readme.count("](docs/") - readme.count(".md)") <= readme.count(".png)") == len(SHOTS)


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_of_the_readme_shows_the_page_as_it_is(screen: Screen, name: str) -> None:
    visit(screen, SHOTS[name])
    taken = json.loads(WORDS.read_text("utf-8"))[name]
    assert seen(screen.page) == taken, f"the page is not what docs/{name}.png shows: run make pictures"
