"""Pictures of one's own: from an archive that is chosen on the Models page to the data set that is shown with its report."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Route, expect

from tests.browser.driving import Screen, Server
from tests.data.imported.helping import noisy, png

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Server]:
    """A server without models, whose data sets are the test's own."""
    (tmp_path / "checkpoints").mkdir()
    server = Server(
        {
            "VAE_CHECKPOINTS": str(tmp_path / "checkpoints"),
            "VAE_DATASETS": str(tmp_path / "datasets"),
            "VAE_CACHE": str(tmp_path / "cache"),
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        },
        "tests/browser/quick_app.py",
    )
    server.start()
    yield server
    server.stop()


def test_a_zip_that_is_chosen_becomes_a_data_set_with_its_report(bare: Server, browser: BrowserContext, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "my pets.zip", "w") as archive:
        for number in range(40):
            archive.writestr(f"{('train', 'test')[number % 2]}/{('cat', 'dog')[number // 2 % 2]}/{number}.png", noisy(number, side=16))
        archive.writestr("train/cat/broken.png", b"nothing")
        archive.writestr("train/cat/red.png", png((200, 30, 20), (16, 16)))
    screen = Screen(browser.new_page(), bare)
    screen.page.goto(f"{bare.url}/models")
    region = screen.page.get_by_role("region", name="Your pictures")
    expect(region.get_by_role("button", name="Import")).to_be_disabled()
    expect(region.get_by_label("or a folder on the server")).to_be_visible()  # whoever asks sits at the server

    region.get_by_label("Choose files").set_input_files(tmp_path / "my pets.zip")
    expect(region.get_by_label("Name")).to_have_value("my-pets")
    region.get_by_label("Side in pixels").fill("16")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "PUT" and not lost:
            lost.append(route.request.url)
            screen.outage = True  # the browser says so in its console
            route.abort()
        else:
            route.continue_()

    screen.page.route("**/continuum/uploads/**", lose_the_first)
    region.get_by_role("button", name="Import").click()
    pets = region.get_by_role("article", name="my-pets")
    expect(pets).to_contain_text("41 pictures · 2 classes · 16 × 16, colour · 21 for training, 20 for testing")
    assert lost, "the upload was cut off once, and went on"
    expect(pets.get_by_role("img", name="16 of the pictures of my-pets")).to_have_js_property("naturalWidth", 16 * 48 + 15 * 2)
    report = pets.get_by_role("list", name="What the import found")
    expect(report).to_contain_text("1 picture is of a single colour")
    report.get_by_text("1 file could not be read and was skipped").click()
    expect(report).to_contain_text("train/cat/broken.png: it is no picture, whatever its name says")
    pets.get_by_text("Train an AE and a VAE on the command line").click()
    expect(pets).to_contain_text("python -m vae train --data my-pets --model vae")

    region.get_by_label("Choose files").set_input_files(tmp_path / "my pets.zip")
    expect(region.get_by_label("Name")).to_have_value("my-pets-2")
    region.get_by_label("Name").fill("my-pets")
    region.get_by_role("button", name="Import").click()
    expect(region.get_by_role("alert")).to_contain_text("there is a data set my-pets already; choose another name")

    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"more {number}.png", noisy(100 + number, side=16))
    (tmp_path / "loose.png").write_bytes(noisy(200, side=16))
    region.get_by_label("Choose files").set_input_files([tmp_path / "my pets.zip", tmp_path / "more.zip", tmp_path / "loose.png"])
    expect(region.get_by_label("Name")).to_have_value("pictures")
    region.get_by_role("button", name="Import").click()
    expect(region.get_by_role("article", name="pictures")).to_contain_text("45 pictures · 3 classes · 16 × 16, colour")
    make_a_pair(screen, pets)
    assert not screen.problems
    screen.page.close()


def make_a_pair(screen: Screen, pets: Locator) -> None:
    """One button trains, maps and measures an autoencoder and a VAE; it can be ended, goes on, and outlives the page."""
    making = pets.get_by_role("progressbar", name="Make a pair of models")
    pets.get_by_role("combobox", name="How long it may take").select_option("in 5 seconds")
    pets.get_by_role("button", name="Make a pair of models").click()
    expect(making).to_be_visible()
    pets.get_by_role("button", name="Cancel").click()
    expect(pets).to_contain_text("it goes on from there")
    pets.get_by_role("button", name="Go on").click()
    expect(making).to_be_visible()
    screen.page.reload()
    expect(making).to_be_visible()
    expect(pets).to_contain_text("my-pets-ae and my-pets-vae are ready; squared error: 0.", timeout=180_000)
    pets.get_by_text("What it learned, what to try next").click()
    expect(pets.get_by_role("listitem").filter(has_text="code size")).to_be_visible()
    compare = pets.get_by_role("link", name="Open in Compare").get_attribute("href")
    pets.get_by_role("link", name="Open in Explore").click()
    screen.ready()
    assert screen.address["model"] == "my-pets-vae"
    screen.page.goto(compare)
    screen.ready()
    assert {screen.address.get("left"), screen.address.get("right")} <= {"my-pets-ae", "my-pets-vae", None}
    expect(screen.map("AE latent map")).to_be_visible()
