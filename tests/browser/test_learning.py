"""Trainings on the Models page: put in line, paused, resumed, watched, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.driving import Screen, Server
from tests.data.imported.helping import noisy, write
from vae.tasks.import_images import ImportRequest, import_images

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def bare(tmp_path: Path, datasets: Path) -> Iterator[Server]:
    """A server without models, with one small data set."""
    (tmp_path / "checkpoints").mkdir()
    import_images(ImportRequest(source=write(tmp_path / "pictures", {f"{at}.png": noisy(at) for at in range(60)}), name="pets", size=8))
    server = Server(
        {
            "VAE_CHECKPOINTS": str(tmp_path / "checkpoints"),
            "VAE_DATASETS": str(datasets),
            "VAE_CACHE": str(tmp_path / "cache"),
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        }
    )
    server.start()
    yield server
    server.stop()


def test_trainings_stand_in_line_are_paused_outlive_the_server_and_are_opened(bare: Server, browser: BrowserContext) -> None:
    screen = Screen(browser.new_page(), bare)
    page = screen.page
    page.goto(f"{bare.url}/models")
    form = page.get_by_role("form", name="New training")
    form.get_by_role("combobox", name="Data set").select_option("pets")
    form.get_by_label("Numbers", exact=True).fill("2")
    form.get_by_text("More settings").click()
    form.get_by_label("Hidden").fill("8")
    form.get_by_label("Batch").fill("12")

    def begin(name: str, epochs: int) -> None:
        form.get_by_label("Epochs").fill(str(epochs))
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_role("button", name="Train", exact=True).click()

    screen.outage = True  # the browser logs a refusal
    begin("none", 0)
    region = page.get_by_role("region", name="Trainings")
    expect(region.get_by_role("alert")).to_contain_text("epochs is 0")
    begin("long", 100_000)
    long = region.get_by_role("article", name="long")
    expect(long.get_by_role("status")).to_contain_text("left")
    expect(long.get_by_role("img", name="Squared error and KL by epoch")).to_be_visible()
    begin("short", 3)
    short = region.get_by_role("article", name="short")
    expect(short.get_by_role("status")).to_contain_text("waits for its turn")

    bare.stop()  # as a power cut would; what was saved is gone on with
    bare.start()
    page.goto(f"{bare.url}/models")
    expect(long.get_by_role("status")).to_contain_text("left")
    long.get_by_role("button", name="Pause long").click()
    expect(long.get_by_role("status")).to_contain_text("paused")
    expect(short.get_by_role("status")).to_contain_text("trained")
    expect(short.get_by_role("img", name="how it rebuilds them")).to_have_js_property("naturalHeight", 3 * 10 - 2)
    assert "short" in page.title()
    long.get_by_role("button", name="Resume long").click()
    expect(long.get_by_role("status")).to_contain_text("left")
    long.get_by_role("button", name="Cancel long").click()
    expect(long).to_contain_text("This deletes what it has learned.")
    long.get_by_role("button", name="Delete long").click()
    expect(long).to_have_count(0)
    short.get_by_role("button", name="Put away short").click()
    expect(short).to_contain_text("the model stays")
    short.get_by_role("button", name="Keep short").click()
    short.get_by_role("link", name="Open in Explore").click()
    screen.ready()
    assert screen.address["model"] == "short"
    page.goto(f"{bare.url}/models")
    short.get_by_role("button", name="Put away short").click()
    short.get_by_role("button", name="Put away short").click()  # the one that does it
    expect(short).to_have_count(0)
    screen.open("/", model="short")
    assert not screen.problems
    page.close()
